"""Reads JSON lines, JSON lists and Label Studio exports object by object, to know each line number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from bot.imports.problems import ProblemCode, ProblemList
from bot.imports.rows import Record

_BLANK = re.compile(r"[ \t\r\n]*")


class _RepeatedKey(ValueError):
    """An object names the same key twice, and JSON does not say which one counts."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKey
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)


def read_json_lines(text: str, problems: ProblemList) -> Iterator[Record]:
    """One Record for each non-blank line; a line that cannot be read is noted and skipped."""
    start = 0
    line = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line += 1
        written = text[start:end].strip()
        start = end + 1
        if not written:
            continue
        try:
            value, used = _DECODER.raw_decode(written)
        except (ValueError, RecursionError) as error:
            problems.add(line, _code_of(error))
            continue
        if used != len(written):
            problems.add(line, ProblemCode.BROKEN_JSON)
        elif isinstance(value, dict):
            yield Record(line, value)
        else:
            problems.add(line, ProblemCode.NOT_AN_OBJECT)


def read_json_list(text: str, problems: ProblemList) -> Iterator[Record]:
    """One Record for each object of a list. Raises BadFile where the syntax breaks."""
    position = _skip_blank(text, 0)
    if text[position : position + 1] != "[":
        raise problems.refuse(1, ProblemCode.NOT_A_LIST)
    line = 1 + text.count("\n", 0, position)
    position += 1
    separator = ""
    while True:
        start = _skip_blank(text, position)
        line += text.count("\n", position, start)
        if not separator and text[start : start + 1] == "]":
            break
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            raise problems.refuse(_line_of(error, line), _code_of(error)) from None
        if isinstance(value, dict):
            yield Record(line, value)
        else:
            problems.add(line, ProblemCode.NOT_AN_OBJECT)
        position = _skip_blank(text, end)
        line += text.count("\n", start, position)
        separator = text[position : position + 1]
        position += 1
        if separator == "]":
            start = position - 1
            break
        if separator != ",":
            raise problems.refuse(line, ProblemCode.BROKEN_JSON)
    rest = _skip_blank(text, start + 1)
    if rest != len(text):
        raise problems.refuse(line + text.count("\n", start, rest), ProblemCode.BROKEN_JSON)


def _skip_blank(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _code_of(error: Exception) -> ProblemCode:
    if isinstance(error, RecursionError):
        return ProblemCode.TOO_DEEP
    return ProblemCode.REPEATED_KEY if isinstance(error, _RepeatedKey) else ProblemCode.BROKEN_JSON


def _line_of(error: Exception, start: int) -> int:
    # JSONDecodeError counts lines from the start of the whole text; other errors only know their object.
    return error.lineno if isinstance(error, json.JSONDecodeError) else start
