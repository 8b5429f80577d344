"""After several rounds of the same task a fresh pair of eyes: it goes to somebody else, and the supervisors know."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.db.models import Assignment, Membership, Person, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import Event
from bot.domain.people import Role
from bot.domain.review import Decision
from bot.outbox.quality_messages import HandedOn, TaskReclaimed
from bot.outbox.queue import enqueue
from bot.services.rules import rules_of
from bot.services.tasks import free_slot, move

HAND_ON = "rework.hand_on"


def is_last(uow: UnitOfWork, assignment: Assignment) -> bool:
    """Say whether work was rejected as often, verdicts that stand no more aside, as the project's rules allow."""
    limit = rules_of(uow.session, assignment.project_id).rework_limit
    rejects = uow.session.scalar(
        select(func.count()).where(
            Verdict.assignment_id == assignment.id,
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
    )
    return (rejects or 0) >= limit


def tell_supervisors(uow: UnitOfWork, assignment: Assignment, reviewer_id: int) -> None:
    """Let the project's supervisors know that a task is about to go to somebody else after its last reject."""
    supervisors = uow.session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == assignment.project_id,
            Membership.role == Role.SUPERVISOR,
            Membership.person_id.not_in((assignment.person_id, reviewer_id)),
            Person.active.is_(True),
        )
        .order_by(Membership.person_id)
    )
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    for person_id in supervisors:
        enqueue(uow, team_id, HandedOn(person_id, assignment.id))


def hand_on(uow: UnitOfWork, assignment: Assignment) -> None:
    """Give work whose last reject stands to another worker, never the same one again.

    Its author is told kindly and keeps what was accepted elsewhere.
    """
    move(uow, assignment, Event.HAND_ON, HAND_ON, None)
    free_slot(uow, assignment)
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    enqueue(uow, team_id, TaskReclaimed(assignment.person_id, assignment.id, "rework_limit"))
