"""Reads CSV with a header line, separated by comma, semicolon or tab."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

from bot.imports.columns import Columns
from bot.imports.problems import ProblemCode, ProblemList
from bot.imports.rows import Record

_SEPARATORS = ",;\t"


def read_csv(text: str, columns: Columns, problems: ProblemList) -> Iterator[Record]:
    """One Record for each line with something in it, keyed by the file's own headers.

    Raises BadFile where the quoting breaks, because every later line would be misread.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=_sniff(text), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            # Besides broken quotes this is a cell above the module's limit, which a lost quote also causes.
            raise problems.refuse(line, ProblemCode.BROKEN_CSV) from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = cells
            _check_header(header, line, columns, problems)
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.add(line, ProblemCode.TOO_MANY_CELLS, expected=len(header), found=len(cells))
            continue
        yield Record(line, dict(zip(header, cells, strict=False)))


def _sniff(text: str) -> str:
    """Return the separator that is most frequent outside quotes in the header line."""
    header = text.lstrip("\ufeff\r\n")[:100_000]
    header = re.split(r"[\r\n]", header, maxsplit=1)[0]
    bare = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=bare.count)


def _check_header(header: list[str], line: int, columns: Columns, problems: ProblemList) -> None:
    """Raise BadFile when a needed column is missing or named twice: each row would only repeat that."""
    first: dict[str, str] = {}
    found = False
    for name in header:
        meaning = columns.meaning_of(name)
        if meaning is None:
            continue
        if meaning in first:
            problems.add(line, ProblemCode.REPEATED_COLUMN, column=name.strip()[:60], meaning=meaning)
            found = True
        first[meaning] = name
    if "id" not in first:
        problems.add(line, ProblemCode.MISSING_COLUMN, columns="id")
        found = True
    if not any(name in first for name in columns.content):
        problems.add(line, ProblemCode.MISSING_COLUMN, columns=", ".join(columns.content))
        found = True
    if found:
        problems.raise_if_any()
