"""The board as a supervisor and a PM press through it: reclaiming with a reason, and holding an import."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import Assignment, Hold
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from sandbox.client import list_actions, message_text
from tests.factories import Crew, make_crew
from tests.integration.two_sides import TwoSides, two_sides

HANGUL = re.compile("[\uac00-\ud7ff]")
BUS = "The bus leaves at noon, please be on time."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=30, max_in_hand=20)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        scene.share()
        yield scene


def test_a_task_is_taken_back_from_the_board(scene: TwoSides, transactions: Transactions, crew: Crew) -> None:
    mina, bridge = scene.person("mina"), scene.person("bridge")
    mina.command("/work 받기")
    scene.settle()
    bridge.command("/sup 현황")
    board = bridge.wait_for_modal(lambda v: "board:reclaim" in list_actions(v))
    assert "mina" in message_text(board)
    bridge.click(board, "board:reclaim")
    form = bridge.wait_for_modal(lambda v: v["callback_id"] == "form:reclaim")
    assert bridge.submit({"why": " "}, view=form)["errors"] == {
        "why": "이유가 빠졌어요. 한 문장이면 충분해요."
    }
    bridge.submit({"why": BUS}, view=form)
    scene.settle()
    told = mina.wait_for_dm(lambda m: "회수했어요" in message_text(m) and "버스는 정오에" in message_text(m))
    assert "relay:original" in list_actions(told)
    after = bridge.wait_for_modal(lambda v: "회수하고" in message_text(v))
    assert "board:reclaim" not in list_actions(after)
    with transactions.reading() as session:
        assert session.scalars(select(Assignment.state)).one() is AssignmentState.RELEASED
    # A second press on the board from before is answered, and nothing happens twice.
    assert scene.stage.told("task_reclaimed") == 2, "once, and once more with its translation"


def test_pages_and_filters_in_english_without_the_right_to_reclaim(
    scene: TwoSides, transactions: Transactions
) -> None:
    mina, alex = scene.person("mina"), scene.person("alex")
    for _ in range(12):
        mina.command("/work next")
    scene.settle()
    assert "현황" not in message_text(alex.command("/sup board DIAL").get("message") or {})
    board = alex.wait_for_modal(lambda v: "board:show:after" in list_actions(v))
    assert not HANGUL.search(message_text(board))
    assert "board:reclaim" not in list_actions(board)
    assert "Page 1 of 2" in message_text(board)
    alex.click(board, "board:show:after")
    last = alex.wait_for_modal(lambda v: "Page 2 of 2" in message_text(v))
    alex.click(last, "board:show:returned")
    alex.wait_for_modal(lambda v: "Nothing here" in message_text(v))


def test_an_import_is_put_on_hold_and_goes_on(scene: TwoSides, transactions: Transactions) -> None:
    bridge, alex = scene.person("bridge"), scene.person("alex")
    bridge.command("/sup board")
    bridge.click(bridge.wait_for_modal(lambda v: "board:held" in list_actions(v)), "board:held")
    bridge.click(bridge.wait_for_modal(lambda v: "board:hold" in list_actions(v)), "board:hold")
    form = bridge.wait_for_modal(lambda v: v["callback_id"] == "form:hold_batch")
    batch = next(b for b in form["blocks"] if b.get("block_id") == "batch")["element"]["options"][0]["value"]
    bridge.submit({"batch": batch, "why": "내일은 눈이 많이 온대요."}, view=form)
    bridge.wait_for_modal(lambda v: "30" in message_text(v))
    scene.settle()
    alex.command("/sup board DIAL")
    alex.click(alex.wait_for_modal(lambda v: "board:held" in list_actions(v)), "board:held")
    held = alex.wait_for_modal(lambda v: "board:release" in list_actions(v))
    assert "It will snow" in message_text(held)
    assert not HANGUL.search(message_text(held))
    alex.click(held, "board:release")
    alex.wait_for_modal(lambda v: "30 tasks go on" in message_text(v))
    with transactions.reading() as session:
        assert session.scalars(select(Hold.id).where(Hold.released_at.is_(None))).all() == []


def test_workers_see_no_board(scene: TwoSides) -> None:
    refused = scene.person("mina").command("/sup 현황 DIAL")
    assert "수퍼바이저" in str(refused["ack"])
    assert scene.person("mina").modal() is None
