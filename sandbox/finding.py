"""Finds the button, field or option that a person means by its words or its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.blockkit import walk_elements
from sandbox.choices import list_options
from sandbox.shapes import Json


def find_clickable(where: Json, what: str) -> tuple[Json, Json]:
    """Return the (block, element): equal action_id, then its beginning, then the words on it."""
    elements = list(walk_elements(where["blocks"]))
    for fits in (
        lambda element: element["action_id"] == what,
        lambda element: element["action_id"].startswith(what),
        lambda element: _read_words(element) == what,
        lambda element: what in _read_words(element),
    ):
        for block, element in elements:
            if fits(element):
                return block, element
    known = (
        ", ".join(f"{element['action_id']} ({_read_words(element)})" for _, element in elements) or "nothing"
    )
    raise LookupError(f"no element {what!r}; there is: {known}")


def find_input(view: Json, field: str) -> tuple[Json, Json]:
    """Return the (block, element) of a form: by block_id, its beginning, action_id, or label."""
    elements = list(walk_elements(view["blocks"]))
    for fits in (
        lambda block, _: block["block_id"] == field,
        lambda _, element: element["action_id"] == field,
        lambda block, _: (block.get("label") or {}).get("text") == field,
        lambda block, _: block["block_id"].startswith(field),
        lambda _, element: element["action_id"].startswith(field),
        lambda block, _: field in (block.get("label") or {}).get("text", ""),
    ):
        for block, element in elements:
            if fits(block, element):
                return block, element
    known = ", ".join(
        f"{block['block_id']} ({(block.get('label') or {}).get('text', '')})" for block, _ in elements
    )
    raise LookupError(f"no field {field!r}; there is: {known or 'nothing'}")


def find_option_value(element: Json, wanted: Any) -> Any:
    """Return the value of the option with this value or label; anything else stays as it is."""
    if not isinstance(wanted, str):
        return wanted
    options = list(_walk_options(element))
    for option in options:
        if option.get("value") == wanted:
            return wanted
    for option in options:
        if (option.get("text") or {}).get("text") == wanted:
            return option["value"]
    return wanted


def _walk_options(element: Json) -> Iterator[Json]:
    if element["type"].endswith("_select") or element["type"] in ("overflow", "checkboxes", "radio_buttons"):
        yield from list_options(element)


def _read_words(element: Json) -> str:
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))
