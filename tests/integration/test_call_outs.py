"""Call-outs on both databases: places are given once, the waitlist moves up, and a no leaves nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bot.db.models import CallOut, CallOutEntry, OutboxRow, Person
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, StaleAction
from bot.domain.people import Role, WorkStatus
from bot.domain.quality import COOL_DOWN, DRAW_AFTER, CallOutMode, CallOutState, EntryState
from bot.outbox.quality_messages import CallOutCard, CallOutInvite, CallOutNews
from bot.services.access import find_project
from bot.services.call_out_places import Place, join, leave
from bot.services.call_out_sweeps import draw_and_close
from bot.services.call_outs import call_out, close
from bot.services.people import join as join_team
from bot.services.people import set_role
from bot.services.qualifying import grant
from bot.services.rules import set_rules
from tests.conftest import MovableClock
from tests.factories import TEAM, Crew, make_crew

CHANNEL = "C0CREW"


def more_workers(transactions: Transactions, crew: Crew, count: int) -> list[int]:
    """Join so many more workers and return their ids."""
    people = []
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        for number in range(count):
            user = f"UMORE{number}"
            people.append(
                join_team(
                    uow, team=TEAM, user=user, nickname=f"more{number}", language="ko", zone="Asia/Seoul"
                ).person_id
            )
            set_role(uow, actor_id=crew["boss"], project=project, user=user, role=Role.WORKER, granted=True)
    return people


def _call(
    transactions: Transactions,
    crew: Crew,
    places: int,
    mode: CallOutMode = CallOutMode.FIRST,
    hours: float = 2,
) -> int:
    with transactions() as uow:
        return call_out(
            uow,
            actor_id=crew["bridge"],
            project_id=crew.project_id,
            headcount=places,
            mode=mode,
            deadline=uow.now + timedelta(hours=hours),
            channel=CHANNEL,
        )


def _join(transactions: Transactions, person_id: int, id: int) -> Place:
    with transactions(patience=60) as uow:
        return join(uow, person_id=person_id, call_out_id=id)


def _leave(transactions: Transactions, person_id: int, id: int) -> Place:
    with transactions() as uow:
        return leave(uow, person_id=person_id, call_out_id=id)


def _states(transactions: Transactions, id: int) -> dict[int, tuple[EntryState, int | None]]:
    with transactions.reading() as session:
        rows = session.scalars(select(CallOutEntry).where(CallOutEntry.call_out_id == id))
        return {entry.person_id: (entry.state, entry.place) for entry in rows}


def _told(transactions: Transactions, kind: str) -> list[dict[str, object]]:
    with transactions.reading() as session:
        return list(
            session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        )


def test_places_waitlist_and_moving_up(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    first, second, third = more_workers(transactions, crew, 3)
    id = _call(transactions, crew, 1)
    assert _join(transactions, first, id).state is EntryState.IN
    assert _join(transactions, second, id) == Place(id, EntryState.WAITING, 1)
    assert _join(transactions, third, id) == Place(id, EntryState.WAITING, 2)
    assert _join(transactions, second, id) == Place(id, EntryState.WAITING, 1), (
        "pressing again changes nothing"
    )
    _leave(transactions, first, id)
    assert _states(transactions, id)[second] == (EntryState.IN, None)
    assert _told(transactions, CallOutNews.kind) == [
        {"person_id": second, "call_out_id": id, "what": "moved_up"}
    ]
    assert _join(transactions, first, id) == Place(id, EntryState.WAITING, 2), (
        "behind the one who waits still"
    )


def test_who_rests_or_sleeps_is_not_pinged(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    awake, resting, asleep = more_workers(transactions, crew, 3)
    with transactions() as uow:
        uow.session.get_one(Person, resting).status = WorkStatus.RESTING
        uow.session.get_one(Person, asleep).zone = "America/New_York"
        uow.session.get_one(Person, asleep).hours_from = uow.session.get_one(Person, asleep).hours_until = (
            None
        )
        hour = (uow.now.hour + 9) % 24
        for person in uow.session.scalars(select(Person)):
            person.hours_from, person.hours_until = hour * 60, (hour + 1) % 24 * 60
        gone = uow.session.get_one(Person, asleep)
        gone.zone, gone.hours_from, gone.hours_until = (
            "Asia/Seoul",
            (hour + 2) % 24 * 60,
            (hour + 3) % 24 * 60,
        )
    _call(transactions, crew, 2)
    invited = {row["person_id"] for row in _told(transactions, CallOutInvite.kind)}
    assert awake in invited
    assert not {resting, asleep} & invited


def test_a_draw_prefers_who_did_not_win_lately(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    people = more_workers(transactions, crew, 4)
    winners: list[set[int]] = []
    for _round in range(2):
        id = _call(transactions, crew, 2, CallOutMode.LOTTERY)
        assert {_join(transactions, one, id).state for one in people} == {EntryState.ASKED}
        with transactions() as uow:
            assert draw_and_close(uow) == 0, "nobody is drawn before the minute is over"
        clock.advance(seconds=DRAW_AFTER.total_seconds())
        with transactions() as uow:
            assert draw_and_close(uow) == 1
        winners.append({p for p, (state, _n) in _states(transactions, id).items() if state is EntryState.IN})
        clock.advance(hours=1)
    assert len(winners[0]) == len(winners[1]) == 2
    assert not winners[0] & winners[1]
    assert timedelta(hours=1) < COOL_DOWN


def test_the_end_tells_those_who_wait_and_forgets_who_left(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    first, second, third = more_workers(transactions, crew, 3)
    id = _call(transactions, crew, 1, hours=1)
    for person in (first, second, third):
        _join(transactions, person, id)
    _leave(transactions, third, id)
    clock.advance(hours=1)
    with pytest.raises(StaleAction):
        _join(transactions, third, id)
    with transactions() as uow:
        assert draw_and_close(uow) == 1
    assert _states(transactions, id) == {first: (EntryState.IN, None)}
    assert [row["person_id"] for row in _told(transactions, CallOutNews.kind)] == [second]
    with transactions() as uow, pytest.raises(StaleAction):
        close(uow, actor_id=crew["bridge"], call_out_id=id)


def test_the_counter_is_drawn_once_a_second(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    people = more_workers(transactions, crew, 6)
    id = _call(transactions, crew, 3)
    before = len(_told(transactions, CallOutCard.kind))
    clock.advance(seconds=30)
    for person in people:
        _join(transactions, person, id)
    assert len(_told(transactions, CallOutCard.kind)) == before + 1
    clock.advance(seconds=1)
    _leave(transactions, people[0], id)
    assert len(_told(transactions, CallOutCard.kind)) == before + 2


def test_a_qualification_is_asked_for(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"gate": "dialect:전남"})
        grant(
            uow,
            actor_id=crew["bridge"],
            person_id=crew["mina"],
            key="Dialect:전남",
            evidence="전남에서 자랐어요",
        )
    id = _call(transactions, crew, 1)
    assert _join(transactions, crew["mina"], id).state is EntryState.IN
    with pytest.raises(Invalid, match="qualification"):
        _join(transactions, crew["jun"], id)
    with pytest.raises(NotAllowed):
        _join(transactions, crew["alex"], id)


@pytest.mark.parametrize("mode", [CallOutMode.FIRST, CallOutMode.LOTTERY])
def test_many_press_at_once(transactions: Transactions, clock: MovableClock, mode: CallOutMode) -> None:
    crew = make_crew(transactions)
    people = more_workers(transactions, crew, 16)
    id = _call(transactions, crew, 5, mode)
    barrier = Barrier(16)

    def press(person: int) -> Place:
        barrier.wait(30)
        return _join(transactions, person, id)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(press, people))
    if mode is CallOutMode.LOTTERY:
        clock.advance(seconds=DRAW_AFTER.total_seconds())
        with transactions() as uow:
            draw_and_close(uow)
    found = _states(transactions, id)
    assert sum(state is EntryState.IN for state, _place in found.values()) == 5
    waiting = sorted(place or 0 for state, place in found.values() if state is EntryState.WAITING)
    assert waiting == list(range(1, 12))
    with transactions.reading() as session:
        assert session.scalar(select(CallOut.state).where(CallOut.id == id)) is CallOutState.FULL
        assert session.scalar(select(func.count(CallOutEntry.id))) == 16
