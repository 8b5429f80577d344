"""Question, then hold: a lease stands still while its holder's question waits for a person's reply."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Assignment, Person, Question
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.outbox.messages import AssignmentCard
from bot.outbox.queue import enqueue

LONGEST_PAUSE = timedelta(hours=24)
_AT_ONCE = 200


def pause(uow: UnitOfWork, question: Question) -> bool:
    """Let the lease of the task stand still from whose card the question was asked; False where none runs."""
    if question.assignment_id is None or question.handover_id is None:
        return False
    assignment = uow.lock(Assignment, question.assignment_id)
    if (
        assignment is None
        or assignment.person_id != question.asker_id
        or assignment.state is not AssignmentState.CLAIMED
        or assignment.held_at is not None
        or assignment.asked_id is not None
        or assignment.lease_until <= uow.now
    ):
        return False
    assignment.asked_id, assignment.asked_at = question.handover_id, uow.now
    _redraw(uow, assignment)
    return True


def resume(uow: UnitOfWork, handover_id: int) -> int:
    """Let the leases go on that waited for this reply, with as much time left as there was; returns how many."""
    waiting = uow.session.scalars(
        select(Assignment).where(Assignment.asked_id == handover_id).order_by(Assignment.id).with_for_update()
    ).all()
    for assignment in waiting:
        go_on(uow, assignment)
        _redraw(uow, assignment)
    return len(waiting)


def resume_old(uow: UnitOfWork) -> int:
    """Let leases go on whose question nobody has replied to for a day; returns how many."""
    old = uow.session.scalars(
        select(Assignment)
        .where(Assignment.asked_id.is_not(None), Assignment.asked_at <= uow.now - LONGEST_PAUSE)
        .order_by(Assignment.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for assignment in old:
        go_on(uow, assignment)
        _redraw(uow, assignment)
    return len(old)


def go_on(uow: UnitOfWork, assignment: Assignment) -> None:
    """Move the lease on by the time of the pause, if there is one. From a hold on, the hold's own end does that."""
    if assignment.asked_at is None:
        return
    end = min(uow.now, assignment.asked_at + LONGEST_PAUSE, assignment.held_at or uow.now)
    stood = max(timedelta(0), end - assignment.asked_at)
    assignment.lease_until += stood
    if assignment.warn_at is not None:
        assignment.warn_at += stood
    assignment.held_seconds = (assignment.held_seconds or 0) + round(stood.total_seconds())
    assignment.asked_id = assignment.asked_at = None


def _redraw(uow: UnitOfWork, assignment: Assignment) -> None:
    assignment.ver += 1
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    enqueue(uow, team_id, AssignmentCard(assignment.person_id, assignment.id))
