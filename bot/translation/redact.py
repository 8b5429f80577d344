"""Numbers of a person that must not be carried from one channel to another."""

from __future__ import annotations

from dataclasses import replace

from bot.translation.document import Document, Span, SpanKind
from bot.translation.pii import GRAVE, find_private

CROSSED_OUT = "[비공개 · private]"


def redacted(document: Document) -> Document:
    """Return the message with resident, passport and account numbers crossed out; the rest is untouched."""
    return Document(
        tuple(replace(line, spans=tuple(map(_crossed_out, line.spans))) for line in document.lines)
    )


def _crossed_out(span: Span) -> Span:
    if span.kind not in (SpanKind.TEXT, SpanKind.CODE):
        return span
    text = span.text
    for private in reversed(find_private(text)):
        if private.kind in GRAVE:
            text = text[: private.start] + CROSSED_OUT + text[private.end :]
    return span if text == span.text else replace(span, text=text, raw="")
