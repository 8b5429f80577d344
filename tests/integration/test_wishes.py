"""Wishes for work: as many are told as there is work for, those it is for, and nothing is kept of a no."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import func, select, update

from bot.db.models import AnswerSlot, Person, Review, WorkWish
from bot.db.unit_of_work import Transactions
from bot.domain.people import WorkStatus
from bot.domain.task import SlotState
from bot.outbox.quality_messages import WorkWaiting
from bot.services.voting import follow_overlaps
from bot.services.wishing import HEAD_START, forget, tell_of_work, wish
from tests.conftest import MovableClock
from tests.integration.fair_scene import FairScene
from tests.integration.test_call_outs import more_workers


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    return FairScene(transactions, clock, tasks=4)


def wished(scene: FairScene, *people: int) -> None:
    for person in people:
        with scene.transactions() as uow:
            wish(uow, person_id=person)


def tell(scene: FairScene) -> int:
    with scene.transactions() as uow:
        return tell_of_work(uow)


def told(scene: FairScene) -> list[int]:
    return [fact.person_id for fact in scene.told(WorkWaiting)]


def open_tasks(scene: FairScene, count: int) -> None:
    with scene.transactions() as uow:
        ids = uow.session.scalars(select(AnswerSlot.id).order_by(AnswerSlot.id)).all()
        uow.session.execute(update(AnswerSlot).values(state=SlotState.CLOSED))
        uow.session.execute(
            update(AnswerSlot).where(AnswerSlot.id.in_(ids[:count])).values(state=SlotState.OPEN)
        )


def test_the_same_work_is_told_of_once_for_a_while(scene: FairScene) -> None:
    people = more_workers(scene.transactions, scene.crew, 4)
    open_tasks(scene, 2)
    wished(scene, *people)
    assert tell(scene) == 2
    scene.clock.advance(minutes=1)
    assert tell(scene) == 0, "those two have a head start"
    scene.clock.advance(seconds=HEAD_START.total_seconds())
    assert tell(scene) == 2
    assert told(scene) == people


def test_whoever_took_theirs_makes_room_for_nobody_else_too_early(scene: FairScene) -> None:
    people = more_workers(scene.transactions, scene.crew, 3)
    open_tasks(scene, 2)
    wished(scene, *people)
    assert tell(scene) == 2
    open_tasks(scene, 1)
    with scene.transactions() as uow:
        slot = uow.session.scalars(select(AnswerSlot.id).where(AnswerSlot.state == SlotState.OPEN)).one()
    assert slot
    scene.clock.advance(minutes=1)
    assert tell(scene) == 0


def test_two_processes_at_once_tell_of_the_same_work_once(scene: FairScene) -> None:
    people = more_workers(scene.transactions, scene.crew, 4)
    open_tasks(scene, 2)
    wished(scene, *people)

    def other() -> int:
        with scene.transactions(patience=20) as uow:
            return tell_of_work(uow)

    with ThreadPoolExecutor(1) as pool:
        with scene.transactions() as uow:
            assert tell_of_work(uow) == 2
            second = pool.submit(other)
            sleep(0.3)
        assert second.result(30) == 0
    assert len(told(scene)) == 2


def test_who_has_a_task_in_hand_is_not_told(scene: FairScene) -> None:
    wished(scene, scene.crew["mina"])
    claimed = scene.claim()
    assert tell(scene) == 0
    scene.submit(claimed)
    assert tell(scene) == 1


def test_nobody_is_told_of_what_they_could_not_take(scene: FairScene) -> None:
    """Of the only open task sora has judged an answer; her claim would find nothing."""
    scene.rules(overlap=2)
    with scene.transactions() as uow:
        follow_overlaps(uow)
    claimed = scene.claim()
    scene.submit(claimed)
    scene.take("sora")
    with scene.transactions() as uow:
        uow.session.execute(
            update(AnswerSlot)
            .where(AnswerSlot.task_id != scene.task_of(claimed), AnswerSlot.state == SlotState.OPEN)
            .values(state=SlotState.CLOSED)
        )
    wished(scene, scene.crew["sora"])
    with scene.transactions.reading() as session:
        assert session.scalar(select(func.count()).where(AnswerSlot.state == SlotState.OPEN))
        assert session.scalar(select(Review.reviewer_id)) == scene.crew["sora"]
    assert tell(scene) == 0
    wished(scene, scene.crew["jun"])
    assert tell(scene) == 1
    assert told(scene) == [scene.crew["jun"]]


def test_nothing_is_kept_of_who_passed_or_wished_no_more(scene: FairScene) -> None:
    wished(scene, scene.crew["mina"], scene.crew["jun"])
    with scene.transactions() as uow:
        assert forget(uow, person_id=scene.crew["jun"])
    assert tell(scene) == 1
    scene.clock.advance(seconds=(HEAD_START + timedelta(minutes=1)).total_seconds())
    tell(scene)
    with scene.transactions.reading() as session:
        assert session.scalars(select(WorkWish.id)).all() == []


def test_who_rests_or_sleeps_is_not_told(scene: FairScene) -> None:
    wished(scene, scene.crew["mina"], scene.crew["jun"])
    with scene.transactions() as uow:
        uow.session.get_one(Person, scene.crew["mina"]).status = WorkStatus.RESTING
    scene.clock.advance(hours=14)
    assert tell(scene) == 0, "it is midnight"
    scene.clock.advance(hours=10)
    assert tell(scene) == 1
    assert told(scene) == [scene.crew["jun"]]
