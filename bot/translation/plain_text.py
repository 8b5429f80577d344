"""Text typed into a form, where no markup is read, as a document and back."""

from __future__ import annotations

import re

from bot.translation.document import Document, Line, Span, SpanKind

_PREFIX = re.compile(r"\s*(?:(?:[-•*>]|[0-9]{1,3}[.)])\s+)?")


def from_plain(text: str) -> Document:
    """Return the text as lines of words; bullets, numbers and quote marks at their beginnings are prefixes."""
    return Document(tuple(_line(line) for line in text.split("\n")))


def to_plain(document: Document) -> str:
    """Return what `from_plain` read, or its rendition, as text for a form."""
    return "\n".join(line.prefix + "".join(span.text for span in line.spans) for line in document.lines)


def _line(text: str) -> Line:
    match = _PREFIX.match(text)
    prefix = match[0] if match else ""
    words = text[len(prefix) :]
    return Line((Span(SpanKind.TEXT, words),) if words else (), prefix)
