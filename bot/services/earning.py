"""What a verdict earns, and what is taken back with it: the lines of the ledger."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Assignment, LedgerLine, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.pay import LedgerKind


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
