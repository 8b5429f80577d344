"""The rows of a task that stop with it: locking them, marking them, and moving their clocks when it goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, select

from bot.db.models import AnswerSlot, Appeal, Assignment, Base, Review, Task
from bot.db.unit_of_work import DatabaseBusy, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.quality import AppealState
from bot.domain.review import ReviewState
from bot.services.reworking import prolonged

RowT = TypeVar("RowT", bound=Base)

_TRIES = 30
"""How often the rows of busy tasks are gone through; each time takes milliseconds."""


@dataclass(frozen=True)
class Work:
    """The tasks with everything on them that a hold concerns, locked against anybody else."""

    tasks: Sequence[Task]
    slots: Sequence[AnswerSlot]
    assignments: Sequence[Assignment]
    reviews: Sequence[Review]
    appeals: Sequence[Appeal]


def lock_work(uow: UnitOfWork, task_ids: Iterable[int], *, judged: Collection[int] = ()) -> Work:
    """Lock and read the tasks' open reviews, work under way, its appeals, slots and the tasks themselves.

    `judged` are ids of decided reviews of these tasks that are needed too, with what they are about.

    In this order, in which a verdict locks them too. Work that is taken anew or handed in meanwhile could only be
    locked out of order, and two who wait for each other wait for ever: then it is all let go and begun anew.
    Raises DatabaseBusy when that does not help.
    """
    wanted = sorted(set(task_ids))
    for _ in range(_TRIES):
        if (work := uow.attempt(lambda: _lock_in_order(uow, wanted, judged))) is not None:
            return work
    raise DatabaseBusy


def _lock_in_order(uow: UnitOfWork, task_ids: list[int], judged: Collection[int]) -> Work | None:
    """Return the locked rows, None when there is more under way by now than was locked in time."""
    open_reviews = (
        select(Review)
        .where(Review.task_id.in_(task_ids), or_(Review.state != ReviewState.DECIDED, Review.id.in_(judged)))
        .order_by(Review.id)
    )
    judged_work = select(Review.assignment_id).where(Review.id.in_(judged))
    under_way = (
        select(Assignment)
        .where(
            # By way of their slots: of the tasks of attempts there is no index.
            Assignment.slot_id.in_(select(AnswerSlot.id).where(AnswerSlot.task_id.in_(task_ids))),
            or_(Assignment.ended_at.is_(None), Assignment.id.in_(judged_work)),
        )
        .order_by(Assignment.id)
    )
    objections = (
        select(Appeal)
        .where(
            Appeal.task_id.in_(task_ids),
            Appeal.state.in_((AppealState.WAITING, AppealState.CLAIMED)),
        )
        .order_by(Appeal.id)
    )
    slots = select(AnswerSlot).where(AnswerSlot.task_id.in_(task_ids)).order_by(AnswerSlot.id)
    tasks = select(Task).where(Task.id.in_(task_ids)).order_by(Task.id)
    work = Work(
        reviews=_locked(uow, open_reviews),
        assignments=_locked(uow, under_way),
        appeals=_locked(uow, objections),
        slots=_locked(uow, slots),
        tasks=_locked(uow, tasks),
    )
    # Slots that are locked are neither claimed nor freed any more, so this is all there will be.
    more = {one.id for one in uow.session.scalars(under_way)} - {one.id for one in work.assignments}
    more_open = {one.id for one in uow.session.scalars(open_reviews)} - {one.id for one in work.reviews}
    return None if more or more_open else work


def _locked(uow: UnitOfWork, query: Select[RowT]) -> Sequence[RowT]:
    """Return the rows, locked as `UnitOfWork.lock` does and freshly read."""
    return uow.session.scalars(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).all()


def mark(work: Work, task_ids: set[int], since: datetime | None) -> list[Assignment]:
    """Write on tasks, slots and work under way since when they are on hold; return that work."""
    for task in work.tasks:
        if task.id in task_ids:
            task.held_at = since
    for slot in work.slots:
        if slot.task_id in task_ids:
            slot.held_at = since
    marked = [one for one in work.assignments if one.task_id in task_ids]
    for one in marked:
        one.held_at = since
    return marked


def move_clocks(uow: UnitOfWork, work: Work, task_ids: set[int]) -> None:
    """Let every clock of these tasks go on with what it had left when the hold began."""
    began = {task.id: task.held_at for task in work.tasks if task.id in task_ids}
    for one in work.assignments:
        since = began.get(one.task_id)
        if since is None:
            continue
        if one.state is not AssignmentState.APPEALED:
            # That time stands still anyway, from before the hold.
            one.rework_until = prolonged(uow, one)
        if one.state is AssignmentState.CLAIMED:
            stood = uow.now - since
            one.lease_until += stood
            one.warn_at = one.warn_at + stood if one.warn_at is not None else None
            one.held_seconds = (one.held_seconds or 0) + round(stood.total_seconds())
            if one.asked_at is not None:
                # Whoever waits for a reply gets this time once, not again when the reply comes.
                one.asked_at += stood
    for review in work.reviews:
        since = began.get(review.task_id)
        if since is not None and review.lease_until is not None:
            review.lease_until += uow.now - since
    for objection in work.appeals:
        since = began.get(objection.task_id)
        if since is None:
            continue
        objection.decide_by += uow.now - since
        if objection.lease_until is not None:
            objection.lease_until += uow.now - since
