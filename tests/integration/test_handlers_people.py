"""Greeting, joining, one's own settings, Home, and leaving."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.db.models import Assignment, Audit, AuditOutcome, Person, Review
from bot.db.unit_of_work import Transactions
from bot.slack.content import Content
from sandbox.client import PersonClient, message_text
from tests.factories import Crew, make_crew
from tests.integration.stage import STRANGER, Stage, staged


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


@pytest.fixture
def newcomer(stage: Stage) -> PersonClient:
    return stage.box.person(STRANGER)


def test_a_stranger_is_greeted_everywhere_and_nothing_else_runs(stage: Stage, newcomer: PersonClient) -> None:
    for order in ("/work 받기", "/review next", "/admin price DIAL 1", "/my", "/pm import"):
        assert "Join" in message_text(newcomer.command(order)["message"])
    newcomer.say(newcomer.dm_channel(), "hello?", wait=True)
    newcomer.wait_for_dm(lambda m: m["bot"] and not m["ephemeral"])
    newcomer.say("C0CREW", "<@U0GAGYOBOT> 이거 뭐예요?", wait=True)
    stage.settle()
    assert len([m for m in newcomer.dm() if m["bot"] and not m["ephemeral"]]) == 2
    newcomer.home()
    stage.settle()
    home = newcomer.home(reopen=False)
    assert home is not None
    assert "Join" in message_text(home)
    assert stage.count(Person) == 7


def test_joining(stage: Stage, newcomer: PersonClient) -> None:
    hello = newcomer.command("/work")["message"]
    newcomer.click(hello, "join:open")
    assert set(newcomer.submit({"nickname": "Mina"})["errors"]) == {"nickname"}, "the name is taken"
    assert newcomer.submit({"nickname": "새별"})["response_action"] == "update"
    assert "새별" in message_text(newcomer.wait_for_modal())
    stage.redeliver()
    stage.settle()
    assert stage.count(Person) == 8
    assert stage.told("join_requested") == 1
    with stage.deps.transaction.reading() as session:
        person = session.query(Person).filter_by(nickname="새별").one()
        assert (person.language, person.zone) == ("ko", "Asia/Seoul")
    home = newcomer.home(reopen=False)
    assert home is not None
    assert "새별" in message_text(home)
    newcomer.click(hello, "join:open")
    stage.settle()
    assert stage.count(Person) == 8, "the old button does no harm"


def test_joining_waits_for_nobody(stage: Stage, newcomer: PersonClient) -> None:
    hello = newcomer.command("/my")["message"]
    stage.box.faults(rules=[{"method": "users.info", "kind": "hang", "seconds": 10}])
    began = time.monotonic()
    newcomer.click(hello, "join:open")
    assert newcomer.wait_for_modal()
    # A trigger lives 3 seconds, and opening the form may take 2 of them.
    assert time.monotonic() - began < 2
    assert newcomer.submit({"nickname": "새별"})["response_action"] == "update"
    stage.box.faults(clear=True)


def test_joining_while_slack_does_not_say_who(stage: Stage, newcomer: PersonClient) -> None:
    hello = newcomer.command("/my")["message"]
    stage.box.faults(rules=[{"method": "users.info", "kind": "500"}])
    newcomer.click(hello, "join:open")
    assert newcomer.submit({"nickname": "새별", "language": "en"})["errors"] == {}
    stage.box.faults(clear=True)
    assert "새별" in message_text(newcomer.command("/my")["message"])


def test_settings_by_command_and_button(stage: Stage) -> None:
    mina = stage.person("mina")
    english = message_text(mina.command("/my language 영어")["message"])
    assert message_text(mina.command("/my djsdj 한국어")["message"]) != english, "언어 in the wrong mode"
    shown = mina.command("/my")["message"]
    mina.click(shown, "my:status")
    stage.settle()
    assert stage.count(Person, Person.status == "resting") == 1
    assert mina.command("/work next")["message"]
    assert stage.count(Assignment) == 0
    mina.command("/my 상태 일하기")
    assert stage.count(Person, Person.status == "resting") == 0
    mina.command("/my 상태 소리")
    mina.command("/my 닉네임 하늘이")
    assert stage.count(Person, Person.nickname == "하늘이") == 1
    mina.click(shown, "my:nickname")
    assert set(mina.submit({"nickname": "jun"})["errors"]) == {"nickname"}
    assert mina.submit({"nickname": "바람"})["errors"] == {}
    assert stage.count(Person, Person.nickname == "바람") == 1


def test_home_shows_and_follows(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.home()
    stage.settle()
    home = mina.home(reopen=False)
    assert home is not None
    assert "#1" in message_text(home)
    mina.click(home, "task:release")
    stage.settle()
    home = mina.home(reopen=False)
    assert home is not None
    assert "#1" not in message_text(home)
    mina.click(home, "home:refresh")
    stage.settle()
    home = mina.home(reopen=False)
    assert home is not None
    mina.click(home, "my:language")
    stage.settle()
    after = mina.home(reopen=False)
    assert after is not None
    assert "Refresh" in message_text(after)


def test_trouble_at_home_opens_a_window(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.home()
    stage.settle()
    home = mina.home(reopen=False)
    assert home is not None
    mina.command("/work release")
    mina.click(home, "task:extend")
    stage.settle()
    assert message_text(mina.wait_for_modal())
    assert stage.count(Assignment, Assignment.extended.is_(True)) == 0


def test_pointers_for_people_who_talk(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.say("C0CREW", "<@U0GAGYOBOT> hello!", wait=True)
    stage.settle()
    assert "/work" in message_text(alex.wait_for_dm(lambda m: m["bot"] and not m["ephemeral"]))
    alex.say("C0CREW", "just talking", wait=True)
    stage.settle()
    assert len([m for m in alex.dm() if m["bot"]]) == 1


def test_leaving_slack_frees_the_work(stage: Stage, crew: Crew) -> None:
    mina, sora = stage.person("mina"), stage.person("sora")
    for _ in range(2):
        mina.command("/work next")
    mina.command("/work submit 1")
    mina.submit({"text": "거시기"})
    sora.command("/review next")
    stage.box.control("people", people=[{"id": "UMINA", "deleted": True}])
    stage.box.control("people", people=[{"id": "USORA", "deleted": True}])
    stage.box.wait_until_quiet()
    stage.settle()
    assert stage.count(Person, Person.active.is_(False)) == 2
    assert stage.count(Assignment, Assignment.state == "released") == 1
    assert stage.count(Assignment, Assignment.state == "in_review") == 1, "what was handed in stays"
    assert stage.count(Review, Review.state == "waiting") == 1
    rows = stage.all_rows()
    stage.redeliver()
    assert stage.all_rows() == rows
    assert stage.count(Audit, Audit.action == "person.deactivate") == 2
    stage.box.control("people", people=[{"id": "UMINA", "deleted": False}])
    hello = mina.command("/work next")["message"]
    mina.click(hello, "join:open")
    mina.submit({"nickname": "whatever"})
    stage.settle()
    assert stage.count(Person, Person.active.is_(False)) == 1
    assert "#" in message_text(mina.command("/work next")["message"])
    assert stage.count(Audit, Audit.outcome == AuditOutcome.DENIED) == 0


def test_buttons_nobody_knows(stage: Stage) -> None:
    mina = stage.person("mina")
    blocks = [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": name,
                    "value": "-",
                    "text": {"type": "plain_text", "text": name},
                }
                for name in ("task:gone", "old:thing", "review:accept", "task:submit")
            ],
        }
    ]
    message = stage.post("mina", Content("x", blocks))
    rows = stage.all_rows()
    for number, name in enumerate(("task:gone", "old:thing", "review:accept", "task:submit"), 1):
        mina.click(message, name)
        stage.settle()
        assert len(mina.ephemerals(mina.dm_channel())) == number
    assert message_text(mina.command("/old thing")["message"])
    assert stage.all_rows() == rows
