"""Asking wherever people ask, being answered honestly, and handing over to people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.models import Audit, Handover, OutboxRow, Project, Question, QuestionFollower, QuestionJudgement
from bot.db.unit_of_work import Transactions
from bot.services.guidelines import acknowledge
from bot.services.people import join
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.factories import Crew, make_crew
from tests.integration.asking import Asking, asking

SECRET_WORDS = "숫자는 비밀스럽게 어떻게 적나요?"


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[Asking]:
    with asking(transactions, crew) as scene:
        yield scene


def ephemeral(scene: Asking, nickname: str, words: str, channel: str | None = None) -> Json:
    """Return the newest ephemeral message with these words."""
    person = scene.person(nickname)
    place = channel or person.dm_channel()
    return person.wait_for_message(place, lambda m: m["ephemeral"] and words in message_text(m))


def test_a_command_is_answered_with_a_citation_and_once(scene: Asking) -> None:
    scene.publish()
    mina = scene.person("mina")
    at_once = mina.command("/ask 숫자는 어떻게 적나요?")["message"]
    assert "찾고 있어요" in message_text(at_once)
    scene.settle()
    shown = ephemeral(scene, "mina", "Write numbers as they are spoken.")
    text = message_text(shown)
    assert "Do NOT use digits." in text
    assert "Numbers" in text
    assert "1판" in text
    scene.stage.redeliver()
    scene.settle()
    assert scene.stage.count(Question) == 1
    assert len(scene.desk.searched) == 1
    mina.click(shown, "ask:helpful", times=2)
    mina.click(shown, "ask:not_helpful")
    assert mina.submit({"judgement": "incomplete"})["errors"] == {}
    scene.settle()
    assert scene.stage.count(QuestionJudgement) == 1
    assert scene.stage.count(QuestionJudgement, QuestionJudgement.judgement == "incomplete") == 1


def test_candidates_and_an_honest_no(scene: Asking) -> None:
    scene.publish()
    mina = scene.person("mina")
    mina.command("/ask DIAL 말버릇은 어떡하죠")
    scene.settle()
    some = message_text(ephemeral(scene, "mina", "관련 있어 보이는"))
    assert "Fillers" in some
    mina.command("/ask 박수는 무슨 색으로 칠하나요")
    scene.settle()
    none = ephemeral(scene, "mina", "찾지 못했어요")
    assert "Fillers" not in message_text(none), "nothing is cited"
    assert "ask:human" in list_actions(none)
    assert "ask:helpful" not in list_actions(none)


def test_without_a_guideline_it_says_so(scene: Asking) -> None:
    mina = scene.person("mina")
    mina.command("/ask 숫자는 어떻게 적나요?")
    scene.settle()
    shown = ephemeral(scene, "mina", "등록된 가이드라인이 없어서")
    assert "ask:human" in list_actions(shown)


def test_a_broken_search_says_so_and_offers_a_person(scene: Asking) -> None:
    scene.publish()
    scene.person("mina").command("/ask 고장난 것은 어떻게 하나요?")
    scene.settle()
    shown = ephemeral(scene, "mina", "찾는 중에 문제가 생겼어요")
    assert "ask:human" in list_actions(shown)


def test_a_direct_message_is_seen_and_answered(scene: Asking) -> None:
    scene.publish()
    mina = scene.person("mina")
    asked = mina.say(mina.dm_channel(), "숫자 어케 적나여", wait=True)
    scene.settle()
    mina.wait_for_dm("Write numbers as they are spoken.")
    seen = mina.message(asked["channel"], asked["ts"])
    assert [reaction["name"] for reaction in seen["reactions"]] == ["eyes"]
    english = scene.person("alex")
    english.say(english.dm_channel(), "숫자 numbers?", wait=True)
    english.wait_for_dm("The guideline says this")


def test_small_talk_and_pay_never_go_to_the_guideline(scene: Asking) -> None:
    scene.publish()
    mina = scene.person("mina")
    mina.say(mina.dm_channel(), "안녕하세요!", wait=True)
    scene.settle()
    mina.wait_for_dm("/work")
    pay = mina.command("/ask 이번 달 정산은 언제 들어오나요?")["message"]
    assert "정산" in message_text(pay)
    mina.click(pay, "ask:human")
    scene.settle()
    scene.person("bridge").wait_for_dm("이번 달 정산은")
    mina.wait_for_dm("관계없는")
    assert scene.desk.searched == []


def _open_up(scene: Asking) -> None:
    with scene.stage.deps.transaction() as uow:
        uow.session.get_one(Project, scene.crew.project_id).confidential = False


def test_a_mention_is_answered_in_its_thread(scene: Asking) -> None:
    scene.publish()
    _open_up(scene)
    mina = scene.person("mina")
    asked = mina.say("C0CREW", "<@U0GAGYOBOT> 숫자는 어떻게 적나요?", wait=True)
    scene.settle()
    shown = mina.wait_for_message("C0CREW", "Write numbers", thread_ts=asked["ts"])
    assert {"ask:helpful", "ask:not_helpful", "ask:human", "ask:me_too"} <= set(list_actions(shown))
    assert "ask:share" not in list_actions(shown)


def test_words_of_a_confidential_project_stay_out_of_channels(scene: Asking) -> None:
    scene.publish()
    mina = scene.person("mina")
    asked = mina.say("C0CREW", "<@U0GAGYOBOT> 숫자는 어떻게 적나요?", wait=True)
    scene.settle()
    mina.wait_for_dm("Write numbers")
    pointer = mina.wait_for_message("C0CREW", "기밀", thread_ts=asked["ts"])
    assert "Write numbers" not in message_text(pointer)
    mina.command("/ask 숫자는 어떻게 적나요?", "C0CREW")
    scene.settle()
    shown = ephemeral(scene, "mina", "Write numbers", "C0CREW")
    mina.click(shown, "ask:share")
    scene.settle()
    ephemeral(scene, "mina", "공유할 수 없어요", "C0CREW")
    assert scene.stage.count(Question, Question.public.is_(True)) == 0


def test_a_question_channel_answers_unasked(scene: Asking) -> None:
    scene.publish()
    boss, mina = scene.person("boss"), scene.person("mina")
    boss.command("/admin questions DIAL")
    assert "질문" in message_text(boss.command("/admin 질문 DIAL 여기", "C0CREW")["message"])
    chat = mina.say("C0CREW", "오늘 숫자 작업 많네요.", wait=True)
    asked = mina.say("C0CREW", "숫자는 어떻게 적나요", wait=True)
    scene.settle()
    mina.wait_for_message("C0CREW", "Write numbers", thread_ts=asked["ts"])
    assert scene.stage.count(Question) == 1
    assert len(mina.messages("C0CREW", thread_ts=chat["ts"])) == 1
    scene.stage.box.person("UNEW").say("C0CREW", "숫자는 어떻게 적나요?", wait=True)
    scene.settle()
    assert scene.stage.count(Question) == 1, "somebody who has not joined is left in peace"
    mina.say("C0CREW", "<@U0GAGYOBOT> 숫자는 어떻게 쓰나요?", wait=True)
    scene.settle()
    assert scene.stage.count(Question) == 2, "a mention in a question channel is one question"
    boss.command("/admin questions DIAL off")
    mina.say("C0CREW", "숫자는 어떻게 읽나요?", wait=True)
    scene.settle()
    assert scene.stage.count(Question) == 2


def test_the_shortcut_asks_and_shares(scene: Asking) -> None:
    scene.publish()
    _open_up(scene)
    mina, jun = scene.person("mina"), scene.person("jun")
    said = jun.say("C0CREW", "숫자는 어떻게 적나요?", wait=True)
    mina.message_shortcut("ask:message", said)
    scene.settle()
    shown = ephemeral(scene, "mina", "Write numbers", "C0CREW")
    mina.click(shown, "ask:share")
    mina.click(shown, "ask:share")
    scene.settle()
    mina.wait_for_message(
        "C0CREW", lambda m: not m["ephemeral"] and "Write numbers" in message_text(m), thread_ts=said["ts"]
    )
    assert scene.stage.told("answer_card") == 1


def test_somebody_in_several_projects_is_asked_which(scene: Asking) -> None:
    boss, mina = scene.person("boss"), scene.person("mina")
    boss.command('/admin project HAM transcription "경남"')
    boss.command("/admin role @mina worker HAM")
    scene.publish()
    mina.command("/ask 숫자는 어떻게 적나요?")
    which = ephemeral(scene, "mina", "어느 프로젝트")
    mina.click(which, "ask:project", times=2)
    scene.settle()
    ephemeral(scene, "mina", "Write numbers")
    assert len(scene.desk.searched) == 1
    mina.command("/ask HAM 숫자는 어떻게 적나요?")
    scene.settle()
    ephemeral(scene, "mina", "등록된 가이드라인이 없어서")
    with scene.stage.deps.transaction() as uow:
        acknowledge(uow, person_id=scene.crew["mina"], version_id=1)
    mina.command("/work next DIAL")
    mina.command("/ask 숫자는 어떻게 써요?")
    scene.settle()
    assert scene.desk.searched[-1] == "숫자는 어떻게 써요?", "the task in hand says which"


def test_equal_questions_wait_together_and_all_are_answered(scene: Asking) -> None:
    scene.publish()
    mina, jun, sora, bridge, dohyun = map(scene.person, ("mina", "jun", "sora", "bridge", "dohyun"))
    scene.person("boss").command("/admin role @dohyun supervisor DIAL")
    for person in (mina, jun):
        person.command("/ask 웃음소리는 어떻게 하나요?")
        scene.settle()
        shown = ephemeral(scene, person.id[1:].lower(), "찾지 못했어요")
        person.click(shown, "ask:human", times=2)
        scene.settle()
    assert scene.stage.count(Handover) == 1
    card = bridge.wait_for_dm("2명이 기다려요")
    assert "웃음소리는 어떻게 하나요?" in message_text(card)
    assert "Fillers" in message_text(card), "the nearest sections help whoever replies"
    assert [m for m in sora.dm() if "웃음소리" in message_text(m)] == []
    dohyun.click(dohyun.wait_for_dm("2명이 기다려요"), "reply:open")
    bridge.click(card, "reply:open")
    assert set(bridge.submit({"reply": " "})["errors"]) == {"reply"}
    assert bridge.submit({"reply": "웃음소리는 적지 않아요."})["errors"] == {}
    scene.settle()
    for person in (mina, jun):
        person.wait_for_dm(lambda m: "웃음소리는 적지 않아요." in message_text(m))
    bridge.wait_for_dm("bridge 님이")
    assert "이미 답했어요" in str(dohyun.submit({"reply": "적어요."})["errors"]), "the first reply counts"
    dohyun.wait_for_dm("bridge 님이")
    assert scene.stage.count(Handover, Handover.state == "answered") == 1


def test_me_too_in_a_thread(scene: Asking) -> None:
    scene.publish()
    _open_up(scene)
    mina, jun, bridge = map(scene.person, ("mina", "jun", "bridge"))
    asked = mina.say("C0CREW", "<@U0GAGYOBOT> 웃음소리는 적나요?", wait=True)
    scene.settle()
    shown = mina.wait_for_message("C0CREW", "찾지 못했어요", thread_ts=asked["ts"])
    mina.click(shown, "ask:me_too")
    jun.click(shown, "ask:me_too", times=2)
    scene.settle()
    redrawn = mina.wait_for_message("C0CREW", "1명이 더", thread_ts=asked["ts"])
    assert scene.stage.count(QuestionFollower) == 1, (
        "the asker is no follower, and one click of two is enough"
    )
    mina.click(redrawn, "ask:human")
    bridge.click(bridge.wait_for_dm("웃음소리는 적나요?"), "reply:open")
    bridge.submit({"reply": "아니요."})
    scene.settle()
    mina.wait_for_message("C0CREW", "아니요.", thread_ts=asked["ts"])
    jun.wait_for_dm("아니요.")


def test_whoever_is_not_in_a_project_learns_why(scene: Asking) -> None:
    scene.publish()
    with scene.stage.deps.transaction() as uow:
        join(uow, team="T0TEST", user="UNEW", nickname="new", language="ko", zone="Asia/Seoul")
    new = scene.stage.box.person("UNEW")
    assert "프로젝트에 들어가 있지" in message_text(new.command("/ask 숫자는 어떻게 적나요?")["message"])
    assert scene.stage.count(Question) == 0


def test_words_of_questions_are_kept_where_they_belong(
    scene: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    scene.publish()
    caplog.set_level("DEBUG", logger="bot")
    caplog.set_level("DEBUG", logger="handlers")
    mina = scene.person("mina")
    mina.command(f"/ask {SECRET_WORDS}")
    scene.settle()
    mina.click(ephemeral(scene, "mina", "Write numbers"), "ask:human")
    scene.settle()
    with scene.stage.deps.transaction.reading() as session:
        assert all("비밀" not in str(row.detail) for row in session.query(Audit))
        assert all("비밀" not in str(row.payload) for row in session.query(OutboxRow))
    assert "비밀" not in caplog.text


@pytest.mark.parametrize("typed", ["/ask", "/ask ?", "/ask 도움말", "/ask !!!", "/ask <@U0GAGYOBOT>"])
def test_nothing_asked_is_explained(scene: Asking, typed: str) -> None:
    assert "/ask" in message_text(scene.person("mina").command(typed)["message"])
    assert scene.stage.count(Question) == 0
