"""Collects what is wrong with a payload, worded and addressed as Slack does."""

from __future__ import annotations

from typing import Any

from sandbox.shapes import Json


class Problems:
    """A list of "what [json-pointer:where]"; the checks below return the value when its type is right."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Note one problem."""
        self.found.append(f"{what} [json-pointer:{where}]")

    def check_keys(self, value: Json, where: str, required: str, optional: str = "") -> None:
        """Name missing and unknown keys; both lists are words separated by spaces."""
        needed = required.split()
        for key in needed:
            if key not in value or value[key] is None:
                self.add(where, f"missing required field: {key}")
        for key in value:
            if key not in needed and key not in optional.split() and key != "type":
                self.add(where, f"invalid additional property: {key}")

    def check_text_length(self, value: Any, where: str, most: int, least: int = 1) -> None:
        """Check a plain string of `least` to `most` characters."""
        if not isinstance(value, str):
            self.add(where, "must be a string")
        elif len(value) < least:
            self.add(where, f"must be more than {least - 1} characters")
        elif len(value) > most:
            self.add(where, f"must be less than {most + 1} characters")

    def check_optional_text(self, holder: Json, key: str, where: str, most: int, least: int = 1) -> None:
        """Check a plain string if the key is there."""
        if holder.get(key) is not None:
            self.check_text_length(holder[key], f"{where}/{key}", most, least)

    def check_items(self, value: Any, where: str, most: int, least: int = 1) -> list[Any]:
        """Check a list of `least` to `most` items and return it (empty when it is no list)."""
        if not isinstance(value, list):
            self.add(where, "must be an array")
            return []
        if len(value) < least:
            self.add(where, f"no fewer than {least} items allowed")
        if len(value) > most:
            self.add(where, f"no more than {most} items allowed")
        return value

    def check_object(self, value: Any, where: str) -> Json | None:
        """Return the value if it is an object, else note that and return None."""
        if isinstance(value, dict):
            return value
        self.add(where, "must be an object")
        return None

    def check_choice(self, holder: Json, key: str, where: str, allowed: str) -> None:
        """Check an optional field against a few words."""
        if key in holder and holder[key] not in allowed.split():
            self.add(f"{where}/{key}", f"must be a valid enum value: {allowed}")

    def check_number(self, holder: Json, key: str, where: str, low: int, high: int) -> None:
        """Check an optional whole number between two bounds."""
        value = holder.get(key)
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.add(f"{where}/{key}", f"must be an integer between {low} and {high}")
