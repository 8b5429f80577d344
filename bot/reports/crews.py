"""Tasks that want more answers than the crew has people left to give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.models import AnswerSlot, Appeal, Assignment, Membership, Person, Project, Review, Task, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.task import SlotState, TaskState
from bot.reports.expressions import at_task, fixed, is_wrong
from bot.reports.holders import holders_of
from bot.reports.rules import rules_of


@dataclass(frozen=True)
class CrewGap:
    """`tasks` can't become final with the `crew` people who may work on them; `missing` more would do for all.

    `undecidable` ones wait for a decision, and there is no supervisor who has not answered them.
    """

    tasks: int
    crew: int
    missing: int
    undecidable: int = 0


def read_crew_gap(session: Session, project_id: int, now: datetime) -> CrewGap | None:
    """Return what can never be finished as things are; None when everything can, or nobody works here at all.

    A person answers a task once and judges it or answers it, so each task is compared with those who have done
    neither. Who rests is counted: they come back. What is on hold or taken is left out.
    """
    crew = _crew(session, project_id, now)
    undecidable = _undecidable(session, project_id)
    tasks, missing = _short(session, project_id, crew) if crew else (0, 0)
    return CrewGap(tasks, len(crew), missing, undecidable) if tasks or undecidable else None


def _undecidable(session: Session, project_id: int) -> int:
    """Return how many tasks wait for a decision that nobody of the project may make."""
    answered = select(Assignment.id).where(
        at_task(Assignment, Task.id), Assignment.person_id == Membership.person_id
    )
    fit = (
        select(Membership.id)
        .join(Person, and_(Person.id == Membership.person_id, Person.active.is_(True)))
        .where(
            Membership.project_id == Task.project_id,
            Membership.role == Role.SUPERVISOR,
            ~answered.correlate(Task, Membership).exists(),
        )
    )
    waiting = (
        Task.project_id == project_id,
        Task.state == fixed(Task.state, TaskState.ADJUDICATION),
        Task.held_at.is_(None),
    )
    return session.scalar(select(func.count()).where(*waiting, ~fit.correlate(Task).exists())) or 0


def _short(session: Session, project_id: int, crew: frozenset[int]) -> tuple[int, int]:
    """Return how many tasks want more answers than there are people left, and how many people more would do."""
    wanted = (
        select(AnswerSlot.task_id, func.count().label("answers"))
        .where(
            AnswerSlot.project_id == project_id,
            AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
            AnswerSlot.held_at.is_(None),
        )
        .group_by(AnswerSlot.task_id)
        .cte("wanted")
        .prefix_with("MATERIALIZED")
    )
    # From the open tasks on, each of whose people stand together in an index; a project's history is not read.
    # In words of the index on it: who let a lease pass may take the task again.
    had = or_(
        Assignment.state != fixed(Assignment.state, AssignmentState.EXPIRED),
        Assignment.submitted_at.is_not(None),
    )
    touched = (
        select(Assignment.task_id, Assignment.person_id)
        .join(wanted, wanted.c.task_id == Assignment.task_id)
        .where(_among(Assignment.person_id, crew), had)
        .union(
            select(Review.task_id, Review.reviewer_id)
            .join(wanted, wanted.c.task_id == Review.task_id)
            .where(_among(Review.reviewer_id, crew)),
            select(Appeal.task_id, Appeal.reviewer_id)
            .join(wanted, wanted.c.task_id == Appeal.task_id)
            .where(_among(Appeal.reviewer_id, crew)),
            select(Review.task_id, Verdict.reviewer_id)
            .join(Review, Review.id == Verdict.review_id)
            .where(Review.project_id == project_id, is_wrong(), _among(Verdict.reviewer_id, crew)),
        )
        .subquery()
    )
    gone = (
        select(touched.c.task_id, func.count().label("people"))
        .join(wanted, wanted.c.task_id == touched.c.task_id)
        .group_by(touched.c.task_id)
        .subquery()
    )
    short = wanted.c.answers + func.coalesce(gone.c.people, 0) - literal(len(crew))
    tasks, missing = session.execute(
        select(func.count(), func.max(short))
        .select_from(wanted.outerjoin(gone, gone.c.task_id == wanted.c.task_id))
        .where(short > 0)
    ).one()
    return tasks, missing or 0


def _among(person: InstrumentedAttribute[Any], crew: frozenset[int]) -> ColumnElement[bool]:
    """Build: the person is one of the crew; worded so that no planner looks for each of them at each task."""
    return (person + 0).in_(crew)


def _crew(session: Session, project_id: int, now: datetime) -> frozenset[int]:
    """Return who may work in the project: its active workers with the qualification it asks for."""
    workers = frozenset(
        session.scalars(
            select(Membership.person_id)
            .join(Person, and_(Person.id == Membership.person_id, Person.active.is_(True)))
            .where(Membership.project_id == project_id, Membership.role == Role.WORKER)
        )
    )
    gate = rules_of(session, project_id).gate
    if gate is None:
        return workers
    return workers & holders_of(session, session.get_one(Project, project_id).team_id, gate, now)
