"""Who is called first and when: duty, one's own hours, and a project's delays, as people type them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import Duty, EscalationPlan, Person
from bot.db.unit_of_work import Transactions
from tests.factories import Crew, make_crew
from tests.integration.stage import Stage, said, staged


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


def test_duty_is_taken_handed_over_and_ended(stage: Stage, crew: Crew) -> None:
    stage.person("boss").command("/admin role <@UDOHYUN> supervisor DIAL")
    assert "DIAL" in said(stage, "bridge", "/sup 당직 시작 7번 묶음을 봐 주세요")
    stage.redeliver()
    assert "bridge" in said(stage, "mina", "/sup duty who")
    assert "DIAL" in said(stage, "dohyun", "/sup ekdwlr on dial 이어서 볼게요")
    assert "dohyun" in said(stage, "alex", "/sup 당직 DIAL")
    with stage.deps.transaction.reading() as session:
        duties = session.scalars(select(Duty).order_by(Duty.id)).all()
    assert [(one.person_id, one.note) for one in duties] == [
        (crew["bridge"], "7번 묶음을 봐 주세요"),
        (crew["dohyun"], "이어서 볼게요"),
    ]
    assert [one.until is None for one in duties] == [False, True]
    assert stage.told("duty_changed") == 3
    assert said(stage, "bridge", "/sup duty off"), "bridge is not on duty any more"
    assert stage.count(Duty, Duty.until.is_(None)) == 1
    assert "DIAL" in said(stage, "dohyun", "/sup 당직 끝")
    assert stage.count(Duty, Duty.until.is_(None)) == 0


def test_duty_is_for_supervisors(stage: Stage) -> None:
    assert said(stage, "mina", "/sup 당직 on")
    assert said(stage, "alex", "/sup duty on DIAL")
    assert said(stage, "bridge", "/sup duty who NOPE")
    assert stage.count(Duty) == 0
    assert stage.denied() == 2


def test_hours_of_ones_own(stage: Stage, crew: Crew) -> None:
    assert "09:00–21:00" in said(stage, "mina", "/my 시간")
    assert "10:00–19:00" in said(stage, "mina", "/my 시간 10시~19시 평일")
    with stage.deps.transaction.reading() as session:
        mina = session.get_one(Person, crew["mina"])
        assert (mina.hours_from, mina.hours_until, mina.work_days) == (600, 1140, 0b11111)
    assert "10:00–19:00" in said(stage, "mina", "/my hours")
    assert "22:00–06:00" in said(stage, "alex", "/my hours 22:00-6:00")
    assert said(stage, "mina", "/my tlrks 몰라요"), "what can't be read is said"
    assert "09:00–21:00" in said(stage, "mina", "/my 시간 끄기")
    with stage.deps.transaction.reading() as session:
        assert session.get_one(Person, crew["mina"]).hours_from is None


def test_delays_of_a_project(stage: Stage) -> None:
    shown = said(stage, "alex", "/pm escalation DIAL")
    assert shown.count("as usual") == 4
    assert said(stage, "alex", "/pm escalation DIAL S2 20m 1h 2d").count("as usual") == 3
    with stage.deps.transaction.reading() as session:
        plan = session.scalars(select(EscalationPlan)).one()
    assert (plan.ack_minutes, plan.step_minutes, plan.resolve_minutes) == (20, 60, 2880)
    for words in ("DIAL S2 0 1 1", "DIAL S2 soon", "NOPE"):
        assert said(stage, "alex", f"/pm escalation {words}")
    assert said(stage, "bridge", "/pm 에스컬레이션").count("평소대로") <= 4
    said(stage, "bridge", "/pm 에스컬레이션 S1 1 1 1")
    said(stage, "mina", "/pm escalation DIAL")
    assert stage.denied() == 2
    assert stage.count(EscalationPlan) == 1
