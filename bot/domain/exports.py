"""What can be taken out of a project as a file, in which formats, and how such a file is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.pay import Month


class What(StrEnum):
    """What the rows of a file are.

    RESULTS: the answer of every final task; ANSWERS: every answer with its verdict; PAY: one month's lines;
    ISSUES: how each one went.
    """

    RESULTS = "results"
    ANSWERS = "answers"
    PAY = "pay"
    ISSUES = "issues"


class Format(StrEnum):
    """JSONL: one object a line; CSV: for spreadsheets; LABEL_STUDIO: a list of its tasks with annotations."""

    JSONL = "jsonl"
    CSV = "csv"
    LABEL_STUDIO = "label-studio"


_NOT_TASKS = (What.PAY, What.ISSUES)
_SUFFIX = {Format.JSONL: "jsonl", Format.CSV: "csv", Format.LABEL_STUDIO: "label-studio.json"}


@dataclass(frozen=True)
class Order:
    """An export somebody wants. `month` is for pay only; `bom` marks a CSV file as UTF-8 for Excel."""

    project_id: int
    project_key: str
    what: What
    format: Format
    month: Month | None = None
    bom: bool = False

    def __post_init__(self) -> None:
        """Raise Invalid for pay or issues as Label Studio JSON, and for pay without its month."""
        if self.what in _NOT_TASKS and self.format is Format.LABEL_STUDIO:
            raise Invalid("format", f"not_for_{self.what}", self.format.value)
        if self.what is What.PAY and self.month is None:
            raise Invalid("month", "missing")

    @property
    def encoding(self) -> str:
        """How its characters are written."""
        return "utf-8-sig" if self.bom and self.format is Format.CSV else "utf-8"


def file_name(order: Order, day: date) -> str:
    """Return the name of the file made on a day: what it is and nothing of what is in it."""
    when = str(order.month) if order.what is What.PAY else day.isoformat()
    return f"{order.project_key}-{order.what}-{when}.{_SUFFIX[order.format]}"
