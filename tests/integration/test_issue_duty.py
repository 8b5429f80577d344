"""Who is on duty is told first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import (
    OutboxRow,
)
from bot.domain.errors import (
    Invalid,
    NotAllowed,
)
from bot.domain.people import Role
from bot.reports.duty import present_duty
from bot.services.duty import switch_off, switch_on
from bot.services.people import deactivate
from tests.factories import TEAM
from tests.integration.issue_scene import MORNING, Night, refused


def test_whoever_takes_over_is_told_what_waits(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    switched = night.do(switch_on, "dohyun", project_id=night.crew.project_id, note="3번 배치 조심")
    assert switched.before == night.crew["bridge"]
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("dohyun", "level")]
    with night.transactions.reading() as session:
        now = present_duty(session, night.crew.project_id)
        assert now is not None
        assert (now.nickname, now.note) == ("dohyun", "3번 배치 조심")
        told = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "duty_changed").order_by(OutboxRow.id)
        ).all()
        assert {row["person_id"] for row in told[-2:]} == {night.crew["bridge"], night.crew["dohyun"]}
    not_on = refused(lambda: night.do(switch_off, "bridge", project_id=night.crew.project_id))
    assert not_on == Invalid("duty", "not_on")
    night.do(switch_off, "dohyun", project_id=night.crew.project_id, note="끝")
    with night.transactions.reading() as session:
        assert present_duty(session, night.crew.project_id) is None
    night.healthy()


def test_whoever_is_on_again_is_told_after_all(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    night.on_duty("dohyun")
    night.on_duty()
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("bridge", "level")]


def test_pressing_on_twice_is_one_duty(night: Night) -> None:
    first = night.do(switch_on, "bridge", project_id=night.crew.project_id)
    again = night.do(switch_on, "bridge", project_id=night.crew.project_id, note="새 메모")
    assert (again.duty_id, again.before) == (first.duty_id, None)
    assert isinstance(
        refused(lambda: night.do(switch_on, "mina", project_id=night.crew.project_id)), NotAllowed
    )


def test_somebody_who_has_left_is_not_told(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    night.join("bridge", Role.SUPERVISOR, granted=False)
    with night.transactions() as uow:
        assert present_duty(uow.session, night.crew.project_id) is None
        deactivate(uow, team=TEAM, user="UBRIDGE")
    assert night.at(MORNING) == (0, 0)
    # The level's time goes on, and the next one is told.
    assert night.at(MORNING + timedelta(hours=4)) == (1, 1)
    assert night.calls() == [("dohyun", "level")]
