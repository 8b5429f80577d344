"""Adjustments and voids: asked by one, decided by another, paid with the next statement."""

from __future__ import annotations

from typing import Any

import pytest

from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotFound, NotYours
from bot.domain.pay import Money, RequestKind, RequestState
from bot.outbox.pay_messages import PayChanged, PayRequested
from bot.reports.invariants import check
from bot.reports.pay_requests import read_request, waiting_requests
from bot.reports.pay_sums import read_lines, read_pay_sums
from bot.reports.statements import read_own_share
from bot.services.pay_requests import approve, ask_adjustment, ask_void, decline, may_decide, withdraw
from bot.services.paying import close_statement, mark_paid
from bot.services.people import deactivate
from tests.conftest import MovableClock
from tests.factories import TEAM, Crew
from tests.integration.paying import NOVEMBER, ask_extra, close_month, close_month_in, earn, pay_crew, told_of


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return pay_crew(transactions)


def test_a_second_person_decides(transactions: Transactions, crew: Crew) -> None:
    request_id = ask_extra(transactions, crew, "alex", "jun")
    cards = told_of(transactions, "pay_requested")
    assert {card.person_id for card in cards} == {crew["alex"], crew["boss"]}, "the person paid is not asked"
    assert {card.card for card in cards} == {
        f"pay_request:{request_id}:{crew['alex']}",
        f"pay_request:{request_id}:{crew['boss']}",
    }
    assert cards[0] == PayRequested(cards[0].person_id, request_id)
    for who in ("alex", "jun"):
        for act in (approve, decline, may_decide):
            with pytest.raises(NotYours), transactions() as uow:
                act(uow, person_id=crew[who], request_id=request_id)
    with pytest.raises(NotYours), transactions() as uow:
        withdraw(uow, person_id=crew["boss"], request_id=request_id)
    with pytest.raises(Invalid) as refused, transactions() as uow:
        decline(uow, person_id=crew["boss"], request_id=request_id, note="x" * 301)
    assert (refused.value.field, refused.value.code) == ("note", "too_long")
    with transactions() as uow:
        may_decide(uow, person_id=crew["boss"], request_id=request_id)
        decline(uow, person_id=crew["boss"], request_id=request_id, note=" Not agreed. ")
    with transactions.reading() as session:
        facts = read_request(session, request_id)
        assert facts is not None
        assert (facts.state, facts.decided_by, facts.note) == (RequestState.DECLINED, "boss", "Not agreed.")
        assert (facts.kind, facts.payee, facts.asked_by) == (RequestKind.ADJUSTMENT, "jun", "alex")
        assert waiting_requests(session, crew.project_id) == ()
        assert read_pay_sums(session, crew["jun"]) == ()
        assert read_request(session, request_id + 1) is None
    assert len(told_of(transactions, "pay_requested")) == 4, "both cards are redrawn"
    assert told_of(transactions, "pay_changed") == [], "nothing has changed for the person"


def test_an_approved_adjustment_is_told_and_paid(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    request_id = ask_extra(transactions, crew, "boss", "mina")
    with transactions() as uow:
        approve(uow, person_id=crew["jun"], request_id=request_id)
    assert told_of(transactions, "pay_changed") == [
        PayChanged(crew["mina"], "adjusted", request_id=request_id)
    ]
    with transactions() as uow:
        deactivate(uow, team=TEAM, user="UMINA")
    clock.advance(days=8)
    statement_id = close_month(transactions, crew)
    with transactions.reading() as session:
        (share,) = read_own_share(session, statement_id, crew["mina"])
        assert check(session, now=clock()) == ()
    assert share.amount_minor == 500, "pay that is owed stays, whoever has left"
    assert len(told_of(transactions, "pay_changed")) == 1, "nobody writes to an account that is gone"


def test_what_is_asked_must_make_sense(transactions: Transactions, crew: Crew) -> None:
    def refused(**changes: Any) -> tuple[str, str]:
        values: dict[str, Any] = {"payee_id": crew["mina"], "amount_minor": 500, "reason": "Extra."} | changes
        with pytest.raises(Invalid) as error, transactions() as uow:
            ask_adjustment(uow, person_id=crew["alex"], project_id=crew.project_id, **values)
        return error.value.field, error.value.code

    assert refused(amount_minor=0) == ("amount", "zero")
    assert refused(amount_minor=-100_000_001) == ("amount", "too_large")
    assert refused(reason="  ") == ("reason", "missing")
    assert refused(reason="x" * 301) == ("reason", "too_long")
    assert refused(payee_id=crew["boss"]) == ("person", "not_in_project")
    with transactions() as uow:
        deactivate(uow, team=TEAM, user="UBOSS")
        deactivate(uow, team=TEAM, user="UJUN")
    assert refused() == ("approver", "nobody")
    for act in (approve, decline, withdraw):
        with pytest.raises(NotFound), transactions() as uow:
            act(uow, person_id=crew["alex"], request_id=99)
    with pytest.raises(NotFound), transactions() as uow:
        ask_void(uow, person_id=crew["alex"], assignment_id=99, reason="x")
    with pytest.raises(NotFound), transactions() as uow:
        mark_paid(uow, person_id=crew["alex"], statement_id=99)


def test_a_void_after_payment_lowers_the_next_statement(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    with transactions() as uow:
        assignment_id, _review = earn(uow, crew, "mina")
    with pytest.raises(Invalid) as refused, transactions() as uow:
        ask_void(uow, person_id=crew["alex"], assignment_id=assignment_id, reason="Twice.")
    assert (refused.value.code, refused.value.value) == ("undo_first", "11")
    clock.advance(days=8)
    with transactions() as uow:
        mark_paid(uow, person_id=crew["alex"], statement_id=close_month_in(uow, crew, NOVEMBER))
    with transactions() as uow:
        asked = ask_void(uow, person_id=crew["alex"], assignment_id=assignment_id, reason=" Twice. ")
    with transactions() as uow:
        approve(uow, person_id=crew["boss"], request_id=asked.request_id)
    clock.advance(days=35)
    december = NOVEMBER.next()
    with pytest.raises(Invalid) as nothing:
        close_month(transactions, crew, december)
    assert nothing.value.code == "empty", "nobody pays back"
    with transactions() as uow:
        for _ in range(2):
            earn(uow, crew, "mina")
    clock.advance(days=35)
    with transactions() as uow:
        closed = close_statement(
            uow, person_id=crew["alex"], project_id=crew.project_id, month=december.next()
        )
    assert (closed.people, closed.lines, closed.totals, closed.carried) == (1, 3, (Money(350, "KRW"),), 0)
    with transactions.reading() as session:
        (pay,) = read_pay_sums(session, crew["mina"])
        assert (pay.earned, pay.payable, pay.paid, pay.accepted, pay.adjusted) == (0, 350, 350, 3, -350)
        reasons = [
            (line.amount_minor, line.reason) for line in read_lines(session, crew["mina"], crew.project_id)
        ]
        assert reasons == [(350, None), (350, None), (-350, "Twice."), (350, None)]
        assert check(session, now=clock()) == ()
