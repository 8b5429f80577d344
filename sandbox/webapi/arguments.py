"""Arguments of a Web API call, whether they came as a form, JSON or a query string."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from sandbox.shapes import Json, SlackError


class Arguments:
    """Typed access to arguments; what is missing or malformed is refused with Slack's words."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def get(self, name: str) -> str | None:
        """Return a string or None; an empty string counts as absent."""
        value = self.values.get(name)
        return str(value) if value not in (None, "") else None

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a string or refuse with `error`."""
        value = self.get(name)
        if value is None:
            raise SlackError(
                error, response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
            )
        return value

    def has(self, name: str) -> bool:
        """Tell whether the argument was given."""
        return self.values.get(name) is not None

    def is_on(self, name: str) -> bool:
        """Tell whether a flag is 1 or true."""
        return str(self.values.get(name, "")).lower() in ("1", "true")

    def get_number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number, brought between the bounds."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return max(low, min(high, int(str(value))))
        except ValueError as error:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments") from error

    def get_json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a structured argument, decoding it when it came as a string; None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as failure:
            raise SlackError(error) from failure

    def read_cursor(self) -> str:
        """Return what `write_cursor` hid in the cursor; empty for the first page."""
        cursor = self.get("cursor")
        if cursor is None:
            return ""
        try:
            return base64.b64decode(cursor.encode(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise SlackError("invalid_cursor") from error


def write_cursor(position: str) -> str:
    """Return the cursor that `read_cursor` reads; empty for an empty position."""
    return base64.b64encode(position.encode()).decode() if position else ""


def cut_page(arguments: Arguments, items: list[Any], *, default: int, most: int) -> tuple[list[Any], Json]:
    """Return one page of a list and the `response_metadata` that leads to the next."""
    limit = arguments.get_number("limit", default, 1, most)
    at = arguments.read_cursor()
    if at and not at.isdigit():
        raise SlackError("invalid_cursor")
    start = int(at or 0)
    more = start + limit < len(items)
    return items[start : start + limit], {"next_cursor": write_cursor(str(start + limit) if more else "")}
