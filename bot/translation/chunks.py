"""Cuts a long masked text into pieces an engine takes: after sentences, else between words, never inside a slot."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from bot.translation.masked import Masked, Part, Slot, joined

SLOT_LENGTH = 8
"""What a slot counts for, in characters: at least as long as its code or tag is on the wire."""

_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*\s+|[。！？]+[」』”’]*\s*|\n+)")
_SPACE = re.compile(r"\s+")
# Signs that belong to the letter before them: joiners, variation selectors, skin tones, combining marks.
_CLINGING = re.compile(r"[\u0300-\u036f\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\u1160-\u11ff]")


def split(masked: Masked, longest: int) -> list[Masked]:
    """Return pieces of at most `longest` characters, a slot counting SLOT_LENGTH; put together they are the text.

    An empty text has no pieces. `longest` below SLOT_LENGTH counts as SLOT_LENGTH, so that a slot fits.
    """
    units = [unit for part in masked for unit in ([part] if isinstance(part, Slot) else part)]
    sizes = list(accumulate((SLOT_LENGTH if isinstance(unit, Slot) else 1 for unit in units), initial=0))
    sentences, words = _breaks(units, _SENTENCE_END), _breaks(units, _SPACE)
    pieces: list[Masked] = []
    start = 0
    while start < len(units):
        end = bisect_right(sizes, sizes[start] + max(longest, SLOT_LENGTH)) - 1
        if end < len(units):
            end = _last(sentences, start, end) or _last(words, start, end) or _unclung(units, start, end)
        pieces.append(joined(list(_parts(units[start:end]))))
        start = end
    return pieces


def _parts(units: list[Part]) -> Iterator[Part]:
    text: list[str] = []
    for unit in units:
        if isinstance(unit, Slot):
            yield "".join(text)
            yield unit
            text.clear()
        else:
            text.append(unit)
    yield "".join(text)


def _breaks(units: list[Part], pattern: re.Pattern[str]) -> list[int]:
    """Return the places behind every match; a slot reads as one letter that matches nothing."""
    read = "".join("\ufffc" if isinstance(unit, Slot) else unit for unit in units)
    return [match.end() for match in pattern.finditer(read)]


def _last(places: list[int], start: int, end: int) -> int | None:
    """Return the last of the places in (start, end], None when there is none."""
    at = bisect_right(places, end) - 1
    return places[at] if at >= 0 and places[at] > start else None


def _unclung(units: list[Part], start: int, end: int) -> int:
    """Return `end`, or a place shortly before it where no letter is torn from its accents or joiners."""
    for place in range(end, max(start, end - 16), -1):
        after, before = units[place], units[place - 1]
        if isinstance(after, Slot) or isinstance(before, Slot):
            return place
        if not _CLINGING.match(after) and before != "\u200d":
            return place
    return end
