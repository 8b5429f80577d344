"""What every transaction relies on: turns in order, nothing half saved, zones kept, trails that only grow."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from bot.db.engine import Database, WriterQueue, open_database
from bot.db.migrate import migrate
from bot.db.models import Audit, LedgerLine, RequestKey, Team
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept
from tests.conftest import MovableClock
from tests.factories import make_crew

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def _waits(queue: WriterQueue, count: int) -> None:
    """Wait until `count` threads stand in the queue."""
    deadline = time.monotonic() + 5
    while len(queue._waiting) < count:
        assert time.monotonic() < deadline, "the thread never queued up"
        time.sleep(0.001)


def test_writers_get_their_turn_in_the_order_of_arrival() -> None:
    queue, order = WriterQueue(), list[int]()
    assert queue.acquire(0)

    def write(n: int) -> None:
        assert queue.acquire(10)
        order.append(n)
        queue.release()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(20)]
    for n, thread in enumerate(threads):
        thread.start()
        _waits(queue, n + 1)
    queue.release()
    for thread in threads:
        thread.join(10)
    assert order == list(range(20))
    assert queue.acquire(0), "the turn is free in the end"


def test_who_gives_up_leaves_the_turn_to_the_next() -> None:
    queue, got = WriterQueue(), threading.Event()
    assert queue.acquire(0)
    assert not queue.acquire(0.01)
    patient = threading.Thread(target=lambda: got.set() if queue.acquire(10) else None)
    patient.start()
    _waits(queue, 1)
    queue.release()
    assert got.wait(5)
    patient.join()
    assert not queue.acquire(0.01), "the patient thread still holds it"


def test_no_turn_is_lost_or_doubled_when_timeouts_race_with_releases() -> None:
    queue, inside, most = WriterQueue(), 0, 0
    turns = [0] * 8

    def write(n: int) -> None:
        nonlocal inside, most
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            if queue.acquire(0.0002):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0002)
                inside -= 1
                turns[n] += 1
                queue.release()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert all(turns), "everybody got in"
    assert queue.acquire(0), "the turn is free in the end"


def test_sqlite_says_busy_after_the_patience(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    migrate(database)
    transactions = Transactions(database)
    with transactions() as uow:
        uow.session.add(Team(slack_id="T1", created_at=uow.now))
        began = time.monotonic()
        with pytest.raises(DatabaseBusy), transactions(patience=0.05):
            pytest.fail("there is one writer only")
        assert 0.04 < time.monotonic() - began < 1
    with transactions(patience=0) as uow:
        assert uow.session.scalars(select(Team.slack_id)).all() == ["T1"]
    database.dispose()


def test_postgres_waits_for_a_lock_as_long_as_nobody_does(postgres_url: str) -> None:
    """Reading a file may wait a minute for its turn, as on SQLite; a person hears "busy" before Slack gives up."""
    database = open_database(postgres_url)
    migrate(database)
    transactions = Transactions(database)
    with transactions() as uow:
        team = Team(slack_id="T1", created_at=uow.now)
        uow.session.add(team)
        uow.session.flush()
        team_id = team.id
    held, waited = threading.Event(), 1.2

    def hold() -> None:
        with transactions() as uow:
            uow.lock(Team, team_id)
            held.set()
            time.sleep(waited)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    began = time.monotonic()
    with pytest.raises(DatabaseBusy), transactions() as uow:
        uow.lock(Team, team_id)
    with transactions(patience=30) as uow:
        assert uow.lock(Team, team_id) is not None
        assert time.monotonic() - began < waited + 5
    holder.join()
    database.dispose()


def test_three_who_wait_for_another_process_hear_busy_within_one_patience(sqlite_url: str) -> None:
    """Whoever stood in the queue has less time left for the lock itself."""
    database, other = open_database(sqlite_url), open_database(sqlite_url)
    migrate(database)
    spent: list[float] = []

    def wait() -> None:
        began = time.monotonic()
        with pytest.raises(DatabaseBusy), Transactions(database)(patience=0.5):
            pytest.fail("another process writes")
        spent.append(time.monotonic() - began)

    with Transactions(other)():
        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(spent) == 3
    assert max(spent) < 0.9
    database.dispose()
    other.dispose()


def test_readers_do_not_wait_for_the_writer(database: Database, transactions: Transactions) -> None:
    with transactions() as uow:
        uow.session.add(Team(slack_id="T1", created_at=uow.now))
        uow.session.flush()
        with transactions.reading() as session:
            assert session.scalars(select(Team)).all() == []
    with transactions.reading() as session:
        assert len(session.scalars(select(Team)).all()) == 1


def test_a_failed_block_saves_nothing_and_wakes_nobody(database: Database, clock: MovableClock) -> None:
    woken: list[int] = []
    transactions = Transactions(database, clock=clock, on_told=lambda: woken.append(1))

    def tell(uow: UnitOfWork, divisor: int = 1) -> None:
        uow.session.add(Team(slack_id="T1", created_at=uow.now))
        uow.session.flush()
        uow.told_somebody = 1 // divisor == 1

    with pytest.raises(ZeroDivisionError), transactions() as uow:
        tell(uow, 0)
    with transactions.reading() as session:
        assert session.scalars(select(Team)).all() == []
    assert woken == []
    with transactions(patience=0) as uow:
        tell(uow)
    assert woken == [1]


def test_reading_never_saves(transactions: Transactions) -> None:
    with transactions.reading() as session:
        session.add(RequestKey(key="k", delivery="k", answer={}, created_at=NOW))
        session.flush()
    with transactions.reading() as session:
        assert session.get(RequestKey, "k") is None


def test_instants_keep_their_moment_and_need_a_zone(transactions: Transactions) -> None:
    seoul = timezone(timedelta(hours=9))
    with transactions() as uow:
        uow.session.add(Team(slack_id="T1", created_at=NOW.astimezone(seoul)))
    with transactions.reading() as session:
        stored = session.scalars(select(Team.created_at)).one()
        assert stored == NOW
        assert stored.tzinfo is UTC
        assert session.scalars(select(Team.id).where(Team.created_at == NOW.astimezone(seoul))).all() == [1]
    for naive in (datetime(2026, 11, 23), NOW.replace(tzinfo=None)):  # noqa: DTZ001 -- naive on purpose
        with pytest.raises(StatementError, match="without a zone"), transactions() as uow:
            uow.session.add(Team(slack_id="T2", created_at=naive))


@pytest.mark.parametrize("model", [Audit, LedgerLine])
def test_trails_only_grow(
    transactions: Transactions, clock: MovableClock, model: type[Audit | LedgerLine]
) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "가"})
        accept(
            uow, person_id=crew["sora"], review_id=claim_next_review(uow, person_id=crew["sora"]).review_id
        )
    with transactions.reading() as session:
        rows = session.execute(select(model.__table__).order_by(model.id)).all()
    assert rows
    for statement in (
        update(model).where(model.id == 1).values(id=model.id),
        delete(model).where(model.id == 1),
        delete(model),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transactions() as uow:
            uow.session.execute(statement)
    with transactions.reading() as session:
        assert session.execute(select(model.__table__).order_by(model.id)).all() == rows


def test_foreign_keys_and_states_are_checked_by_the_database(transactions: Transactions) -> None:
    make_crew(transactions, tasks=1)
    with pytest.raises(IntegrityError), transactions() as uow:
        uow.session.execute(insert(Audit).values(team_id=99, at=NOW, action="x", subject_type="x", detail={}))
    for statement in (
        "UPDATE task SET state = 'lost'",
        "UPDATE project SET overlap = 0",
        "UPDATE project SET max_in_hand = 0",
        "UPDATE price SET amount_minor = -1",
    ):
        with pytest.raises(IntegrityError), transactions() as uow:
            uow.session.execute(text(statement))


def test_lock_keeps_what_is_not_yet_written(transactions: Transactions) -> None:
    with transactions() as uow:
        team = Team(slack_id="T1", created_at=uow.now)
        uow.session.add(team)
        uow.session.flush()
        team.slack_id = "T2"
        locked = uow.lock(Team, team.id)
        assert locked is team
        assert team.slack_id == "T2"
        assert uow.lock(Team, 999) is None


def test_the_trail_has_room_for_every_id(transactions: Transactions) -> None:
    with transactions() as uow:
        team = Team(slack_id="T1", created_at=NOW)
        uow.session.add(team)
        uow.session.flush()
        uow.audit(team_id=team.id, actor_id=None, action="task.release", subject=("assignment", 2**40))
    with transactions.reading() as session:
        assert session.scalars(select(Audit.subject_id)).all() == [2**40]
