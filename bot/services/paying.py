"""Statements: closing a month of a project's pay, and marking it paid. Ledger lines are never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, literal, select

from bot.db.models import Person, Project, Statement, StatementLine, StatementShare
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.pay import Money, Month, StatementState
from bot.domain.policy import Action, Subject
from bot.outbox.pay_messages import PayChange, PayChanged
from bot.outbox.queue import enqueue
from bot.reports.statements import line_sums, loose_lines, loose_sums, read_closable
from bot.services.access import require


@dataclass(frozen=True)
class Closed:
    """A month that was closed: how many people and lines are in its statement, and what it comes to.

    `carried` counts the people whose sum would be less than nothing: their lines wait for a later statement.
    """

    statement_id: int
    month: Month
    people: int
    lines: int
    totals: tuple[Money, ...]
    carried: int


@dataclass(frozen=True)
class Paid:
    """A statement that was marked as paid."""

    statement_id: int
    month: Month
    people: int
    totals: tuple[Money, ...]


def close_statement(uow: UnitOfWork, *, person_id: int, project_id: int, month: Month) -> Closed:
    """Put every line written before the month's end that is in no statement yet into the month's statement.

    The month is one of the project's zone. Everybody in it is told. Nobody is asked to pay anything back:
    somebody whose lines come to less than nothing stays out, lines and all. Raises Invalid for the month when
    it is "not_over", "closed", "out_of_order" (a later one is closed) or "empty".
    """
    project = uow.lock(Project, project_id)
    if project is None:
        raise NotFound("project", str(project_id))
    require(uow, Action.CLOSE_PAY, person_id, project_id, Subject("project", project_id))
    start, end = month.bounds(project.zone)
    if end > uow.now:
        raise Invalid("month", "not_over", str(month))
    newest = uow.session.scalar(
        select(Statement.month)
        .where(Statement.project_id == project_id)
        .order_by(Statement.month.desc())
        .limit(1)
    )
    if newest is not None and newest >= str(month):
        closed = uow.session.scalar(
            select(Statement.id).where(Statement.project_id == project_id, Statement.month == str(month))
        )
        raise Invalid("month", "closed" if closed else "out_of_order", str(month))
    closable = read_closable(uow.session, project_id, month)
    if not closable.people:
        raise Invalid("month", "empty", str(month))
    statement = Statement(
        project_id=project_id,
        month=str(month),
        period_start=start,
        period_end=end,
        closed_by_id=person_id,
        closed_at=uow.now,
    )
    uow.session.add(statement)
    uow.session.flush()
    _fill(uow, statement)
    uow.audit(
        team_id=project.team_id,
        actor_id=person_id,
        action=Action.CLOSE_PAY,
        subject=("statement", statement.id),
        states=(None, StatementState.CLOSED),
        detail={"project": project_id, "month": str(month)},
    )
    people, lines, totals = _told(uow, statement, project.team_id, PayChange.CLOSED)
    return Closed(statement.id, month, people, lines, totals, closable.carried)


def _fill(uow: UnitOfWork, statement: Statement) -> None:
    """Store which lines belong to the statement, and then what they come to.

    One command chooses the people and their lines, so that a line which another transaction commits meanwhile
    is in all of it or in none.
    """
    sums = loose_sums(statement.project_id, statement.period_end).subquery()
    lines = loose_lines(statement.project_id, statement.period_end).subquery()
    chosen = (
        select(lines.c.id, literal(statement.id))
        .join(sums, (sums.c.person_id == lines.c.person_id) & (sums.c.currency == lines.c.currency))
        .where(sums.c.minor >= 0)
    )
    uow.session.execute(insert(StatementLine).from_select(["line_id", "statement_id"], chosen))
    shares = line_sums(statement.id)
    columns = ["statement_id", "person_id", "currency", "amount_minor", "lines"]
    uow.session.execute(insert(StatementShare).from_select(columns, shares))


def mark_paid(uow: UnitOfWork, *, person_id: int, statement_id: int) -> Paid:
    """Note that a statement has been paid out, once and for all; everybody in it is told.

    Raises StaleAction when it was before, NotFound.
    """
    statement = uow.lock(Statement, statement_id)
    if statement is None:
        raise NotFound("statement", str(statement_id))
    subject = Subject("statement", statement.id, statement.state)
    team_id = require(uow, Action.PAY, person_id, statement.project_id, subject).team_id
    before, statement.state = statement.state, StatementState.PAID
    statement.paid_by_id, statement.paid_at = person_id, uow.now
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action=Action.PAY,
        subject=("statement", statement.id),
        states=(before, statement.state),
    )
    people, _lines, totals = _told(uow, statement, team_id, PayChange.PAID)
    return Paid(statement.id, Month.parse(statement.month), people, totals)


def _told(
    uow: UnitOfWork, statement: Statement, team_id: int, what: PayChange
) -> tuple[int, int, tuple[Money, ...]]:
    """Tell everybody in the statement; return how many people and lines they are, and the sums by currency."""
    uow.session.flush()
    shares = uow.session.execute(
        select(
            StatementShare.person_id,
            StatementShare.currency,
            StatementShare.amount_minor,
            StatementShare.lines,
            Person.active,
        )
        .join(Person, Person.id == StatementShare.person_id)
        .where(StatementShare.statement_id == statement.id)
    ).all()
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.currency] = sums.get(share.currency, 0) + share.amount_minor
    people = {share.person_id: share.active for share in shares}
    # Of nothing, as where all that was earned was taken back in the same month, nobody needs to hear.
    paid = {share.person_id for share in shares if share.amount_minor}
    for person_id in sorted(who for who, active in people.items() if active and who in paid):
        enqueue(uow, team_id, PayChanged(person_id, what.value, statement_id=statement.id))
    totals = tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
    return len(people), sum(share.lines for share in shares), totals
