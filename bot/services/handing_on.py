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


def hand_on(uow: UnitOfWork, assignment: Assignment, reviewer_id: int) -> bool:
    """Give work that has just been rejected to another worker if that was one round too many; say whether it was.

    Its author is told kindly and keeps what was accepted elsewhere; a task on hold goes on like any other.
    """
    limit = rules_of(uow.session, assignment.project_id).rework_limit
    rejects = uow.session.scalar(
        select(func.count()).where(
            Verdict.assignment_id == assignment.id,
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
    )
    if (rejects or 0) < limit:
        return False
    move(uow, assignment, Event.HAND_ON, HAND_ON, reviewer_id)
    free_slot(uow, assignment)
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    enqueue(uow, team_id, TaskReclaimed(assignment.person_id, assignment.id, "rework_limit"))
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
    for person_id in supervisors:
        enqueue(uow, team_id, HandedOn(person_id, assignment.id))
    return True
