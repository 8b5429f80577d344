"""What a question is before it is searched: clean, and known to be Korean or English."""

from __future__ import annotations

import re
import unicodedata

from bot.answers.texts import read_lines

_SLACK = re.compile(r"<[@#!][^>]*>|:[a-z0-9_+\-]+:")
_LAUGHTER = re.compile(r"[ㅋㅎㅠㅜ]+|[~^]+")
_SPACES = re.compile(r"\s+")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
LONGEST_QUESTION = 600
"""Characters searched of a question; more than a paragraph is no question to one section."""


def clean(question: str) -> str:
    """Return a question in NFC without mentions, emoji codes, laughter and doubled spaces."""
    text = _SLACK.sub(" ", unicodedata.normalize("NFC", question))
    return _SPACES.sub(" ", _LAUGHTER.sub(" ", text)).strip()[:LONGEST_QUESTION]


def has_hangul(text: str) -> bool:
    """Say whether any Korean letter stands in a text."""
    return _HANGUL.search(text) is not None


def english_words(text: str) -> tuple[str, ...]:
    """Return the distinct lower-case words of Latin letters and digits, in order, without the empty words."""
    words = dict.fromkeys(re.findall(r"[a-z0-9]+", text.lower()))
    return tuple(word for word in words if word not in _EMPTY_WORDS)


_EMPTY_WORDS = frozenset(read_lines("empty_words_en.txt"))
