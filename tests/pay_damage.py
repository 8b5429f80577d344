"""Ways to break rows of statements, adjustments and voids, for the tests of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from bot.db.models import LedgerLine, PayRequest, Statement, StatementShare
from bot.db.unit_of_work import UnitOfWork
from bot.domain.pay import Month, RequestState, StatementState
from bot.services.pay_requests import approve, ask_adjustment, ask_void
from bot.services.paying import close_statement, mark_paid
from tests.every_state import EveryState

Broken = set[tuple[str, int | None]]

LATER = timedelta(days=12)


class Damaged(Protocol):
    """A filled database whose damage is rolled back."""

    states: EveryState
    session: Session
    sqlite: bool

    def unlock(self, table: str) -> None: ...
    def set(self, model: Any, row_id: int, **values: object) -> None: ...
    def copy(self, model: Any, row_id: int, **values: object) -> int: ...
    def verdict(self, review: str) -> int: ...


def _uow(bench: Damaged) -> UnitOfWork:
    """Work in the session of the damage, when the month is over."""
    return UnitOfWork(bench.session, bench.states.clock() + LATER)


def _closed(bench: Damaged) -> int:
    crew, uow = bench.states.crew, _uow(bench)
    closed = close_statement(uow, person_id=crew["alex"], project_id=crew.project_id, month=Month(2026, 11))
    uow.session.flush()
    return closed.statement_id


def _asked(bench: Damaged) -> int:
    crew, uow = bench.states.crew, _uow(bench)
    asked = ask_adjustment(
        uow,
        person_id=crew["alex"],
        project_id=crew.project_id,
        payee_id=crew["mina"],
        amount_minor=500,
        reason="Extra rework.",
    )
    uow.session.flush()
    return asked.request_id


def _approved(bench: Damaged) -> int:
    request_id = _asked(bench)
    uow = _uow(bench)
    approve(uow, person_id=bench.states.crew["boss"], request_id=request_id)
    uow.session.flush()
    bench.unlock("ledger_line")
    return request_id


def _share_of_another_amount(bench: Damaged) -> Broken:
    row = _closed(bench)
    bench.unlock("statement_share")
    bench.session.execute(update(StatementShare).values(amount_minor=StatementShare.amount_minor + 1))
    return {("statement_sum", row)}


def _shares_lost(bench: Damaged) -> Broken:
    row = _closed(bench)
    bench.unlock("statement_share")
    bench.session.execute(delete(StatementShare))
    return {("statement_sum", row), ("statement_empty", row)}


def _line_of_a_later_month(bench: Damaged) -> Broken:
    row = _closed(bench)
    end = bench.session.get_one(Statement, row).period_end
    line = bench.session.scalars(select(LedgerLine.id).order_by(LedgerLine.id).limit(1)).one()
    bench.unlock("ledger_line")
    bench.set(LedgerLine, line, created_at=end)
    return {("statement_line", line)}


def _paid_twice(bench: Damaged) -> Broken:
    assignment = bench.states.assignments["under_accepted"]
    line = bench.session.scalars(select(LedgerLine.id).where(LedgerLine.assignment_id == assignment)).one()
    bench.copy(LedgerLine, line, verdict_id=bench.verdict("rejected"))
    _closed(bench)
    return {
        ("statement_twice", assignment),
        ("ledger_assignment", assignment),
        ("ledger_total", None),
        ("ledger_person", bench.states.crew["mina"]),
    }


def _paid_before_it_was_closed(bench: Damaged) -> Broken:
    row, uow = _closed(bench), _uow(bench)
    mark_paid(uow, person_id=bench.states.crew["boss"], statement_id=row)
    uow.session.flush()
    bench.set(Statement, row, paid_at=uow.now - timedelta(hours=1))
    return {("statement_state", row)}


def _paid_without_a_trace(bench: Damaged) -> Broken:
    row, now = _closed(bench), _uow(bench).now
    paid_by = bench.states.crew["boss"]
    bench.set(Statement, row, state=StatementState.PAID, paid_by_id=paid_by, paid_at=now)
    return {("audit_statement", row)}


def _withdrawn_without_a_trace(bench: Damaged) -> Broken:
    row, now, alex = _asked(bench), _uow(bench).now, bench.states.crew["alex"]
    bench.set(PayRequest, row, state=RequestState.WITHDRAWN, decided_by_id=alex, decided_at=now)
    return {("audit_pay_request", row)}


def _approved_without_a_line(bench: Damaged) -> Broken:
    row = _approved(bench)
    bench.session.execute(delete(LedgerLine).where(LedgerLine.request_id == row))
    return {("pay_request_line", row), ("ledger_person", bench.states.crew["mina"])}


def _approved_for_another_amount(bench: Damaged) -> Broken:
    row = _approved(bench)
    bench.session.execute(update(LedgerLine).where(LedgerLine.request_id == row).values(amount_minor=5000))
    return {("pay_request_line", row), ("ledger_person", bench.states.crew["mina"])}


def _void_of_a_part(bench: Damaged) -> Broken:
    crew, uow = bench.states.crew, _uow(bench)
    fixed = bench.states.assignments["under_fixed"]
    row = ask_void(uow, person_id=crew["alex"], assignment_id=fixed, reason="Twice.").request_id
    uow.session.flush()
    bench.set(PayRequest, row, amount_minor=-349)
    return {("pay_request_line", row)}


def _decided_alone(bench: Damaged) -> Broken:
    row = _approved(bench)
    if bench.sqlite:
        bench.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        bench.session.execute(text("ALTER TABLE pay_request DROP CONSTRAINT ck_pay_request_second_person"))
    bench.set(PayRequest, row, decided_by_id=bench.states.crew["alex"])
    if bench.sqlite:
        # The connection outlives the damage.
        bench.session.execute(text("PRAGMA ignore_check_constraints = OFF"))
    return {("pay_request_alone", row)}


DAMAGES: tuple[Callable[[Damaged], Broken], ...] = (
    _share_of_another_amount,
    _shares_lost,
    _line_of_a_later_month,
    _paid_twice,
    _paid_before_it_was_closed,
    _paid_without_a_trace,
    _withdrawn_without_a_trace,
    _approved_without_a_line,
    _approved_for_another_amount,
    _void_of_a_part,
    _decided_alone,
)
