"""A project's issues as a file: when each was raised, taken and settled, and what came of it.

What people wrote to each other stays out, and so does everything that was reported namelessly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.db.models import Hold, Issue, IssueStep, IssueTask, Person, Task
from bot.domain.cells import neutral
from bot.domain.escalation import IssueSource, Step
from bot.reports.export_records import Record
from bot.reports.issue_times import settled_seconds

_AT_A_TIME = 500
_SEPARATOR = " "
COLUMNS = (
    "issue", "severity", "state", "source", "asked", "level", "opener", "owner", "tasks", "held_tasks",
    "opened_at", "acked_at", "resolved_at", "closed_at", "ack_seconds", "waited_seconds", "resolve_seconds",
    "levelled", "reopened", "cause", "remedy", "section",
)  # fmt: skip


def count_issues(session: Session, project_id: int) -> int:
    """Return how many rows `issue_records` gives."""
    return session.scalar(select(func.count()).where(*_wanted(project_id))) or 0


def issue_records(session: Session, project_id: int) -> Iterator[Record]:
    """Yield a record for each issue, the oldest first; people by nickname, tasks by the PM's own ids.

    `ack_seconds` is until it was first acknowledged, `resolve_seconds` until it was settled without the time for
    which somebody was waited. `levelled` counts how often it went on to the next people, `reopened` how often it
    came back.
    """
    people = (
        select(Person.id, Person.nickname)
        .join(Issue, Person.id.in_((Issue.opener_id, Issue.owner_id)))
        .where(*_wanted(project_id))
        .distinct()
    )
    names = {row.id: row.nickname for row in session.execute(people)}
    last = 0
    while True:
        # By key and not from one open cursor: what belongs to each lot is looked up in between.
        lot = session.scalars(
            select(Issue).where(*_wanted(project_id), Issue.id > last).order_by(Issue.id).limit(_AT_A_TIME)
        ).all()
        if not lot:
            return
        last = lot[-1].id
        ids = [issue.id for issue in lot]
        tasks, held = _tasks(session, ids), _held(session, ids)
        steps, rested = _steps(session, ids), settled_seconds(session, ids)
        for issue in lot:
            values = (
                issue.id,
                issue.severity.value,
                issue.state.value,
                issue.source.value,
                issue.asked.value,
                issue.level.value,
                # Cards don't say who raised something in private, so a file doesn't either.
                names.get(issue.opener_id or 0) if issue.source is IssueSource.THREAD else None,
                names.get(issue.owner_id or 0),
                tasks.get(issue.id, []),
                held.get(issue.id, 0),
                _written(issue.opened_at),
                _written(issue.acked_at),
                _written(issue.resolved_at),
                _written(issue.closed_at),
                _seconds(issue.opened_at, issue.acked_at, 0),
                issue.waited_seconds,
                _seconds(issue.opened_at, issue.resolved_at, issue.waited_seconds + rested.get(issue.id, 0)),
                steps.get((issue.id, Step.LEVELLED), 0),
                steps.get((issue.id, Step.REOPENED), 0),
                issue.cause,
                issue.remedy,
                issue.section,
            )
            yield dict(zip(COLUMNS, values, strict=True))
        session.expunge_all()


def issue_cells(record: Record) -> list[object]:
    """Return a record as the cells below `COLUMNS`: numbers stay numbers, words can't be formulas."""
    cells: list[object] = []
    for value in record.values():
        if isinstance(value, list):
            cells.append(neutral(_SEPARATOR.join(value)))
        elif isinstance(value, str):
            cells.append(neutral(value))
        else:
            cells.append("" if value is None else value)
    return cells


def _wanted(project_id: int) -> tuple[ColumnElement[bool], ...]:
    return Issue.project_id == project_id, Issue.source != IssueSource.NAMELESS


def _tasks(session: Session, issues: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(IssueTask.issue_id, Task.external_id)
        .join(Task, Task.id == IssueTask.task_id)
        .where(IssueTask.issue_id.in_(issues))
        .order_by(IssueTask.id)
    )
    for issue_id, external_id in rows:
        found.setdefault(issue_id, []).append(external_id)
    return found


def _held(session: Session, issues: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Hold.issue_id, func.count(Hold.task_id.distinct()))
        .where(Hold.issue_id.in_(issues))
        .group_by(Hold.issue_id)
    )
    return {issue_id: count for issue_id, count in rows if issue_id is not None}


def _steps(session: Session, issues: list[int]) -> dict[tuple[int, Step], int]:
    rows = session.execute(
        select(IssueStep.issue_id, IssueStep.step, func.count())
        .where(IssueStep.issue_id.in_(issues), IssueStep.step.in_((Step.LEVELLED, Step.REOPENED)))
        .group_by(IssueStep.issue_id, IssueStep.step)
    )
    return {(issue_id, step): count for issue_id, step, count in rows}


def _seconds(start: datetime, end: datetime | None, waited: int) -> int | None:
    return max(int((end - start).total_seconds()) - waited, 0) if end is not None else None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
