"""Statements that find broken rows of statements, adjustments and voids, and sums that are not their parts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select, union_all
from sqlalchemy.orm import aliased

from bot.db.models import (
    Assignment,
    LedgerLine,
    PayRequest,
    Statement,
    StatementLine,
    StatementShare,
    Verdict,
)
from bot.domain.pay import LedgerKind, RequestKind, RequestState, StatementState
from bot.domain.review import Decision

Rows = Select[*tuple[Any, ...]]

_ACCEPTING = Verdict.undone_at.is_(None) & Verdict.decision.in_((Decision.ACCEPT, Decision.FIX_ACCEPT))


def find_wrong_sums() -> Rows:
    """Find people whose ledger in a project is not the frozen prices of their accepted work and what was approved.

    `row_id` is the person's.
    """
    standing = exists().where(Verdict.assignment_id == Assignment.id, _ACCEPTING)
    approved = PayRequest.state == RequestState.APPROVED
    # Columns of the parts by name: the ledger's lines, less what they should come to.
    entries = union_all(
        select(
            LedgerLine.person_id.label("person_id"),
            LedgerLine.project_id.label("project_id"),
            LedgerLine.currency.label("currency"),
            LedgerLine.amount_minor.label("minor"),
        ),
        select(
            Assignment.person_id, Assignment.project_id, Assignment.currency, -Assignment.price_minor
        ).where(standing),
        select(
            PayRequest.person_id, PayRequest.project_id, PayRequest.currency, -PayRequest.amount_minor
        ).where(approved),
    ).subquery()
    whose = (entries.c.person_id, entries.c.project_id, entries.c.currency)
    return (
        select(
            entries.c.person_id.label("row_id"),
            entries.c.project_id,
            entries.c.currency,
            func.sum(entries.c.minor).label("off"),
        )
        .group_by(*whose)
        .having(func.sum(entries.c.minor) != 0)
    )


def find_wrong_requests() -> Rows:
    """Find approved requests without exactly their line, and undecided or refused ones that have one."""
    line, earned = aliased(LedgerLine), aliased(LedgerLine)
    kind = case((PayRequest.kind == RequestKind.VOID, LedgerKind.VOID), else_=LedgerKind.ADJUSTMENT)
    same = and_(
        line.person_id == PayRequest.person_id,
        line.project_id == PayRequest.project_id,
        line.currency == PayRequest.currency,
        line.amount_minor == PayRequest.amount_minor,
        line.kind == kind,
        or_(PayRequest.kind == RequestKind.ADJUSTMENT, line.verdict_id == PayRequest.verdict_id),
    )
    # A void takes back all of what its verdict earned, no more and no less.
    taken = exists().where(
        earned.verdict_id == PayRequest.verdict_id,
        earned.kind == LedgerKind.EARNED,
        earned.assignment_id == PayRequest.assignment_id,
        earned.amount_minor == -PayRequest.amount_minor,
    )
    approved = PayRequest.state == RequestState.APPROVED
    return (
        select(PayRequest.id.label("row_id"), PayRequest.state, line.id.label("line"))
        .outerjoin(line, line.request_id == PayRequest.id)
        .where(
            or_(
                approved & line.id.is_(None),
                ~approved & line.id.is_not(None),
                line.id.is_not(None) & ~same,
                (PayRequest.kind == RequestKind.VOID) & ~taken,
            )
        )
    )


def find_lone_decisions() -> Rows:
    """Find requests decided by who asked or by who is paid, decided by nobody, or decided before their time."""
    decided = PayRequest.state.in_((RequestState.APPROVED, RequestState.DECLINED))
    own = or_(
        PayRequest.decided_by_id.is_(None),
        PayRequest.decided_by_id == PayRequest.asked_by_id,
        PayRequest.decided_by_id == PayRequest.person_id,
        PayRequest.decided_at.is_(None),
        PayRequest.decided_at < PayRequest.asked_at,
    )
    return select(PayRequest.id.label("row_id"), PayRequest.state, PayRequest.decided_by_id).where(
        decided & own
    )


def find_wrong_shares() -> Rows:
    """Find people whose share of a statement is not the sum and the number of their lines in it.

    `row_id` is the statement's.
    """
    entries = union_all(
        select(
            StatementShare.statement_id.label("statement_id"),
            StatementShare.person_id.label("person_id"),
            StatementShare.currency.label("currency"),
            StatementShare.amount_minor.label("minor"),
            StatementShare.lines.label("lines"),
        ),
        select(
            StatementLine.statement_id,
            LedgerLine.person_id,
            LedgerLine.currency,
            -LedgerLine.amount_minor,
            -_one(),
        ).join(LedgerLine, LedgerLine.id == StatementLine.line_id),
    ).subquery()
    minor, lines = func.sum(entries.c.minor), func.sum(entries.c.lines)
    return (
        select(
            entries.c.statement_id.label("row_id"),
            entries.c.person_id,
            entries.c.currency,
            minor.label("off"),
            lines.label("lines_off"),
        )
        .group_by(entries.c.statement_id, entries.c.person_id, entries.c.currency)
        .having(or_(minor != 0, lines != 0))
    )


def _one() -> ColumnElement[int]:
    return case((LedgerLine.id.is_not(None), 1), else_=0)


def find_misplaced_lines() -> Rows:
    """Find lines in a statement of another project, or written after the month that it closes."""
    return (
        select(LedgerLine.id.label("row_id"), StatementLine.statement_id)
        .join(StatementLine, StatementLine.line_id == LedgerLine.id)
        .join(Statement, Statement.id == StatementLine.statement_id)
        .where(
            or_(
                LedgerLine.project_id != Statement.project_id,
                LedgerLine.created_at >= Statement.period_end,
            )
        )
    )


def find_double_pay() -> Rows:
    """Find assignments for which statements hold more than the frozen price."""
    placed = (
        select(LedgerLine.assignment_id, func.sum(LedgerLine.amount_minor).label("minor"))
        .join(StatementLine, StatementLine.line_id == LedgerLine.id)
        .where(LedgerLine.assignment_id.is_not(None))
        .group_by(LedgerLine.assignment_id)
        .subquery()
    )
    return (
        select(Assignment.id.label("row_id"), placed.c.minor, Assignment.price_minor)
        .join(placed, placed.c.assignment_id == Assignment.id)
        .where(placed.c.minor > Assignment.price_minor)
    )


def find_unclosed_payments() -> Rows:
    """Find statements paid before they were closed or by nobody, closed before their month ended, or out of order."""
    later = aliased(Statement)
    overtaken = exists().where(
        later.project_id == Statement.project_id,
        later.month > Statement.month,
        later.closed_at < Statement.closed_at,
    )
    paid = Statement.state == StatementState.PAID
    return select(Statement.id.label("row_id"), Statement.state, Statement.month).where(
        or_(
            paid & (Statement.paid_at.is_(None) | Statement.paid_by_id.is_(None)),
            Statement.paid_at < Statement.closed_at,
            ~paid & Statement.paid_at.is_not(None),
            Statement.period_end > Statement.closed_at,
            overtaken,
        )
    )


def find_empty_statements() -> Rows:
    """Find statements that nobody gets anything from."""
    return select(Statement.id.label("row_id"), null().label("shares")).where(
        ~exists().where(StatementShare.statement_id == Statement.id)
    )
