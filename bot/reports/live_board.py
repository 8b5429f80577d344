"""Who has what of a project, since when, and what has been lying too long; what is on hold and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Batch, Hold, Person, Project, Submission, Task, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.task import TaskState
from bot.domain.translation import SourceKind
from bot.reports.expressions import fixed
from bot.reports.issue_words import Words, read_all_words
from bot.reports.needs import AGEING

PAGE = 10
RUNNING_OUT = timedelta(hours=2)
"""Returned work is ageing for its last two hours, and all work once it has lain for a day."""

_MOST_HOLDS = 20
_MOST_BATCHES = 50


class Which(StrEnum):
    """What of the work under way is wanted."""

    ALL = "all"
    CLAIMED = "claimed"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    AGEING = "ageing"
    HELD = "held"


@dataclass(frozen=True)
class BoardRow:
    """One piece of work: whose, in which state since when, and until when; `until` is None while no clock runs."""

    assignment_id: int
    ver: int
    task_id: int
    external_id: str
    nickname: str
    state: AssignmentState
    since: datetime
    until: datetime | None
    held: bool
    ageing: bool


@dataclass(frozen=True)
class BoardPage:
    """A page of a project's board. `page` counts from 0; `counts` are those of every `Which`."""

    project_id: int
    project_key: str
    which: Which
    rows: tuple[BoardRow, ...]
    page: int
    pages: int
    counts: dict[Which, int]


@dataclass(frozen=True)
class HeldGroup:
    """Tasks on hold for one reason: an issue's, or a person's own in one batch."""

    tasks: int
    first_task_id: int
    since: datetime
    batch_id: int
    batch_name: str
    issue_id: int | None
    reason: Words | None
    placed_by: str


@dataclass(frozen=True)
class BatchRow:
    """An import with tasks that are not final: how many, and how many of them a person holds."""

    batch_id: int
    name: str
    open: int
    held: int


def read_board(
    session: Session, project_id: int, now: datetime, *, which: Which = Which.ALL, page: int = 0
) -> BoardPage:
    """Return one page of what is under way, the longest waiting first; a page too far is the last one."""
    # What has ended is not read: an index has the rest.
    there = (Assignment.project_id == project_id, Assignment.ended_at.is_(None))
    wanted = {
        Which.ALL: None,
        Which.CLAIMED: Assignment.state == AssignmentState.CLAIMED,
        Which.RETURNED: Assignment.state.in_((AssignmentState.RETURNED, AssignmentState.APPEALED)),
        Which.IN_REVIEW: Assignment.state == AssignmentState.IN_REVIEW,
        Which.AGEING: _ageing(now),
        Which.HELD: Assignment.held_at.is_not(None),
    }
    counted = session.execute(
        select(
            *(
                func.count() if one is None else func.coalesce(func.sum(case((one, 1), else_=0)), 0)
                for one in wanted.values()
            )
        ).where(*there)
    ).one()
    counts = {name: int(n) for name, n in zip(wanted, counted, strict=True)}
    pages = max(1, -(-counts[which] // PAGE))
    page = min(max(0, page), pages - 1)
    condition = wanted[which]
    query = _rows(now).where(*there).order_by(_since(), Assignment.id).limit(PAGE).offset(page * PAGE)
    if condition is not None:
        query = query.where(condition)
    rows = tuple(_row(*found) for found in session.execute(query))
    key = session.get_one(Project, project_id).key
    return BoardPage(project_id, key, which, rows, page, pages, counts)


def read_row(session: Session, assignment_id: int, now: datetime) -> tuple[int, BoardRow] | None:
    """Return the project and the line of one piece of work, whatever its state; None when there is none."""
    query = _rows(now).where(Assignment.id == assignment_id)
    found = session.execute(query).one_or_none()
    return (found[0].project_id, _row(*found)) if found is not None else None


def _rows(now: datetime) -> Select[Assignment, str, str, datetime, bool]:
    return (
        select(Assignment, Person.nickname, Task.external_id, _since(), _ageing(now))
        .join(Person, Person.id == Assignment.person_id)
        .join(Task, Task.id == Assignment.task_id)
    )


def _row(one: Assignment, nickname: str, external_id: str, since: datetime, ageing: bool) -> BoardRow:
    return BoardRow(
        one.id,
        one.ver,
        one.task_id,
        external_id,
        nickname,
        one.state,
        since,
        _until(one),
        one.held_at is not None,
        bool(ageing),
    )


def _since() -> ColumnElement[datetime]:
    """Build since when work is in its state: claimed, handed in, or returned."""
    returned = (
        select(func.max(Verdict.decided_at))
        .where(Verdict.assignment_id == Assignment.id, Verdict.undone_at.is_(None))
        .correlate(Assignment)
        .scalar_subquery()
    )
    handed_in = (
        select(func.max(Submission.submitted_at))
        .where(Submission.assignment_id == Assignment.id)
        .correlate(Assignment)
        .scalar_subquery()
    )
    return case(
        (Assignment.state == fixed(Assignment.state, AssignmentState.CLAIMED), Assignment.claimed_at),
        (
            Assignment.state == fixed(Assignment.state, AssignmentState.IN_REVIEW),
            func.coalesce(handed_in, Assignment.claimed_at),
        ),
        else_=func.coalesce(returned, handed_in, Assignment.claimed_at),
    )


def _ageing(now: datetime) -> ColumnElement[bool]:
    """Build whether work has lain too long: its holder was warned, its rework runs out, or a day has passed.

    Not while no clock runs: on hold, and while its holder waits for a reply.
    """
    warned = and_(
        Assignment.state == AssignmentState.CLAIMED,
        or_(Assignment.warn_at.is_(None), Assignment.warn_at <= now),
    )
    running_out = and_(
        Assignment.state == AssignmentState.RETURNED, Assignment.rework_until <= now + RUNNING_OUT
    )
    return and_(
        Assignment.held_at.is_(None),
        Assignment.asked_id.is_(None),
        or_(warned, running_out, _since() <= now - AGEING),
    )


def _until(one: Assignment) -> datetime | None:
    if one.held_at is not None or one.asked_id is not None:
        return None
    if one.state is AssignmentState.CLAIMED:
        return one.lease_until
    return one.rework_until if one.state is AssignmentState.RETURNED else None


def held_groups(session: Session, project_id: int) -> tuple[HeldGroup, ...]:
    """Return what is on hold in a project, one line for each reason, the oldest first; at most 20."""
    rows = session.execute(
        select(
            func.count(),
            func.min(Hold.task_id),
            func.min(Hold.placed_at),
            func.min(Hold.id),
            Task.batch_id,
            Batch.source_name,
            Hold.issue_id,
            Hold.reason,
            Person.nickname,
        )
        .join(Task, Task.id == Hold.task_id)
        .join(Batch, Batch.id == Task.batch_id)
        .outerjoin(Person, Person.id == Hold.placed_by_id)
        .where(Hold.project_id == project_id, Hold.released_at.is_(None))
        .group_by(Task.batch_id, Batch.source_name, Hold.issue_id, Hold.reason, Person.nickname)
        .order_by(func.min(Hold.placed_at), func.min(Hold.id))
        .limit(_MOST_HOLDS)
    ).all()
    words = read_all_words(session, SourceKind.HOLD, {row[3]: row[7] for row in rows if row[7]})
    return tuple(
        HeldGroup(tasks, first, since, batch_id, name, issue_id, words.get(hold_id), nickname or "")
        for tasks, first, since, hold_id, batch_id, name, issue_id, _reason, nickname in rows
    )


def open_batches(session: Session, project_id: int) -> tuple[BatchRow, ...]:
    """Return the imports of a project that are not done, the newest first; at most 50."""
    own = (
        select(Hold.id)
        .where(Hold.task_id == Task.id, Hold.issue_id.is_(None), Hold.released_at.is_(None))
        .correlate(Task)
        .exists()
    )
    rows = session.execute(
        select(Batch.id, Batch.source_name, func.count(), func.sum(case((own, 1), else_=0)))
        .join(Task, Task.batch_id == Batch.id)
        .where(Batch.project_id == project_id, Task.state != fixed(Task.state, TaskState.FINAL))
        .group_by(Batch.id, Batch.source_name)
        .order_by(Batch.id.desc())
        .limit(_MOST_BATCHES)
    )
    return tuple(BatchRow(id, name, count, int(held)) for id, name, count, held in rows)
