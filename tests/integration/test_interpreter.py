"""Translations survive whatever happens to processes and engines, and people always see how far they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.db.models import Rendition
from bot.db.unit_of_work import Transactions
from bot.domain.translation import RenditionState
from bot.interpreter import FAILED, WAITING, Interpreter
from bot.services import renditions
from bot.slack.gateway import Gateway
from bot.translation.document import Document
from bot.translation.pipeline import Policy, Rendered
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.two_sides import BUS, CREW, RAIN, REST, SNOW, TwoSides, refuse, say_known, two_sides


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew, slow=0.2) as scene:
        scene.share()
        yield scene


@pytest.fixture
def asleep(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    """The same, with nobody who translates yet."""
    with two_sides(transactions, crew, slow=0.2, running=False) as scene:
        scene.share()
        yield scene


def emoji(scene: TwoSides, message: Json) -> set[str]:
    seen = scene.person("boss").message(message["channel"], message["ts"])
    return {reaction["name"] for reaction in seen["reactions"]}


def states(scene: TwoSides) -> list[RenditionState]:
    return [row.state for row in scene.renditions()]


def test_what_a_process_had_in_hand_when_it_died_is_done_by_another(
    asleep: TwoSides, clock: MovableClock
) -> None:
    said = asleep.person("mina").say(CREW, SNOW, wait=True)
    with asleep.stage.deps.transaction() as uow:
        lost = renditions.take(uow)
    assert lost is not None
    asleep.interpreter.start()
    asleep.stage.box.wait_until_quiet()
    assert states(asleep) == [RenditionState.PENDING], "it is in somebody's hands"
    # What the sender has in hand must not see its lease end with the leap.
    asleep.sent()
    clock.advance(seconds=100)
    asleep.interpreter.wake()
    asleep.settle()
    assert states(asleep) == [RenditionState.DONE]
    assert len(asleep.bots(CREW, said["ts"])) == 1
    late = renditions.Translated([], "ko", "libre")
    with asleep.stage.deps.transaction() as uow:
        assert not renditions.finish(uow, job=lost, done=late), "the dead one comes back too late"


def test_two_interpreters_share_the_work(asleep: TwoSides) -> None:
    said = [asleep.person("mina").say(CREW, f"{n} {SNOW}", wait=True) for n in range(6)]
    other = Interpreter(
        asleep.stage.deps.transaction,
        asleep.translator,
        Gateway("xoxb-sandbox", f"{asleep.stage.running.url}/api/"),
    )
    asleep.interpreter.start()
    other.start()
    try:
        asleep.settle()
    finally:
        assert other.stop()
    assert states(asleep) == [RenditionState.DONE] * 6
    assert [len(asleep.bots(CREW, message["ts"])) for message in said] == [1] * 6


def test_a_slow_one_is_seen_to_be_under_way(scene: TwoSides) -> None:
    scene.engine.delay = 1.0
    said = scene.person("mina").say(CREW, SNOW, wait=True)
    scene.stage.box.wait_for(lambda: WAITING in emoji(scene, said))
    scene.settle()
    scene.stage.box.wait_for(lambda: WAITING not in emoji(scene, said))
    scene.engine.delay = 0.0
    quick = scene.person("mina").say(CREW, RAIN, wait=True)
    scene.settle()
    assert emoji(scene, quick) == set()
    assert all(
        call["args"].get("timestamp") != quick["ts"] for call in scene.stage.box.calls("reactions.add")
    )


def test_an_outage_is_said_once_and_ends_by_itself(scene: TwoSides, clock: MovableClock) -> None:
    scene.engine.answer = refuse
    mina, alex = scene.person("mina"), scene.person("alex")
    said = [mina.say(CREW, words, wait=True) for words in (SNOW, RAIN)] + [alex.say(CREW, BUS, wait=True)]
    scene.settle()
    assert states(scene) == [RenditionState.FAILED] * 3
    assert all(FAILED in emoji(scene, message) for message in said)
    lines = [card for message in said for card in scene.bots(CREW, message["ts"])]
    assert len(lines) == 1, "one line speaks for all of them"
    assert "translation:retry" in list_actions(lines[0])
    scene.engine.answer = say_known
    time.sleep(REST)
    clock.advance(minutes=2)
    scene.interpreter.wake()
    scene.settle()
    assert states(scene) == [RenditionState.DONE] * 3
    scene.stage.box.wait_for(lambda: not any(FAILED in emoji(scene, message) for message in said))
    assert [len(scene.bots(CREW, message["ts"])) for message in said] == [1, 1, 1]
    assert "It will snow" in message_text(scene.bots(CREW, said[0]["ts"])[0])


def test_people_can_try_again_themselves(scene: TwoSides) -> None:
    scene.engine.answer = refuse
    said = [scene.person("mina").say(CREW, words, wait=True) for words in (SNOW, RAIN)]
    scene.settle()
    line = next(card for message in said for card in scene.bots(CREW, message["ts"]))
    scene.engine.answer = say_known
    time.sleep(REST)
    scene.person("alex").click(line, "translation:retry", times=2)
    scene.settle()
    assert states(scene) == [RenditionState.DONE] * 2


def test_words_that_changed_meanwhile_are_not_shown(scene: TwoSides) -> None:
    scene.engine.delay = 0.7
    mina = scene.person("mina")
    said = mina.say(CREW, SNOW, wait=True)
    scene.stage.box.wait_for(lambda: scene.engine.requests)
    mina.edit(said, RAIN, wait=True)
    scene.settle()
    cards = scene.bots(CREW, said["ts"])
    assert ["It will rain" in message_text(card) for card in cards] == [True]


class Broken:
    """A translator with a fault nobody knows of."""

    def translate(
        self, document: Document, *, target: str, policy: Policy, prior: str | None = None
    ) -> Rendered:
        raise ZeroDivisionError(document.plain(), target, policy, prior)


def test_a_fault_of_our_own_ends_in_a_visible_state(
    asleep: TwoSides, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Interpreter(
        asleep.stage.deps.transaction,
        Broken(),
        Gateway("xoxb-sandbox", f"{asleep.stage.running.url}/api/"),
        lease=timedelta(seconds=60),
    )
    caplog.set_level("DEBUG")
    broken.start()
    said = asleep.person("mina").say(CREW, SNOW, wait=True)
    broken.wake()
    try:
        asleep.stage.box.wait_for(lambda: states(asleep) == [RenditionState.FAILED])
        asleep.settle()
    finally:
        assert broken.stop()
    assert len(asleep.bots(CREW, said["ts"])) == 1
    assert "눈이" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_stopping_finishes_what_is_in_hand(asleep: TwoSides) -> None:
    asleep.engine.delay = 0.5
    asleep.person("mina").say(CREW, SNOW, wait=True)
    asleep.interpreter.start()
    asleep.stage.box.wait_for(lambda: asleep.engine.requests)
    assert asleep.interpreter.stop()
    assert not asleep.interpreter.is_running
    assert states(asleep) == [RenditionState.DONE]
    assert threading.active_count() < 60
    assert asleep.stage.count(Rendition, Rendition.lease_until.is_not(None)) == 0
