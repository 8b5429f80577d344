"""What waits, since when, how long it may take, and who judged how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median
from typing import TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import AnswerSlot, Assignment, Person, Project, Review, Task, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.domain.task import SlotState, TaskState
from bot.reports.expressions import fixed, is_wrong, of_review, seconds_between
from bot.reports.rejections import standing_verdicts
from bot.reports.throughput import count_final
from bot.reports.window import Window, each_day

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

PACE_DAYS = 7
"""Of how many days with work the pace is the median."""

LOOK_BACK_DAYS = 28


@dataclass(frozen=True)
class Backlog:
    """What is unfinished now. `remaining` counts tasks; the rest count answers and reviews.

    An answer whose reject is appealed against is in review.

    `oldest_open` is when the oldest task nobody has in hand was imported, `oldest_waiting` when the oldest waiting
    review was opened; None where there is none.
    """

    remaining: int
    open: int
    claimed: int
    in_review: int
    returned: int
    waiting_reviews: int
    handed_up: int
    oldest_open: datetime | None
    oldest_waiting: datetime | None


def read_backlog(session: Session, project_id: int) -> Backlog:
    """Return what is unfinished in the project now."""
    held = _pairs(
        session,
        select(Assignment.state, func.count())
        .where(
            Assignment.project_id == project_id,
            Assignment.ended_at.is_(None),
            Assignment.gold_id.is_(None),
        )
        .group_by(Assignment.state),
    )
    waiting = (Review.project_id == project_id, Review.state == fixed(Review.state, ReviewState.WAITING))
    by_level = session.execute(
        select(Review.level, func.count(), func.min(Review.created_at)).where(*waiting).group_by(Review.level)
    )
    levels = {level: (count, since) for level, count, since in by_level}
    unfinished = (Task.project_id == project_id, Task.state == fixed(Task.state, TaskState.OPEN))
    free = (AnswerSlot.project_id == project_id, AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN))
    oldest = session.scalar(
        select(Task.created_at)
        .where(
            *unfinished,
            select(AnswerSlot.id)
            .where(AnswerSlot.task_id == Task.id, AnswerSlot.state == SlotState.OPEN)
            .exists(),
        )
        .order_by(Task.created_at)
        .limit(1)
    )
    return Backlog(
        session.scalar(select(func.count()).where(*unfinished)) or 0,
        session.scalar(select(func.count()).where(*free)) or 0,
        held.get(AssignmentState.CLAIMED, 0),
        held.get(AssignmentState.IN_REVIEW, 0) + held.get(AssignmentState.APPEALED, 0),
        held.get(AssignmentState.RETURNED, 0),
        sum(count for count, _since in levels.values()),
        levels.get(ReviewLevel.SUPERVISOR, (0, None))[0],
        oldest,
        min((since for _count, since in levels.values()), default=None),
    )


@dataclass(frozen=True)
class Eta:
    """In how many days of work the rest is done at the recent pace; `days` is None when there is no pace yet.

    `pace` is the median of tasks that became final on each of the last `n` days with any.
    """

    days: int | None
    remaining: int
    pace: float | None
    n: int


def eta(session: Session, project_id: int, last: date) -> Eta:
    """Return the estimate from the last seven days with work, looked for in the four weeks that end with `last`."""
    project = session.get_one(Project, project_id)
    remaining = session.scalar(
        select(func.count()).where(
            Task.project_id == project_id, Task.state == fixed(Task.state, TaskState.OPEN)
        )
    )
    return estimate(remaining or 0, recent_finals(session, project, last))


def recent_finals(session: Session, project: Project, last: date) -> tuple[int, ...]:
    """Return how many tasks became final on each of the last days with any, at most seven of them, newest first."""
    days = each_day(project.zone, last, LOOK_BACK_DAYS)[::-1]
    found: list[int] = []
    # Most projects work most days, so the older weeks are seldom asked for.
    for week in range(0, LOOK_BACK_DAYS, PACE_DAYS):
        found += [count for count in count_final(session, project.id, days[week : week + PACE_DAYS]) if count]
        if len(found) >= PACE_DAYS:
            break
    return tuple(found[:PACE_DAYS])


def estimate(remaining: int, finals: tuple[int, ...]) -> Eta:
    """Return how long `remaining` tasks take at the median of days with these many finished."""
    pace = float(median(finals)) if finals else None
    return Eta(ceil(remaining / pace) if pace else None, remaining, pace, len(finals))


@dataclass(frozen=True)
class ReviewerLoad:
    """How much somebody judged. `overturned` counts verdicts that others found wrong, unless a second look agreed.

    What a reviewer took back alone is not counted, and neither is what still waits for the second look.

    `median_seconds` is from taking a review to the verdict, None when only undone verdicts were given.
    """

    person_id: int
    nickname: str
    verdicts: int
    rejects: int
    overturned: int
    median_seconds: int | None


def reviewers(session: Session, project_id: int, window: Window) -> tuple[ReviewerLoad, ...]:
    """Return who judged in the window, whoever gave most verdicts first. For supervisors and PMs only."""
    overturned = _overturned(session, project_id, window)
    given: dict[int, list[tuple[Decision, float]]] = {person: [] for person in overturned}
    for person, decision, seconds in session.execute(
        select(
            Verdict.reviewer_id,
            Verdict.decision,
            seconds_between(of_review(Review.claimed_at), Verdict.decided_at),
        ).where(*standing_verdicts(project_id, window))
    ):
        # A verdict that stands has a reviewer here, which the type of the column doesn't say.
        if person is not None:
            given.setdefault(person, []).append((decision, seconds))
    names = _pairs(session, select(Person.id, Person.nickname).where(Person.id.in_(list(given))))
    loads = (
        ReviewerLoad(
            person,
            names[person],
            len(verdicts),
            sum(decision is Decision.REJECT for decision, _seconds in verdicts),
            overturned.get(person, 0),
            round(median(seconds for _decision, seconds in verdicts)) if verdicts else None,
        )
        for person, verdicts in given.items()
    )
    return tuple(sorted(loads, key=lambda load: (-load.verdicts, load.nickname)))


def _overturned(session: Session, project_id: int, window: Window) -> dict[int, int]:
    second = aliased(Verdict)
    agreed = select(second.id).where(
        second.review_id == Verdict.review_id,
        second.undone_at.is_(None),
        or_(
            and_(Verdict.decision == Decision.REJECT, second.decision == Decision.REJECT),
            and_(Verdict.decision != Decision.REJECT, second.decision != Decision.REJECT),
        ),
    )
    counts = _pairs(
        session,
        select(Verdict.reviewer_id, func.count())
        .where(
            Verdict.project_id == project_id,
            window.holds(Verdict.decided_at),
            is_wrong(),
            of_review(Review.state) == ReviewState.DECIDED,
            ~agreed.exists(),
        )
        .group_by(Verdict.reviewer_id),
    )
    return {person: count for person, count in counts.items() if person is not None}


def _pairs(session: Session, query: Select[KeyT, ValueT]) -> dict[KeyT, ValueT]:
    return {row[0]: row[1] for row in session.execute(query)}
