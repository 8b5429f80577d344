"""A task with its answers as Label Studio reads them: a task, its data, and an annotation per answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.answers import NOTE, UNUSABLE, Answer
from bot.domain.consensus import Counting
from bot.domain.exports import What
from bot.domain.task import TaskType
from bot.reports.export_records import content_of
from bot.reports.export_results import Result, count_votes, result_of
from bot.reports.export_rows import AnswerRow

_SHOWN = ("audio", "image", "text", "source", "link")
"""What Label Studio would show of a task, whichever its payload has first; the result points to it."""

_NAMES = {
    TaskType.TRANSCRIPTION: {"text": "transcription"},
    TaskType.MODERATION: {"label": "label", "rationale": "rationale"},
    TaskType.TRANSLATION: {"text": "translation"},
}
_CHOICES = ("label", UNUSABLE)
_USUAL = Counting()


def studio_task(
    rows: Sequence[AnswerRow], kind: TaskType, what: What, counting: Counting = _USUAL
) -> dict[str, Any]:
    """Return one task of a Label Studio list.

    RESULTS has the final answer as its one annotation, and none for a tie; ANSWERS has the newest round of
    each author, those that count marked as ground truth. Nicknames stand in `meta`: Label Studio would look
    for accounts of its own behind `completed_by`.
    """
    first = rows[0]
    content = content_of(first.payload, kind)
    target = next((name for name in _SHOWN if name in content), "text")
    data = {"id": first.task, **content}
    task: dict[str, Any] = {"id": first.task_id, "data": data, "annotations": [], "predictions": []}
    if what is What.RESULTS:
        found = result_of(rows, counting)
        if found.chosen is None and found.words:
            return task | {"annotations": [_decided(found, kind, target)]}
        shown = [found.chosen] if found.chosen else []
    else:
        newest = {row.assignment_id: row for row in rows}
        shown = list(newest.values())
    counted = {row.submission_id for row in count_votes(rows, counting)[0]}
    annotations = [_annotation(row, kind, target, row.submission_id in counted) for row in shown]
    return task | {"annotations": annotations}


def _decided(found: Result, kind: TaskType, target: str) -> dict[str, Any]:
    """Return the annotation of an answer that nobody gave: the words of the supervisor who decided."""
    key = found.first.submission_id
    final = found.first.final_at
    return {
        "id": key,
        "result": _result(found.words, key, kind, target),
        "was_cancelled": False,
        "ground_truth": True,
        "created_at": final.isoformat(timespec="seconds") if final else None,
        "lead_time": None,
        "meta": {"decided": found.decided},
    }


def _annotation(row: AnswerRow, kind: TaskType, target: str, counts: bool) -> dict[str, Any]:
    return {
        "id": row.submission_id,
        "result": _result(row.words, row.submission_id, kind, target),
        "was_cancelled": False,
        "ground_truth": counts,
        "created_at": row.submitted_at.isoformat(timespec="seconds"),
        "lead_time": row.seconds,
        "meta": {"worker": row.author, "round": row.round, "verdict": row.decision},
    }


def _result(answer: Answer, key: int, kind: TaskType, target: str) -> list[dict[str, Any]]:
    names = _NAMES[kind] | {UNUSABLE: UNUSABLE, NOTE: NOTE}
    return [
        {
            "id": f"{key}-{part}",
            "from_name": names[part],
            "to_name": target,
            "type": "choices" if part in _CHOICES else "textarea",
            "value": {"choices": [text]} if part in _CHOICES else {"text": [text]},
        }
        for part, text in answer.items()
        if part in names
    ]
