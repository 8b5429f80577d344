"""What a Slack client sends beside a message's text: the rich_text block that it built the text from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from bench.translation_messages import unescape

Json = dict[str, Any]

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"&gt;[ ]?(.*)")
_ITEM = re.compile(r"( *)(?:([•◦▪])|(\d{1,3})\.) (.*)")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<channel>[CGD][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|[^>]*)?>|<!(?P<range>here|channel|everyone)(?:\|[^>]*)?>"
    r"|<!date\^(?P<stamp>\d+)\^(?P<format>[^|^]+)(?:\^(?P<to>[^|]+))?\|(?P<fallback>[^>]*)>"
    r"|<(?P<url>(?:https?://|mailto:|tel:)[^>|]+)(?:\|(?P<label>[^>]*))?>"
    r"|:(?P<emoji>(?:[a-z0-9_+'-]|[^\x00-\x7f\s:])+):(?::skin-tone-(?P<tone>[2-6]):)?"
)
_STYLE = re.compile(
    r"(?<![\w*_~`])(?:\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*|_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_"
    r"|~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~)(?![\w*_~`])"
)


def client_block(text: str, block_id: str) -> Json:
    """Return the rich_text block that reads as `text`, which is mrkdwn in wire form."""
    elements: list[Json] = []
    end = 0
    for fence in _FENCE.finditer(text):
        elements += _paragraphs(text[end : fence.start()].removesuffix("\n"))
        code = unescape(fence[1]).removeprefix("\n").removesuffix("\n")
        elements.append({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": code}]})
        end = fence.end()
        if text[end : end + 1] == "\n":
            end += 1
    elements += _paragraphs(text[end:])
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def _paragraphs(text: str) -> Iterator[Json]:
    if not text:
        return
    for kind, group in groupby(text.split("\n"), _kind):
        lines = list(group)
        if kind == "quote":
            words = "\n".join(found[1] for line in lines if (found := _QUOTE.match(line)))
            yield {"type": "rich_text_quote", "elements": list(_inline(words))}
        elif kind.startswith("list"):
            yield from _lists(kind, lines)
        else:
            yield {"type": "rich_text_section", "elements": list(_inline("\n".join(lines)))}


def _kind(line: str) -> str:
    if _QUOTE.match(line):
        return "quote"
    item = _ITEM.match(line)
    if item is None:
        return "section"
    return f"list:{'bullet' if item[2] else 'ordered'}:{len(item[1]) // 4}"


def _lists(kind: str, lines: list[str]) -> Iterator[Json]:
    _, style, indent = kind.split(":")
    items = [found for line in lines if (found := _ITEM.match(line))]
    # Within a list Slack counts for itself, so numbers out of order are lists of their own.
    first = [0]
    if style == "ordered":
        first += [n for n in range(1, len(items)) if int(items[n][3]) != int(items[n - 1][3]) + 1]
    for start, end in zip(first, [*first[1:], len(items)], strict=True):
        made: Json = {"type": "rich_text_list", "style": style, "indent": int(indent), "border": 0}
        if style == "ordered" and int(items[start][3]) != 1:
            made["offset"] = int(items[start][3]) - 1
        made["elements"] = [
            {"type": "rich_text_section", "elements": list(_inline(item[4]))} for item in items[start:end]
        ]
        yield made


def _inline(text: str) -> Iterator[Json]:
    end = 0
    for token in _INLINE.finditer(text):
        yield from _styled(text[end : token.start()])
        yield _element(token)
        end = token.end()
    yield from _styled(text[end:])


def _styled(text: str) -> Iterator[Json]:
    end = 0
    for found in _STYLE.finditer(text):
        if found.start() > end:
            yield {"type": "text", "text": unescape(text[end : found.start()])}
        style = next(name for name in ("bold", "italic", "strike") if found[name])
        yield {"type": "text", "text": unescape(found[style]), "style": {style: True}}
        end = found.end()
    if end < len(text):
        yield {"type": "text", "text": unescape(text[end:])}


def _element(token: re.Match[str]) -> Json:
    if token["code"]:
        return {"type": "text", "text": unescape(token["code"]), "style": {"code": True}}
    if token["user"]:
        return {"type": "user", "user_id": token["user"]}
    if token["channel"]:
        return {"type": "channel", "channel_id": token["channel"]}
    if token["group"]:
        return {"type": "usergroup", "usergroup_id": token["group"]}
    if token["range"]:
        return {"type": "broadcast", "range": token["range"]}
    if token["stamp"]:
        made: Json = {"type": "date", "timestamp": int(token["stamp"]), "format": token["format"]}
        made["fallback"] = unescape(token["fallback"])
        return made | ({"url": unescape(token["to"])} if token["to"] else {})
    if token["url"]:
        link: Json = {"type": "link", "url": unescape(token["url"])}
        return link | ({"text": unescape(token["label"])} if token["label"] else {})
    emoji: Json = {"type": "emoji", "name": token["emoji"]}
    return emoji | ({"skin_tone": int(token["tone"])} if token["tone"] else {})
