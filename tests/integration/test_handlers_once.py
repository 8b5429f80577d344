"""Redelivery, races, stale buttons and refusals: one effect, the same words, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.db.models import Assignment, LedgerLine, RequestKey, Review, Submission, Verdict
from bot.db.unit_of_work import Transactions
from sandbox.client import PersonClient, message_text
from tests.factories import Crew, make_crew
from tests.integration.stage import Stage, at_once, staged


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


def test_a_command_delivered_again_claims_once(stage: Stage) -> None:
    first = stage.person("mina").command("/work 받기")["ack"]
    again = stage.redeliver()
    assert json.loads(again.body) == first
    assert stage.count(Assignment) == 1


def test_a_command_delivered_twice_at_once_claims_once(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work 목록")
    listing = stage.deliveries[-1]
    # The same bytes with another sub-command, signed anew, never seen before.
    delivery = stage.signed(listing.body.replace("text=%EB%AA%A9%EB%A1%9D", "text=next"), listing)
    answers = at_once(lambda: stage.redeliver(delivery), threads=4)
    # PostgreSQL keeps JSON with its keys in another order.
    first, *others = (json.loads(answer.body) for answer in answers)
    assert all(other == first for other in others)
    assert "#1" in first["text"]
    assert stage.count(Assignment) == 1
    assert stage.told("assignment_card") == 1


def test_a_form_delivered_again_submits_once(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit")
    mina.submit({"text": "거시기"})
    form = stage.deliveries[-1]
    for answer in at_once(lambda: stage.redeliver(form)):
        assert (answer.status, answer.body) == (200, "")
    assert stage.count(Submission) == 1


def test_a_refused_form_may_be_corrected(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit")
    assert mina.submit({"text": "   "})["errors"]
    assert mina.submit({"text": "거시기"})["errors"] == {}
    assert stage.count(Submission) == 1


def test_a_button_delivered_twice_at_once_judges_once(stage: Stage) -> None:
    submit_one(stage)
    sora = stage.person("sora")
    sora.command("/review next")
    sora.click(stage.review_card("sora"), "review:accept", times=2)
    press = stage.deliveries[-1]
    at_once(lambda: stage.redeliver(press), threads=3)
    stage.settle()
    assert stage.count(Verdict) == stage.count(LedgerLine) == 1


def test_a_double_click_on_next_takes_one_task(stage: Stage) -> None:
    mina = stage.person("mina")
    offer = mina.command("/work list")["message"]
    mina.click(offer, "task:next", times=2)
    # What a button is answered with is on its way when the click is acknowledged.
    stage.settle()
    assert stage.count(Assignment, Assignment.state == "claimed") == 1
    first, second = (message_text(one) for one in mina.ephemerals(mina.dm_channel())[-2:])
    assert first == second


def test_a_click_some_seconds_later_is_a_new_wish_and_a_late_redelivery_is_not(stage: Stage) -> None:
    mina = stage.person("mina")
    offer = mina.command("/work list")["message"]
    mina.click(offer, "task:next")
    with stage.deps.transaction() as uow:
        uow.session.execute(update(RequestKey).values(created_at=uow.now - timedelta(seconds=4)))
    stage.redeliver()
    assert stage.count(Assignment, Assignment.state == "claimed") == 1
    mina.click(offer, "task:next")
    assert stage.count(Assignment, Assignment.state == "claimed") == 2


def test_an_event_delivered_again_is_answered_once(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.say(mina.dm_channel(), "안녕하세요", wait=True)
    at_once(stage.redeliver)
    stage.settle()
    said = posted(mina)
    assert len(said) == 1
    assert "/work" in message_text(said[0])


def test_a_dropped_acknowledgement_of_an_event(stage: Stage) -> None:
    stage.box.faults(delivery={"drop_ack": 2})
    mina = stage.person("mina")
    mina.say(mina.dm_channel(), "안녕하세요")
    stage.box.wait_until_quiet()
    stage.settle()
    assert len(posted(mina)) == 1
    assert len(stage.deliveries) >= 2


def test_an_opened_form_is_not_opened_again(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit")
    assert stage.redeliver().body == ""
    assert len(mina.state()["views"]) == 1


def test_an_expired_trigger_asks_to_press_again(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    stage.box.control("app", trigger_seconds=0.0)
    said = message_text(mina.command("/work submit")["message"])
    assert said
    assert mina.modal() is None
    stage.box.control("app", trigger_seconds=3.0)
    mina.command("/work submit")
    assert mina.modal() is not None


def test_a_stale_button_explains_itself_and_the_card_is_redrawn(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    card = stage.task_card("mina")
    mina.click(card, "task:extend")
    before = stage.told("assignment_card")
    mina.click(card, "task:release")
    stage.settle()
    assert stage.told("assignment_card") == before + 1
    assert len(mina.ephemerals(mina.dm_channel())) == 3
    assert stage.count(Assignment, Assignment.state == "claimed") == 1
    rows = stage.all_rows()
    stage.redeliver()
    assert stage.all_rows() == rows


def test_an_old_verdict_button(stage: Stage) -> None:
    submit_one(stage)
    sora = stage.person("sora")
    sora.command("/review next")
    card = stage.review_card("sora")
    sora.click(card, "review:accept")
    cards = stage.told("review_card")
    sora.click(card, "review:reject")
    stage.settle()
    assert sora.modal() is None
    assert stage.told("review_card") == cards + 1
    assert stage.count(Verdict) == 1


def test_denied_tries_leave_one_audit_row(stage: Stage, crew: Crew) -> None:
    mina, jun = stage.person("mina"), stage.person("jun")
    mina.command("/work next")
    stolen = stage.task_card("jun")
    rows = stage.all_rows()
    for number, what in enumerate(("task:release", "task:submit", "task:extend", "task:unusable"), 1):
        jun.click(stolen, what)
        stage.redeliver()
        stage.settle()
        assert stage.denied() == number
    assert jun.modal() is None
    assert len(jun.ephemerals(jun.dm_channel())) == 8
    after = stage.all_rows()
    assert {name: after[name] - rows[name] for name in rows if after[name] != rows[name]} == {
        "audit": 4,
        "request_key": 4,
    }


def test_denied_commands(stage: Stage) -> None:
    alex = stage.person("alex")
    orders = (
        "/admin price DIAL 500",
        '/admin project NEW transcription "x"',
        "/admin role @mina worker DIAL",
        "/work next",
        "/review next",
    )
    for order in orders:
        rows = stage.all_rows()
        said = alex.command(order)["message"]
        assert message_text(said)
        after = stage.all_rows()
        changed = {name for name in rows if after[name] != rows[name]}
        assert changed <= {"audit", "request_key"}, order
    assert stage.denied() >= 3


def test_two_people_want_one_review(stage: Stage) -> None:
    submit_one(stage)
    with stage.deps.transaction() as uow:
        uow.session.query(Review).update({"level": "reviewer"})
    sora, dohyun = stage.person("sora"), stage.person("dohyun")
    sora.command("/review next")
    assert "#1" not in message_text(dohyun.command("/review next")["message"])


def test_a_busy_database_is_said_honestly(stage: Stage) -> None:
    queue = stage.deps.transaction.database.queue
    assert queue is not None
    mina = stage.person("mina")
    mina.dm_channel()
    rows = stage.all_rows()
    places = 0
    while queue.acquire(0.01):
        places += 1
    try:
        said = message_text(mina.command("/work next")["message"])
        mina.say(mina.dm_channel(), "안녕하세요")
        stage.box.wait_for(lambda: stage.box.deliveries("events_api"))
        assert stage.box.deliveries("events_api")[0]["outcome"] == "http_error"
    finally:
        for _ in range(places):
            queue.release()
    assert "저장" in said or "saved" in said
    stage.box.wait_until_quiet()
    stage.settle()
    assert stage.all_rows()["assignment"] == rows["assignment"]
    assert len(posted(mina)) == 1, "Slack delivered the event again, and it was heard"
    assert "#1" in message_text(mina.command("/work next")["message"])


def test_a_database_that_is_gone(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit")
    database = stage.deps.transaction.database
    with database.writer.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME TO elsewhere")
        connection.commit()
    try:
        assert message_text(mina.command("/work next")["message"])
        answer = mina.submit({"text": "거시기"})
        assert set(answer["errors"]) == {"text"}, "the window stays open with what was typed"
    finally:
        with database.writer.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO person")
            connection.commit()


def posted(person: PersonClient) -> list[dict[str, object]]:
    """What the bot has posted to the person for good."""
    return [m for m in person.dm() if m["bot"] and not m["ephemeral"]]


def submit_one(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit")
    mina.submit({"text": "거시기"})
