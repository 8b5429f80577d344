"""Text, blocks and metadata of a message that the app wants to post or change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.blockkit import MESSAGE_CHARACTERS, check_blocks, count_characters, finish_blocks
from sandbox.rich_text import escape_wire
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments

TEXT_CHARACTERS = 40_000
METADATA_CHARACTERS = 8_000


@dataclass(frozen=True)
class Content:
    """Checked content; None means the argument was not given."""

    text: str | None
    blocks: list[Json] | None
    metadata: Json | None


def read_content(arguments: Arguments, *, may_be_empty: bool = False) -> Content:
    """Read and check text, blocks, markdown_text and metadata."""
    text = arguments.get("text")
    blocks = arguments.get_json("blocks", "invalid_blocks_format")
    markdown = arguments.get("markdown_text")
    if markdown is not None:
        if text is not None or blocks is not None:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > 12_000:
            raise SlackError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if text is None and not blocks and not may_be_empty:
        raise SlackError("no_text")
    if text is not None and len(text) > TEXT_CHARACTERS:
        raise SlackError("msg_too_long")
    return Content(
        escape_wire(text) if text is not None else None,
        accept_blocks(blocks) if blocks is not None else None,
        read_metadata(arguments),
    )


def accept_blocks(blocks: Any) -> list[Json]:
    """Return message blocks with their ids filled in, or refuse them as chat.postMessage does."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_blocks(blocks, "message")
    if problems:
        raise SlackError(
            "invalid_blocks",
            errors=problems,
            response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
        )
    if count_characters(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return finish_blocks(blocks)


def read_metadata(arguments: Arguments) -> Json | None:
    """Return {event_type, event_payload}; `{}` (which removes metadata in chat.update) stays empty."""
    metadata = arguments.get_json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False)) > METADATA_CHARACTERS:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": payload}
