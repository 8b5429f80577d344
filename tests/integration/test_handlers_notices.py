"""Notices: written by one side, approved in Korean, read by everybody or not yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.models import Notice, NoticeReceipt
from bot.db.unit_of_work import Transactions
from sandbox.client import list_actions, message_text
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.two_sides import CREW, TwoSides, two_sides

ENGLISH = "The office is closed this week."
KOREAN = "이번 주에는 사무실을 열지 않아요."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        scene.share()
        yield scene


def write(scene: TwoSides, command: str = "/pm notice", **words: str) -> None:
    author = scene.person("alex" if command.startswith("/pm") else "bridge")
    author.command(command)
    assert author.submit({"english": ENGLISH, **words})["response_action"] == "update"
    scene.settle()
    author.close_modal(all=True)


def test_a_notice_from_english_to_receipts(scene: TwoSides) -> None:
    write(scene)
    bridge, mina, alex = map(scene.person, ("bridge", "mina", "alex"))
    draft = bridge.wait_for_dm(
        lambda m: "notice:post" in list_actions(m) and "금요일에는 사무실을" in message_text(m)
    )
    bridge.click(draft, "notice:korean")
    assert bridge.submit({"korean": KOREAN})["errors"] == {}
    scene.settle()
    draft = bridge.wait_for_dm(lambda m: "notice:post" in list_actions(m) and KOREAN in message_text(m))
    bridge.click(draft, "notice:post", times=2)
    scene.settle()
    card = mina.wait_for_message(CREW, lambda m: "notice:read" in list_actions(m))
    assert KOREAN in message_text(card)
    assert ENGLISH in message_text(card)
    mina.click(card, "notice:read", times=2)
    scene.settle()
    assert scene.stage.count(NoticeReceipt) == 1
    jun = scene.person("jun")
    jun.home()
    scene.settle()
    home = jun.home(reopen=False)
    assert home is not None
    jun.click(home, "notice:open")
    window = jun.wait_for_modal()
    assert KOREAN in message_text(window)
    jun.click(window, "notice:read")
    scene.settle()
    assert scene.stage.count(NoticeReceipt) == 2
    assert "notice:read" not in list_actions(
        jun.wait_for_modal(lambda v: "notice:read" not in list_actions(v))
    )
    alex.home()
    scene.settle()
    mine = alex.home(reopen=False)
    assert mine is not None
    alex.click(mine, "notice:open")
    names = message_text(alex.wait_for_modal())
    assert "sora" in names
    assert "mina" not in names.replace("admin", "")


def test_reminding_and_withdrawing(scene: TwoSides) -> None:
    write(scene, "/sup 공지 DIAL", korean=KOREAN)
    bridge, sora = scene.person("bridge"), scene.person("sora")
    bridge.click(bridge.wait_for_dm(lambda m: "notice:post" in list_actions(m)), "notice:post")
    scene.settle()
    posted = bridge.wait_for_dm(lambda m: "notice:remind" in list_actions(m))
    bridge.click(posted, "notice:remind")
    scene.settle()
    reminder = sora.wait_for_dm(lambda m: "notice:read" in list_actions(m))
    assert KOREAN in message_text(reminder)
    sora.click(reminder, "notice:read")
    scene.settle()
    posted = bridge.wait_for_dm(lambda m: "notice:withdraw" in list_actions(m))
    bridge.click(posted, "notice:withdraw")
    scene.settle()
    assert not [m for m in scene.bots(CREW) if KOREAN in message_text(m)]
    assert scene.stage.count(Notice, Notice.state == "withdrawn") == 1


def test_who_may_write_and_approve(scene: TwoSides) -> None:
    mina, alex = scene.person("mina"), scene.person("alex")
    for command in ("/sup notice", "/sup 공지 DIAL", "/pm notice"):
        assert message_text(mina.command(command)["message"])
    assert mina.modal() is None
    assert scene.stage.denied() == 3
    assert "/sup" in message_text(mina.command("/sup")["message"])
    assert message_text(alex.command("/pm notice NOPE")["message"])
    alex.command("/pm notice")
    assert alex.submit({"english": " "})["errors"]
    alex.close_modal(all=True)
    write(scene, korean=KOREAN)
    draft = alex.wait_for_dm(lambda m: "notice:edit" in list_actions(m))
    assert "notice:post" not in list_actions(draft)
    alex.click(draft, "notice:edit")
    assert alex.submit({"english": "The office is closed today."})["response_action"] == "update"
    scene.settle()
    alex.wait_for_dm("The office is closed today.")


def test_a_notice_needs_a_place(scene: TwoSides, clock: MovableClock) -> None:
    scene.person("boss").command("/admin bridge DIAL off")
    write(scene, "/sup notice", korean=KOREAN)
    bridge = scene.person("bridge")
    draft = bridge.wait_for_dm(lambda m: "notice:post" in list_actions(m))
    bridge.click(draft, "notice:post")
    scene.settle()
    assert scene.stage.count(Notice, Notice.state == "posted") == 0
    scene.person("boss").command("/admin questions DIAL here", CREW)
    clock.advance(seconds=5)
    bridge.click(draft, "notice:post")
    scene.settle()
    assert KOREAN in message_text(scene.bots(CREW)[-1])
