"""Cards: posted once, redrawn in place, skipped when unchanged, posted anew when gone."""

from __future__ import annotations

import pytest

from bot.db.models import PostedCard
from bot.i18n.catalogs import load_catalogs
from bot.services.tasks import claim_next
from bot.slack.render import render
from sandbox.client import Sandbox, message_text
from tests.factories import make_crew
from tests.integration.sender_scene import HISTORY, POST, UPDATE, Scene, set_fault


def test_a_card_is_redrawn_in_place_and_skipped_when_nothing_changed(scene: Scene) -> None:
    mina = scene.add_person()
    with scene.sending():
        scene.draw(mina, 1, nickname="before")
        scene.wait_until_done()
        scene.draw(mina, 1)
        scene.draw(mina, 1)
        scene.wait_until_done()
        assert len(scene.calls(POST)) == 1
        assert not scene.calls(UPDATE)
        scene.draw(mina, 1, nickname="after")
        scene.wait_until_done()
    assert scene.heard(mina) == ["assignment_card 1 for after"]
    assert len(scene.calls(UPDATE)) == 1
    assert set(scene.states()) == {"sent"}


@pytest.mark.parametrize("gone", ["deleted", "cant_update_message"])
def test_a_card_that_is_gone_is_posted_anew_once(scene: Scene, box: Sandbox, gone: str) -> None:
    mina = scene.add_person()
    with scene.sending():
        scene.draw(mina, 1, nickname="before")
        scene.wait_until_done()
        set_fault(box, "error", UPDATE, error="message_not_found" if gone == "deleted" else gone, times=1)
        scene.draw(mina, 1, nickname="after")
        scene.wait_until_done()
        scene.draw(mina, 1, nickname="later")
        scene.wait_until_done()
    assert len(scene.calls(POST)) == 2
    assert scene.heard(mina)[-1] == "assignment_card 1 for later"
    with scene.transactions.reading() as session:
        card = session.get_one(PostedCard, "assignment:1")
    assert card.ts == scene.rows()[-1].ts


def test_an_update_that_got_no_answer_is_repeated_even_if_the_card_is_back_as_it_was(
    scene: Scene, box: Sandbox
) -> None:
    mina = scene.add_person()
    with scene.sending():
        scene.draw(mina, 1, nickname="first")
        scene.wait_until_done()
        # Slack shows "second" from here on, and the sender cannot know.
        box.faults(
            rules=[
                {"method": UPDATE, "kind": "500_after", "times": 1},
                {"method": UPDATE, "kind": "503", "times": 2},
            ]
        )
        scene.draw(mina, 1, nickname="second")
        box.wait_for(lambda: scene.calls(UPDATE))
        scene.draw(mina, 1, nickname="first")
        scene.wait_until_done()
    assert scene.heard(mina) == ["assignment_card 1 for first"]
    assert not scene.calls(HISTORY)


def test_a_card_found_by_the_search_is_redrawn_next_time(scene: Scene, box: Sandbox) -> None:
    mina = scene.add_person()
    set_fault(box, "reset_after", times=1)
    with scene.sending():
        scene.draw(mina, 1, nickname="before")
        box.wait_for(lambda: scene.states() == ["uncertain"])
        scene.draw(mina, 1, nickname="after")
        scene.wait_until_done()
    assert scene.heard(mina) == ["assignment_card 1 for after"]
    assert len(scene.calls(POST)) == 1


def test_the_bots_own_cards_are_taken_by_slack(scene: Scene, box: Sandbox) -> None:
    crew = make_crew(scene.transactions)
    box.add_people(*({"id": f"U{name.upper()}", "name": name} for name in crew.people))
    with scene.transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    scene.team_id = crew.team_id
    with scene.sending(render=render, catalogs=load_catalogs()):
        scene.wait_until_done()
    assert set(scene.states()) == {"sent"}
    assert "DIAL" in message_text(box.person("UMINA").dm()[-1])
