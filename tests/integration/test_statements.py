"""A month from work to payment: what a statement holds, closed once and never changed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from bot.db.models import Audit, LedgerLine, Person, StatementLine, StatementShare
from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.domain.errors import Invalid
from bot.domain.pay import Money, Month, PayState, StatementState
from bot.reports.invariants import check
from bot.reports.pay_sums import read_lines, read_pay_sums
from bot.reports.statements import read_own_share, read_statement
from bot.services.paying import close_statement, mark_paid
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import undo
from tests.conftest import MovableClock
from tests.factories import Crew
from tests.integration.paying import NOVEMBER, close_month, earn, pay_crew, told_of


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return pay_crew(transactions)


def test_a_month_from_work_to_payment(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    with transactions() as uow:
        earn(uow, crew, "mina")
        earn(uow, crew, "jun")
        submit(
            uow,
            person_id=crew["mina"],
            assignment_id=claim_next(uow, person_id=crew["mina"]).assignment_id,
            parts={"text": "아따"},
        )
    with transactions.reading() as session:
        (pay,) = read_pay_sums(session, crew["mina"], Month(2026, 11))
        assert (pay.project_key, pay.currency, pay.pending, pay.earned, pay.accepted) == (
            "DIAL", "KRW", 350, 350, 1,
        )  # fmt: skip
        (other,) = read_pay_sums(session, crew["mina"], Month(2026, 10))
        assert (other.pending, other.total) == (350, 0), "what nobody has decided about has no month"
    clock.advance(days=8)
    statement_id = close_month(transactions, crew)
    assert {
        (told.person_id, told.what, told.statement_id) for told in told_of(transactions, "pay_changed")
    } == {
        (crew["mina"], "closed", statement_id),
        (crew["jun"], "closed", statement_id),
    }
    with transactions() as uow:
        paid = mark_paid(uow, person_id=crew["boss"], statement_id=statement_id)
    assert (paid.people, paid.totals, paid.month) == (2, (Money(700, "KRW"),), NOVEMBER)
    with transactions.reading() as session:
        facts = read_statement(session, statement_id)
        assert facts is not None
        assert (facts.state, facts.closed_by, facts.paid_by) == (StatementState.PAID, "alex", "boss")
        assert [(share.nickname, share.amount_minor, share.lines) for share in facts.shares] == [
            ("jun", 350, 1),
            ("mina", 350, 1),
        ]
        assert [share.nickname for share in read_own_share(session, statement_id, crew["mina"])] == ["mina"]
        (line,) = read_lines(session, crew["mina"], crew.project_id, NOVEMBER)
        assert (line.state, line.amount_minor, line.task) == (PayState.PAID, 350, "seg-0001")
        trail = select(Audit.action, Audit.to_state).where(Audit.subject_type == "statement")
        assert session.execute(trail.order_by(Audit.id)).all() == [
            ("pay.close", "closed"),
            ("pay.paid", "paid"),
        ]
        assert check(session, now=clock()) == ()
    with pytest.raises(Invalid) as refused:
        close_month(transactions, crew)
    assert (refused.value.code, refused.value.value) == ("closed", "2026-11")


def test_the_month_is_the_projects(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    """Midnight in Seoul is 15:00 of the day before in UTC: the month ends then, to the second."""
    _start, end = NOVEMBER.bounds("Asia/Seoul")
    for moment in (end - (end - clock()) / end.day, end):
        clock.now = moment
        with transactions() as uow:
            earn(uow, crew, "mina")
    assert (end.isoformat(), clock().isoformat()) == ("2026-11-30T15:00:00+00:00",) * 2
    statement_id = close_month(transactions, crew)
    with transactions.reading() as session:
        assert [share.lines for share in read_own_share(session, statement_id, crew["mina"])] == [1]
        (later,) = read_pay_sums(session, crew["mina"], Month(2026, 12))
        (span,) = read_pay_sums(session, crew["mina"], span=Month(2026, 12).bounds("Asia/Seoul"))
    assert (later.earned, later.payable) == (350, 0)
    assert span == later


def test_nobody_is_told_of_a_statement_over_nothing(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    with transactions() as uow:
        earn(uow, crew, "mina")
        _assignment, review_id = earn(uow, crew, "jun")
        uow.session.flush()
        undo(uow, person_id=crew["dohyun"], review_id=review_id)
    clock.advance(days=8)
    statement_id = close_month(transactions, crew)
    assert [told.person_id for told in told_of(transactions, "pay_changed")] == [crew["mina"]]
    with transactions.reading() as session:
        (share,) = read_own_share(session, statement_id, crew["jun"])
        assert (share.amount_minor, share.lines) == (0, 2)


def test_closing_at_once_closes_once(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    with transactions() as uow:
        for _ in range(3):
            earn(uow, crew, "mina")
    clock.advance(days=8)
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def close(who: str) -> None:
        barrier.wait()
        try:
            with transactions() as uow:
                close_statement(uow, person_id=crew[who], project_id=crew.project_id, month=NOVEMBER)
            outcomes.append("closed")
        except (Invalid, DatabaseBusy) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=close, args=(who,)) for who in ("alex", "boss", "jun", "alex")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("closed") == 1
    assert len(outcomes) == 4
    with transactions.reading() as session:
        assert len(session.scalars(select(StatementLine)).all()) == 3
        assert check(session, now=clock()) == ()


@pytest.mark.parametrize("model", [LedgerLine, StatementLine, StatementShare])
def test_what_was_counted_is_never_changed(
    transactions: Transactions, clock: MovableClock, crew: Crew, model: Any
) -> None:
    with transactions() as uow:
        earn(uow, crew, "mina")
    clock.advance(days=8)
    close_month(transactions, crew)
    column = next(column for column in model.__table__.columns if column.name != "id")
    for change in (update(model).values({column.name: column}), delete(model)):
        with pytest.raises(DBAPIError, match="append-only"), transactions() as uow:
            uow.session.execute(change)
    with transactions() as uow:
        assert uow.session.get_one(Person, crew["mina"]).nickname == "mina"
