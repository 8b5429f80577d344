"""The state of a form: what it starts with, what was typed, and the checks a client makes first."""

from __future__ import annotations

import re
from typing import Any

from sandbox.blockkit import walk_elements
from sandbox.choices import expand, is_empty, read_initial
from sandbox.engine import Engine
from sandbox.shapes import Json, SlackError
from sandbox.views import View

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WORDS = {
    "required": ("Please complete this required field.", "필수 항목이에요. 입력해 주세요."),
    "short": ("Please enter at least {n} characters.", "{n}자 이상 입력해 주세요."),
    "long": ("Please enter no more than {n} characters.", "{n}자 이하로 입력해 주세요."),
    "number": ("Please enter a number.", "숫자를 입력해 주세요."),
    "whole": ("Please enter a whole number.", "정수를 입력해 주세요."),
    "low": ("Please enter at least {n}.", "{n} 이상을 입력해 주세요."),
    "high": ("Please enter no more than {n}.", "{n} 이하를 입력해 주세요."),
    "email": ("Please enter a valid e-mail address.", "올바른 이메일 주소를 입력해 주세요."),
    "url": ("Please enter a valid address.", "올바른 주소를 입력해 주세요."),
    "many": ("Please choose no more than {n}.", "{n}개까지 고를 수 있어요."),
}


def read_initial_state(blocks: list[Json]) -> Json:
    """Return `state.values` of untouched blocks."""
    values: Json = {}
    for block, element in walk_elements(blocks):
        entry = read_initial(element)
        if entry is not None:
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def enter_values(engine: Engine, view: View, values: Json) -> None:
    """Put what a person typed, {block_id: {action_id: simple}}, into the view; unknown fields are refused."""
    view.values = merge_values(engine, view.blocks, view.values, values, view.id)


def merge_values(engine: Engine, blocks: list[Json], known: Json, values: Json, place: str) -> Json:
    """Return `known` state with simple values expanded into it; `place` is where suggestions were made."""
    merged = {block_id: dict(entries) for block_id, entries in known.items()}
    elements = {
        (block["block_id"], element["action_id"]): element for block, element in walk_elements(blocks)
    }
    for block_id, entries in values.items():
        for action_id, simple in entries.items():
            element = elements.get((block_id, action_id))
            if element is None:
                raise SlackError("element_not_found", detail=f"{block_id}/{action_id}")
            offered = engine.world.offered.get((place, block_id, action_id), [])
            entry = expand(element, simple, offered, engine.world.files, engine.base_url)
            merged.setdefault(block_id, {})[action_id] = entry
    return merged


def keep_typed(view: View, old_values: Json) -> None:
    """After an update keep what was typed where block_id, action_id and element type stayed the same."""
    for block_id, entries in view.values.items():
        for action_id, entry in entries.items():
            old = old_values.get(block_id, {}).get(action_id)
            if old is not None and old.get("type") == entry.get("type"):
                entries[action_id] = old


def check_inputs(view: View, locale: str) -> dict[str, str]:
    """Return {block_id: words} for every input that Slack's client would not let through."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        entry = view.values.get(block["block_id"], {}).get(element["action_id"]) or {"type": element["type"]}
        problem = _check(element, entry, optional=bool(block.get("optional")))
        if problem:
            word, number = problem
            errors[block["block_id"]] = WORDS[word][1 if locale.startswith("ko") else 0].format(n=number)
    return errors


def _check(element: Json, entry: Json, *, optional: bool) -> tuple[str, Any] | None:
    if is_empty(entry):
        return None if optional else ("required", None)
    kind = element["type"]
    value = str(entry.get("value"))
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return "short", element["min_length"]
        if len(value) > element.get("max_length", 3000):
            return "long", element.get("max_length", 3000)
    if kind == "number_input":
        return _check_number(element, value)
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "email", None
    if kind == "url_text_input" and not re.match(r"https?://\S+", value):
        return "url", None
    chosen = next(
        (field for name, field in entry.items() if name.startswith("selected_") and isinstance(field, list)),
        [],
    )
    most = element.get("max_selected_items")
    if most and len(chosen) > most:
        return "many", most
    if kind == "file_input" and len(entry.get("files", ())) > element.get("max_files", 10):
        return "many", element.get("max_files", 10)
    return None


def _check_number(element: Json, value: str) -> tuple[str, Any] | None:
    try:
        number = float(value)
    except ValueError:
        return "number", None
    if not element.get("is_decimal_allowed") and not re.fullmatch(r"[+-]?\d+", value):
        return "whole", None
    if "min_value" in element and number < float(element["min_value"]):
        return "low", element["min_value"]
    if "max_value" in element and number > float(element["max_value"]):
        return "high", element["max_value"]
    return None
