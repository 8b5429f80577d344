"""Translated messages in Slack: posted once in their thread or twin, following edits, deletions and faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from sqlalchemy import select

from bot.db.models import Rendition
from bot.domain.translation import Side
from bot.i18n.catalogs import load_catalogs
from bot.services.access import find_project
from bot.services.bridges import set_bridge, set_twins
from bot.services.correcting import fix
from bot.services.hearing import delete, edit, hear
from bot.services.renditions import Translated, fail, finish, take
from bot.slack import ids
from bot.slack.render import render
from bot.translation.mrkdwn_text import from_mrkdwn
from sandbox.client import Sandbox, list_actions, message_text
from tests.factories import Crew, make_crew
from tests.integration.sender_scene import POST, UPDATE, Scene, set_fault

CATALOGS = load_catalogs(strict=True)
DELETE = "chat.delete"
_numbers = count(1)


@dataclass
class Bridge:
    """A crew whose words are translated, and hands that do the interpreter's part."""

    scene: Scene
    crew: Crew
    channel: str
    twin: str

    def say(self, text: str, *, by: str = "mina", where: str = "", thread_ts: str | None = None) -> str:
        """Say something in Slack and take it up, as the handlers do; returns its ts."""
        channel = where or self.channel
        hands = self.scene.box.person(f"U{by.upper()}")
        ts = str(hands.say(channel, text, thread_ts=thread_ts)["ts"])
        with self.scene.transactions() as uow:
            hear(uow, ts=ts, thread_ts=thread_ts, **self._said(by, channel, text))  # type: ignore[arg-type]
        return ts

    def change(self, ts: str, text: str, *, by: str = "mina") -> None:
        """Edit a message."""
        with self.scene.transactions() as uow:
            edit(uow, ts=ts, thread_ts=None, **self._said(by, self.channel, text))  # type: ignore[arg-type]

    def _said(self, by: str, channel: str, text: str) -> dict[str, object]:
        document = from_mrkdwn(text)
        return {
            "person_id": self.crew[by],
            "channel": channel,
            "document": document.dump(),
            "characters": len(document.plain()),
            "language": None if document.is_wordless else "en" if text.isascii() else "ko",
        }

    def translate(self, *texts: str, source: str = "ko") -> None:
        """Finish what waits with these translations, in their order."""
        for text in texts:
            with self.scene.transactions() as uow:
                job = take(uow)
                assert job is not None
            done = Translated(from_mrkdwn(text).dump(), source, "echo", characters=10)
            with self.scene.transactions() as uow:
                assert finish(uow, job=job, done=done)

    def give_up(self) -> None:
        """Fail what waits."""
        with self.scene.transactions() as uow:
            job = take(uow)
            assert job is not None
        with self.scene.transactions() as uow:
            assert fail(uow, job=job, reason="exhausted")

    def settle(self) -> None:
        """Let what needs no engine be settled."""
        with self.scene.transactions() as uow:
            assert take(uow) is None

    def take_back(self, ts: str) -> None:
        """Delete a message."""
        with self.scene.transactions() as uow:
            delete(uow, team_id=self.crew.team_id, channel=self.channel, ts=ts)

    def posts(self) -> int:
        """Count what was posted into the bridged channels; the crew is told other things as well."""
        places = {self.channel, self.twin}
        return sum(call["args"]["channel"] in places for call in self.scene.calls(POST))  # type: ignore[index]

    def cards(self, channel: str = "") -> list[dict[str, object]]:
        """Return what the bot says in a channel, oldest first."""
        found = self.scene.box.messages(channel or self.channel)
        return [
            message
            for message in found
            if message["user"] == self.scene.box.bot_user_id and not message["deleted"]
        ]


@pytest.fixture
def bridge(scene: Scene, box: Sandbox) -> Bridge:
    crew = make_crew(scene.transactions)
    names = {f"U{name.upper()}": name for name in crew.people}
    box.add_people(*({"id": id, "name": name} for id, name in names.items()))
    number = next(_numbers)
    channel = box.add_channel(f"bridge-{number}", members=list(names))
    twin = box.add_channel(f"bridge-{number}-pm", members=list(names))
    scene.team_id = crew.team_id
    with scene.transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        set_bridge(uow, actor_id=crew["boss"], project=project, channel=channel, side=Side.MIXED)
    return Bridge(scene, crew, channel, twin)


@pytest.fixture
def twins(bridge: Bridge) -> Bridge:
    with bridge.scene.transactions() as uow:
        project = find_project(uow, team_id=bridge.crew.team_id, key="DIAL")
        boss = bridge.crew["boss"]
        set_bridge(uow, actor_id=boss, project=project, channel=None)
        set_twins(uow, actor_id=boss, project=project, crew=bridge.channel, pm=bridge.twin)
    return bridge


def test_a_translation_stands_once_in_the_thread_and_follows_its_message(bridge: Bridge) -> None:
    scene = bridge.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        ts = bridge.say("반려 사유를 봐 주세요.")
        bridge.translate("Please look at the reason.")
        scene.wait_until_done()
        (card,) = bridge.cards()
        assert card["thread_ts"] == ts
        assert "Please look at the reason." in message_text(card)
        assert list_actions(card) == [ids.TRANSLATION_ORIGINAL, ids.TRANSLATION_REPORT]
        bridge.change(ts, "반려 사유를 다시 봐 주세요.")
        bridge.translate("Please look at the reason again.")
        scene.wait_until_done()
        (card,) = bridge.cards()
        assert "again" in message_text(card)
        assert bridge.posts() == 1
        assert len(scene.calls(UPDATE)) == 1
        bridge.take_back(ts)
        scene.wait_until_done()
    assert bridge.cards() == []
    assert len(scene.calls(DELETE)) == 1


def test_an_edit_that_needs_no_translation_takes_the_card_away(bridge: Bridge) -> None:
    scene = bridge.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        ts = bridge.say("확인 부탁드려요.")
        bridge.translate("Please check.")
        scene.wait_until_done()
        bridge.change(ts, "https://guide.example/12")
        bridge.settle()
        scene.wait_until_done()
    assert bridge.cards() == []


@pytest.mark.parametrize("fault", ["500_after", "reset_after"])
def test_a_message_deleted_while_its_card_is_uncertain_leaves_nothing(
    bridge: Bridge, box: Sandbox, fault: str
) -> None:
    scene = bridge.scene
    set_fault(box, fault, times=1, channel=bridge.channel)
    with scene.sending(render=render, catalogs=CATALOGS):
        ts = bridge.say("확인 부탁드려요.")
        bridge.translate("Please check.")
        box.wait_for(lambda: "uncertain" in scene.states())
        assert bridge.cards()
        bridge.take_back(ts)
        scene.wait_until_done()
    assert bridge.cards() == []


def test_long_translations_grow_and_shrink_by_parts(bridge: Bridge) -> None:
    scene = bridge.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        ts = bridge.say("길어요. " * 400)
        bridge.translate("It is long, very long. " * 900)
        scene.wait_until_done()
        parts = bridge.cards()
        assert len(parts) == 3
        assert [list_actions(part) for part in parts[:2]] == [[], []]
        assert {part["thread_ts"] for part in parts} == {ts}
        bridge.change(ts, "짧아요.")
        bridge.translate("Short.")
        scene.wait_until_done()
        (card,) = bridge.cards()
        assert card["ts"] == parts[0]["ts"]
        assert ids.TRANSLATION_REPORT in list_actions(card)


def test_a_failure_is_a_line_that_becomes_the_translation(bridge: Bridge) -> None:
    scene = bridge.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        bridge.say("확인 부탁드려요.")
        bridge.give_up()
        scene.wait_until_done()
        (card,) = bridge.cards()
        assert list_actions(card) == [ids.TRANSLATION_RETRY]
        with scene.transactions() as uow:
            for rendition in uow.session.scalars(select(Rendition)):
                rendition.due_at = uow.now
        bridge.translate("Please check.")
        scene.wait_until_done()
        (card,) = bridge.cards()
    assert "Please check." in message_text(card)
    assert bridge.posts() == 1


def test_twin_threads_mirror_each_other(twins: Bridge) -> None:
    scene = twins.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        root = twins.say("<@UALEX> 12번 봐 주세요. 900101-1234567")
        twins.translate("<@UALEX> please see 12. 900101-1234567")
        scene.wait_until_done()
        (mirrored,) = twins.cards(twins.twin)
        shown = message_text(mirrored)
        assert "mina" in shown
        assert "작업자/worker" in shown
        assert "900101" not in shown
        assert "900101" not in str(mirrored)
        assert mirrored.get("thread_ts") in (None, mirrored["ts"])
        assert {"type": "user", "user_id": "UALEX"}.items() <= _mention(mirrored).items()
        twins.say("I will.", by="alex", where=twins.twin, thread_ts=str(mirrored["ts"]))
        twins.translate("볼게요.", source="en")
        scene.wait_until_done()
        (reply,) = twins.cards()
        assert reply["thread_ts"] == root
        assert "볼게요" in message_text(reply)
        assert "alex" in message_text(reply)
        twins.take_back(root)
        scene.wait_until_done()
        assert "please see" not in str(twins.cards(twins.twin))


def _mention(message: dict[str, object]) -> dict[str, object]:
    def walk(value: object) -> Iterator[dict[str, object]]:
        if isinstance(value, dict):
            if value.get("type") == "user":
                yield value
            for item in value.values():
                yield from walk(item)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item)

    return next(walk(message["blocks"]))


def test_a_correction_replaces_the_words_where_they_stand(bridge: Bridge) -> None:
    scene = bridge.scene
    with scene.sending(render=render, catalogs=CATALOGS):
        bridge.say("반려됐어요.")
        bridge.translate("It became a companion.")
        scene.wait_until_done()
        with scene.transactions() as uow:
            rendition = uow.session.scalars(select(Rendition)).one()
            fix(
                uow,
                person_id=bridge.crew["bridge"],
                rendition_id=rendition.id,
                document=from_mrkdwn("It was returned.").dump(),
            )
        scene.wait_until_done()
        (card,) = bridge.cards()
    assert "It was returned." in message_text(card)
    assert "사람이 고친 번역" in message_text(card)
    assert bridge.posts() == 1


def test_a_message_deleted_before_its_translation_is_posted_is_never_answered(
    bridge: Bridge, box: Sandbox
) -> None:
    scene = bridge.scene
    ts = bridge.say("확인 부탁드려요.")
    bridge.translate("Please check.")
    hands = box.person("UMINA")
    hands.delete(hands.message(bridge.channel, ts))
    with scene.sending(render=render, catalogs=CATALOGS):
        scene.wait_until_done()
    assert bridge.cards() == []
    assert "parked" not in scene.states()
