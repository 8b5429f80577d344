"""An issue's card where people really see it: drawn by the sender, pressed in the channel and in messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import Issue
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import IssueState
from bot.services.issue_timers import tell_people
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.two_sides import BUS, CREW, PM, SNOW, TwoSides, two_sides


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        yield scene


def cards(scene: TwoSides, channel: str, root: str) -> list[Json]:
    """The cards of issues in a thread, as everybody sees them."""
    return [m for m in scene.bots(channel, root) if "issue:history" in list_actions(m)]


def state(scene: TwoSides) -> IssueState:
    with scene.stage.deps.transaction.reading() as session:
        return session.scalars(select(Issue.state).order_by(Issue.id.desc()).limit(1)).one()


def tell(scene: TwoSides) -> None:
    with scene.stage.deps.transaction() as uow:
        tell_people(uow)
    scene.settle()


def test_one_card_in_a_shared_thread(scene: TwoSides, clock: MovableClock) -> None:
    scene.share()
    mina, bridge, alex = map(scene.person, ("mina", "bridge", "alex"))
    root = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    mina.react(root, "rotating_light", wait=True)
    scene.settle()
    tell(scene)
    (card,) = cards(scene, CREW, root["ts"])
    assert "확인했어요" in message_text(card) or "issue:ack" in list_actions(card)
    bridge.wait_for_dm(lambda m: "issue:ack" in list_actions(m))
    alex.click(card, "issue:ack")
    scene.settle()
    (card,) = cards(scene, CREW, root["ts"])
    assert "issue:ack" not in list_actions(card)
    assert "alex" in message_text(card)
    bridge.wait_for_dm(lambda m: "issue:resolve" in list_actions(m) and "issue:ack" not in list_actions(m))
    alex.click(card, "issue:resolve")
    alex.submit({"cause": BUS, "remedy": BUS, "section": "-"})
    scene.settle()
    assert state(scene) is IssueState.RESOLVED
    (card,) = cards(scene, CREW, root["ts"])
    assert {"issue:reopen", "issue:history"} == set(list_actions(card)) - {"relay:original"}
    mina.click(card, "issue:reopen")
    scene.settle()
    assert state(scene) is IssueState.OPEN
    assert len(cards(scene, CREW, root["ts"])) == 1


def test_a_command_begins_a_thread_of_its_own(scene: TwoSides) -> None:
    scene.twin()
    mina, alex = scene.person("mina"), scene.person("alex")
    mina.command("/esc S2", CREW)
    assert mina.submit({"request": SNOW})["errors"] == {}
    scene.settle()
    card = mina.wait_for_message(CREW, lambda m: "issue:ack" in list_actions(m))
    there = alex.wait_for_message(PM, lambda m: "issue:ack" in list_actions(m))
    assert SNOW in message_text(card)
    assert "It will snow a lot tomorrow." in message_text(there)
    # In the thread that the card began, and in its twin, there is one issue.
    mina.message_shortcut("issue:open_here", card)
    scene.settle()
    assert mina.modal() is None
    said = alex.say(PM, BUS, thread_ts=there["ts"], wait=True)
    alex.react(said, "rotating_light", wait=True)
    scene.settle()
    assert scene.stage.count(Issue) == 1
    mina.wait_for_message(CREW, "버스는 정오에 출발해요.", thread_ts=card["ts"])


def test_a_call_in_the_pms_twin(scene: TwoSides) -> None:
    scene.twin()
    mina, alex = scene.person("mina"), scene.person("alex")
    root = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    twin = alex.wait_for_message(PM, "It will snow a lot tomorrow.")
    alex.say(PM, f"<@{scene.stage.box.bot_user_id}> escalate S2 {BUS}", thread_ts=twin["ts"], wait=True)
    scene.settle()
    (korean,) = cards(scene, CREW, root["ts"])
    (english,) = cards(scene, PM, twin["ts"])
    assert "버스는 정오에 출발해요." in message_text(korean)
    assert BUS in message_text(english)
    mina.react(root, "rotating_light", wait=True)
    scene.settle()
    assert scene.stage.count(Issue) == 1
