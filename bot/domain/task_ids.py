"""Tasks that people name in passing: by the number of their cards or by the id the PM imported them with."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from bot.domain.text import INVISIBLE

MOST_NAMED = 50
"""So many different ids of one text are looked for; what names more is a list for another place."""

_LONGEST_TEXT = 12_000
_LONGEST_ID = 200
_LEAST_BARE_DIGITS = 4
"""A bare "12" is a time or a count; four digits and more are hardly ever anything but an id."""

_HIDDEN = str.maketrans("", "", INVISIBLE)
# Mentions and links as Slack writes them; of a link its label is what people see.
_MARKUP = re.compile(r"<(?:[@#!][^>]*|[^>|]*\|([^>]*)|([^>]*))>")
_NUMBER = re.compile(
    r"(?:(?:#|\b(?:task|clip)\s*#?)\s*(\d{1,15})(?![A-Za-z0-9_-])|(?:작업|과제|태스크)\s*#?(\d{1,15})(?:번|(?![\w-])))",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(r"(?<![\w#-])(\d{1,15})번\s*(?:작업|과제|태스크)")
_WORD = re.compile(r"""[^\s,;()\[\]{}<>"'“”‘’「」`|~…·、。]+""")
_EDGES = ".:!?*_/\\-–—#@=+&%$^"
# 조사 and other Hangul glued to an id: "JN-0012를", "T-12번은".
_TAIL = re.compile(r"[가-힣ㄱ-ㅣ]+$")


@dataclass(frozen=True)
class Named:
    """What a text may name: `numbers` of task cards, and words that may be imported ids, in order.

    Every item of `words` holds the ways one word may be meant, the likeliest first: as it stands, without what
    Korean glues to it, without a file's ending, in capitals and in small letters.
    """

    numbers: tuple[int, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


def named_tasks(text: str) -> Named:
    """Return what running words may name; words without a digit and short bare numbers are taken for no id.

    "#12", "작업 12" and "12번 작업" name the task of that number. Never raises, for any text.
    """
    shown = _shown(text)
    numbers = [int(found[1] or found[2]) for found in _NUMBER.finditer(shown)]
    numbers += [int(found[1]) for found in _NUMBER_BEFORE.finditer(shown)]
    words = [_ways(word) for word in _WORD.findall(shown)]
    likely = dict.fromkeys(ways for ways in words if ways and _is_likely(ways[0]))
    return Named(tuple(dict.fromkeys(numbers))[:MOST_NAMED], tuple(likely)[:MOST_NAMED])


def listed_tasks(text: str) -> tuple[tuple[str, tuple[str, ...], int | None], ...]:
    """Return each item of a list of ids, as somebody typed it: itself, its ways, and the number it may be.

    Commas, semicolons and line ends part the items; where there are none, blanks do. Never raises.
    """
    shown = _shown(text)
    parts = re.split(r"[,;、\n]", shown) if re.search(r"[,;、\n]", shown.strip()) else shown.split()
    items = dict.fromkeys(part.strip() for part in parts if part.strip())
    found = []
    for item in list(items)[:MOST_NAMED]:
        number = re.fullmatch(r"#?(\d{1,15})번?", item)
        found.append((item[:_LONGEST_ID], _ways(item), int(number[1]) if number else None))
    return tuple(found)


def _shown(text: str) -> str:
    """Return the text as people see it, without Slack's markup."""
    plain = _MARKUP.sub(lambda found: f" {found[1] or found[2] or ''} ", text[:_LONGEST_TEXT])
    return unicodedata.normalize("NFC", html.unescape(plain).translate(_HIDDEN))


def _ways(word: str) -> tuple[str, ...]:
    whole = word.strip(_EDGES)
    narrow = unicodedata.normalize("NFKC", whole)
    bare = _TAIL.sub("", narrow).strip(_EDGES)
    stem = re.sub(r"\.[A-Za-z][A-Za-z0-9]{1,4}$", "", bare)
    ways = (whole, narrow, bare, stem)
    cased = (form for way in ways for form in (way, way.upper(), way.lower()))
    return tuple(dict.fromkeys(way for way in (*ways, *cased) if way and len(way) <= _LONGEST_ID))


def _is_likely(word: str) -> bool:
    digits = sum(char.isdigit() for char in word)
    if not digits:
        return False
    bare = _TAIL.sub("", word)
    return digits >= _LEAST_BARE_DIGITS if bare.isdigit() else True
