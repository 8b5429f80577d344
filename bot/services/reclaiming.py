"""Taking a task back from somebody, with a reason they are told; what they had handed in stays stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.db.models import Assignment, Person, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD, Event
from bot.domain.errors import NotFound, StaleAction
from bot.domain.policy import Action, Subject
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.messages import RejectCard
from bot.outbox.quality_messages import TaskReclaimed
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.relaying import relay
from bot.services.tasks import free_slot, move

REASON_LIMIT = 300
_WHY = "reclaim"


@dataclass(frozen=True)
class Reclaimed:
    """A task that is nobody's again, and who had it."""

    assignment_id: int
    task_id: int
    person_id: int
    project_id: int


def reclaim(
    uow: UnitOfWork, *, actor_id: int, assignment_id: int, reason: str, ver: int | None = None
) -> Reclaimed:
    """Take a task in somebody's hands back for everybody; they are told why, in their language.

    It is an attempt that ended and counts as nothing else. Raises Invalid without a reason, StaleAction for what
    is not in hand (any more), NotFound and NotAllowed.
    """
    assignment = uow.lock(Assignment, assignment_id)
    if assignment is None:
        raise NotFound("assignment", str(assignment_id))
    require(uow, Action.RECLAIM, actor_id, assignment.project_id, Subject("assignment", assignment.id))
    if assignment.state not in HELD or (ver is not None and ver != assignment.ver):
        raise StaleAction(Action.RECLAIM, "reclaimed", assignment.id, assignment.state)
    reason = reason.strip()
    check_text("why", reason, REASON_LIMIT)
    move(uow, assignment, Event.RECLAIM, Action.RECLAIM, actor_id)
    free_slot(uow, assignment)
    assignment.ended_why = reason
    _tell(uow, assignment, actor_id, reason)
    return Reclaimed(assignment.id, assignment.task_id, assignment.person_id, assignment.project_id)


def _tell(uow: UnitOfWork, assignment: Assignment, actor_id: int, reason: str) -> None:
    person = uow.session.get_one(Person, assignment.person_id)
    rejected = uow.session.scalar(
        select(func.max(Verdict.id)).where(
            Verdict.assignment_id == assignment.id, Verdict.undone_at.is_(None)
        )
    )
    if rejected is not None:
        # The card of the return offers another round that there is not any more.
        enqueue(uow, person.team_id, RejectCard(person.id, rejected))
    news = TaskReclaimed(person.id, assignment.id, _WHY)
    enqueue(uow, person.team_id, news)
    relay(
        uow,
        project_id=assignment.project_id,
        kind=SourceKind.RECLAIM,
        ref_id=assignment.id,
        author_id=actor_id,
        text=reason,
        shown=[news],
    )
