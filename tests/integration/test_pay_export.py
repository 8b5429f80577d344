"""The table of a statement: by nickname, row by row, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import update

from bot.db.models import Person, Task
from bot.db.unit_of_work import Transactions
from bot.domain.pay import Month
from bot.reports.pay_export import PayRow, read_pay_rows, write_csv, write_jsonl
from bot.services.pay_requests import approve, ask_adjustment, ask_void
from bot.services.paying import close_statement, mark_paid
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.paying import earn

NOVEMBER = Month(2026, 11)


@pytest.fixture
def crew(transactions: Transactions, clock: MovableClock) -> Crew:
    """Mina has earned twice, one of it taken back, and jun owes more than he has."""
    crew = make_crew(transactions)
    with transactions() as uow:
        first, _review = earn(uow, crew, "mina")
        earn(uow, crew, "mina")
        earn(uow, crew, "jun")
    clock.advance(hours=1)
    with transactions() as uow:
        void = ask_void(uow, person_id=crew["alex"], assignment_id=first, reason="=cmd|' /C calc'!A0")
        debt = ask_adjustment(
            uow,
            person_id=crew["alex"],
            project_id=crew.project_id,
            payee_id=crew["jun"],
            amount_minor=-900,
            reason="Paid twice in October.",
        )
    for request in (void, debt):
        with transactions() as uow:
            approve(uow, person_id=crew["boss"], request_id=request.request_id)
    with transactions() as uow:
        uow.session.execute(update(Task).where(Task.external_id == "seg-0001").values(external_id="+1-2"))
        uow.session.execute(update(Person).where(Person.nickname == "mina").values(nickname="-미나"))
    clock.advance(days=8)
    return crew


def _rows(transactions: Transactions, crew: Crew, month: Month = NOVEMBER) -> list[PayRow]:
    with transactions.reading() as session:
        return list(read_pay_rows(session, crew.project_id, month))


def test_before_and_after_closing(transactions: Transactions, crew: Crew) -> None:
    before = _rows(transactions, crew)
    assert [(row.nickname, row.kind, row.amount_minor, row.state) for row in before] == [
        ("-미나", "earned", 350, "earned"),
        ("-미나", "earned", 350, "earned"),
        ("-미나", "void", -350, "earned"),
    ], "jun would get less than nothing, so his lines wait"
    assert _rows(transactions, crew, Month(2026, 10)) == []
    with transactions() as uow:
        closed = close_statement(uow, person_id=crew["alex"], project_id=crew.project_id, month=NOVEMBER)
    assert (closed.people, closed.lines, closed.carried) == (1, 3, 1)
    after = _rows(transactions, crew)
    assert [row.state for row in after] == ["payable"] * 3
    assert _rows(transactions, crew, NOVEMBER.next()) == []
    with transactions() as uow:
        mark_paid(uow, person_id=crew["alex"], statement_id=closed.statement_id)
    paid = _rows(transactions, crew)
    assert [row.state for row in paid] == ["paid"] * 3
    assert sum(row.amount_minor for row in paid) == closed.totals[0].minor == 350
    first = paid[0]
    assert (first.project, first.month, first.currency, first.amount) == ("DIAL", "2026-11", "KRW", "350")
    assert first.earned_at == "2026-11-23T10:00:00+09:00"


def test_csv_and_jsonl_say_the_same(transactions: Transactions, crew: Crew) -> None:
    rows = _rows(transactions, crew)
    table, lines = io.StringIO(newline=""), io.StringIO()
    assert write_csv(rows, table) == write_jsonl(rows, lines) == 3
    read = list(csv.DictReader(io.StringIO(table.getvalue(), newline="")))
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["amount_minor"] for line in told] == [int(row["amount_minor"]) for row in read]
    void = read[-1]
    assert (void["amount_minor"], void["amount"]) == ("-350", "-350"), "a number of ours is no formula"
    assert (void["nickname"], void["task"]) == ("'-미나", "'+1-2")
    assert void["reason"] == "'=cmd|' /C calc'!A0"
    assert told[-1]["reason"] == "=cmd|' /C calc'!A0", "JSON runs nothing"
    assert "미나" in lines.getvalue()


def test_nothing_to_write(transactions: Transactions, crew: Crew) -> None:
    table = io.StringIO(newline="")
    assert write_csv([], table) == write_jsonl([], io.StringIO()) == 0
    assert table.getvalue().startswith("project,month,nickname,task,")
