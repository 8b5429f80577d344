"""The fields of an export: records with nested content for JSON, flat columns for spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.answers import NOTE, PARTS, UNUSABLE
from bot.domain.cells import neutral
from bot.domain.consensus import Counting
from bot.domain.task import TaskType
from bot.reports.export_results import count_votes, result_of
from bot.reports.export_rows import AnswerRow

Record = dict[str, Any]

_USUAL = Counting()

CONTENT: dict[TaskType, tuple[str, ...]] = {
    TaskType.TRANSCRIPTION: ("audio", "link", "note"),
    TaskType.MODERATION: ("text", "image", "link", "note"),
    TaskType.TRANSLATION: ("source", "link", "source_language", "note"),
}
"""What the payload of a task may hold, in the order of its columns."""

_RESULT = (
    "task", "data", "answer", "votes", "answers", "tied", "worker", "rounds", "fixed", "guideline",
    "claimed_at", "final_at", "seconds", "review_seconds", "decided", "share", "note",
)  # fmt: skip
_ANSWER = (
    "task", "data", "worker", "round", "answer", "counts", "votes", "answers", "draft", "late",
    "verdict", "reason", "section", "comment", "fixed_answer", "reviewer", "guideline",
    "claimed_at", "submitted_at", "review_claimed_at", "decided_at", "final_at", "seconds", "review_seconds",
)  # fmt: skip
_NESTED = ("data", "answer", "fixed_answer")


def result_records(rows: Sequence[AnswerRow], kind: TaskType, counting: Counting = _USUAL) -> list[Record]:
    """Return the one record of a final task, its fields in the order of the columns."""
    found = result_of(rows, counting)
    first, chosen = found.first, found.chosen
    values = (
        first.task,
        content_of(first.payload, kind),
        found.words or None,
        found.votes,
        found.answers,
        found.tied,
        chosen.author if chosen else None,
        chosen.round if chosen else None,
        bool(chosen and chosen.fixed_answer),
        chosen.guideline_version if chosen else None,
        _written(min(row.claimed_at for row in rows)),
        _written(first.final_at),
        found.seconds,
        found.review_seconds,
        found.decided,
        None if found.share is None else round(found.share, 4),
        found.note,
    )
    return [dict(zip(_RESULT, values, strict=True))]


def answer_records(rows: Sequence[AnswerRow], kind: TaskType, counting: Counting = _USUAL) -> list[Record]:
    """Return a record for each round of a task's answers; only those that count have votes."""
    counted, said = count_votes(rows, counting)
    votes = {row.submission_id: count for row, count in zip(counted, said, strict=True)}
    content = content_of(rows[0].payload, kind)
    return [
        dict(
            zip(
                _ANSWER,
                (
                    row.task,
                    content,
                    row.author,
                    row.round,
                    row.answer,
                    row.submission_id in votes,
                    votes.get(row.submission_id),
                    len(counted),
                    row.draft,
                    row.late,
                    row.decision,
                    row.reason,
                    row.section,
                    row.comment,
                    row.fixed_answer,
                    row.reviewer,
                    row.guideline_version,
                    _written(row.claimed_at),
                    _written(row.submitted_at),
                    _written(row.review_claimed_at),
                    _written(row.decided_at),
                    _written(row.final_at),
                    row.seconds,
                    row.review_seconds,
                ),
                strict=True,
            )
        )
        for row in rows
    ]


def content_of(payload: Mapping[str, str], kind: TaskType) -> dict[str, str]:
    """Return a task's payload in an order that does not depend on the database."""
    known = {name: payload[name] for name in CONTENT[kind] if name in payload}
    return known | {name: payload[name] for name in sorted(payload.keys() - known.keys())}


def columns_of(kind: TaskType, *, answers: bool) -> tuple[str, ...]:
    """Return the head of the flat table: every part a task or an answer of this type may have, used or not."""
    parts = {"data": CONTENT[kind], "answer": _parts(kind), "fixed_answer": _parts(kind)}
    return tuple(
        f"{_prefix(field)}_{part}" if part else field
        for field in (_ANSWER if answers else _RESULT)
        for part in parts.get(field, ("",))
    )


def cells_of(record: Record, kind: TaskType) -> list[object]:
    """Return a record as the cells below `columns_of`: numbers stay numbers, words can't be formulas."""
    cells: list[object] = []
    for field, value in record.items():
        if field in _NESTED:
            parts = value or {}
            wanted = CONTENT[kind] if field == "data" else _parts(kind)
            cells.extend(neutral(parts.get(part, "")) for part in wanted)
        elif isinstance(value, str):
            cells.append(neutral(value))
        elif isinstance(value, bool):
            cells.append("true" if value else "false")
        else:
            cells.append("" if value is None else value)
    return cells


def _prefix(field: str) -> str:
    return "fixed" if field == "fixed_answer" else field


def _parts(kind: TaskType) -> tuple[str, ...]:
    return (*PARTS[kind], UNUSABLE, NOTE)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
