"""Raising an issue: on a message, with 🚨, by calling the bot, by command and from a card; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.models import Issue, IssueTask, Question, Task
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import Asked, IssueSource, IssueState, Severity
from bot.slack.blocks import button, section
from bot.slack.content import Content
from bot.slack.ids import ISSUE_OPEN
from bot.slack.issue_refs import CardRef
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.leaked import SECRETS, make_secret_crew, sweep
from tests.integration.stage import STRANGER, Stage, staged

CREW, PM = "C0CREW", "C0PM"
SHORTCUT, ALARM = "issue:open_here", "rotating_light"
BOT = "<@U0GAGYOBOT>"


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        stage.person("boss").command(f"/admin bridge DIAL <#{CREW}>")
        yield stage


def settle(stage: Stage) -> None:
    stage.box.wait_until_quiet()
    stage.settle()


def issues(stage: Stage) -> list[Issue]:
    with stage.deps.transaction.reading() as session:
        return list(session.scalars(select(Issue).order_by(Issue.id)))


def task_names(stage: Stage, issue: Issue) -> list[str]:
    query = select(Task.external_id).join(IssueTask, IssueTask.task_id == Task.id)
    with stage.deps.transaction.reading() as session:
        found = session.scalars(query.where(IssueTask.issue_id == issue.id).order_by(Task.id))
        return list(found)


def shown_to(stage: Stage, nickname: str, root: Json) -> list[str]:
    """What only this person sees in a thread."""
    seen = stage.person(nickname).messages(root["channel"], thread_ts=root["ts"])
    return [message_text(message) for message in seen if message["ephemeral"]]


def test_the_shortcut_opens_the_form_with_the_tasks_of_the_message(stage: Stage, crew: Crew) -> None:
    root = stage.person("mina").say(CREW, "SEG-0002를 들어도 모르겠어요", wait=True)
    reply = stage.person("jun").say(CREW, "저도요", thread_ts=root["ts"], wait=True)
    mina = stage.person("mina")
    mina.message_shortcut(SHORTCUT, root)
    form = mina.wait_for_modal()
    assert "seg-0002" in str(form)
    assert "seg-0003" not in str(form)
    answer = mina.submit(
        {"request": "기준을 알려 주세요", "severity": "S2", "asked": "pm", "text": "seg-0001"}
    )
    assert answer["errors"] == {}
    (issue,) = issues(stage)
    assert (issue.channel, issue.thread_ts) == (CREW, root["ts"])
    assert (issue.severity, issue.asked, issue.source) == (Severity.S2, Asked.PM, IssueSource.THREAD)
    assert (issue.request, issue.opener_id) == ("기준을 알려 주세요", crew["mina"])
    assert task_names(stage, issue) == ["seg-0001", "seg-0002"]
    # A second try anywhere in the thread shows the open one, to each in their language.
    for nickname, message, words in (("jun", reply, "#1"), ("alex", root, "This thread has issue #1")):
        person = stage.person(nickname)
        person.message_shortcut(SHORTCUT, message)
        settle(stage)
        assert person.modal() is None
        assert words in str(person.messages(CREW, thread_ts=root["ts"]) + person.messages(CREW))
    assert len(issues(stage)) == 1


def test_a_form_says_what_is_wrong_at_its_field(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.message_shortcut(SHORTCUT, mina.say(CREW, "이거요", wait=True))
    errors = mina.submit({"request": "도와주세요", "text": "seg-0001, seg-9999"})["errors"]
    assert set(errors) == {"text"}
    assert "seg-9999" in errors["text"]
    assert issues(stage) == []
    assert mina.submit({"text": "#1"})["errors"] == {}
    assert [task_names(stage, issue) for issue in issues(stage)] == [["seg-0001"]]


def test_whoever_is_in_another_projects_channel_may_not(stage: Stage, crew: Crew) -> None:
    with stage.deps.transaction() as uow:
        from bot.services.people import join

        join(uow, team="T0TEST", user=STRANGER, nickname="new", language="ko", zone="Asia/Seoul")
    root = stage.person("mina").say(CREW, "seg-0002", wait=True)
    stranger = stage.box.person(STRANGER)
    stranger.message_shortcut(SHORTCUT, root)
    stranger.react(root, ALARM, wait=True)
    stranger.say(CREW, f"{BOT} 에스컬", thread_ts=root["ts"], wait=True)
    settle(stage)
    assert stranger.modal() is None
    assert issues(stage) == []
    assert len(shown_to_stranger(stage, root)) == 1, "the emoji is an emoji to them, the call is refused"


def shown_to_stranger(stage: Stage, root: Json) -> list[Json]:
    seen = stage.box.person(STRANGER).messages(root["channel"], thread_ts=root["ts"])
    return [message for message in seen if message["ephemeral"]]


def test_an_alarm_raises_it_at_once_and_once(stage: Stage, crew: Crew) -> None:
    root = stage.person("mina").say(CREW, "seg-0002 소리가 안 들려요 &lt;급해요&gt;", wait=True)
    stage.person("mina").react(root, ALARM, wait=True)
    stage.redeliver()
    settle(stage)
    (issue,) = issues(stage)
    assert (issue.severity, issue.asked, issue.state) == (Severity.S3, Asked.SUPERVISOR, IssueState.OPEN)
    assert (issue.channel, issue.thread_ts, issue.opener_id) == (CREW, root["ts"], crew["mina"])
    assert issue.request == "seg-0002 소리가 안 들려요 <급해요>"
    assert task_names(stage, issue) == ["seg-0002"]
    assert stage.person("mina").modal() is None
    stage.person("alex").react(root, ALARM, wait=True)
    settle(stage)
    assert len(issues(stage)) == 1
    assert any("#1" in words for words in shown_to(stage, "alex", root))


def test_an_alarm_under_a_reply_of_somebody_else(stage: Stage, crew: Crew) -> None:
    root = stage.person("mina").say(CREW, "질문이 있어요", wait=True)
    reply = stage.person("jun").say(CREW, "seg-0003도요", thread_ts=root["ts"], wait=True)
    stage.person("bridge").react(reply, ALARM, wait=True)
    settle(stage)
    (issue,) = issues(stage)
    assert (issue.thread_ts, issue.opener_id, issue.request) == (root["ts"], crew["bridge"], "")
    assert task_names(stage, issue) == ["seg-0003"]


def test_an_alarm_means_nothing_elsewhere(stage: Stage) -> None:
    mina = stage.person("mina")
    for channel in (PM, mina.dm_channel()):
        mina.react(mina.say(channel, "seg-0001", wait=True), ALARM, wait=True)
    mina.react(mina.say(CREW, "seg-0001", wait=True), "tada", wait=True)
    settle(stage)
    assert issues(stage) == []


def test_an_alarm_is_heard_where_nothing_can_be_read(stage: Stage) -> None:
    root = stage.person("mina").say(CREW, "seg-0001", wait=True)
    rule = {"method": "conversations.replies", "kind": "error", "error": "not_in_channel"}
    stage.box.faults(rules=[rule])
    stage.person("mina").react(root, ALARM, wait=True)
    settle(stage)
    assert [(issue.thread_ts, issue.request) for issue in issues(stage)] == [(root["ts"], "")]
    other = stage.person("jun").say(CREW, "seg-0002", wait=True)
    stage.box.faults(rules=[{"method": "conversations.replies", "kind": "500"}])
    stage.person("jun").react(other, ALARM, wait=True)
    settle(stage)
    assert len(issues(stage)) == 1
    stage.box.faults(clear=True)
    stage.redeliver()
    settle(stage)
    assert len(issues(stage)) == 2, "Slack delivers it again until it could be looked at"


def test_an_alarm_under_what_the_bot_says(stage: Stage) -> None:
    posted = stage.deps.gateway.post(CREW, Content("seg-0001", [section("seg-0001")]), 1)
    message = stage.person("jun").message(posted.channel, posted.ts)
    stage.person("jun").react(message, ALARM, wait=True)
    settle(stage)
    (issue,) = issues(stage)
    assert (issue.thread_ts, issue.request, task_names(stage, issue)) == (posted.ts, "", ["seg-0001"])


@pytest.mark.parametrize(
    ("nickname", "words", "severity", "request_"),
    [
        (
            "mina",
            "에스컬 S2 기준이 서로 달라요. 어떻게 할까요?",
            Severity.S2,
            "기준이 서로 달라요. 어떻게 할까요?",
        ),
        ("jun", "dptmzjf", Severity.S3, ""),
        ("alex", "escalate s1 The files are gone", Severity.S1, "The files are gone"),
    ],
)
def test_a_call_in_a_thread(
    stage: Stage, nickname: str, words: str, severity: Severity, request_: str
) -> None:
    stage.person("boss").command("/admin questions DIAL here", CREW)
    root = stage.person("sora").say(CREW, "seg-0001 들어 보셨나요", wait=True)
    stage.person(nickname).say(CREW, f"{BOT} {words}", thread_ts=root["ts"], wait=True)
    settle(stage)
    (issue,) = issues(stage)
    assert (issue.severity, issue.request, issue.thread_ts) == (severity, request_, root["ts"])
    assert task_names(stage, issue) == ["seg-0001"], "the thread's first message says what it is about"
    asked_by_sora = stage.count(Question)
    assert stage.count(Question, Question.text.contains("escal") | Question.text.contains("기준")) == 0
    assert asked_by_sora <= 1


def test_a_call_that_begins_a_thread_is_no_question(stage: Stage) -> None:
    stage.person("boss").command("/admin questions DIAL here", CREW)
    said = stage.person("mina").say(CREW, f"{BOT} 에스컬 seg-0003 이거 어떻게 하나요?", wait=True)
    settle(stage)
    (issue,) = issues(stage)
    assert (issue.thread_ts, issue.request) == (said["ts"], "seg-0003 이거 어떻게 하나요?")
    assert task_names(stage, issue) == ["seg-0003"]
    assert stage.count(Question) == 0


def test_a_call_in_a_channel_of_no_project(stage: Stage) -> None:
    stage.person("boss").command("/admin bridge DIAL off")
    said = stage.person("mina").say(CREW, f"{BOT} 에스컬", wait=True)
    settle(stage)
    (issue,) = issues(stage)
    assert issue.thread_ts == said["ts"], "mina is in one project only"
    stage.person("boss").command('/admin project NEXT transcription "다음"')
    other = stage.person("boss").say(CREW, f"{BOT} 에스컬", wait=True)
    settle(stage)
    assert len(issues(stage)) == 1
    assert shown_to(stage, "boss", other)


@pytest.mark.parametrize(
    "text", ["/esc", "/esc S1 seg-0002 멈췄어요", "/esc 열기 S1 seg-0002 멈췄어요", "/esc duf"]
)
def test_the_command_in_a_channel(stage: Stage, text: str) -> None:
    mina = stage.person("mina")
    answer = mina.command(text, CREW)
    if text == "/esc duf":
        assert "/esc" in message_text(answer["message"])
        return
    form = mina.wait_for_modal()
    assert ("멈췄어요" in str(form)) == (text != "/esc")
    assert mina.submit({"request": "멈췄어요"})["errors"] == {}
    (issue,) = issues(stage)
    assert (issue.channel, issue.thread_ts, issue.source) == (CREW, None, IssueSource.THREAD)
    assert issue.severity is (Severity.S3 if text == "/esc" else Severity.S1)
    assert task_names(stage, issue) == ([] if text == "/esc" else ["seg-0002"])


def test_the_command_in_a_direct_message_is_private(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.command("/esc open S4 A better list of names")
    assert alex.submit({})["errors"] == {}
    (issue,) = issues(stage)
    assert (issue.source, issue.channel, issue.severity) == (IssueSource.CARD, None, Severity.S4)
    assert issue.request == "A better list of names"


def test_the_project_is_asked_for_where_nobody_knows_it(stage: Stage, crew: Crew) -> None:
    stage.person("boss").command('/admin project NEXT transcription "다음"')
    boss = stage.person("boss")
    boss.command("/esc")
    form = boss.wait_for_modal()
    assert "NEXT" in str(form)
    assert boss.submit({"request": "어느 프로젝트인지요"})["errors"].keys() == {"project"}
    assert boss.submit({"project": "DIAL"})["errors"] == {}
    assert [issue.project_id for issue in issues(stage)] == [crew.project_id]


def card(value: object) -> Content:
    return Content("card", [section("card", button("도움", ISSUE_OPEN, value))])


def test_a_card_brings_its_task_along(stage: Stage, crew: Crew) -> None:
    mina = stage.person("mina")
    with stage.deps.transaction.reading() as session:
        task_id = session.scalars(select(Task.id).where(Task.external_id == "seg-0003")).one()
    mina.click(stage.post("mina", card(CardRef("task", task_id))), ISSUE_OPEN)
    assert "seg-0003" in str(mina.wait_for_modal())
    assert mina.submit({"request": "잡음이 심해요"})["errors"] == {}
    (issue,) = issues(stage)
    assert (issue.source, issue.project_id) == (IssueSource.CARD, crew.project_id)
    assert task_names(stage, issue) == ["seg-0003"]
    mina.click(stage.post("mina", card("task.999999")), ISSUE_OPEN)
    mina.click(stage.post("mina", card("review.1")), ISSUE_OPEN)
    settle(stage)
    assert mina.modal() is None
    mina.click(stage.post("mina", card("-")), ISSUE_OPEN)
    assert mina.wait_for_modal()


def test_a_question_brings_its_words_along_to_its_asker(stage: Stage) -> None:
    jun, mina = stage.person("jun"), stage.person("mina")
    jun.command("/ask 숫자는 어떻게 적나요?")
    settle(stage)
    with stage.deps.transaction.reading() as session:
        value = CardRef("question", session.scalars(select(Question.id)).one())
    jun.click(stage.post("jun", card(value)), ISSUE_OPEN)
    assert "숫자는 어떻게 적나요?" in str(jun.wait_for_modal())
    mina.click(stage.post("mina", card(value)), ISSUE_OPEN)
    settle(stage)
    assert mina.modal() is None
    assert stage.denied() == 1
    # An answer that everybody reads goes on in its thread.
    jun.close_modal(all=True)
    root = jun.say(CREW, "숫자요", wait=True)
    posted = stage.deps.gateway.post(CREW, card(value), 1, thread_ts=root["ts"])
    jun.click(jun.message(CREW, posted.ts), ISSUE_OPEN)
    assert jun.submit({})["errors"] == {}
    (issue,) = issues(stage)
    assert (issue.thread_ts, issue.source) == (root["ts"], IssueSource.THREAD)
    assert issue.request == "숫자는 어떻게 적나요?"


def test_tasks_in_hand_are_offered(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work 받기")
    mina.command("/esc", CREW)
    form = mina.wait_for_modal()
    assert "seg-0001" in str(form)
    assert mina.submit({"request": "질문이에요"})["errors"] == {}
    assert task_names(stage, issues(stage)[0]) == [], "offered, but not ticked"


def test_the_list(stage: Stage, clock: MovableClock) -> None:
    mina, alex = stage.person("mina"), stage.person("alex")
    assert message_text(mina.command("/esc 목록")["message"])
    for n, words in enumerate(("에스컬 S4 제안이에요", "에스컬 S1 멈췄어요")):
        mina.say(CREW, f"{BOT} {words}", wait=True)
        clock.advance(minutes=n)
    settle(stage)
    shown = message_text(mina.command("/esc 목록 DIAL")["message"])
    assert shown.index("멈췄어요") < shown.index("제안이에요")
    listed: dict[str, Any] = alex.command("/esc list")["message"]
    assert "issue:show" in list_actions(listed)
    assert message_text(mina.command("/esc 목록 NOPE")["message"])


def test_nothing_of_a_task_reaches_a_thread_through_the_form(transactions: Transactions) -> None:
    make_secret_crew(transactions)
    with staged(transactions) as stage:
        sweep(transactions, stage.deps.prints)
        stage.person("boss").command(f"/admin bridge DIAL <#{CREW}>")
        mina = stage.person("mina")
        mina.command("/esc", CREW)
        assert mina.submit({"request": f"이 문장이요: {SECRETS[0]}"})["errors"].keys() == {"request"}
        assert mina.submit({"request": "post-0001 문장이 이상해요"})["errors"] == {}
        mina.command("/esc")
        assert mina.submit({"request": f"이 문장이요: {SECRETS[0]}"})["errors"] == {}, "only those in charge"
        assert [issue.source for issue in issues(stage)] == [IssueSource.THREAD, IssueSource.CARD]
