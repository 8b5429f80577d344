"""The result of an import: frozen task rows and what was left out on purpose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FileFormat(StrEnum):
    """The formats a task file can have."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    LABEL_STUDIO = "label_studio"


@dataclass(frozen=True, slots=True)
class Record:
    """One line or object of a file, before its values are checked. Keys are the names used in the file."""

    line: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task to create. `payload` is its content by canonical column, `fingerprint` identifies that."""

    external_id: str
    payload: dict[str, str]
    priority: int
    line: int
    fingerprint: str


@dataclass(frozen=True)
class ImportedFile:
    """A whole valid file, in file order.

    `collapsed` counts repeated rows that said the same again, `annotations` those of Label Studio that were
    left behind, `ignored_columns` the columns nothing is known about.
    """

    rows: tuple[TaskRow, ...]
    format: FileFormat
    collapsed: int = 0
    annotations: int = 0
    ignored_columns: tuple[str, ...] = ()


def fingerprint(payload: Mapping[str, str]) -> str:
    """SHA-256 in hex of the payload as JSON with sorted keys: equal content, equal fingerprint."""
    canonical = json.dumps(dict(payload), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
