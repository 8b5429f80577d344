"""What a message shows to everybody who reads along: its words in every corner of it, and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from bot.translation.document import Span, SpanKind
from bot.translation.rich_text import read

_FILE_WORDS = ("title", "preview", "plain_text")
_ATTACHED_WORDS = ("pretext", "title", "text", "footer")
_DEPTH = 12


def words_shown(message: Mapping[str, Any]) -> str:
    """Return all the words of a message: text, code, snippets, and what was forwarded with it."""
    return "\n".join(part for part in _parts(message, _DEPTH) if part.strip())


def shows_picture(message: Mapping[str, Any]) -> bool:
    """Say whether a picture hangs on a message; nobody looks at it."""
    return any(str(file.get("mimetype") or "").startswith("image/") for file in _dicts(message.get("files")))


def _parts(message: Mapping[str, Any], depth: int) -> Iterator[str]:
    document = read(str(message.get("text") or ""), list(_dicts(message.get("blocks"))))
    for line in document.lines:
        yield unescape("".join(map(_word, line.spans)))
    for file in _dicts(message.get("files")):
        yield from (str(file[name]) for name in _FILE_WORDS if file.get(name))
    for attached in _dicts(message.get("attachments")):
        yield from (unescape(str(attached[name])) for name in _ATTACHED_WORDS if attached.get(name))
        yield from _texts(attached.get("blocks"), depth)
        yield from _texts(attached.get("message_blocks"), depth)


def _word(span: Span) -> str:
    if span.kind in (SpanKind.TEXT, SpanKind.CODE):
        return span.text
    return span.label if span.kind is SpanKind.LINK else " "


def _texts(value: object, depth: int) -> Iterator[str]:
    """Yield every text in blocks of whatever kind, each block's on a line of its own."""
    if depth == 0:
        return
    if isinstance(value, list):
        yield from ("".join(_texts(item, depth - 1)) + "\n" for item in value)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from _texts(item, depth - 1)


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
