"""Finds interactive elements wherever a block keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.shapes import Json


def walk_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield (block, element) for every interactive element; in cards and containers, the inner block."""
    for block in blocks:
        kind = block.get("type")
        if kind == "section" and (block.get("accessory") or {}).get("type") not in (None, "image"):
            yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            for element in block.get("elements", ()):
                yield block, element
        elif kind == "input":
            yield block, block["element"]
        elif kind == "card":
            for element in block.get("actions", ()):
                yield block, element
        elif kind == "carousel":
            yield from walk_elements(block.get("elements", []))
        elif kind == "container":
            yield from walk_elements(block.get("child_blocks", []))


def find_element(blocks: list[Json], block_id: str | None, action_id: str) -> tuple[Json, Json] | None:
    """Return the (block, element) with these ids; without a block_id the first with the action_id."""
    for block, element in walk_elements(blocks):
        if element.get("action_id") == action_id and block_id in (None, "", block.get("block_id")):
            return block, element
    return None
