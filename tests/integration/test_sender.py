"""The sender when all is well: order, promptness, pace, stopping."""

from __future__ import annotations

import time
from functools import partial

from sqlalchemy import update

from bot.db.engine import Database
from bot.db.models import OutboxRow, OutboxState, Person
from bot.domain.pacing import Rate
from bot.outbox import claims
from bot.outbox.messages import LeaseEnding
from bot.outbox.queue import enqueue
from bot.sender import Pace
from sandbox.client import Sandbox
from tests.integration.sender_scene import POST, Scene, said, set_fault


def test_messages_arrive_in_order_and_the_conversation_is_opened_once(scene: Scene) -> None:
    mina, jun = scene.add_person(), scene.add_person()
    scene.tell(mina, 1, 2, 3)
    scene.tell(jun, 4)
    scene.tell(mina, 5)
    with scene.sending():
        scene.wait_until_done()
    assert scene.heard(mina) == said(1, 2, 3, 5)
    assert scene.heard(jun) == said(4)
    assert len(scene.calls("conversations.open")) == 2
    assert {row.state for row in scene.rows()} == {OutboxState.SENT}
    assert all(row.ts and row.channel and row.lease_until is None for row in scene.rows())


def test_a_commit_wakes_the_sender(scene: Scene) -> None:
    mina = scene.add_person()
    took = []

    def called_more_than(n: int) -> bool:
        return len(scene.calls(POST)) > n

    with scene.sending():
        scene.tell(mina, 0)
        scene.wait_until_done()
        for n in range(1, 16):
            began = time.monotonic()
            scene.tell(mina, n)
            scene.box.wait_for(partial(called_more_than, n), every=0.001)
            took.append(time.monotonic() - began)
            time.sleep(0.02)
    took.sort()
    print(f"commit to posted: median {took[7] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms")
    assert took[7] < 0.3


def test_what_another_process_wrote_is_seen_within_a_second(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.sending():
        scene.transactions.on_told = lambda: None
        time.sleep(0.1)
        began = time.monotonic()
        scene.tell(mina, 1)
        scene.wait_until_done()
    assert time.monotonic() - began < 2


def test_a_conversation_that_is_gone_is_opened_anew(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.transactions() as uow:
        uow.session.get_one(Person, mina).dm_channel = "D0GONE"
    scene.tell(mina, 1)
    with scene.sending():
        scene.wait_until_done()
    assert scene.heard(mina) == said(1)
    with scene.transactions.reading() as session:
        assert session.get_one(Person, mina).dm_channel == scene.hands(mina).dm_channel()


def test_what_has_become_needless_is_dropped(scene: Scene) -> None:
    mina = scene.add_person()
    scene.tell(mina, 1)
    with scene.transactions() as uow:
        uow.session.get_one(Person, mina).active = False
    with scene.sending():
        scene.wait_until_done()
    assert scene.states() == ["discarded"]
    assert not scene.calls(POST)


def test_one_conversation_gets_a_message_a_second_after_its_burst(scene: Scene, box: Sandbox) -> None:
    mina, jun = scene.add_person(), scene.add_person()
    box.faults(rate_limit={"per_second": 10, "burst": 3})
    scene.tell(mina, *range(8))
    scene.tell(jun, *range(8))
    began = time.monotonic()
    with scene.sending(pace=Pace(threads=4, lane=Rate(8, 2), workspace=Rate(1000, 1000))):
        scene.wait_until_done()
    assert time.monotonic() - began > 0.55
    assert scene.heard(mina) == scene.heard(jun) == said(*range(8))
    assert not [call for call in scene.calls(POST) if call["error"] == "ratelimited"]


def test_stopping_finishes_the_message_in_hand(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    set_fault(box, "delay_after", seconds=0.5, times=1)
    scene.tell(mina, 1, 2)
    with scene.sending() as sender:
        box.wait_for(lambda: scene.states()[0] == "sending" and scene.calls("conversations.open"))
        box.wait_for(lambda: scene.calls(POST) or len(scene.box.messages(scene.hands(mina).dm_channel())))
        assert sender.stop(5)
        assert not sender.is_running
        assert scene.states() == ["sent", "new"]
    assert scene.heard(mina) == said(1)


def test_two_senders_share_the_lanes_and_keep_their_order(scene: Scene, box: Sandbox) -> None:
    people = [scene.add_person() for _ in range(6)]
    box.faults(rules=[{"method": POST, "kind": "delay", "seconds": 0.02, "probability": 0.5}])
    for number in range(8):
        for person in people:
            scene.tell(person, number)
    with scene.sending(), scene.sending():
        scene.wait_until_done()
    assert all(scene.heard(person) == said(*range(8)) for person in people)
    assert {row.attempts for row in scene.rows()} == {1}


def test_a_claim_reads_only_what_waits(database: Database, box: Sandbox) -> None:
    """However many rows have been sent, the head is found through the partial indexes."""
    scene = Scene(box, database)
    mina = scene.add_person()
    with scene.transactions() as uow:
        for number in range(3000):
            enqueue(uow, scene.team_id, LeaseEnding(mina, number))
        uow.session.flush()
        uow.session.execute(update(OutboxRow).values(state=OutboxState.SENT, finished_at=uow.now))
    scene.tell(mina, 1)
    with scene.transactions.reading() as session:
        query = claims._claimable(scene.clock(), frozenset({"person:0"}))
        sql = str(query.compile(database.reader, compile_kwargs={"literal_binds": True}))
        if not database.is_sqlite:
            session.connection().exec_driver_sql("ANALYZE outbox")
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row) for row in session.connection().exec_driver_sql(explain + sql))
    assert "ix_outbox_due" in plan, plan
    assert "ix_outbox_lane" in plan or not database.is_sqlite, plan
