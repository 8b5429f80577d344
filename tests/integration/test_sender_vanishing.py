"""Cards of several parts that grow, shrink and vanish, whatever Slack answers meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Person, PostedCard
from bot.i18n.catalogs import Catalogs
from bot.outbox import cards
from bot.outbox.messages import Message, TranslationCard
from bot.outbox.queue import enqueue
from bot.slack.content import Content
from bot.slack.rendered import Rendered
from sandbox.client import Sandbox
from tests.integration.sender_scene import POST, Scene, set_fault

DELETE = "chat.delete"
_numbers = count(1)


@dataclass
class Board:
    """A channel with one message that has as many parts as its wording says."""

    scene: Scene
    author: int
    channel: str
    source: int = field(default_factory=lambda: next(_numbers))
    wording: list[str] = field(default_factory=list)
    thread_ts: str | None = None

    def say(self, *parts: str) -> None:
        """Change the wording and have its card drawn."""
        self.wording = list(parts)
        with self.scene.transactions() as uow:
            card = TranslationCard(self.author, self.source, "thread", self.channel)
            enqueue(uow, self.scene.team_id, card)

    def render(self, session: Session, message: Message, _: Catalogs, __: datetime) -> Rendered:
        """Draw one part, as render_channels does."""
        assert isinstance(message, TranslationCard)
        person = session.get_one(Person, self.author)
        standing = cards.standing_parts(session, message.card.rpartition(":")[0], 9)
        others = sorted({*range(1, len(self.wording)), *standing} - {0}) if message.part == 0 else []
        there = message.part < len(self.wording)
        text = self.wording[message.part] if there else ""
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}] if there else []
        return Rendered(
            person.id,
            person.slack_id,
            self.channel,
            Content(text, blocks),
            message.card,
            self.thread_ts,
            only_there=True,
            gone=not there,
            then=tuple(replace(message, part=part) for part in others),
        )

    def shown(self) -> list[str]:
        """Return what stands in the channel, oldest first."""
        found = self.scene.box.messages(self.channel)
        return [message["text"] for message in found if not message["deleted"]]

    def standing(self) -> list[str]:
        """Return the keys of the cards that are remembered for this message."""
        with self.scene.transactions.reading() as session:
            keys = session.scalars(select(PostedCard.key).order_by(PostedCard.key))
            return [key for key in keys if key.startswith(f"translation:{self.source}:")]


@pytest.fixture
def board(scene: Scene, box: Sandbox) -> Board:
    author = scene.add_person()
    members = [scene.slack_ids[author], box.bot_user_id]
    return Board(scene, author, box.add_channel(f"board-{next(_numbers)}-{author}", members=members))


def _settled(board: Board) -> Callable[[], bool]:
    return lambda: not {"new", "sending", "uncertain"} & set(board.scene.states())


def test_parts_come_go_and_are_redrawn_in_place(board: Board) -> None:
    scene = board.scene
    with scene.sending(render=board.render):
        board.say("one", "two", "three")
        scene.wait_until_done()
        assert board.shown() == ["one", "two", "three"]
        board.say("one", "two again")
        scene.wait_until_done()
        assert board.shown() == ["one", "two again"]
        assert [key[-1] for key in board.standing()] == ["0", "1"]
        assert len(scene.calls(DELETE)) == 1
        board.say()
        scene.wait_until_done()
    assert board.shown() == []
    assert board.standing() == []
    assert len(scene.calls(POST)) == 3


def test_nothing_is_deleted_that_never_stood(board: Board) -> None:
    with board.scene.sending(render=board.render):
        board.say()
        board.scene.wait_until_done()
    assert board.scene.states() == ["discarded"]
    assert not board.scene.calls(DELETE)
    assert not board.scene.calls(POST)


@pytest.mark.parametrize("fault", ["500_after", "reset_after"])
def test_a_post_that_may_have_arrived_is_found_and_taken_away(board: Board, box: Sandbox, fault: str) -> None:
    """The message is deleted while nobody knows whether its translation stands."""
    scene = board.scene
    set_fault(box, fault, times=1)
    with scene.sending(render=board.render):
        board.say("one")
        box.wait_for(lambda: scene.states() == ["uncertain"])
        board.say()
        scene.wait_until_done()
    assert board.shown() == []
    assert board.standing() == []
    assert len(scene.calls(POST)) == len(scene.calls(DELETE)) == 1


@pytest.mark.parametrize("fault", ["500_after", "503", "reset_after"])
def test_a_deletion_without_a_clear_answer_is_repeated(board: Board, box: Sandbox, fault: str) -> None:
    scene = board.scene
    with scene.sending(render=board.render):
        board.say("one", "two")
        scene.wait_until_done()
        set_fault(box, fault, DELETE, times=1)
        board.say()
        scene.wait_until_done()
    assert board.shown() == []
    assert board.standing() == []
    assert "parked" not in scene.states()


def test_what_somebody_else_deleted_is_forgotten(board: Board, box: Sandbox) -> None:
    scene = board.scene
    with scene.sending(render=board.render):
        board.say("one")
        scene.wait_until_done()
        set_fault(box, "error", DELETE, error="message_not_found", times=1)
        board.say()
        scene.wait_until_done()
    assert board.standing() == []
    assert scene.states() == ["sent", "discarded"]


def test_there_is_nothing_to_say_in_a_thread_that_is_gone(board: Board) -> None:
    scene = board.scene
    board.thread_ts = "1700000000.000100"
    with scene.sending(render=board.render):
        board.say("one")
        scene.wait_until_done()
        board.say()
        scene.wait_until_done()
    assert scene.states() == ["discarded", "discarded"]
