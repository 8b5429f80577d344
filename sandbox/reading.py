"""Reads a message or view as a person would: every visible word, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.rich_text import unescape
from sandbox.shapes import Json

# Keys whose content a person sees, in the order in which a client shows them.
SHOWN = (
    "title", "subtitle", "caption", "label", "text", "body", "fields", "accessory", "elements", "element",
    "child_blocks", "rows", "chart", "segments", "series", "data", "options", "option_groups", "hint",
    "placeholder", "submit", "close", "alt_text", "axis_config", "categories", "positive_button",
    "negative_button", "actions", "rich_text_title",
)  # fmt: skip
TEXT_TYPES = ("plain_text", "mrkdwn", "raw_text", "text", "markdown", "raw_number")


def message_text(shown: Json | None) -> str:
    """Return all words a person can read in a message or view, one piece a line; "" for None.

    Blocks replace the plain text in a real client, so the text counts only where there are no blocks.
    """
    if shown is None:
        return ""
    lines = []
    if "root_view_id" in shown:
        lines += list(_walk({key: shown.get(key) for key in ("title", "submit", "close")}))
    blocks = shown.get("blocks") or []
    if not blocks:
        lines.append(unescape(str(shown.get("text") or "")))
    lines += list(_walk(blocks))
    lines += [str(file.get("title") or file.get("name")) for file in shown.get("files") or ()]
    return "\n".join(line for line in lines if line)


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _walk(inner)
        return
    if isinstance(value, str):
        yield unescape(value)
        return
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if kind in TEXT_TYPES:
        text = value.get("text", value.get("value"))
        if isinstance(text, dict):
            yield from _walk(text)
        elif text is not None:
            yield unescape(str(text))
        return
    if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        yield "".join(_read_piece(piece) for piece in value.get("elements", ()))
        return
    if "label" in value and "value" in value and kind is None:
        yield f"{value['label']} {value['value']}"
        return
    if "name" in value and "data" in value:
        yield str(value["name"])
    for key in SHOWN:
        if key in value:
            yield from _walk(value[key])


def _read_piece(piece: Json) -> str:
    kind = piece.get("type")
    if kind == "user":
        return f"<@{piece['user_id']}>"
    if kind == "channel":
        return f"<#{piece['channel_id']}>"
    if kind == "emoji":
        return f":{piece['name']}:"
    if kind == "broadcast":
        return f"@{piece['range']}"
    return str(piece.get("text") or piece.get("url") or "")
