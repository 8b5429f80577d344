"""How a document is shown to others: as messages with room to spare, in which nobody is called."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.translation.document import Document, Span, SpanKind
from bot.translation.mrkdwn_text import TICKS
from bot.translation.mrkdwn_tokens import (
    channel_token,
    code_token,
    compose,
    date_token,
    escape,
    link_token,
)
from bot.translation.pieces import Piece, build_blocks, called, clean, pieces_of, units

PART_ROOM = 9_500
"""Characters of compact JSON, and of mrkdwn, in a part: 12,000 less what a header and buttons take."""


@dataclass(frozen=True)
class Part:
    """What one message carries: rich_text `blocks`, and the same as mrkdwn for notifications and search."""

    blocks: list[dict[str, Any]]
    text: str


def present(document: Document, names: Mapping[str, str], *, live: Collection[str] = ()) -> tuple[Part, ...]:
    """Return a document in as few messages as it needs, none for an empty one.

    Mentions, groups and broadcasts become "@" and a name, by `names` from their ids, except people in `live`,
    who are mentioned. Channels, links and dates stay what they are; code stays byte for byte.
    """
    alive = frozenset(live)
    pieces = pieces_of(document, names, alive)
    parts: list[Part] = []
    while pieces:
        count = _fitting(pieces, names, alive)
        taken, pieces = pieces[:count], pieces[count:]
        if blocks := build_blocks(taken):
            parts.append(Part(blocks, _write(taken, names, alive)))
    return tuple(parts)


def _fitting(pieces: Sequence[Piece], names: Mapping[str, str], live: Collection[str]) -> int:
    """Return how many pieces the next part takes, at least one; code that fits into one part stays whole."""

    def size(count: int) -> int:
        blocks = json.dumps(build_blocks(pieces[:count]), ensure_ascii=False, separators=(",", ":"))
        return max(units(blocks), units(_write(pieces[:count], names, live)))

    count = max(bisect_right(range(1, len(pieces) + 1), PART_ROOM, key=size), 1)
    if count == len(pieces) or pieces[count].opens or pieces[count].shape != "code":
        return count
    start = count
    while start and not pieces[start].opens:
        start -= 1
    end = count
    while end < len(pieces) and pieces[end].run == pieces[count].run:
        end += 1
    whole = sum(units(piece.line.spans[0].text) for piece in pieces[start:end])
    return start if start and whole <= PART_ROOM // 2 else count


def _write(pieces: Sequence[Piece], names: Mapping[str, str], live: Collection[str]) -> str:
    """Return the pieces as mrkdwn that calls nobody but those in `live`."""

    def token(span: Span) -> str:
        return _token(span, names, live)

    written: list[str] = []
    for index, piece in enumerate(pieces):
        first, last = index == 0, index == len(pieces) - 1
        if index and not piece.glued:
            written.append("\n")
        if piece.shape == "code":
            # Code that goes on in another part begins and ends in each.
            written.append(TICKS if piece.opens or first else "")
            written.append(piece.line.spans[0].text)
            written.append(TICKS if piece.closes or last else "")
            continue
        if first or not piece.glued:
            written.append(escape(piece.line.prefix.replace("&gt;", ">")))
        written.append(compose(piece.line.spans, token))
    return "".join(written)


def _token(span: Span, names: Mapping[str, str], live: Collection[str]) -> str:
    match span.kind:
        case SpanKind.USER if span.text in live:
            return f"<@{span.text}>"
        case SpanKind.USER | SpanKind.GROUP | SpanKind.BROADCAST:
            return escape(called(span, names))
        case SpanKind.CHANNEL:
            return channel_token(span)
        case SpanKind.LINK:
            return link_token(span)
        case SpanKind.CODE:
            return code_token(span)
        case SpanKind.DATE:
            return date_token(span)
        case SpanKind.TEXT | SpanKind.EMOJI:
            return escape(clean(span.text))
