"""Reads the rich_text tree that Slack sends with people's messages, and writes documents as such blocks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.text import keep_storable
from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import (
    BARE_URL,
    ITEM_PREFIX,
    TICKS,
    VISIBLE_EMOJI,
    from_mrkdwn,
    trim_url,
)
from bot.translation.mrkdwn_tokens import MARKS, escape
from bot.translation.pieces import build_blocks, pieces_of

Json = dict[str, Any]

_INDENT = "    "
_BULLETS = ("• ", "◦ ", "▪ ")
_WORDLESS_BLOCKS = frozenset({"divider", "image", "file", "video", "call"})
_RANGES = frozenset({"here", "channel", "everyone"})


def read(text: str, blocks: list[Json] | None) -> Document:
    """Return a message as a document: from its blocks when they can be read, else from its mrkdwn.

    A tree without any structure says no more than the mrkdwn beside it, which names channels too: then the
    mrkdwn is read. What no database can keep is left out.
    """
    if text and _is_flat(blocks):
        return from_mrkdwn(keep_storable(text))
    written = from_mrkdwn(keep_storable(text))
    read_in_blocks = from_blocks(blocks)
    return written if read_in_blocks is None else _labelled(read_in_blocks, written)


def _labelled(document: Document, written: Document) -> Document:
    """Give groups and channels the names they have in the mrkdwn; a tree has their ids only."""
    names = {
        (span.kind, span.text): span.label for line in written.lines for span in line.spans if span.label
    }
    named = (SpanKind.GROUP, SpanKind.CHANNEL)

    def label(span: Span) -> Span:
        name = names.get((span.kind, span.text), "")
        return replace(span, label=name) if span.kind in named and name and not span.label else span

    return Document(tuple(replace(line, spans=tuple(map(label, line.spans))) for line in document.lines))


def to_blocks(document: Document, names: Mapping[str, str], *, live: Collection[str] = ()) -> list[Json]:
    """Return rich_text blocks of at most 3,000 characters of text each; nobody in them is called.

    `names` maps ids of people and groups to what they are called; only those in `live` are mentioned.
    """
    return build_blocks(pieces_of(document, names, frozenset(live)))


def from_blocks(blocks: list[Json] | None) -> Document | None:
    """Return what the rich_text blocks of a message say.

    None when there is none, when other blocks have words too, or when anything in them is unknown.
    """
    try:
        trees = [block["elements"] for block in blocks or () if block["type"] == "rich_text"]
        if not trees or any(
            block["type"] not in _WORDLESS_BLOCKS for block in blocks or () if block["type"] != "rich_text"
        ):
            return None
        lines = [line for tree in trees for line in _read_tree(tree)]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Document(tuple(lines)) if lines else None


def _is_flat(blocks: list[Json] | None) -> bool:
    try:
        return [block["type"] for block in blocks or ()] == ["rich_text"] and all(
            container["type"] == "rich_text_section"
            and not any(part.get("style") for part in container["elements"])
            for container in (blocks or [])[0]["elements"]
        )
    except (KeyError, TypeError, AttributeError):
        return False


def _read_tree(containers: Sequence[Json]) -> Iterator[Line]:
    for index, container in enumerate(containers):
        last = index == len(containers) - 1
        match container["type"]:
            case "rich_text_section":
                yield from _read_section(container["elements"], last=last)
            case "rich_text_quote":
                yield from _lines(container["elements"], "> ")
            case "rich_text_list":
                yield from _read_list(container)
            case "rich_text_preformatted":
                yield from _read_code(container["elements"])
            case unknown:
                raise ValueError(unknown)


def _read_section(elements: Sequence[Json], *, last: bool) -> Iterator[Line]:
    lines = list(_lines(elements, ""))
    # Before a list, quote or code a section ends with a line break that nobody sees.
    if not last and len(lines) > 1 and not lines[-1].spans and not lines[-1].prefix:
        lines.pop()
    yield from lines


def _read_list(container: Json) -> Iterator[Line]:
    indent = int(container.get("indent") or 0)
    first = int(container.get("offset") or 0) + 1
    lead = ("> " if container.get("border") else "") + _INDENT * indent
    for number, item in enumerate(container["elements"], first):
        if item["type"] == "rich_text_list":
            yield from _read_list({"indent": indent + 1, **item})
            continue
        bullet = _BULLETS[min(indent, len(_BULLETS) - 1)]
        mark = f"{number}. " if container["style"] == "ordered" else bullet
        for row, spans in enumerate(_rows(item["elements"])):
            yield Line(spans, lead + (mark if row == 0 else " " * len(mark)))


def _read_code(elements: Sequence[Json]) -> Iterator[Line]:
    code = "".join(str(part.get("text") or part.get("url") or "") for part in elements)
    # Three backticks within would end the code.
    code = escape(keep_storable(code)).replace(TICKS, "``\u200b`")
    if code:
        for row in f"{TICKS}{code}{TICKS}".split("\n"):
            yield Line((Span(SpanKind.TEXT, row),), fence=True)


def _lines(elements: Sequence[Json], lead: str) -> Iterator[Line]:
    for spans in _rows(elements):
        first = spans[0] if spans else None
        found = (
            ITEM_PREFIX.match(first.text)
            if first and first.kind is SpanKind.TEXT and not _styled(first)
            else None
        )
        if first is None or not found or not found[0]:
            yield Line(spans, lead)
            continue
        rest = first.text[found.end() :]
        yield Line((replace(first, text=rest), *spans[1:]) if rest else spans[1:], lead + found[0])


def _styled(span: Span) -> bool:
    return span.bold or span.italic or span.strike


def _rows(elements: Sequence[Json]) -> list[tuple[Span, ...]]:
    """Return the spans of each line of a container."""
    rows: list[list[Span]] = [[]]
    for element in elements:
        for index, spans in enumerate(_read_element(element)):
            if index:
                rows.append([])
            for span in spans:
                _append(rows[-1], span)
    return [tuple(row) for row in rows]


def _append(row: list[Span], span: Span) -> None:
    last = row[-1] if row else None
    if last and last.kind is span.kind is SpanKind.TEXT and replace(last, text=span.text) == span:
        row[-1] = replace(last, text=last.text + span.text)
    elif span.text:
        row.append(span)


def _read_element(element: Json) -> Iterator[list[Span]]:
    """Yield the spans of an element, a list for each line it touches."""
    style = element.get("style") or {}
    bold, italic, strike = (bool(style.get(flag)) for flag in MARKS.values())
    if element["type"] == "text":
        for text in keep_storable(str(element["text"])).split("\n"):
            spans = [Span(SpanKind.CODE, text)] if style.get("code") else list(_read_words(text))
            yield [replace(span, bold=bold, italic=italic, strike=strike) for span in spans]
    else:
        yield [replace(_read_special(element), bold=bold, italic=italic, strike=strike)]


_OPAQUE = re.compile(rf"(?P<url>{BARE_URL.pattern})|{VISIBLE_EMOJI.pattern}")


def _read_words(text: str) -> Iterator[Span]:
    at = 0
    while found := _OPAQUE.search(text, at):
        yield Span(SpanKind.TEXT, text[at : found.start()])
        shown = trim_url(found[0]) if found["url"] else found[0]
        yield Span(SpanKind.LINK if found["url"] else SpanKind.EMOJI, shown)
        at = found.start() + len(shown)
    yield Span(SpanKind.TEXT, text[at:])


def _read_special(element: Json) -> Span:
    match element["type"]:
        case "user":
            return Span(SpanKind.USER, _word(element["user_id"]))
        case "channel":
            return Span(SpanKind.CHANNEL, _word(element["channel_id"]))
        case "usergroup":
            return Span(SpanKind.GROUP, _word(element["usergroup_id"]))
        case "broadcast" if element["range"] in _RANGES:
            return Span(SpanKind.BROADCAST, element["range"])
        case "link":
            url, label = keep_storable(str(element["url"])), keep_storable(str(element.get("text") or ""))
            return Span(SpanKind.LINK, url, "" if label == url else label.replace("\n", " "))
        case "emoji":
            tone = f"::skin-tone-{int(element['skin_tone'])}" if element.get("skin_tone") else ""
            return Span(SpanKind.EMOJI, f":{_word(element['name'])}{tone}:")
        case "date":
            return _read_date(element)
        case "color":
            return Span(SpanKind.CODE, _word(element["value"]))
        case unknown:
            raise ValueError(unknown)


def _read_date(element: Json) -> Span:
    form, url = escape(_word(element["format"])), escape(str(element.get("url") or ""))
    fallback = keep_storable(str(element.get("fallback") or element["format"])).replace("\n", " ")
    link = f"^{url}" if url else ""
    raw = f"<!date^{int(element['timestamp'])}^{form}{link}|{escape(fallback)}>"
    return Span(SpanKind.DATE, fallback, raw=raw)


def _word(value: Any) -> str:
    """Return a value that has to be a text with something in it. Raises ValueError for anything else."""
    if not isinstance(value, str) or not keep_storable(value):
        raise ValueError("no text")
    return keep_storable(value)
