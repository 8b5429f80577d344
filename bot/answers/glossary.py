"""Korean terms of the trade and their English: the bridge to an English guideline when nothing translates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.answers.texts import read_lines

_SPACES = re.compile(r"\s+")


def domain_glossary() -> tuple[tuple[str, str], ...]:
    """Return the shipped (Korean, English) pairs of annotation work; English may hold several, with commas.

    Written from general knowledge of the trade, from no guideline and no question. A project's approved pairs are
    put before them and win.
    """
    return tuple((korean, english) for korean, english in (line.split("\t") for line in read_lines(_FILE)))


class Terms:
    """Finds terms in a question: spaces do not count, the longest match first, no letter used twice."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        known: dict[str, str] = {}
        for korean, english in pairs:
            key = _SPACES.sub("", korean).casefold()
            if len(key) > 1:  # A single syllable stands inside of too many words.
                known.setdefault(key, english)
        self._pairs = sorted(known.items(), key=lambda pair: -len(pair[0]))

    def english_of(self, question: str) -> tuple[str, ...]:
        """Return the English of every term in a Korean question; empty where none is known."""
        rest = _SPACES.sub("", question).casefold()
        found: list[str] = []
        for korean, english in self._pairs:
            if korean in rest:
                found.append(english)
                rest = rest.replace(korean, "\n")
        return tuple(found)


_FILE = "glossary_ko_en.tsv"
