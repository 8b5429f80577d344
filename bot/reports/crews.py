"""Tasks that want more answers than the crew has people left to give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.db.models import AnswerSlot, Assignment, Membership, Person, Project, Review, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.task import SlotState
from bot.reports.expressions import fixed, is_wrong
from bot.reports.holders import holders_of
from bot.reports.rules import rules_of


@dataclass(frozen=True)
class CrewGap:
    """`tasks` can't become final with the `crew` people who may work on them; `missing` more would do for all."""

    tasks: int
    crew: int
    missing: int


def read_crew_gap(session: Session, project_id: int, now: datetime) -> CrewGap | None:
    """Return what can never be finished as things are; None when everything can, or nobody works here at all.

    A person answers a task once and judges it or answers it, so each task is compared with those who have done
    neither. Who rests is counted: they come back. What is on hold or taken is left out.
    """
    crew = _crew(session, project_id, now)
    if not crew:
        return None
    wanted = (
        select(AnswerSlot.task_id, func.count().label("answers"))
        .where(
            AnswerSlot.project_id == project_id,
            AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
            AnswerSlot.held_at.is_(None),
        )
        .group_by(AnswerSlot.task_id)
        .subquery()
    )
    touched = (
        select(Assignment.task_id, Assignment.person_id)
        .where(
            Assignment.project_id == project_id,
            Assignment.person_id.in_(crew),
            or_(Assignment.state != AssignmentState.EXPIRED, Assignment.submitted_at.is_not(None)),
        )
        .union(
            select(Review.task_id, Review.reviewer_id).where(
                Review.project_id == project_id, Review.reviewer_id.in_(crew)
            ),
            select(Review.task_id, Verdict.reviewer_id)
            .join(Review, Review.id == Verdict.review_id)
            .where(Verdict.project_id == project_id, is_wrong(), Verdict.reviewer_id.in_(crew)),
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
    return CrewGap(tasks, len(crew), missing) if tasks else None


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
