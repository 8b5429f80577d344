"""A message that Slack does not take is said more plainly, and nothing wrong is remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db.models import Person, PostedCard
from bot.domain.digests import Audience
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.outbox.messages import Message
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.rendered import Rendered
from bot.slack.views.digests import digest_ladder
from sandbox.client import Sandbox
from tests.golden import report_cases
from tests.integration.sender_scene import POST, UPDATE, Scene, set_fault

Render = Callable[[Session, Message, Catalogs, datetime], Rendered]
CATALOGS = load_catalogs(strict=True)
NO_BLOCK: dict[str, Any] = {"type": "hologram"}


def plain(text: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def dressed(*contents: Content) -> Render:
    """Say one message in these dresses, whatever the fact."""

    def render(session: Session, message: Message, _catalogs: Catalogs, _now: datetime) -> Rendered:
        person = session.get_one(Person, message.person_id)
        rest = tuple(contents[1:])
        return Rendered(
            person.id, person.slack_id, person.dm_channel, contents[0], message.card, fallbacks=rest
        )

    return render


RICH = Content("rich", [*plain("rich"), NO_BLOCK])
TABLE = Content("table", [NO_BLOCK])
TEXT = Content("text", plain("text"))


def test_the_next_dress_is_tried_until_slack_takes_one(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.sending(render=dressed(RICH, TABLE, TEXT)):
        scene.draw(mina, 1)
        scene.wait_until_done()
        assert scene.heard(mina) == ["text"]
        assert [row.attempts for row in scene.rows()] == [1]
        assert len(scene.calls(POST)) == 3
        # Unchanged facts are not said again, although what stands is not the richest dress.
        scene.draw(mina, 1)
        scene.wait_until_done()
    assert len(scene.calls(POST)) == 3
    assert scene.calls(UPDATE) == []
    assert scene.heard(mina) == ["text"]


def test_a_redraw_falls_back_in_place(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.sending(render=dressed(Content("first", plain("first")))):
        scene.draw(mina, 1)
        scene.wait_until_done()
    with scene.sending(render=dressed(RICH, TEXT)):
        scene.draw(mina, 1)
        scene.wait_until_done()
    assert scene.heard(mina) == ["text"]
    assert len(scene.calls(POST)) == 1
    assert len(scene.calls(UPDATE)) == 2


def test_a_message_nobody_takes_is_parked_once(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.sending(render=dressed(RICH, TABLE)):
        scene.draw(mina, 1)
        scene.wait_until_done()
    (row,) = scene.rows()
    assert (row.state, row.error, row.attempts) == ("parked", "invalid_blocks", 1)
    with scene.transactions.reading() as session:
        assert session.get(PostedCard, "assignment:1") is None


def test_other_refusals_are_not_answered_with_plainer_words(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    with scene.sending(render=dressed(TEXT, Content("other", plain("other")))):
        set_fault(box, "error", error="is_archived", times=1)
        scene.draw(mina, 1)
        scene.wait_until_done()
    assert scene.states() == ["parked"]
    assert len(scene.calls(POST)) == 1


def test_a_post_that_got_lost_after_a_refusal_is_looked_for(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    refused = {"method": POST, "kind": "error", "error": "invalid_blocks", "times": 1}
    with scene.sending(render=dressed(Content("first", plain("first")), TEXT)):
        # The second dress is stored, and its answer gets lost.
        box.faults(rules=[refused, {"method": POST, "kind": "500_after", "times": 1}])
        scene.draw(mina, 1)
        scene.wait_until_done()
    assert scene.heard(mina) == ["text"]
    assert len(scene.calls(POST)) == 2


def test_every_dress_of_a_digest_is_taken(scene: Scene) -> None:
    mina = scene.add_person()
    now = scene.transactions.clock()
    for audience in Audience:
        for language in CATALOGS:
            reader = Reader(CATALOGS[language], language, "Asia/Seoul", now)
            for content in digest_ladder(reader, report_cases.digest(audience), run_id=3):
                before = len(scene.heard(mina)) if scene.rows() else 0
                with scene.sending(render=dressed(content)):
                    scene.tell(mina, 1)
                    scene.wait_until_done()
                assert scene.heard(mina)[before:] == [content.text]
