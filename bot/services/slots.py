"""The slots of a task, locked before any of them changes, so that no two people wait for each other."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.db.models import AnswerSlot, Assignment, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.task import SlotState


def lock_slots(uow: UnitOfWork, task_id: int) -> Sequence[AnswerSlot]:
    """Return all slots of a task, freshly read and locked, in the order in which everybody locks them.

    To be called before one of them changes. An outcome concerns all of them: whoever had changed their own first
    would wait for another's, and that one for theirs. The task is locked after its slots (`lock_task`).
    """
    query = select(AnswerSlot).where(AnswerSlot.task_id == task_id).order_by(AnswerSlot.id)
    if not uow.reading:
        query = query.with_for_update(key_share=True)
    uow.session.flush()
    return uow.session.scalars(query.execution_options(populate_existing=True)).all()


def lock_task(uow: UnitOfWork, task_id: int) -> Task | None:
    """Return the task, locked with its slots and freshly read; None if absent."""
    lock_slots(uow, task_id)
    return uow.lock(Task, task_id)


def own_slot(uow: UnitOfWork, assignment: Assignment) -> AnswerSlot:
    """Return the slot of an attempt, locked with all others of its task."""
    return next(slot for slot in lock_slots(uow, assignment.task_id) if slot.id == assignment.slot_id)


def accept_slot(uow: UnitOfWork, assignment: Assignment) -> None:
    """Let the attempt have its slot for good, and note when it ended."""
    own_slot(uow, assignment).state = SlotState.ACCEPTED
    assignment.ended_at = uow.now
