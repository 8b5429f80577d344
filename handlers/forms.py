"""Reading what was filled into a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class UploadedFile:
    """A file somebody put into a form; `size` in bytes as Slack says it."""

    name: str
    url: str
    size: int


@dataclass(frozen=True)
class Fields:
    """A form's content by field name. Empty and untouched fields are not in `texts`, nor in `chosen`."""

    texts: dict[str, str]
    files: dict[str, tuple[UploadedFile, ...]]
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what was typed or chosen, "" for nothing."""
        return self.texts.get(name, "")

    def many(self, name: str) -> tuple[str, ...]:
        """Return the values of all that was ticked or chosen in a field that takes several, () for none."""
        return self.chosen.get(name, ())

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return those of the chosen values that are ids of rows."""
        return tuple(int(value) for value in self.many(name) if value.isascii() and value.isdigit())

    def only(self, *names: str) -> dict[str, str]:
        """Return those of the fields that were filled."""
        return {name: self.texts[name] for name in names if name in self.texts}


def read_fields(state: Mapping[str, Any]) -> Fields:
    """Return the fields of a view's `state`, whatever their kind. Never raises for Slack's own shapes."""
    texts: dict[str, str] = {}
    files: dict[str, tuple[UploadedFile, ...]] = {}
    chosen: dict[str, tuple[str, ...]] = {}
    for elements in (state.get("values") or {}).values():
        for name, element in elements.items():
            if isinstance(element.get("files"), list):
                files[name] = tuple(_file(file) for file in element["files"])
                continue
            if isinstance(element.get("selected_options"), list):
                if values := _values(element["selected_options"]):
                    chosen[name] = values
                continue
            value = (element.get("selected_option") or element).get("value")
            if isinstance(value, str) and value:
                texts[name] = value
    return Fields(texts, files, chosen)


def _values(options: list[Any]) -> tuple[str, ...]:
    found = (option.get("value") for option in options if isinstance(option, Mapping))
    return tuple(value for value in found if isinstance(value, str) and value)


def _file(file: Mapping[str, Any]) -> UploadedFile:
    url = file.get("url_private_download") or file.get("url_private") or ""
    size = file.get("size")
    return UploadedFile(str(file.get("name") or ""), str(url), size if isinstance(size, int) else 0)
