"""Pay in Slack: one's own figures, statements, and corrections that need a second person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.db.models import (
    Assignment,
    LedgerLine,
    Membership,
    PayRequest,
    Statement,
    StatementShare,
)
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid
from bot.domain.pay import RequestState, StatementState
from bot.domain.people import Role
from bot.reports.invariants import check
from bot.slack import ids
from bot.slack.content import Content
from handlers.typed import find_mention, read_signed
from sandbox.client import list_actions
from tests.conftest import MovableClock
from tests.factories import Crew
from tests.integration.delivered import deliver, everything_said
from tests.integration.exported import a_day
from tests.integration.stage import Stage, said, staged


@pytest.fixture
def crew(transactions: Transactions, clock: MovableClock) -> Crew:
    """Mina has three accepted tasks of 350 won, Jun two and one in review."""
    crew = a_day(transactions, clock)
    clock.advance(minutes=30)
    return crew


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


def ledger(stage: Stage, person_id: int) -> int:
    with stage.deps.transaction.reading() as session:
        query = select(func.sum(LedgerLine.amount_minor)).where(LedgerLine.person_id == person_id)
        return session.scalar(query) or 0


def sound(stage: Stage, clock: MovableClock) -> bool:
    with stage.deps.transaction.reading() as session:
        return not check(session, now=clock())


@pytest.mark.parametrize(
    ("text", "amount"), [("5000", 5000), ("-5,000원", -5000), ("+3만", 30000), ("−350", -350)]
)
def test_amounts_with_a_sign(text: str, amount: int) -> None:
    assert read_signed(text, "KRW") == amount


def test_amounts_that_are_none() -> None:
    for text in ("", "-", "--5", "five", "3만5", "12.5"):
        with pytest.raises(Invalid, match="amount"):
            read_signed(text, "KRW")
    assert find_mention("DIAL <@U1|mina>") == ("U1", "DIAL")


def test_ones_own_pay(stage: Stage, crew: Crew) -> None:
    shown = said(stage, "mina", "/pay")
    assert "1,050" in shown
    assert said(stage, "mina", "/pay 이번달") == shown
    assert said(stage, "mina", "/pay dlqjsekf") == shown, "with the keyboard in the wrong mode"
    assert "1,050" not in said(stage, "mina", "/pay 지난달")
    assert "1,050" in said(stage, "mina", "/pay 전체")
    assert "1,050" not in said(stage, "mina", "/pay 2026-10")
    jun = said(stage, "jun", "/pay")
    assert "700" in jun
    assert "1,050" not in jun
    assert "이번달" in said(stage, "mina", "/pay help")
    assert "이번달" in said(stage, "mina", "/pay 2026-99")


def test_line_by_line_and_by_month(stage: Stage, crew: Crew) -> None:
    mina = stage.person("mina")
    card = mina.command("/pay")["message"]
    mina.click(card, ids.PAY_LINES)
    stage.settle()
    lines = json.dumps(stage.box.messages(mina.dm_channel())[-1], ensure_ascii=False)
    assert "seg-0003" in lines
    mina.click(card, ids.PAY_SHOW_LAST)
    stage.settle()
    assert "10월" in everything_said(stage, "mina")


def test_a_month_is_closed_and_paid(stage: Stage, crew: Crew, clock: MovableClock) -> None:
    alex = stage.person("alex")
    assert "DIAL" in said(stage, "alex", "/pm pay")
    alex.command("/pm pay close DIAL 2026-11")
    assert alex.submit({})["response_action"] != "clear"
    assert stage.count(Statement) == 0, "the month is not over"
    alex.close_modal(all=True)
    clock.advance(days=10)
    alex.command("/pm 정산 마감 DIAL")
    window = alex.wait_for_modal()
    assert "1,750" in json.dumps(window, ensure_ascii=False)
    alex.submit({})
    stage.redeliver()
    assert stage.count(Statement, Statement.state == StatementState.CLOSED) == 1
    assert stage.told("pay_changed") == 2
    assert "1,050" in json.dumps(deliver(stage, crew, "pay_changed", "mina"), ensure_ascii=False)
    alex.close_modal(all=True)
    alex.command("/pm pay paid DIAL")
    assert "mina" in json.dumps(alex.wait_for_modal())
    alex.submit({})
    alex.close_modal(all=True)
    assert stage.count(Statement, Statement.state == StatementState.PAID) == 1
    assert stage.count(StatementShare) == 2
    assert said(stage, "alex", "/pm pay paid DIAL")
    assert alex.modal() is None, "there is none left to pay"
    assert sound(stage, clock)


def test_a_correction_needs_a_second_person(stage: Stage, crew: Crew, clock: MovableClock) -> None:
    alex, boss = stage.person("alex"), stage.person("boss")
    alex.command("/pm pay adjust DIAL")
    answer = alex.submit({ids.PERSON: str(crew["mina"]), ids.AMOUNT: "x", ids.REASON: "음질이 나빴어요."})
    assert answer["errors"]
    alex.submit({ids.PERSON: str(crew["mina"]), ids.AMOUNT: "-100", ids.REASON: "두 번 셌어요."})
    stage.redeliver()
    alex.close_modal(all=True)
    assert stage.count(PayRequest) == 1
    assert ledger(stage, crew["mina"]) == 1050
    own = deliver(stage, crew, "pay_requested", "alex")
    assert ids.PAY_APPROVE not in list_actions(own)
    card = deliver(stage, crew, "pay_requested", "boss")
    forged = stage.post("alex", _content(card))
    alex.click(forged, ids.PAY_APPROVE)
    stage.settle()
    assert ledger(stage, crew["mina"]) == 1050
    assert stage.denied() == 1
    boss.click(card, ids.PAY_APPROVE)
    boss.click(card, ids.PAY_APPROVE)
    stage.settle()
    assert ledger(stage, crew["mina"]) == 950
    assert stage.count(PayRequest, PayRequest.state == RequestState.APPROVED) == 1
    assert "두 번 셌어요." in json.dumps(deliver(stage, crew, "pay_changed", "mina"), ensure_ascii=False)
    told = stage.told("pay_requested")
    clock.advance(seconds=5)
    boss.click(card, ids.PAY_APPROVE)
    stage.settle()
    assert stage.told("pay_requested") == told + 1, "the old card is drawn anew"
    assert ledger(stage, crew["mina"]) == 950
    assert sound(stage, clock)


def _content(card: dict[str, Any]) -> Content:
    return Content("x", card["blocks"])


def test_a_correction_is_declined_or_taken_back(stage: Stage, crew: Crew) -> None:
    alex, boss = stage.person("alex"), stage.person("boss")
    for _turn in range(2):
        alex.command("/pm pay adjust DIAL <@UJUN|jun>")
        shown = json.dumps(alex.wait_for_modal())
        assert "jun" in shown
        assert "mina" not in shown
        alex.submit({ids.PERSON: str(crew["jun"]), ids.AMOUNT: "100", ids.REASON: "더 걸렸어요."})
        alex.close_modal(all=True)
        if not _turn:
            boss.click(deliver(stage, crew, "pay_requested", "boss"), ids.PAY_DECLINE)
            boss.submit({ids.NOTE: "근거가 없어요."})
            stage.settle()
            assert stage.count(PayRequest, PayRequest.state == RequestState.DECLINED) == 1
            note = json.dumps(deliver(stage, crew, "pay_requested", "alex"), ensure_ascii=False)
            assert "근거가 없어요." in note
    alex.click(deliver(stage, crew, "pay_requested", "alex"), ids.PAY_WITHDRAW)
    stage.settle()
    assert stage.count(PayRequest, PayRequest.state == RequestState.WITHDRAWN) == 1
    assert ledger(stage, crew["jun"]) == 700


def test_a_tasks_pay_is_taken_back(stage: Stage, crew: Crew, clock: MovableClock) -> None:
    alex, boss = stage.person("alex"), stage.person("boss")
    with stage.deps.transaction.reading() as session:
        query = select(Assignment.id).where(Assignment.state == AssignmentState.ACCEPTED)
        assignment_id = session.scalars(query.order_by(Assignment.id)).first()
    alex.command("/pm pay void DIAL")
    for wrong in ("seven", "999999"):
        assert alex.submit({ids.ASSIGNMENT: wrong, ids.REASON: "복사였어요."})["errors"]
    alex.submit({ids.ASSIGNMENT: f"#{assignment_id}", ids.REASON: "복사였어요."})
    alex.close_modal(all=True)
    boss.click(deliver(stage, crew, "pay_requested", "boss"), ids.PAY_APPROVE)
    stage.settle()
    assert ledger(stage, crew["mina"]) == 700
    assert sound(stage, clock)


def test_pay_of_others_is_the_offices(stage: Stage, crew: Crew, transactions: Transactions) -> None:
    for nickname in ("mina", "sora", "bridge"):
        for verb in ("", "close DIAL", "paid DIAL", "adjust DIAL", "void DIAL"):
            before = stage.denied()
            said(stage, nickname, f"/pm pay {verb}".strip() + ("" if verb else " DIAL"))
            assert stage.person(nickname).modal() is None
            assert stage.denied() == before + 1
    with transactions() as uow:
        uow.session.execute(
            update(Membership).where(Membership.person_id == crew["alex"]).values(role=Role.REVIEWER)
        )
    said(stage, "alex", "/pm pay close DIAL")
    assert stage.person("alex").modal() is None


def test_verbs_are_explained(stage: Stage, crew: Crew) -> None:
    assert "adjust" in said(stage, "alex", "/pm pay help")
    assert "close" in said(stage, "alex", "/pm pay clsoe DIAL")
    assert said(stage, "alex", "/pm pay close DIAL DIAL")
    assert said(stage, "alex", "/pm pay NOPE")
    assert stage.person("alex").modal() is None
