"""A document in pieces that blocks and messages have room for, as rich_text elements without effect on people."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from bot.translation.cutting import cut_text
from bot.translation.document import GLUED, Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import TICKS, is_glued
from bot.translation.mrkdwn_tokens import (
    DATE_TOKEN,
    MARKS,
    defuse_code,
    escape,
    is_channel,
    is_link,
    unescape,
)

Json = dict[str, Any]
Shape = Literal["section", "quote", "code"]

BLOCK_ROOM = 3000
"""Characters of text in a block, counted as Slack's clients do: an emoji outside the basic plane is two."""

_PIECE_ROOM = 2800
_LEAST_ROOM = 200
_NAME_ROOM = 80
_QUOTE = re.compile(r"^(?:[ \t]*(?:&gt;|>))+ ?")
_REST_QUOTED = re.compile(r"^[ \t]*(?:&gt;|>){3}")
_EMOJI_NAME = re.compile(r":([^\s:]{1,100}(?:::skin-tone-[2-6])?):")
_CODE_LINK = re.compile(r"<((?:https?|ftp)://[^<>|]+|mailto:[^<>|]+)(?:\|([^<>]*))?>")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")


@dataclass(frozen=True)
class Piece:
    """A line, or a part of one, that fits into a block.

    `elements` are what it shows; `line` is where they come from, for code its mrkdwn without the backticks.
    Of code in pieces the first `opens` and the last `closes`; pieces of the same one share `run`.
    """

    shape: Shape
    elements: tuple[Json, ...]
    line: Line
    glued: bool = False
    run: int = -1
    opens: bool = False
    closes: bool = False


def clean(text: str) -> str:
    """Return words on one line, without characters that steer or break what stands around them."""
    return _UNSEEN.sub("", _BREAK.sub(" ", text))


def called(span: Span, names: Mapping[str, str]) -> str:
    """Return how a mention is written without calling anybody: "@" and a name, or the id if there is none."""
    name = "" if span.kind is SpanKind.BROADCAST else names.get(span.text, "") or span.label
    return "@" + (clean(name or span.text).strip().lstrip("@")[:_NAME_ROOM] or "?")


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def pieces_of(document: Document, names: Mapping[str, str], live: Collection[str]) -> list[Piece]:
    """Return the document in pieces of at most 2,800 characters, as JSON and as mrkdwn."""
    pieces: list[Piece] = []
    quoted = False
    for fence, run in groupby(document.lines, key=lambda line: line.fence):
        if fence:
            for code in _codes(list(run)):
                pieces += _cut_code(code, len(pieces))
            continue
        for line in run:
            quoted = quoted or _REST_QUOTED.match(line.prefix) is not None
            pieces += _cut_line(line, names, live, quoted=quoted)
    return pieces


def _cut_line(
    line: Line, names: Mapping[str, str], live: Collection[str], *, quoted: bool
) -> Iterator[Piece]:
    prefix = clean(line.prefix.removeprefix(GLUED))
    quote = _QUOTE.match(prefix)
    shape: Shape = "quote" if quote or quoted else "section"
    lead = unescape(prefix[quote.end() :] if quote else prefix)
    glued = is_glued(line)
    for spans in _fill(line.spans, names, live):
        elements = [
            *([{"type": "text", "text": lead}] if lead else []),
            *(_element(s, names, live) for s in spans),
        ]
        own = prefix if not glued else (quote[0] if quote else "")
        yield Piece(shape, tuple(elements), Line(tuple(spans), own), glued)
        glued, lead = True, ""


def _fill(spans: Sequence[Span], names: Mapping[str, str], live: Collection[str]) -> Iterator[list[Span]]:
    """Yield the spans in lists that fit into a piece; there is always one list."""
    filled: list[Span] = []
    room = _PIECE_ROOM
    waiting = [cleaned for span in reversed(spans) if (cleaned := _cleaned(span)).text]
    while waiting:
        span = waiting.pop()
        if (size := _size(span, names, live)) <= room:
            filled.append(span)
            room -= size
        elif filled and (room < _LEAST_ROOM or (size <= _PIECE_ROOM and not _is_words(span))):
            yield filled
            filled, room = [], _PIECE_ROOM
            waiting.append(span)
        else:
            whole = span if _is_words(span) or span.kind is SpanKind.CODE else _as_text(span)
            frame = _size(replace(whole, text=" "), names, live)
            head, tail = cut_text(whole.text, max(room - frame, _LEAST_ROOM // 2), _weight)
            yield [*filled, replace(whole, text=head, raw="")]
            filled, room = [], _PIECE_ROOM
            waiting += [replace(whole, text=tail, raw="")] if tail else []
    yield filled


def _is_words(span: Span) -> bool:
    return span.kind is SpanKind.TEXT


def _as_text(span: Span) -> Span:
    return replace(span, kind=SpanKind.TEXT, text=clean(span.label) or span.text, label="", raw="")


def _cleaned(span: Span) -> Span:
    return replace(span, text=clean(span.text), label=clean(span.label), raw=clean(span.raw))


def _weight(char: str) -> int:
    return 6 if char in '&<>"\\\t' else 2 if char > "\uffff" else 1


def _size(span: Span, names: Mapping[str, str], live: Collection[str]) -> int:
    """Return an upper bound of what a span takes as JSON, and as mrkdwn."""
    element = _element(span, names, live)
    shown = json.dumps(element, ensure_ascii=False, separators=(",", ":"))
    written = sum(map(_weight, span.text + span.label + called(span, names)))
    return max(units(shown) + 1, written + 40)


def _element(span: Span, names: Mapping[str, str], live: Collection[str]) -> Json:
    style = {flag: True for flag in MARKS.values() if getattr(span, flag)}
    match span.kind:
        case SpanKind.USER if span.text in live:
            return {"type": "user", "user_id": span.text}
        case SpanKind.USER:
            return _text(called(span, names), {**style, "bold": True})
        case SpanKind.GROUP | SpanKind.BROADCAST:
            return _text(called(span, names), style)
        case SpanKind.CHANNEL if is_channel(span.text):
            return _styled({"type": "channel", "channel_id": span.text}, style)
        case SpanKind.CHANNEL:
            return _text(f"#{span.label or span.text}", style)
        case SpanKind.LINK if is_link(span):
            label = {"text": span.label} if span.label else {}
            return _styled({"type": "link", "url": span.text, **label}, style)
        case SpanKind.LINK:
            return _text(span.label or span.text, style)
        case SpanKind.EMOJI if found := _EMOJI_NAME.fullmatch(span.text):
            return {"type": "emoji", "name": found[1]}
        case SpanKind.DATE:
            return _date(span, style)
        case SpanKind.CODE:
            return _text(span.text, {**style, "code": True})
        case _:
            return _text(span.text, style)


def _text(text: str, style: Mapping[str, bool]) -> Json:
    return _styled({"type": "text", "text": text}, style)


def _styled(element: Json, style: Mapping[str, bool]) -> Json:
    return {**element, "style": dict(style)} if style else element


def _date(span: Span, style: Mapping[str, bool]) -> Json:
    found = DATE_TOKEN.search(span.raw)
    if not found:
        return _text(span.text, style)
    url = {"url": unescape(found[3])} if found[3] else {}
    fallback = {"fallback": unescape(found[4])} if found[4] else {}
    return _styled(
        {"type": "date", "timestamp": int(found[1]), "format": unescape(found[2]), **url, **fallback}, style
    )


@dataclass(frozen=True)
class _Code:
    """The mrkdwn inside of a fence, and whether it stands on a line with what is before it."""

    inside: str
    glued: bool


def _codes(lines: Sequence[Line]) -> Iterator[_Code]:
    """Yield the codes in neighbouring fence lines."""
    written, glued = "", False
    for line in lines:
        text = "".join(span.text for span in line.spans)
        if written:
            written += f"\n{text}"
        else:
            written, glued = text or " ", is_glued(line)
        if len(written) > 2 * len(TICKS) and written.startswith(TICKS) and written.endswith(TICKS):
            yield _Code(written[len(TICKS) : -len(TICKS)], glued)
            written = ""
    if written:
        yield _Code(written.removeprefix(TICKS), glued)


def _cut_code(code: _Code, run: int) -> Iterator[Piece]:
    rows: list[tuple[str, bool]] = []
    for row in code.inside.split("\n"):
        inside, start = defuse_code(_UNSEEN.sub("", row)), True
        if _code_size(inside) > _PIECE_ROOM:
            rest = unescape(inside)
            while rest:
                head, rest = cut_text(rest, _PIECE_ROOM - _LEAST_ROOM, _weight)
                rows.append((escape(head), start))
                start = False
        else:
            rows.append((inside, start))
    packed: list[tuple[str, bool]] = []
    for inside, start in rows:
        if packed and start and _code_size(whole := f"{packed[-1][0]}\n{inside}") <= _PIECE_ROOM:
            packed[-1] = (whole, packed[-1][1])
        else:
            packed.append((inside, start))
    for index, (inside, start) in enumerate(packed):
        opens, closes = index == 0, index == len(packed) - 1
        shown = unescape(_CODE_LINK.sub(lambda link: link[2] or link[1], inside))
        shown = shown.removeprefix("\n") if opens else shown
        shown = shown.removesuffix("\n") if closes else shown
        line = Line((Span(SpanKind.TEXT, inside),), fence=True)
        glued = code.glued if opens else not start
        yield Piece("code", (_text(shown or " ", {}),), line, glued, run, opens, closes)


def _code_size(inside: str) -> int:
    return sum(6 if char in '"\\\t' else 2 if char > "\uffff" else 1 for char in inside)


def build_blocks(pieces: Sequence[Piece]) -> list[Json]:
    """Return the pieces as rich_text blocks of at most 3,000 characters of text each."""
    blocks: list[Json] = []
    filled: list[Piece] = []
    room = BLOCK_ROOM
    for piece in pieces:
        size = sum(units(_shown(element)) for element in piece.elements) + 2
        if filled and size > room:
            blocks += _block(filled)
            filled, room = [], BLOCK_ROOM
        filled.append(piece)
        room -= size
    return [*blocks, *_block(filled)]


def _shown(element: Json) -> str:
    """Return what an element shows, for measuring; an address counts even under a label."""
    keys = ("text", "url", "name", "fallback", "user_id", "channel_id")
    return "".join(str(element[key]) for key in keys if key in element)


def _block(pieces: Sequence[Piece]) -> list[Json]:
    containers: list[Json] = []
    groups = [(shape, list(run)) for (shape, _), run in groupby(pieces, key=lambda p: (p.shape, p.run))]
    for index, (shape, run) in enumerate(groups):
        elements: list[Json] = []
        for row, piece in enumerate(run):
            if row and not piece.glued:
                _join(elements, _text("\n", {}))
            for element in piece.elements:
                _join(elements, element)
        # The break at the end of a section is not seen when something else follows; an empty line needs its own.
        if shape == "section" and not run[-1].elements and index < len(groups) - 1:
            _join(elements, _text("\n", {}))
        if elements:
            containers.append({"type": _CONTAINERS[shape], "elements": elements})
    return [{"type": "rich_text", "elements": containers}] if containers else []


_CONTAINERS = {
    "section": "rich_text_section",
    "quote": "rich_text_quote",
    "code": "rich_text_preformatted",
}


def _join(elements: list[Json], element: Json) -> None:
    last = elements[-1] if elements else None
    if last and last["type"] == element["type"] == "text" and last.get("style") == element.get("style"):
        elements[-1] = {**last, "text": last["text"] + element["text"]}
    else:
        elements.append(element)
