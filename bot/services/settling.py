"""What follows from a verdict: the state of the task, and the lines of the ledger."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Assignment, LedgerLine, Person, Task, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.pay import LedgerKind
from bot.domain.task import SlotState, TaskState, settle


def settle_task(uow: UnitOfWork, assignment: Assignment, actor_id: int) -> None:
    """Bring the task's state in line with its slots and audit it when it changes."""
    uow.session.flush()
    task = uow.lock(Task, assignment.task_id)
    assert task is not None
    accepted = uow.session.scalar(
        select(func.count()).where(
            AnswerSlot.task_id == assignment.task_id, AnswerSlot.state == SlotState.ACCEPTED
        )
    )
    before, task.state = task.state, settle(accepted or 0, task.overlap)
    if before is not task.state:
        task.final_at = uow.now if task.state is TaskState.FINAL else None
        uow.audit(
            team_id=uow.session.get_one(Person, actor_id).team_id,
            actor_id=actor_id,
            action="task.settle",
            subject=("task", task.id),
            states=(before, task.state),
        )


def earn(uow: UnitOfWork, verdict: Verdict, assignment: Assignment) -> None:
    """Write down that an acceptance earned the work its frozen price."""
    uow.session.add(
        LedgerLine(
            project_id=assignment.project_id,
            person_id=assignment.person_id,
            assignment_id=assignment.id,
            submission_id=verdict.submission_id,
            verdict_id=verdict.id,
            kind=LedgerKind.EARNED,
            amount_minor=assignment.price_minor,
            currency=assignment.currency,
            created_at=uow.now,
        )
    )


def void_earned(uow: UnitOfWork, verdict: Verdict) -> None:
    """Take back what an acceptance that no longer stands had earned, by a line of its own."""
    earned = uow.session.scalars(
        select(LedgerLine).where(LedgerLine.verdict_id == verdict.id, LedgerLine.kind == LedgerKind.EARNED)
    ).one()
    uow.session.add(
        LedgerLine(
            project_id=earned.project_id,
            person_id=earned.person_id,
            assignment_id=earned.assignment_id,
            submission_id=earned.submission_id,
            verdict_id=verdict.id,
            kind=LedgerKind.VOID,
            amount_minor=-earned.amount_minor,
            currency=earned.currency,
            created_at=uow.now,
        )
    )
