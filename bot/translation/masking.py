"""From a line of a message to text with slots: what may not change or leave, and words of the trade."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.translation.codes import find_codes
from bot.translation.document import Line, Span, SpanKind
from bot.translation.glossary import Glossary
from bot.translation.masked import Masked, Part, Slot, joined
from bot.translation.pii import GRAVE, Private, find_private_lines

_HOLE = "\ufffc"
"""Stands for a span that is not words while private data and terms are looked for; no rule matches it."""


class Hold(StrEnum):
    """Why something is in a slot."""

    FIXED = "fixed"
    PERSON = "person"
    PRIVATE = "private"
    TERM = "term"


@dataclass(frozen=True)
class Held:
    """What stands in a slot: the span that is put back, and why it was taken out."""

    span: Span
    why: Hold


@dataclass(frozen=True)
class MaskedLine:
    """A line with slots; slot n holds `held[n]`.

    `words` is its text with U+FFFC for what is none, `texts` its spans of words.
    """

    masked: Masked
    held: tuple[Held, ...]
    words: str
    texts: tuple[Span, ...] = ()


_PRIVATE, _TERM, _CODE = range(3)
"""What goes first where two finds overlap."""


@dataclass(frozen=True)
class _Find:
    start: int
    end: int
    rank: int
    why: Hold
    text: str | None = None
    grave: bool = False


@dataclass(frozen=True)
class ScannedLine:
    """A line with what is found in it whatever the languages: private data, names and codes.

    `words` is its text with U+FFFC for every span that is not words.
    """

    line: Line
    words: str
    finds: tuple[_Find, ...]

    @property
    def grave(self) -> bool:
        """Whether a number is in it that must not leave even as a slot."""
        return any(find.grave for find in self.finds)


def scan_line(line: Line, *, names: Collection[str] = ()) -> ScannedLine:
    """Look for what must not leave or change in a line that stands alone."""
    return scan_lines((line,), names=names)[0]


def scan_lines(lines: Sequence[Line], *, names: Collection[str] = ()) -> tuple[ScannedLine, ...]:
    """Look for what must not leave or change; done once for every line, for memory and engine alike.

    A number that only the line above calls an account, and the name below it, are found as well.
    """
    words = ["".join(s.text if s.kind is SpanKind.TEXT else _HOLE for s in line.spans) for line in lines]
    private = find_private_lines(words, names)
    return tuple(
        _scanned(line, text, found, names) for line, text, found in zip(lines, words, private, strict=True)
    )


def _scanned(line: Line, words: str, private: Sequence[Private], names: Collection[str]) -> ScannedLine:
    secrets = (
        _Find(
            found.start,
            found.end,
            _PRIVATE,
            Hold.PERSON if words[found.start : found.end] in names else Hold.PRIVATE,
            grave=found.kind in GRAVE,
        )
        for found in private
    )
    codes = (_Find(start, end, _CODE, Hold.FIXED) for start, end in find_codes(words))
    return ScannedLine(line, words, tuple(find for find in (*secrets, *codes) if _is_words(words, find)))


def mask_line(
    scanned: ScannedLine, *, glossary: Glossary | None = None, source: str = "", target: str = ""
) -> MaskedLine:
    """Return the line with everything in slots that must come through; without a glossary, terms stay words.

    Private data wins over terms, terms over codes; the target word of a term stands in its slot already.
    """
    line, words, finds = scanned.line, scanned.words, scanned.finds
    if glossary is not None:
        terms = (
            _Find(hit.start, hit.end, _TERM, Hold.TERM, hit.target)
            for hit in glossary.find(words, source, target)
        )
        finds = (*finds, *(find for find in terms if _is_words(words, find)))
    finds = _without_overlaps(finds)
    parts: list[Part] = []
    held: list[Held] = []

    def hold(span: Span, why: Hold) -> None:
        parts.append(Slot(len(held)))
        held.append(Held(span, why))

    at = 0
    waiting = iter(finds)
    find = next(waiting, None)
    for span in line.spans:
        if span.kind is not SpanKind.TEXT:
            hold(span, Hold.PERSON if span.kind is SpanKind.USER else Hold.FIXED)
            at += 1
            continue
        end = at + len(span.text)
        while at < end:
            if find is None or find.start >= end:
                parts.append(words[at:end])
                at = end
                continue
            if at < find.start:
                parts.append(words[at : find.start])
                at = find.start
            # What runs over the border of two styles is held once, in the style it begins in.
            if at == find.start:
                shown = find.text if find.text is not None else words[find.start : find.end]
                hold(replace(span, text=shown, raw=""), find.why)
            at = min(find.end, end)
            if at == find.end:
                find = next(waiting, None)
    texts = tuple(span for span in line.spans if span.kind is SpanKind.TEXT)
    return MaskedLine(joined(parts), tuple(held), words, texts)


def _is_words(words: str, find: _Find) -> bool:
    return _HOLE not in words[find.start : find.end]


def _without_overlaps(finds: tuple[_Find, ...]) -> tuple[_Find, ...]:
    kept: list[_Find] = []
    for find in sorted(finds, key=lambda f: (f.rank, f.start)):
        if all(find.end <= other.start or other.end <= find.start for other in kept):
            kept.append(find)
    return tuple(sorted(kept, key=lambda f: f.start))
