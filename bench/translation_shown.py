"""What people see of the bot's posts, read from their blocks as a Slack client reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.translation_messages import escape

Json = Mapping[str, Any]

LONGEST_BLOCK = 3000
"""Characters of text that one block may hold."""

_LIVE_TOKEN = re.compile(r"<([@#!][^>]*|(?:https?|mailto|tel|ftp|slack):[^>]*)>")
_STRAY = re.compile(r"&(?!(?:amp|lt|gt);)|[<>]")


@dataclass(frozen=True)
class Live:
    """Something in a post that rings, points or can be pressed: user, group, broadcast, channel or link."""

    kind: str
    value: str


@dataclass
class Shown:
    """A translation: its words in wire form, the live things in it, and every block's characters.

    `stray` counts `& < >` that nobody escaped where Slack reads mrkdwn.
    """

    lines: list[str] = field(default_factory=list)
    live: list[Live] = field(default_factory=list)
    block_sizes: list[int] = field(default_factory=list)
    post_sizes: list[int] = field(default_factory=list)
    stray: int = 0

    @property
    def text(self) -> str:
        """All of it, a line a line."""
        return "\n".join(self.lines)


def has_translation(message: Json) -> bool:
    """Say whether a post carries translated words, not only marks, failure lines and buttons."""
    return any(block["type"] == "rich_text" for block in message["blocks"])


def action_ids(message: Json) -> set[str]:
    """Return what can be pressed in a post."""
    return set(re.findall(r'"action_id": ?"([^"]+)"', json.dumps(message["blocks"])))


def part_number(message: Json) -> str:
    """Return "1/2" of a post that is one of several, "" of one that is whole."""
    for block in message["blocks"]:
        if block["type"] == "context":
            for element in block["elements"]:
                if re.fullmatch(r"\d+/\d+", str(element.get("text", ""))):
                    return str(element["text"])
    return ""


def read_posts(messages: Iterable[Json], headings: Mapping[str, str]) -> dict[str, Shown]:
    """Return the translation in each language of a card's posts, which come in their order.

    `headings` are the words above each language's part where a card has several: words -> language. A card in
    one language has none, and its translation is found under "".
    """
    found: dict[str, Shown] = {}
    language = ""
    for message in messages:
        size = len(json.dumps(message["blocks"], ensure_ascii=False, separators=(",", ":")))
        for block in message["blocks"]:
            if block["type"] == "context":
                words = str(block["elements"][0].get("text", "")).strip("*")
                language = headings.get(words, language)
            if block["type"] != "rich_text":
                continue
            shown = found.setdefault(language, Shown())
            shown.block_sizes.append(_text_size(block))
            shown.post_sizes.append(size)
            lines = list(_lines_of(block, shown.live))
            if shown.lines and lines and len(shown.lines[-1]) + len(lines[0]) > LONGEST_BLOCK:
                # No block would have held it whole: it is one line that had to be cut.
                shown.lines[-1] += lines.pop(0)
            shown.lines += lines
        for shown in found.values():
            _read_mrkdwn(message, shown)
    return found


def _read_mrkdwn(message: Json, shown: Shown) -> None:
    """Add what is live in the texts that Slack reads as mrkdwn: the fallback, sections and context."""
    texts = [str(message["text"])]
    for block in message["blocks"]:
        parts = [block.get("text"), *block.get("elements", ()), *block.get("fields", ())]
        texts += [one["text"] for one in parts if isinstance(one, dict) and one.get("type") == "mrkdwn"]
    shown.block_sizes += [len(text) for text in texts[1:]]
    for text in texts:
        for token in _LIVE_TOKEN.finditer(text):
            shown.live.append(_token(token[1]))
        shown.stray += len(_STRAY.findall(_LIVE_TOKEN.sub("", text)))


def _token(inner: str) -> Live:
    value = inner.split("|")[0]
    if value.startswith("@"):
        return Live("user", value[1:])
    if value.startswith("#"):
        return Live("channel", value[1:])
    if value.startswith("!date^"):
        return Live("date", value)
    if value.startswith("!subteam^"):
        return Live("group", value.removeprefix("!subteam^"))
    if value.startswith("!"):
        return Live("broadcast", value[1:])
    return Live("link", value.replace("&amp;", "&"))


def _text_size(block: Json) -> int:
    return sum(len(text) for text in _texts(block))


def _texts(element: Any) -> Iterator[str]:
    if isinstance(element, dict):
        for key, value in element.items():
            if key in ("text", "url") and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _texts(value)
    elif isinstance(element, list):
        for one in element:
            yield from _texts(one)


def _lines_of(block: Json, live: list[Live]) -> Iterator[str]:
    elements = block["elements"]
    for place, element in enumerate(elements):
        kind = element["type"]
        if kind == "rich_text_list":
            yield from _items(element, live)
            continue
        text = "".join(_inline(one, live) for one in element["elements"])
        if kind == "rich_text_preformatted":
            plain = "".join(str(one.get("text", "")) for one in element["elements"])
            yield from f"```\n{escape(plain)}\n```".split("\n")
        elif kind == "rich_text_quote":
            yield from (f"&gt; {line}" for line in text.split("\n"))
        else:
            # A section's last newline only ends it where something follows.
            text = text.removesuffix("\n") if place + 1 < len(elements) else text
            yield from text.split("\n")


def _items(element: Json, live: list[Live]) -> Iterator[str]:
    quoted = "&gt; " if element.get("border") else ""
    indent = "    " * int(element.get("indent") or 0)
    for number, item in enumerate(element["elements"], 1 + int(element.get("offset") or 0)):
        mark = f"{number}. " if element["style"] == "ordered" else "• "
        yield f"{quoted}{indent}{mark}" + "".join(_inline(one, live) for one in item["elements"])


def _inline(element: Json, live: list[Live]) -> str:
    match element["type"]:
        case "text":
            words = escape(str(element["text"]))
            return f"`{words}`" if (element.get("style") or {}).get("code") else words
        case "emoji":
            tone = f":skin-tone-{element['skin_tone']}:" if element.get("skin_tone") else ""
            return f":{element['name']}:{tone}"
        case "link":
            live.append(Live("link", str(element["url"])))
            url = escape(str(element["url"]))
            return f"<{url}|{escape(str(element['text']))}>" if element.get("text") else f"<{url}>"
        case "user":
            live.append(Live("user", str(element["user_id"])))
            return f"<@{element['user_id']}>"
        case "channel":
            live.append(Live("channel", str(element["channel_id"])))
            return f"<#{element['channel_id']}>"
        case "usergroup":
            live.append(Live("group", str(element["usergroup_id"])))
            return f"<!subteam^{element['usergroup_id']}>"
        case "broadcast":
            live.append(Live("broadcast", str(element["range"])))
            return f"<!{element['range']}>"
        case "date":
            return str(element.get("fallback", ""))
        case other:
            return f"[{other}]"
