"""A project's statements as those who close and pay them see them, and what closing one would take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import LedgerLine, Person, Project, Statement, StatementLine, StatementShare
from bot.domain.pay import Money, Month, StatementState


@dataclass(frozen=True)
class Closable:
    """What closing a month now would put into its statement.

    `carried` counts people whose lines come to less than nothing; they would wait for a later statement.
    """

    people: int
    lines: int
    totals: tuple[Money, ...]
    carried: int


@dataclass(frozen=True)
class ShareRow:
    """What one person gets from a statement in one currency."""

    person_id: int
    nickname: str
    amount_minor: int
    currency: str
    lines: int


@dataclass(frozen=True)
class StatementFacts:
    """A statement with everybody's share, by nickname."""

    id: int
    project_id: int
    project_key: str
    zone: str
    month: Month
    state: StatementState
    shares: tuple[ShareRow, ...]
    totals: tuple[Money, ...]
    closed_by: str
    closed_at: datetime
    paid_by: str | None
    paid_at: datetime | None


@dataclass(frozen=True)
class StatementRow:
    """A statement in a list."""

    id: int
    month: Month
    state: StatementState
    people: int
    totals: tuple[Money, ...]
    closed_at: datetime
    paid_at: datetime | None


def loose_lines(project_id: int, end: datetime) -> Select[*tuple[int, int, str, int]]:
    """Select id, person_id, currency and amount_minor of lines before `end` that are in no statement."""
    placed = exists().where(StatementLine.line_id == LedgerLine.id)
    return select(LedgerLine.id, LedgerLine.person_id, LedgerLine.currency, LedgerLine.amount_minor).where(
        LedgerLine.project_id == project_id, LedgerLine.created_at < end, ~placed
    )


def loose_sums(project_id: int, end: datetime) -> Select[*tuple[int, str, int, int]]:
    """Select person_id, currency, `minor` and `lines` of what is in no statement."""
    loose = loose_lines(project_id, end).subquery()
    return select(
        loose.c.person_id,
        loose.c.currency,
        func.sum(loose.c.amount_minor).label("minor"),
        func.count().label("lines"),
    ).group_by(loose.c.person_id, loose.c.currency)


def line_sums(statement_id: int) -> Select[*tuple[int, int, str, int, int]]:
    """Select what a statement's lines come to: its id, person_id, currency, `minor` and `lines`."""
    return (
        select(
            literal(statement_id).label("statement_id"),
            LedgerLine.person_id,
            LedgerLine.currency,
            func.sum(LedgerLine.amount_minor).label("minor"),
            func.count().label("lines"),
        )
        .join(StatementLine, StatementLine.line_id == LedgerLine.id)
        .where(StatementLine.statement_id == statement_id)
        .group_by(LedgerLine.person_id, LedgerLine.currency)
    )


def read_closable(session: Session, project_id: int, month: Month) -> Closable:
    """Return what closing the month now would take."""
    zone = session.scalars(select(Project.zone).where(Project.id == project_id)).one()
    rows = session.execute(loose_sums(project_id, month.bounds(zone)[1])).all()
    kept = [row for row in rows if row.minor >= 0]
    return Closable(
        len({row.person_id for row in kept}),
        sum(row.lines for row in kept),
        _totals((row.minor, row.currency) for row in kept),
        len({row.person_id for row in rows if row.minor < 0}),
    )


def find_statement(session: Session, project_id: int, month: Month) -> int | None:
    """Return the id of a project's statement of a month, None while the month is not closed."""
    return session.scalar(
        select(Statement.id).where(Statement.project_id == project_id, Statement.month == str(month))
    )


def read_statement(session: Session, statement_id: int) -> StatementFacts | None:
    """Return a statement with everybody's share."""
    closer, payer = aliased(Person), aliased(Person)
    row = session.execute(
        select(Statement, Project.key, Project.zone, closer.nickname, payer.nickname)
        .join(Project, Project.id == Statement.project_id)
        .join(closer, closer.id == Statement.closed_by_id)
        .outerjoin(payer, payer.id == Statement.paid_by_id)
        .where(Statement.id == statement_id)
    ).one_or_none()
    if row is None:
        return None
    statement, key, zone, closed_by, paid_by = row
    shares = _shares(session, statement_id)
    return StatementFacts(
        statement.id,
        statement.project_id,
        key,
        zone,
        Month.parse(statement.month),
        statement.state,
        shares,
        _totals((share.amount_minor, share.currency) for share in shares),
        closed_by,
        statement.closed_at,
        paid_by,
        statement.paid_at,
    )


def read_own_share(session: Session, statement_id: int, person_id: int) -> tuple[ShareRow, ...]:
    """Return what one person gets from a statement, a row for each currency."""
    return _shares(session, statement_id, person_id)


def _shares(session: Session, statement_id: int, person_id: int | None = None) -> tuple[ShareRow, ...]:
    query = (
        select(
            StatementShare.person_id,
            Person.nickname,
            StatementShare.amount_minor,
            StatementShare.currency,
            StatementShare.lines,
        )
        .join(Person, Person.id == StatementShare.person_id)
        .where(StatementShare.statement_id == statement_id)
        .order_by(Person.nickname, StatementShare.currency)
    )
    if person_id is not None:
        query = query.where(StatementShare.person_id == person_id)
    return tuple(ShareRow(*row) for row in session.execute(query))


def read_statements(session: Session, project_id: int, limit: int = 12) -> tuple[StatementRow, ...]:
    """Return a project's newest statements, newest first."""
    statements = session.scalars(
        select(Statement)
        .where(Statement.project_id == project_id)
        .order_by(Statement.month.desc())
        .limit(limit)
    ).all()
    amounts: dict[int, list[tuple[int, str]]] = {}
    people: dict[int, set[int]] = {}
    for statement_id, person_id, minor, currency in session.execute(
        select(
            StatementShare.statement_id,
            StatementShare.person_id,
            StatementShare.amount_minor,
            StatementShare.currency,
        ).where(StatementShare.statement_id.in_([statement.id for statement in statements]))
    ):
        amounts.setdefault(statement_id, []).append((minor, currency))
        people.setdefault(statement_id, set()).add(person_id)
    return tuple(
        StatementRow(
            statement.id,
            Month.parse(statement.month),
            statement.state,
            len(people.get(statement.id, ())),
            _totals(amounts.get(statement.id, ())),
            statement.closed_at,
            statement.paid_at,
        )
        for statement in statements
    )


def _totals(amounts: Iterable[tuple[int, str]]) -> tuple[Money, ...]:
    sums: dict[str, int] = {}
    for minor, currency in amounts:
        # One of the databases gives sums of big integers as decimals.
        sums[currency] = sums.get(currency, 0) + int(minor)
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
