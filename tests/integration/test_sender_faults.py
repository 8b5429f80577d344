"""Rate limits, uncertain posts, dead senders, outages and a lost token, over real sockets."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from bot.domain.pacing import Rate
from bot.outbox import claims
from bot.outbox.patience import Patience
from bot.outbox.queue import lag_seconds
from bot.outbox.standstill import Reason
from bot.sender import Pace
from sandbox.client import Sandbox
from tests.integration.sender_scene import HISTORY, POST, Scene, said, set_fault


def test_a_rate_limited_conversation_waits_and_the_others_go_on(scene: Scene, box: Sandbox) -> None:
    mina, jun = scene.add_person(), scene.add_person()
    with scene.sending():
        scene.tell(mina, 1)
        scene.tell(jun, 2)
        scene.wait_until_done()
        set_fault(box, "429", channel=scene.hands(mina).dm_channel(), retry_after=1, times=1)
        scene.tell(mina, 3, 4)
        box.wait_for(lambda: any(row.error == "ratelimited" for row in scene.rows()))
        limited_at = time.monotonic()
        scene.tell(jun, 5)
        box.wait_for(lambda: len(scene.heard(jun)) == 2, timeout=0.8)
        assert scene.heard(mina) == said(1)
        scene.wait_until_done()
        assert time.monotonic() - limited_at > 0.8
    assert scene.heard(mina) == said(1, 3, 4)
    assert len(scene.calls(POST)) == 6
    # A limit is not the message's fault: it does not bring the row nearer to being parked.
    assert {row.attempts for row in scene.rows()} == {1}


@pytest.mark.parametrize("fault", ["500", "500_after", "reset_before", "reset_after", "hang", "delay"])
def test_an_uncertain_post_is_looked_for_and_stands_once(scene: Scene, box: Sandbox, fault: str) -> None:
    mina = scene.add_person()
    late = fault in ("hang", "delay")
    scene.patience = Patience(quarantine=1.0 if late else 0.3, preparation=3.0, first=0.02, silence=0.1)
    with scene.sending():
        scene.tell(mina, 1)
        scene.wait_until_done()
        # "delay" stores the message half a second after the sender stopped listening.
        set_fault(box, fault, seconds=1.5, times=1)
        scene.tell(mina, 2, 3)
        scene.wait_until_done()
    assert scene.heard(mina) == said(1, 2, 3)
    assert len(scene.calls(HISTORY)) == 1
    assert scene.metrics.registry.get_sample_value("gagyo_outbox_uncertain_total") == 1


def test_a_failing_search_leaves_the_row_uncertain(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    box.faults(
        rules=[
            {"method": POST, "kind": "reset_after", "times": 1},
            {"method": HISTORY, "kind": "429", "retry_after": 0, "times": 1},
            {"method": HISTORY, "kind": "502", "times": 1},
            {"method": HISTORY, "kind": "error", "error": "some_new_error", "times": 1},
        ]
    )
    scene.tell(mina, 1)
    with scene.sending():
        scene.wait_until_done()
    assert scene.heard(mina) == said(1)
    assert len(scene.calls(POST)) == 1
    assert len(scene.calls(HISTORY)) == 4


@pytest.mark.parametrize("arrived", [True, False])
def test_a_dead_senders_row_is_taken_over_and_looked_for(scene: Scene, arrived: bool) -> None:
    mina = scene.add_person()
    scene.tell(mina, 1, 2)
    with scene.transactions() as uow:
        claimed = claims.claim_head(uow.session, uow.now, timedelta(seconds=0.5))
    assert claimed
    sender = scene.make_sender()
    if arrived:
        worded = sender._delivery.prepare(claimed)
        assert worded
        channel = sender._delivery._gateway.open_dm(worded.rendered.user)
        sender._delivery._gateway.post(channel, worded.rendered.content, claimed.id)
    with scene.sending():
        scene.wait_until_done()
    assert scene.heard(mina) == said(1, 2)
    with scene.transactions() as uow:
        assert not claims.finish(uow.session, claimed, uow.now, "C", "1.0"), "the lost claim must not count"


def test_a_lost_token_stops_everything_until_a_probe_succeeds(scene: Scene, box: Sandbox) -> None:
    people = [scene.add_person() for _ in range(5)]
    now = [0.0]
    pace = Pace(threads=1, lane=Rate(1000, 1000), workspace=Rate(1000, 1000))
    with scene.sending(clock=lambda: now[0], pace=pace) as sender:
        set_fault(box, "error", "*", error="token_revoked")
        for number, person in enumerate(people):
            scene.tell(person, number)
        box.wait_for(lambda: sender.standstill is Reason.AUTH_LOST)
        time.sleep(0.3)

        def failed() -> list[dict[str, object]]:
            return [call for call in box.calls(since=scene.since) if call["error"] == "token_revoked"]

        assert len(failed()) == 1
        now[0] = 59.0
        sender.wake()
        time.sleep(0.1)
        assert len(failed()) == 1
        now[0] = 60.0
        sender.wake()
        box.wait_for(lambda: len(failed()) == 2)
        time.sleep(0.2)
        assert len(failed()) == 2
        box.faults(clear=True)
        now[0] = 120.0
        sender.wake()
        scene.wait_until_done()
        assert sender.standstill is None
    assert {row.attempts for row in scene.rows()} == {1}
    assert [scene.heard(person) for person in people] == [said(n) for n in range(5)]


def test_an_outage_parks_nothing_and_drains_in_order(scene: Scene, box: Sandbox) -> None:
    people = [scene.add_person() for _ in range(4)]
    set_fault(box, "503", "*")
    with scene.sending() as sender:
        for number in range(3):
            for person in people:
                scene.tell(person, number)
        box.wait_for(lambda: sender.standstill is Reason.UNREACHABLE)
        time.sleep(0.3)
        assert "parked" not in scene.states()
        with scene.transactions.reading() as session:
            assert lag_seconds(session, scene.clock()) > 0
        box.faults(clear=True)
        scene.wait_until_done()
    assert all(scene.heard(person) == said(0, 1, 2) for person in people)
