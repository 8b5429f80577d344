"""What cannot be sent is parked at once or in the end, and the admins are told once."""

from __future__ import annotations

import logging
import time

import pytest
from sqlalchemy import update

from bot.db.models import OutboxRow
from bot.outbox.messages import MessageParked
from bot.outbox.queue import resolve_parked
from sandbox.client import Sandbox
from tests.integration.sender_scene import POST, Scene, said, set_fault


def test_a_final_error_parks_at_once_and_tells_each_admin_once(scene: Scene, box: Sandbox) -> None:
    mina, boss, deputy = scene.add_person(), scene.add_person(admin=True), scene.add_person(admin=True)
    with scene.sending():
        scene.tell(mina, 1)
        scene.wait_until_done()
        set_fault(box, "error", channel=scene.hands(mina).dm_channel(), error="invalid_blocks", times=1)
        scene.tell(mina, 2, 3)
        scene.wait_until_done()
        box.wait_for(lambda: len(scene.rows(kind=MessageParked.kind)) == 2)
        scene.wait_until_done()
    assert scene.states()[:3] == ["sent", "parked", "sent"]
    assert scene.heard(mina) == said(1, 3)
    notices = scene.rows(kind=MessageParked.kind)
    assert [row.payload["person_id"] for row in notices] == [boss, deputy]
    assert notices[0].payload["error"] == "invalid_blocks"
    assert notices[0].payload["parked_kind"] == "lease_ending"
    assert len(scene.heard(boss)) == len(scene.heard(deputy)) == 1


def test_a_missing_scope_holds_up_only_what_needs_it(scene: Scene, box: Sandbox) -> None:
    boss, mina, newcomer = scene.add_person(admin=True), scene.add_person(), scene.add_person()
    with scene.sending() as sender:
        scene.tell(boss, 1)
        scene.tell(mina, 2)
        scene.wait_until_done()
        set_fault(box, "error", "conversations.open", error="missing_scope")
        scene.tell(newcomer, 3)
        box.wait_for(lambda: any(row.error == "missing_scope" for row in scene.rows()))
        assert sender.standstill is None
        scene.tell(mina, 4)
        # In the end a person looks at it, and the admins hear why.
        scene.wait_until_done()
        box.wait_for(lambda: len(scene.heard(boss)) == 2)
        assert scene.heard(mina) == said(2, 4)
        assert scene.states() == ["sent", "sent", "parked", "sent", "sent"]
        (notice,) = scene.rows(kind=MessageParked.kind)
        assert notice.payload["error"] == "missing_scope"
        box.faults(clear=True)
        with scene.transactions() as uow:
            assert resolve_parked(uow, scene.rows()[2].id, resend=True)
        scene.wait_until_done()
    assert scene.heard(newcomer) == said(3)


def test_a_parked_row_can_be_sent_again(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    set_fault(box, "error", error="invalid_blocks", times=1)
    with scene.sending():
        scene.tell(mina, 1)
        scene.wait_until_done()
        with scene.transactions() as uow:
            assert resolve_parked(uow, scene.rows()[0].id, resend=True)
        scene.wait_until_done()
    assert scene.heard(mina) == said(1)


def test_somebody_who_left_slack_is_asked_for_once(scene: Scene) -> None:
    boss, gone = scene.add_person(admin=True), scene.add_person(known_to_slack=False)
    scene.tell(gone, 1, 2, 3)
    with scene.sending():
        box = scene.box
        box.wait_for(lambda: scene.states()[:3] == ["parked"] * 3)
        scene.wait_until_done()
        scene.tell(gone, 4)
        scene.wait_until_done()
    (notice,) = scene.rows(kind=MessageParked.kind)
    assert notice.payload["count"] == 3
    assert notice.payload["parked_lane"] == f"person:{gone}"
    assert len([c for c in scene.calls("conversations.open") if not c["ok"]]) == 2
    assert len(scene.heard(boss)) == 1


def test_a_deactivated_account_parks_without_a_loop(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    scene.add_person(admin=True)
    with scene.sending():
        scene.tell(mina, 1)
        scene.wait_until_done()
        channel = scene.hands(mina).dm_channel()
        set_fault(box, "error", channel=channel, error="account_inactive")
        scene.tell(mina, 2, 3)
        box.wait_for(lambda: scene.states()[1:3] == ["parked", "parked"])
        scene.wait_until_done()
    assert len([call for call in scene.calls(POST) if call["error"] == "account_inactive"]) == 1


def test_an_admin_who_cannot_be_told_causes_no_notice_about_a_notice(scene: Scene) -> None:
    scene.add_person(admin=True, known_to_slack=False)
    gone = scene.add_person(known_to_slack=False)
    scene.tell(gone, 1)
    with scene.sending():
        scene.box.wait_for(lambda: scene.states() == ["parked", "parked"])
        time.sleep(0.2)
    assert scene.states() == ["parked", "parked"]


def test_an_unknown_error_is_tried_eight_times_then_parked(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    scene.add_person(admin=True)
    set_fault(box, "error", error="some_new_error", times=8)
    scene.tell(mina, 1, 2)
    with scene.sending():
        scene.wait_until_done()
        box.wait_for(lambda: len(scene.rows()) == 3)
        scene.wait_until_done()
    assert scene.states() == ["parked", "sent", "sent"]
    assert scene.rows()[0].error == "some_new_error"
    assert scene.heard(mina) == said(2)
    assert scene.metrics.registry.get_sample_value("gagyo_outbox_failed_total") == 1


def test_a_view_that_fails_parks_its_message_only(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    mina, jun = scene.add_person(), scene.add_person()
    scene.tell(mina, 1)
    scene.tell(jun, 2)
    with scene.transactions() as uow:
        uow.session.execute(
            update(OutboxRow).where(OutboxRow.lane == f"person:{mina}").values(payload={"secret words": 1})
        )
    with caplog.at_level(logging.DEBUG, "bot"), scene.sending():
        scene.wait_until_done()
    assert scene.states() == ["parked", "sent"]
    assert scene.rows()[0].error == "render_TypeError"
    assert "secret words" not in caplog.text
    assert "lease_ending 2" not in caplog.text
