"""Numbers of a person that must not be carried from one channel to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.pii import GRAVE, Private, find_private, find_private_lines

CROSSED_OUT = "[비공개 · private]"

_HOLE = "\ufffc"


def redacted(document: Document) -> Document:
    """Return the message with resident, passport and account numbers crossed out; the rest is untouched.

    They are looked for as people read them: across styles, code, the words of links, and lines.
    """
    lines = ["".join(map(_shown, line.spans)) for line in document.lines]
    found = find_private_lines(lines)
    return Document(
        tuple(_without(line, private) for line, private in zip(document.lines, found, strict=True))
    )


def _shown(span: Span) -> str:
    if span.kind in (SpanKind.TEXT, SpanKind.CODE):
        return span.text
    return span.label if span.kind is SpanKind.LINK and span.label else _HOLE


def _without(line: Line, private: tuple[Private, ...]) -> Line:
    spans, start = [], 0
    for span in line.spans:
        text = _shown(span)
        cuts = [*_cuts(private, start, start + len(text)), *_own_cuts(text)]
        spans.append(_crossed_out(span, cuts))
        start += len(text)
    return replace(line, spans=tuple(spans))


def _cuts(private: tuple[Private, ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places within a span that belong to a grave number of its line."""
    for find in private:
        if find.kind in GRAVE and find.start < end and find.end > start:
            yield max(find.start, start) - start, min(find.end, end) - start


def _own_cuts(text: str) -> Iterator[tuple[int, int]]:
    """Yield those which only the span by itself shows: what stands beside it may look like more of the number."""
    return ((find.start, find.end) for find in find_private(text) if find.kind in GRAVE)


def _crossed_out(span: Span, cuts: list[tuple[int, int]]) -> Span:
    text = _shown(span)
    kept, at = "", 0
    for start, end in sorted(cuts):
        if end > at:
            kept += text[at:start] + (CROSSED_OUT if start >= at else "")
            at = end
    if not cuts:
        return span
    kept += text[at:]
    return (
        replace(span, label=kept, raw="") if span.kind is SpanKind.LINK else replace(span, text=kept, raw="")
    )
