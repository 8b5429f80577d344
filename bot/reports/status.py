"""A project at a glance, for PMs and supervisors: counts only, no names and no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.models import AnswerSlot, Assignment, Membership, Price, Project, Review, Task
from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.domain.people import Role
from bot.domain.review import ReviewState
from bot.domain.task import SlotState, TaskState, TaskType
from bot.reports.crews import CrewGap, read_crew_gap

StateT = TypeVar("StateT", bound=StrEnum)


@dataclass(frozen=True)
class ProjectStatus:
    """Where a project's tasks stand now. `people` counts memberships per role; `price` is None until one is set.

    `undecided` tasks wait for a supervisor, `crew_gap` is what this crew can never finish.
    """

    key: str
    name: str
    type: TaskType
    tasks: int
    final: int
    open: int
    claimed: int
    in_review: int
    returned: int
    waiting_reviews: int
    people: dict[Role, int]
    price: Money | None
    undecided: int = 0
    crew_gap: CrewGap | None = None


def read_status(session: Session, project_id: int, now: datetime) -> ProjectStatus:
    """Return the project's counts. Raises NoResultFound for an unknown id."""
    project = session.get_one(Project, project_id)
    states = _by(
        session, Assignment.state, (Assignment.project_id == project_id) & Assignment.gold_id.is_(None)
    )
    people = _by(session, Membership.role, Membership.project_id == project_id)
    price = session.scalar(
        select(Price)
        .where(Price.project_id == project_id, Price.role == Role.WORKER)
        .order_by(Price.id.desc())
        .limit(1)
    )
    tasks = _by(session, Task.state, Task.project_id == project_id)
    slots = _by(session, AnswerSlot.state, AnswerSlot.project_id == project_id)
    reviews = _by(session, Review.state, Review.project_id == project_id)
    return ProjectStatus(
        project.key,
        project.name,
        project.type,
        sum(tasks.values()),
        tasks.get(TaskState.FINAL, 0),
        slots.get(SlotState.OPEN, 0),
        states.get(AssignmentState.CLAIMED, 0),
        states.get(AssignmentState.IN_REVIEW, 0) + states.get(AssignmentState.APPEALED, 0),
        states.get(AssignmentState.RETURNED, 0),
        reviews.get(ReviewState.WAITING, 0),
        {role: people.get(role, 0) for role in Role},
        Money(price.amount_minor, price.currency) if price else None,
        tasks.get(TaskState.ADJUDICATION, 0),
        read_crew_gap(session, project_id, now),
    )


def _by(
    session: Session, column: InstrumentedAttribute[StateT], where: ColumnElement[bool]
) -> dict[StateT, int]:
    rows = session.execute(select(column, func.count()).where(where).group_by(column))
    return {state: int(count) for state, count in rows}
