"""Turns a person's simple choice ("aide:2", ["a", "b"], "U0HANEUL") into the fields of Slack's payloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.files import StoredFile
from sandbox.rich_text import build_rich_text, escape_wire
from sandbox.shapes import Json, SlackError

TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
# Element type -> the field of the payload, for elements whose simple value goes in as it is.
DIRECT = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
SINGLE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
MANY_OPTIONS = ("checkboxes", "multi_static_select", "multi_external_select")


def list_options(element: Json) -> list[Json]:
    """Return the options of an element, those in groups included."""
    groups = element.get("option_groups") or ()
    options: list[Json] = element.get("options") or [
        option for group in groups for option in group["options"]
    ]
    return options


def find_option(element: Json, wanted: Any, offered: list[Json]) -> Json:
    """Return the option with this value (or the option given); `offered` are earlier suggestions."""
    options = offered if "external" in element["type"] else list_options(element)
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options:
        if option.get("value") == value:
            return option
    if isinstance(wanted, dict) and "external" in element["type"] and "text" in wanted:
        return wanted
    raise SlackError("option_not_found", detail=str(value))


def expand(
    element: Json, simple: Any, offered: list[Json], files: Mapping[str, StoredFile], base_url: str
) -> Json:
    """Return the entry of `state.values` for one element; an empty choice becomes null or an empty list."""
    kind = element["type"]
    empty = simple in (None, "", [])
    if kind in TYPED:
        return {"type": kind, "value": None if empty else str(simple)}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": None if empty else _read_rich_text(simple)}
    if kind in SINGLE_OPTION:
        return {"type": kind, "selected_option": None if empty else find_option(element, simple, offered)}
    if kind in MANY_OPTIONS:
        wanted = simple if isinstance(simple, list) else [simple]
        chosen = [] if empty else [find_option(element, one, offered) for one in wanted]
        return {"type": kind, "selected_options": chosen}
    if kind == "file_input":
        ids = [] if empty else simple if isinstance(simple, list) else [simple]
        missing = [one for one in ids if one not in files]
        if missing:
            raise SlackError("file_not_found", detail=str(missing[0]))
        return {"type": kind, "files": [files[one].to_slack(base_url) for one in ids]}
    if kind in DIRECT:
        if kind.startswith("multi_"):
            value: Any = [] if empty else simple if isinstance(simple, list) else [simple]
        else:
            value = None if empty else int(simple) if kind == "datetimepicker" else simple
        entry = {"type": kind, DIRECT[kind]: value}
        if kind == "timepicker" and element.get("timezone"):
            entry["timezone"] = element["timezone"]
        return entry
    raise SlackError("element_not_found", detail=kind)


def _read_rich_text(simple: Any) -> Json:
    if isinstance(simple, dict):
        return simple
    return {
        key: value
        for key, value in build_rich_text(escape_wire(str(simple)), "").items()
        if key != "block_id"
    }


def read_initial(element: Json) -> Json | None:
    """Return the entry of `state.values` an untouched element starts with; None for buttons and menus."""
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    if kind in ("static_select", "external_select", "radio_buttons"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind == "file_input":
        return {"type": kind, "files": []}
    if kind in DIRECT:
        initial = DIRECT[kind].replace("selected_", "initial_")
        return {"type": kind, DIRECT[kind]: element.get(initial, [] if kind.startswith("multi_") else None)}
    return None


def is_empty(entry: Json) -> bool:
    """Tell whether an entry of `state.values` holds no choice and no text."""
    return all(value in (None, "", []) for key, value in entry.items() if key not in ("type", "timezone"))
