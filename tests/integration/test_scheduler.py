"""The scheduler on both databases: chores are done, failures outlived, a dead ticker replaced."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.models import Assignment, OutboxRow, RequestKey
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.outbox.messages import LeaseExpired
from bot.scheduler import Rhythm, Scheduler, standard_rhythms
from bot.services.tasks import claim_next
from sandbox.client import wait_for
from tests.conftest import MovableClock, copy_sqlite, open_quickly
from tests.factories import make_crew

SOON = timedelta(milliseconds=30)


@contextmanager
def _running(scheduler: Scheduler) -> Iterator[Scheduler]:
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


def test_an_expired_lease_is_swept_and_its_holder_told(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    told = threading.Event()
    transactions.on_told = told.set
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        uow.session.add(RequestKey(key="old", delivery="old", answer={}, created_at=uow.now))
    told.clear()
    clock.advance(days=2)
    with _running(Scheduler(transactions, tick=SOON)):
        assert told.wait(5)
        wait_for(lambda: not _keys(transactions))
    with transactions.reading() as session:
        assert session.get_one(Assignment, claim.assignment_id).state is AssignmentState.EXPIRED
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == LeaseExpired.kind)).all()
    assert len(rows) == 1


def _keys(transactions: Transactions) -> list[RequestKey]:
    with transactions.reading() as session:
        return list(session.scalars(select(RequestKey)))


def test_two_schedulers_do_the_work_once(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=12, max_in_hand=3)
    with transactions() as uow:
        for nickname in ("mina", "jun", "sora"):
            for _ in range(3):
                claim_next(uow, person_id=crew[nickname])
                uow.session.flush()
    clock.advance(days=2)
    with _running(Scheduler(transactions, tick=SOON)), _running(Scheduler(transactions, tick=SOON)):
        time.sleep(0.5)
    with transactions.reading() as session:
        told = Counter(session.scalars(select(OutboxRow.lane).where(OutboxRow.kind == LeaseExpired.kind)))
    assert sorted(told.values()) == [3, 3, 3]


@pytest.fixture
def sqlite_transactions(
    sqlite_url: str, sqlite_template: Path, clock: MovableClock
) -> Iterator[Transactions]:
    copy_sqlite(sqlite_template, sqlite_url)
    database = open_quickly(sqlite_url)
    yield Transactions(database, clock=clock)
    database.dispose()


def test_a_chore_that_fails_keeps_nobody_else_from_theirs(
    sqlite_transactions: Transactions, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def break_down(_: UnitOfWork) -> int:
        done.append("broke")
        raise RuntimeError("secret words")

    def tidy(_: UnitOfWork) -> int:
        done.append("tidied")
        return 1

    rhythms = (Rhythm(break_down, SOON), Rhythm(tidy, SOON))
    with _running(Scheduler(sqlite_transactions, tick=SOON, rhythms=rhythms)) as scheduler:
        wait_for(lambda: done.count("broke") >= 3 and done.count("tidied") >= 3)
        assert not scheduler.is_late
    assert "break_down failed: RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


def test_slow_chores_are_not_done_at_every_tick(sqlite_transactions: Transactions) -> None:
    done: Counter[str] = Counter()

    def often(_: UnitOfWork) -> int:
        done["often"] += 1
        return 0

    def seldom(_: UnitOfWork) -> int:
        done["seldom"] += 1
        return 0

    rhythms = (Rhythm(often, SOON), Rhythm(seldom, timedelta(hours=1)))
    with _running(Scheduler(sqlite_transactions, tick=SOON, rhythms=rhythms)):
        wait_for(lambda: done["often"] >= 5)
    assert done["seldom"] == 1


def test_a_ticker_that_died_is_replaced(
    sqlite_transactions: Transactions, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[float] = []

    def tick(_: UnitOfWork) -> int:
        ticks.append(time.monotonic())
        return 0

    with _running(
        Scheduler(sqlite_transactions, tick=SOON, rhythms=[Rhythm(tick, SOON)], silence=SOON)
    ) as scheduler:
        wait_for(lambda: ticks)
        assert scheduler._ticker is not None
        scheduler._ticker.remove_all_jobs()
        time.sleep(0.1)
        before = len(ticks)
        wait_for(lambda: len(ticks) > before + 2)
    assert "starting another ticker" in caplog.text


def test_a_chore_that_hangs_shows_in_the_health_and_is_not_doubled(
    sqlite_transactions: Transactions,
) -> None:
    free, begun = threading.Event(), []

    def hang(_: UnitOfWork) -> int:
        begun.append(1)
        free.wait(10)
        return 0

    with _running(
        Scheduler(sqlite_transactions, tick=SOON, rhythms=[Rhythm(hang, SOON)], silence=SOON)
    ) as scheduler:
        wait_for(lambda: scheduler.is_late)
        assert len(begun) == 1
        free.set()
        wait_for(lambda: not scheduler.is_late)


def test_stopping_waits_for_the_chore_in_hand(sqlite_transactions: Transactions) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(_: UnitOfWork) -> int:
        begun.set()
        time.sleep(0.2)
        ended.set()
        return 0

    scheduler = Scheduler(sqlite_transactions, tick=SOON, rhythms=[Rhythm(work, SOON)])
    scheduler.start()
    assert begun.wait(5)
    scheduler.stop()
    assert ended.is_set()


def test_a_busy_database_is_asked_again(sqlite_transactions: Transactions) -> None:
    done: list[int] = []

    def work(_: UnitOfWork) -> int:
        done.append(1)
        return 0

    scheduler = Scheduler(sqlite_transactions, tick=SOON, rhythms=[Rhythm(work, timedelta(hours=1))])
    queue = sqlite_transactions.database.queue
    assert queue is not None
    assert queue.acquire(1)
    scheduler.run_due()
    assert not done
    queue.release()
    scheduler.run_due()
    assert done == [1]


def test_the_standard_rhythms_name_each_chore_once() -> None:
    names = [rhythm.chore.__name__ for rhythm in standard_rhythms()]
    assert sorted(names) == [
        "accept_known",
        "age_answers",
        "begin_scheduled",
        "draw_and_close",
        "expire_leases",
        "expire_rework",
        "fire_timers",
        "follow_overlaps",
        "free_appeals",
        "free_reviews",
        "give_up_searches",
        "lower_reviews",
        "pass_appeals_up",
        "purge",
        "purge_digests",
        "purge_translations",
        "refresh_medians",
        "resume_old",
        "send_coaching",
        "send_digests",
        "suggest_by_rules",
        "tell_alerts",
        "tell_expiries",
        "tell_of_work",
        "tell_people",
        "tend_call_outs",
        "warn_leases",
        "watch_projects",
    ]
