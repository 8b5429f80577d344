"""Checks one record and makes a task row of it, noting every problem it has."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from bot.domain.text import is_storable
from bot.imports.columns import ID, LINKS, PATHS, PRIORITY, Columns
from bot.imports.problems import ProblemCode, ProblemList
from bot.imports.rows import Record, TaskRow, fingerprint

LONGEST_FIELD = 20_000
LONGEST_ID = 200
PRIORITIES = range(-1000, 1001)

_PRIORITY = re.compile(r"[+-]?[0-9]{1,4}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_BUCKETS = {"s3", "gs"}


def check_row(record: Record, columns: Columns, problems: ProblemList) -> TaskRow | None:
    """Return the row a record describes, or None after noting everything that is wrong with it."""
    found = problems.count
    texts, refused = _read_texts(record, columns, problems)
    external_id = unicodedata.normalize("NFC", texts.pop(ID, "").strip())
    if ID not in refused:
        _check_id(record.line, external_id, problems)
    priority = _read_priority(record.line, texts.pop(PRIORITY, ""), problems)
    payload = {column: text for column, text in texts.items() if text.strip()}
    if not any(column in payload or column in refused for column in columns.content):
        problems.add(record.line, ProblemCode.EMPTY_CONTENT, columns=", ".join(columns.content))
    for column in sorted(payload.keys() & (LINKS | PATHS)):
        payload[column] = payload[column].strip()
        if not _is_usable(payload[column], path_allowed=column in PATHS):
            problems.add(record.line, ProblemCode.BAD_LINK, column=column)
    if problems.count > found:
        return None
    return TaskRow(external_id, payload, priority, record.line, fingerprint(payload))


def _read_texts(record: Record, columns: Columns, problems: ProblemList) -> tuple[dict[str, str], set[str]]:
    """Return the texts of the known columns by canonical name, and the columns that were refused."""
    texts: dict[str, str] = {}
    refused: set[str] = set()
    for name, value in record.values.items():
        column = columns.meaning_of(name)
        if column is None or value is None:
            continue
        if column in texts or column in refused:
            problems.add(record.line, ProblemCode.REPEATED_COLUMN, column=name.strip()[:60], meaning=column)
            continue
        code, values = _refusal(value, column)
        if code is None:
            texts[column] = str(value)
        else:
            problems.add(record.line, code, **values)
            refused.add(column)
    return texts, refused


def _refusal(value: object, column: str) -> tuple[ProblemCode | None, dict[str, str | int]]:
    if not isinstance(value, str) and not (type(value) is int and column in (ID, PRIORITY)):
        return ProblemCode.NOT_TEXT, {"column": column}
    text = str(value)
    if len(text) > LONGEST_FIELD:
        return ProblemCode.FIELD_TOO_LONG, {"column": column, "limit": LONGEST_FIELD}
    if not is_storable(text):
        return ProblemCode.BAD_CHARACTER, {"column": column}
    return None, {}


def _check_id(line: int, external_id: str, problems: ProblemList) -> None:
    if not external_id:
        problems.add(line, ProblemCode.MISSING_ID)
    elif len(external_id) > LONGEST_ID or not external_id.isprintable():
        problems.add(line, ProblemCode.BAD_ID, limit=LONGEST_ID)


def _read_priority(line: int, text: str, problems: ProblemList) -> int:
    written = text.strip()
    if _PRIORITY.fullmatch(written) and int(written) in PRIORITIES:
        return int(written)
    if written:
        problems.add(line, ProblemCode.BAD_PRIORITY, least=PRIORITIES[0], most=PRIORITIES[-1])
    return 0


def _is_usable(address: str, *, path_allowed: bool) -> bool:
    """Whether an address is http(s), or where paths are allowed a path or an object of a storage bucket."""
    if not address.isprintable() or (not path_allowed and " " in address):
        return False
    scheme = _SCHEME.match(address)
    if scheme is None:
        return path_allowed
    if scheme.group(1).lower() in _BUCKETS:
        return path_allowed
    try:
        return scheme.group(1).lower() in {"http", "https"} and bool(urlsplit(address).hostname)
    except ValueError:
        return False
