"""The clock of returned work: how long its author has for another round, and what happens after that."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db.models import Assignment, Person, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import LAST_WORD, REWORK_TIME, WAKING, AssignmentState, Event
from bot.domain.hours import Hours, add_working, working_between
from bot.outbox.issue_messages import ReworkGone
from bot.outbox.messages import RejectCard
from bot.outbox.queue import enqueue
from bot.services.handing_on import hand_on
from bot.services.tasks import free_slot, move

_AT_ONCE = 200


def rework_deadline(uow: UnitOfWork, assignment: Assignment) -> datetime:
    """Return when work that is returned now goes to somebody else: after 24 of its author's waking hours.

    After the last reject, when there is only an appeal to write, after three.
    """
    length = LAST_WORD if assignment.last_word else REWORK_TIME
    return add_working(_waking(uow, assignment), uow.now, length)


def prolonged(uow: UnitOfWork, assignment: Assignment) -> datetime | None:
    """Return the end of a rework whose hold ends now: as many waking hours are left as when that began."""
    if assignment.rework_until is None or assignment.held_at is None:
        return assignment.rework_until
    return rest_from(uow, assignment, assignment.held_at)


def rest_from(
    uow: UnitOfWork, assignment: Assignment, since: datetime, *, least: timedelta = timedelta(0)
) -> datetime | None:
    """Return the end of a rework whose time stood still since an instant: as many waking hours are left as then.

    With `least` it is never fewer waking hours than that.
    """
    if assignment.rework_until is None:
        return None
    hours = _waking(uow, assignment)
    left = working_between(hours, since, assignment.rework_until)
    return add_working(hours, uow.now, max(left, least))


def _waking(uow: UnitOfWork, assignment: Assignment) -> Hours:
    return Hours(uow.session.get_one(Person, assignment.person_id).zone, *WAKING)


def expire_rework(uow: UnitOfWork) -> int:
    """Give returned work whose time is over to somebody else and tell its authors; returns how many.

    They don't get the same task again. What they hand in all the same is treated like any late work, but not after
    the last reject.
    """
    over = uow.session.scalars(
        select(Assignment)
        .where(
            Assignment.state == AssignmentState.RETURNED,
            Assignment.held_at.is_(None),
            Assignment.rework_until <= uow.now,
        )
        .order_by(Assignment.rework_until, Assignment.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    # Task by task in the order in which all lock them who go through several.
    for assignment in sorted(over, key=lambda one: one.task_id):
        team_id = uow.session.get_one(Person, assignment.person_id).team_id
        if assignment.last_word:
            hand_on(uow, assignment)
        else:
            move(uow, assignment, Event.EXPIRE, "rework.expire", None)
            free_slot(uow, assignment)
            enqueue(uow, team_id, ReworkGone(assignment.person_id, assignment.id))
        for verdict_id in uow.session.scalars(
            select(Verdict.id)
            .where(Verdict.assignment_id == assignment.id, Verdict.undone_at.is_(None))
            .order_by(Verdict.id.desc())
            .limit(1)
        ):
            enqueue(uow, team_id, RejectCard(assignment.person_id, verdict_id))
    return len(over)
