"""What somebody has earned, by project and by how far it has come on its way to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import (
    Assignment,
    LedgerLine,
    PayRequest,
    Project,
    Statement,
    StatementLine,
    Task,
)
from bot.domain.assignment import AssignmentState
from bot.domain.pay import LedgerKind, Month, PayState, StatementState

Columns = TypeVarTuple("Columns")

_UNDECIDED = (AssignmentState.IN_REVIEW, AssignmentState.RETURNED, AssignmentState.APPEALED)


@dataclass(frozen=True)
class ProjectPay:
    """Somebody's pay in one project and currency, in minor units.

    `pending` are frozen prices of work handed in that nobody has decided about, so an estimate; the others are
    sums of ledger lines. `accepted` counts the accepted tasks behind them, `adjusted` is the part of the sums
    that was asked for and approved.
    """

    project_id: int
    project_key: str
    currency: str
    pending: int = 0
    earned: int = 0
    payable: int = 0
    paid: int = 0
    accepted: int = 0
    adjusted: int = 0

    @property
    def total(self) -> int:
        """What the ledger says in all."""
        return self.earned + self.payable + self.paid


@dataclass(frozen=True)
class PayLine:
    """One line of somebody's own ledger; `task` is the PM's name of the task, `reason` that of a request."""

    id: int
    kind: LedgerKind
    amount_minor: int
    currency: str
    at: datetime
    state: PayState
    task: str | None
    reason: str | None


def pay_state() -> ColumnElement[str]:
    """Build the PayState of a ledger line, for statements that outer join its StatementLine and Statement."""
    return case(
        (Statement.id.is_(None), PayState.EARNED.value),
        (Statement.state == StatementState.PAID, PayState.PAID.value),
        else_=PayState.PAYABLE.value,
    )


def read_pay_sums(
    session: Session,
    person_id: int,
    month: Month | None = None,
    *,
    span: tuple[datetime, datetime] | None = None,
) -> tuple[ProjectPay, ...]:
    """Return somebody's pay by project key and currency: ever, of a month in each project's zone, or of a span.

    The span's end is exclusive. `pending` is never cut, because work that nobody has decided about yet has no
    day of its own in the ledger.
    """
    state = pay_state()
    asked = LedgerLine.request_id.is_not(None)
    # Counted by what was earned and not taken back by the same verdict's void.
    accepted = case(
        (asked, 0),
        (LedgerLine.kind == LedgerKind.EARNED, 1),
        else_=-1,
    )
    query = with_statements(
        select(
            Project.id,
            Project.key,
            LedgerLine.currency,
            state.label("state"),
            func.sum(LedgerLine.amount_minor),
            func.sum(accepted),
            func.sum(case((asked, LedgerLine.amount_minor), else_=0)),
        )
        .join(Project, Project.id == LedgerLine.project_id)
        .where(LedgerLine.person_id == person_id)
    )
    if month is not None:
        query = query.where(_in_month(session, month, _projects_of(session, person_id)))
    if span is not None:
        query = query.where(LedgerLine.created_at >= span[0], LedgerLine.created_at < span[1])
    rows = session.execute(query.group_by(Project.id, Project.key, LedgerLine.currency, state))
    found: dict[tuple[str, str], dict[str, int]] = {}
    ids: dict[str, int] = {}
    for project_id, key, currency, name, minor, tasks, adjusted in rows:
        ids[key] = project_id
        figures = found.setdefault((key, currency), {"accepted": 0, "adjusted": 0})
        # Sums of big integers come back as decimals from one of the databases.
        figures[name] = int(minor)
        figures["accepted"] += int(tasks)
        figures["adjusted"] += int(adjusted)
    for project_id, key, currency, minor in session.execute(_pending(person_id)):
        ids[key] = project_id
        found.setdefault((key, currency), {})[PayState.PENDING.value] = int(minor)
    return tuple(ProjectPay(ids[k], k, c, **found[k, c]) for k, c in sorted(found))


def read_lines(
    session: Session, person_id: int, project_id: int, month: Month | None = None, limit: int = 50
) -> tuple[PayLine, ...]:
    """Return somebody's own ledger lines in a project, newest first."""
    query = (
        with_statements(
            select(
                LedgerLine.id,
                LedgerLine.kind,
                LedgerLine.amount_minor,
                LedgerLine.currency,
                LedgerLine.created_at,
                pay_state(),
                Task.external_id,
                PayRequest.reason,
            )
        )
        .outerjoin(Assignment, Assignment.id == LedgerLine.assignment_id)
        .outerjoin(Task, Task.id == Assignment.task_id)
        .outerjoin(PayRequest, PayRequest.id == LedgerLine.request_id)
        .where(LedgerLine.person_id == person_id, LedgerLine.project_id == project_id)
        .order_by(LedgerLine.id.desc())
        .limit(limit)
    )
    if month is not None:
        query = query.where(_in_month(session, month, (project_id,)))
    return tuple(
        PayLine(id, kind, minor, currency, at, PayState(state), task, reason)
        for id, kind, minor, currency, at, state, task, reason in session.execute(query)
    )


def with_statements(query: Select[*Columns]) -> Select[*Columns]:
    """Outer join the place of each ledger line of a query in a statement, and that statement."""
    return query.outerjoin(StatementLine, StatementLine.line_id == LedgerLine.id).outerjoin(
        Statement, Statement.id == StatementLine.statement_id
    )


def _projects_of(session: Session, person_id: int) -> tuple[int, ...]:
    lines = select(LedgerLine.project_id).where(LedgerLine.person_id == person_id)
    return tuple(session.scalars(lines.distinct()))


def _in_month(session: Session, month: Month, project_ids: Iterable[int]) -> ColumnElement[bool]:
    """Build: the line was written in that month where its project is."""
    zones = session.execute(select(Project.id, Project.zone).where(Project.id.in_(tuple(project_ids))))
    cuts = []
    for project_id, zone in zones:
        start, end = month.bounds(zone)
        within = and_(LedgerLine.created_at >= start, LedgerLine.created_at < end)
        cuts.append(and_(LedgerLine.project_id == project_id, within))
    return or_(False, *cuts)


def _pending(person_id: int) -> Select[*tuple[int, str, str, int]]:
    return (
        select(Project.id, Project.key, Assignment.currency, func.sum(Assignment.price_minor))
        .join(Project, Project.id == Assignment.project_id)
        .where(Assignment.person_id == person_id, Assignment.state.in_(_UNDECIDED))
        .group_by(Project.id, Project.key, Assignment.currency)
    )
