"""What can be wrong with a task file, as codes and values; the sentences live in the Slack views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_PROBLEMS = 50


class ProblemCode(StrEnum):
    """Every reason to refuse a file or a line. The comment names the values that come with it."""

    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"  # limit (MiB)
    EXCEL_FILE = "excel_file"
    UNKNOWN_FORMAT = "unknown_format"  # name (the extension)
    WRONG_ENCODING = "wrong_encoding"
    TOO_MANY_ROWS = "too_many_rows"  # limit
    NO_ROWS = "no_rows"
    MISSING_COLUMN = "missing_column"  # columns (any of these)
    REPEATED_COLUMN = "repeated_column"  # column, meaning
    BROKEN_CSV = "broken_csv"
    TOO_MANY_CELLS = "too_many_cells"  # expected, found
    BROKEN_JSON = "broken_json"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    NO_DATA_OBJECT = "no_data_object"
    REPEATED_KEY = "repeated_key"
    TOO_DEEP = "too_deep"
    NOT_TEXT = "not_text"  # column
    MISSING_ID = "missing_id"
    BAD_ID = "bad_id"  # limit (characters)
    DUPLICATE_ID = "duplicate_id"  # id, first_line
    EMPTY_CONTENT = "empty_content"  # columns (any of these)
    BAD_PRIORITY = "bad_priority"  # least, most
    BAD_CHARACTER = "bad_character"  # column
    FIELD_TOO_LONG = "field_too_long"  # column, limit (characters)
    BAD_LINK = "bad_link"  # column
    INTERRUPTED = "interrupted"
    CHANGED_TASK = "changed_task"  # id


@dataclass(frozen=True)
class Problem:
    """One thing to repair. `line` counts from 1 as an editor does; None means the whole file.

    `values` hold column names, limits and task ids, never the content of a cell.
    """

    line: int | None
    code: ProblemCode
    values: Mapping[str, str | int] = field(default_factory=dict)


class BadFile(ValueError):
    """The file was refused as a whole. `problems` holds the first 50, `more` counts the others."""

    def __init__(self, problems: tuple[Problem, ...], more: int = 0) -> None:
        counts = Counter(problem.code.value for problem in problems)
        super().__init__(", ".join(f"{code} x{count}" for code, count in sorted(counts.items())))
        self.problems = problems
        self.more = more


class ProblemList:
    """Collects problems while reading goes on, in bounded memory."""

    def __init__(self) -> None:
        self._kept: list[Problem] = []
        self._more = 0

    def add(self, line: int | None, code: ProblemCode, **values: str | int) -> None:
        """Note a problem and continue."""
        if len(self._kept) < MOST_PROBLEMS:
            self._kept.append(Problem(line, code, values))
        else:
            self._more += 1

    @property
    def count(self) -> int:
        """How many problems were noted, kept or not."""
        return len(self._kept) + self._more

    def refuse(self, line: int | None, code: ProblemCode, **values: str | int) -> BadFile:
        """Return the error for a problem after which nothing can be read; it includes those before it."""
        problem = Problem(line, code, values)
        kept = self._kept[: MOST_PROBLEMS - 1]
        return BadFile((*kept, problem), self._more + len(self._kept) - len(kept))

    def raise_if_any(self) -> None:
        """Raise BadFile when something was noted."""
        if self._kept:
            raise BadFile(tuple(self._kept), self._more)
