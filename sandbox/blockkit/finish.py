"""Fills in what Slack adds to accepted blocks: ids, `emoji` and `verbatim`."""

from __future__ import annotations

import secrets
from copy import deepcopy
from typing import Any

from sandbox.blockkit.walk import walk_elements
from sandbox.shapes import Json


def finish_blocks(blocks: list[Json]) -> list[Json]:
    """Return a copy in which every block has a block_id and every interactive element an action_id."""
    finished = deepcopy(blocks)
    for block in finished:
        _complete_texts(block)
        _give_block_id(block)
    for _, element in walk_elements(finished):
        if not element.get("action_id"):
            element["action_id"] = _make_id()
    return finished


def _give_block_id(block: Json) -> None:
    if not block.get("block_id"):
        block["block_id"] = _make_id()
    for key in ("elements", "child_blocks"):
        if block.get("type") in ("carousel", "container"):
            for child in block.get(key, ()):
                _give_block_id(child)


def _complete_texts(value: Any) -> None:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for inner in value.values():
            _complete_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _complete_texts(inner)


def _make_id() -> str:
    return secrets.token_urlsafe(4)[:5]
