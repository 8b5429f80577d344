"""What lies on somebody's desk now: tasks in hand, reviews in hand, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import AnswerSlot, Assignment, LedgerLine, Membership, Person, Project, Review, Task
from bot.domain.assignment import HELD, AssignmentState
from bot.domain.pay import Money
from bot.domain.people import Role, WorkStatus
from bot.domain.review import ReviewLevel, ReviewState
from bot.domain.task import SlotState, TaskType
from bot.reports.appeals import count_second_looks
from bot.reports.expressions import fixed
from bot.reports.waiting import COUNT_LIMIT, count_reviews, count_rows, count_tasks

_JUDGED = (AssignmentState.IN_REVIEW, AssignmentState.APPEALED)
LIST_LIMIT = 20


@dataclass(frozen=True)
class HeldTask:
    """One line of a worker's list; with `last_word` it is about to go to somebody else."""

    assignment_id: int
    ver: int
    state: AssignmentState
    project_key: str
    type: TaskType
    task_id: int
    price: Money
    lease_until: datetime
    extended: bool
    rework_until: datetime | None = None
    held: bool = False
    last_word: bool = False


@dataclass(frozen=True)
class HeldReview:
    """One line of a reviewer's list; `reserved` marks rework that came back to them."""

    review_id: int
    ver: int
    project_key: str
    type: TaskType
    task_id: int
    level: ReviewLevel
    reserved: bool
    since: datetime


@dataclass(frozen=True)
class Desk:
    """Everything Home shows of one person: never anything of anybody else's.

    `open_tasks`, `waiting_reviews` and `second_looks` (at work whose reject was appealed against) are what their
    claims would find, each at most `COUNT_LIMIT`.
    """

    person_id: int
    nickname: str
    language: str
    zone: str
    status: WorkStatus
    admin: bool
    roles: dict[str, tuple[Role, ...]]
    tasks: tuple[HeldTask, ...]
    in_review: int
    open_tasks: int
    reviews: tuple[HeldReview, ...]
    waiting_reviews: int
    earned: tuple[Money, ...]
    second_looks: int = 0


def read_desk(
    session: Session,
    person_id: int,
    *,
    closed: Collection[int] = (),
    closed_reviews: Collection[int] = (),
    now: datetime | None = None,
) -> Desk:
    """Return the person's desk, in which what is in `closed` projects does not count as work to take.

    With `now` the figures are such as people may be shown.

    Raises NoResultFound for an unknown id.
    """
    person = session.get_one(Person, person_id)
    memberships = session.execute(
        select(Project.id, Project.key, Membership.role)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Project.active.is_(True))
        .order_by(Project.key, Membership.role)
    ).all()
    roles: dict[str, tuple[Role, ...]] = {}
    for _id, key, role in memberships:
        roles[key] = (*roles.get(key, ()), role)
    working = [p for p, _key, role in memberships if role is Role.WORKER and p not in closed]
    judging = [
        p
        for p, _key, role in memberships
        if role in (Role.REVIEWER, Role.SUPERVISOR) and p not in closed_reviews
    ]
    supervising = [p for p, _key, role in memberships if role is Role.SUPERVISOR]
    return Desk(
        person.id,
        person.nickname,
        person.language,
        person.zone,
        person.status,
        person.admin,
        roles,
        held_tasks(session, person_id),
        count_rows(session, Assignment.person_id == person_id, Assignment.state.in_(_JUDGED)),
        _open_tasks(session, person_id, working, now),
        held_reviews(session, person_id),
        count_reviews(session, person_id, judging, supervising),
        _earned(session, person_id),
        count_second_looks(session, person_id, judging, supervising),
    )


def _open_tasks(session: Session, person_id: int, projects: Collection[int], now: datetime | None) -> int:
    """Return how many tasks wait, as if each known one that the person took had been one of them.

    A known task leaves the one it was mixed in for to others, and a figure that stood still would tell. After a day
    nobody sees what it moves by.
    """
    waiting = count_tasks(session, person_id, projects)
    if now is None or not 0 < waiting < COUNT_LIMIT:
        return waiting
    # One that is an open task besides has left the count by itself.
    open_too = select(AnswerSlot.id).where(
        AnswerSlot.task_id == Assignment.task_id,
        AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
        AnswerSlot.held_at.is_(None),
    )
    known = count_rows(
        session,
        Assignment.person_id == person_id,
        Assignment.project_id.in_(list(projects)),
        Assignment.gold_id.is_not(None),
        Assignment.claimed_at > now - timedelta(days=1),
        ~open_too.exists(),
    )
    return max(1, waiting - known)


def held_tasks(session: Session, person_id: int) -> tuple[HeldTask, ...]:
    """Return what the person has in hand, returned work first, then by time left; at most 20 lines."""
    rows = session.execute(
        select(Assignment, Project.key, Project.type, Task.id)
        .join(Project, Project.id == Assignment.project_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.person_id == person_id, Assignment.state.in_(HELD))
        .order_by(Assignment.state.desc(), Assignment.lease_until)
        .limit(LIST_LIMIT)
    )
    return tuple(
        HeldTask(
            a.id,
            a.ver,
            a.state,
            key,
            kind,
            task_id,
            Money(a.price_minor, a.currency),
            a.lease_until,
            a.extended,
            a.rework_until,
            a.held_at is not None,
            a.last_word,
        )
        for a, key, kind, task_id in rows
    )


def held_reviews(session: Session, person_id: int) -> tuple[HeldReview, ...]:
    """Return the reviews the person has in hand and the rework reserved for them; at most 20 lines."""
    rows = session.execute(
        select(Review, Project.key, Project.type)
        .join(Project, Project.id == Review.project_id)
        .where(
            Review.reviewer_id == person_id,
            Review.state.in_((ReviewState.CLAIMED, ReviewState.WAITING)),
        )
        .order_by(Review.id)
        .limit(LIST_LIMIT)
    )
    return tuple(
        HeldReview(
            r.id,
            r.ver,
            key,
            kind,
            r.task_id,
            r.level,
            r.state is ReviewState.WAITING,
            r.claimed_at or r.created_at,
        )
        for r, key, kind in rows
    )


def _earned(session: Session, person_id: int) -> tuple[Money, ...]:
    rows = session.execute(
        select(LedgerLine.currency, func.sum(LedgerLine.amount_minor))
        .where(LedgerLine.person_id == person_id)
        .group_by(LedgerLine.currency)
        .order_by(LedgerLine.currency)
    )
    return tuple(Money(int(total), currency) for currency, total in rows)


def newest_assignment(session: Session, person_id: int, task_id: int) -> int | None:
    """Return the person's latest attempt at a task, whatever became of it; None when they never had it."""
    return session.scalar(
        select(Assignment.id)
        .where(Assignment.person_id == person_id, Assignment.task_id == task_id)
        .order_by(Assignment.id.desc())
        .limit(1)
    )
