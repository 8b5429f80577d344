"""A night in Seoul: who is woken and who is not, and how a morning puts right what went wrong."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.models import Assignment, Hold, Issue, IssueTask, LedgerLine, Task, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import IssueSource, IssueState, Severity
from bot.reports.invariants import check
from sandbox.client import PersonClient, list_actions, message_text
from sandbox.shapes import Json
from tests.scenario.night_shift import BERLIN, Night, night_shift
from tests.scenario.office import KEY

pytestmark = pytest.mark.slow

TEXTS_FILE = "GAGYO_NIGHT_TEXTS"
"""The variable that names a file into which everything is written that anybody read."""

TASKS = {
    "t-01": "The meeting on Thursday is postponed because two of the speakers are ill.",
    "t-02": "Please bring the signed papers to the second floor before the office closes.",
    "t-03": "Nobody answered the telephone although the shop should have been open.",
    "t-04": "Our neighbours painted their garden fence green over the long weekend.",
    "t-05": "She wrote down every word of the song while the train was standing still.",
    "t-06": "The bakery at the corner sells its last bread for half the price at six.",
    "t-07": "If the river rises another metre, the lower bridge has to be closed at once.",
    "t-08": "He repaired the old radio with a part that he had found in a drawer.",
}
SIX = ["t-01", "t-02", "t-03", "t-04", "t-05", "t-06"]

EMOJI = "문장 끝에 이모지가 있으면 그대로 남겨 둘까요?"
DECIDE = "이모지를 남길지 지울지 정해 주세요."
SERVER = "파일 서버가 열리지 않아서 아무도 일을 못 하고 있어요."
AN_HOUR = "서버가 한 시간째 열리지 않아요."
BACK = "Thank you for the alarm. The server is back."
BACK_KO = "알려 줘서 고마워요. 서버가 다시 열려요."
FULL = "The disk of the server was full."
ROOM = "I have made room and set an alarm for the next time."
KEEP = "이모지는 남겨 주세요."
SAME = "t-01, t-02, t-03은 반려되고 t-04, t-05, t-06은 아직인데 말끝은 모두 같아요. 어느 쪽이 맞아요?"
ENDINGS = "말끝을 원문대로 두는 쪽이 맞을까요?"
YES = "Yes, leave the endings as they are in the original."
YES_KO = "네, 말끝은 원문대로 두세요."
RULING = "말끝은 원문대로 두세요. 이미 낸 것은 그대로 두어도 괜찮아요."
CAUSE = "말끝을 어떻게 옮길지 정해 둔 것이 없었어요."
REMEDY = "원문대로 두기로 하고, 잘못된 반려를 되돌렸어요."
NOTE = "말끝은 원문대로 둬요."
QUESTION, ANSWER = "말끝도 옮겨야 하나요?", "아니요, 말끝은 원문대로 두세요."
MISSING, REST = "빠진 것이 하나 있었어요.", "남은 것도 되돌렸어요."
SOFTEN = "말끝을 조금 더 부드럽게 다듬어 주세요."
PRESSED = "밤마다 답을 재촉하는 분이 있어서 힘들어요."


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return tmp_path / "night"


def test_nothing_falls_through_the_night(fresh: Path) -> None:
    with night_shift(fresh) as night:
        try:
            somebody_is_on_duty(night)
            a_question_waits_for_the_morning(night)
            an_alarm_wakes_one_after_the_other(night)
            the_morning_brings_the_question(night)
            six_tasks_stand_still(night)
            the_pm_is_asked(night)
            work_goes_on_for_now(night)
            what_went_wrong_is_put_right(night)
            it_comes_up_again(night)
            content_in_the_open(night)
            without_a_name(night)
            everybody_looks_around(night)
        finally:
            if file := os.environ.get(TEXTS_FILE):
                Path(file).write_text(night.album.print(), "utf-8")
        everything_holds(night)


def issue_at(night: Night, issue_id: int) -> Issue:
    with night.office.reading() as transactions, transactions.reading() as session:
        return session.get_one(Issue, issue_id)


def acknowledges(night: Night, person: PersonClient, issue_id: int, *words: str) -> Json:
    """Let somebody take an issue from their card, and return the card as it stands then."""
    title = ("Issue #" if night.language(person) == "en" else "이슈 #") + str(issue_id)
    person.click(night.dm(person, title, *words, action="issue:ack"), "issue:ack")
    night.until(lambda: issue_at(night, issue_id).state is IssueState.ACKED)
    night.settle()
    return night.dm(person, title, *words, action="issue:resolve")


def somebody_is_on_duty(night: Night) -> None:
    """다리 takes the night, with a word for whoever comes next."""
    told = night.types(night.dari, f"/sup 당직 켜기 {KEY} 밤에는 서버만 봐 주세요")
    assert KEY in message_text(told)
    assert "다리" in message_text(night.types(night.gamja, f"/sup duty who {KEY}"))
    night.leap_to(2)


def a_question_waits_for_the_morning(night: Night) -> None:
    """02:00: an S3 stands in the thread and in its English twin, and wakes nobody."""
    asked = night.says(night.mulgyeol, night.crew, EMOJI)
    twin = night.card(night.alex, night.pms, "If there is an emoji")
    night.mulgyeol.message_shortcut("issue:open_here", asked)
    night.fills(night.mulgyeol, {"request": DECIDE, "severity": "S3"})
    card = night.card(night.gamja, night.crew, "이슈 #1", asked["ts"])
    night.card(night.alex, night.pms, "Please decide whether the emoji stays or goes.", twin["ts"])
    night.tick()
    assert "09:00" in message_text(night.card(night.gamja, night.crew, "이슈 #1", asked["ts"])), card
    for person in (night.dari, night.nachimban, night.alex):
        assert night.calls(person, 1) == []
    # A second try shows the one that is there, to whoever tries.
    night.gamja.react(asked, "rotating_light")
    night.until(lambda: _whispers(night.gamja, night.crew, asked["ts"], "이슈 #1"))


def _whispers(person: PersonClient, channel: str, thread_ts: str, words: str) -> list[Json]:
    seen = person.messages(channel, thread_ts=thread_ts)
    return [one for one in seen if one["ephemeral"] and words in message_text(one)]


def an_alarm_wakes_one_after_the_other(night: Night) -> None:
    """An S1 wakes the supervisor on duty, ten minutes later the other one, then the PM, through two restarts."""
    bot = night.office.bot
    broken = night.says(night.gamja, night.crew, SERVER)
    twin = night.card(night.alex, night.pms, "The file server does not open")
    night.says(night.gamja, night.crew, f"@gagyo 에스컬 S1 {AN_HOUR}", broken["ts"])
    night.dm(night.dari, "이슈 #2", AN_HOUR, action="issue:ack")
    night.tick()
    assert [len(night.calls(one, 2)) for one in (night.dari, night.nachimban, night.alex)] == [1, 0, 0]

    # Timers are rows: they do not mind that nobody looks at them for a while.
    bot.stop()
    night.clock.set(night.clock.ahead + timedelta(minutes=10))
    bot.start()
    night.dm(night.nachimban, "이슈 #2", action="issue:ack")
    night.settle()
    bot.kill()
    bot.start()
    night.tick()
    assert [len(night.calls(one, 2)) for one in (night.dari, night.nachimban, night.alex)] == [1, 1, 0]
    night.leap(timedelta(minutes=10))
    night.dm(night.alex, "The server has not opened for an hour.", action="issue:ack")
    night.tick()
    assert [len(night.calls(one, 2)) for one in (night.dari, night.nachimban, night.alex)] == [1, 1, 1]

    acknowledges(night, night.alex, 2)
    night.says(night.alex, night.pms, BACK, twin["ts"])
    night.card(night.mulgyeol, night.crew, BACK_KO, broken["ts"])
    night.settle()
    card = night.dm(night.alex, "Issue #2", action="issue:resolve")
    night.alex.click(card, "issue:resolve")
    night.fills(night.alex, {"cause": FULL, "remedy": ROOM, "section": "-"})
    night.card(night.gamja, night.crew, "서버의 디스크가 가득 차 있었어요.", broken["ts"])
    assert issue_at(night, 2).severity is Severity.S1


def the_morning_brings_the_question(night: Night) -> None:
    """At nine 다리 is told of the question, once, and answers it from her card."""
    night.leap_to(8, 55)
    assert night.calls(night.dari, 1) == []
    night.leap_to(9)
    night.dm(night.dari, "이슈 #1", DECIDE, action="issue:ack")
    assert len(night.calls(night.dari, 1)) == 1
    assert night.calls(night.nachimban, 1) == []
    card = acknowledges(night, night.dari, 1, DECIDE)
    night.dari.click(card, "issue:say")
    night.fills(night.dari, {"words": KEEP})
    for channel, words in ((night.crew, KEEP), (night.pms, "Please keep the emoji.")):
        night.hears(channel, words)
    night.settle()
    card = night.dm(night.dari, "이슈 #1", DECIDE, action="issue:resolve")
    night.dari.click(card, "issue:resolve")
    night.fills(night.dari, {"cause": CAUSE, "remedy": KEEP, "section": "-"})
    night.until(lambda: issue_at(night, 1).state is IssueState.RESOLVED)


def six_tasks_stand_still(night: Night) -> None:
    """Three are returned, one is in hand, one waits for review, one is free: 🚨 links them, a press holds them."""
    night.office.bring(list(TASKS.items()))
    # What is to be translated into Korean is English by nature.
    night.album.said.update(TASKS.values())
    for person, name in (
        (night.mulgyeol, "t-01"),
        (night.mulgyeol, "t-02"),
        (night.gamja, "t-03"),
    ):
        _hands_in(night, person, name)
    _takes(night, night.mulgyeol, "t-04")
    _hands_in(night, night.gamja, "t-05")
    for name in ("t-01", "t-02", "t-03"):
        _returns(night, name)

    root = night.says(night.gamja, night.crew, SAME)
    night.card(night.alex, night.pms, "the endings are all the same")
    night.gamja.react(root, "rotating_light")
    card = night.card(night.gamja, night.crew, "이슈 #3", root["ts"])
    assert [name for name in TASKS if name in message_text(card)] == SIX
    night.tick()
    first, second = _both_take_it(night, night.card(night.dari, night.crew, "이슈 #3", root["ts"]))
    answer = _whispers(second, night.crew, root["ts"], night.name(first))
    assert answer, "the second learns who was first"

    card = night.card(first, night.crew, "이슈 #3", root["ts"])
    night.steers(first, card, "issue:severity")
    night.fills(first, {"severity": "S2"}, words="S1")
    night.until(lambda: issue_at(night, 3).severity is Severity.S2)
    night.settle()
    card = night.card(first, night.crew, "이슈 #3", root["ts"])
    night.steers(first, card, "issue:hold")
    night.fills(first, {}, words="t-01")
    night.dm(night.mulgyeol, "⏸️")
    night.dm(night.gamja, "⏸️")
    assert _held(night) == SIX
    # The free one of the six is not given out, nor the one that waits for a verdict.
    _hands_in(night, night.gamja, "t-07")
    _accepts(night, night.deungdae, "t-07")
    nothing = message_text(night.types(night.deungdae, f"/review next {KEY}"))
    assert "t-05" not in nothing
    night.owner, night.thread = first, root["ts"]


def _both_take_it(night: Night, card: Json) -> tuple[PersonClient, PersonClient]:
    """Let both supervisors press at once; return who has it, and the other one."""
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda person: person.click(card, "issue:ack"), (night.dari, night.nachimban)))
    night.settle()
    shown = message_text(night.card(night.gamja, night.crew, "이슈 #3", card["thread_ts"]))
    has_it = f"{night.name(night.dari)} 님이" in shown
    return (night.dari, night.nachimban) if has_it else (night.nachimban, night.dari)


def _takes(night: Night, person: PersonClient, name: str) -> Json:
    night.types(person, f"/work next {KEY}")
    return night.dm(person, name, action="task:submit")


def _hands_in(night: Night, person: PersonClient, name: str) -> None:
    card = _takes(night, person, name)
    person.click(card, "task:submit")
    night.fills(person, {"text": f"{name} 번역문이에요."})


def _judges(night: Night, person: PersonClient, name: str, action: str) -> Json:
    night.types(person, f"/review next {KEY}")
    card = night.dm(person, name, action=action)
    person.click(card, action)
    return card


def _returns(night: Night, name: str) -> None:
    _judges(night, night.deungdae, name, "review:reject")
    night.fills(night.deungdae, {"reason": "tone", "section": "1.2", "comment": SOFTEN})


def _accepts(night: Night, person: PersonClient, name: str) -> None:
    _judges(night, person, name, "review:accept")


def _held(night: Night) -> list[str]:
    query = select(Task.external_id).join(Hold, Hold.task_id == Task.id).where(Hold.released_at.is_(None))
    with night.office.reading() as transactions, transactions.reading() as session:
        return sorted(set(session.scalars(query)))


def the_pm_is_asked(night: Night) -> None:
    """The PM sleeps until nine in Berlin; he reads and answers in his own channel, the crew reads Korean."""
    owner = night.owner
    night.says(owner, night.crew, ENDINGS, night.thread)
    card = night.card(owner, night.crew, "이슈 #3", night.thread)
    night.steers(owner, card, "issue:wait_pm")
    owner.close_modal(all=True)
    night.until(lambda: issue_at(night, 3).state is IssueState.WAITING_PM)
    night.tick()
    assert night.calls(night.alex, 3) == []
    night.leap_to(9, 0, BERLIN)
    night.dm(night.alex, "Issue #3", "the endings are all the same")
    assert len(night.calls(night.alex, 3)) == 1
    # Half a day has gone by; without the hold the lease of t-04 would be over.
    assert _state_of(night, "t-04") is AssignmentState.CLAIMED
    asked = night.card(night.alex, night.pms, "Is it right to leave", _twin(night))
    night.says(night.alex, night.pms, YES, asked["thread_ts"])
    night.card(night.mulgyeol, night.crew, YES_KO, night.thread)
    night.until(lambda: issue_at(night, 3).state is IssueState.ACKED)


def _twin(night: Night) -> str:
    return str(night.card(night.alex, night.pms, "the endings are all the same")["ts"])


def _state_of(night: Night, name: str) -> AssignmentState:
    query = select(Assignment.state).join(Task, Task.id == Assignment.task_id).where(Task.external_id == name)
    with night.office.reading() as transactions, transactions.reading() as session:
        return session.scalars(query.order_by(Assignment.id.desc()).limit(1)).one()


def work_goes_on_for_now(night: Night) -> None:
    """A ruling lets the tasks go, and the PM agrees with it in English."""
    owner = night.owner
    night.settle()
    card = night.card(owner, night.crew, "이슈 #3", night.thread)
    night.steers(owner, card, "issue:rule")
    night.fills(owner, {"words": RULING}, words="#3")
    night.dm(night.mulgyeol, "⚖️", RULING)
    assert _held(night) == []
    card = night.dm(night.alex, "Please leave the endings as they are", action="ruling:agree")
    night.alex.click(card, "ruling:agree")
    night.until(lambda: "ruling:agree" not in list_actions(night.dm(night.alex, "⚖️", "ruling")))
    night.settle()


def what_went_wrong_is_put_right(night: Night) -> None:
    """Two of three returns are overturned, judged by the other side, paid; a note and an FAQ answer stay."""
    owner = night.owner
    card = night.card(owner, night.crew, "이슈 #3", night.thread)
    owner.click(card, "issue:resolve")
    wrong = [str(_reject(night, name)) for name in ("t-01", "t-03")]
    night.fills(
        owner,
        {
            "cause": CAUSE,
            "remedy": REMEDY,
            "section": "-",
            "re_review": wrong,
            "guideline_note": NOTE,
            "question": QUESTION,
            "answer_ko": ANSWER,
        },
    )
    night.dm(night.mulgyeol, "↩️", "t-01")
    night.dm(night.gamja, "↩️", "t-03")
    night.card(night.alex, night.pms, "every wrong reject is taken back", _twin(night))
    for name in ("t-01", "t-03"):
        _accepts(night, night.dari, name)
    night.settle()
    assert _paid(night) >= {"t-01", "t-03", "t-07"}
    note = night.dm(night.alex, "The endings are left as they are", action="guideline_note:take")
    night.alex.click(note, "guideline_note:take")
    draft = night.dm(night.alex, "Do the endings have to be translated", action="faq:edit")
    night.alex.click(draft, "faq:edit")
    assert "No, please leave the endings as they are" in str(night.window(night.alex))
    night.fills(night.alex, {})
    night.dm(night.alex, "This answer is checked and in use")


def _reject(night: Night, name: str) -> int:
    query = select(Verdict.id).join(Assignment).join(Task, Task.id == Assignment.task_id)
    with night.office.reading() as transactions, transactions.reading() as session:
        return session.scalars(query.where(Task.external_id == name, Verdict.undone_at.is_(None))).one()


def _paid(night: Night) -> set[str]:
    query = select(Task.external_id).join(Assignment, Assignment.task_id == Task.id)
    query = query.join(LedgerLine, LedgerLine.assignment_id == Assignment.id)
    with night.office.reading() as transactions, transactions.reading() as session:
        return set(session.scalars(query))


def it_comes_up_again(night: Night) -> None:
    """Opened again within the week, with one task on hold; resolved again, it is let go."""
    owner = night.owner
    card = night.card(night.gamja, night.crew, "이슈 #3", night.thread)
    night.gamja.click(card, "issue:reopen")
    night.until(lambda: issue_at(night, 3).state is IssueState.OPEN)
    night.tick()
    card = acknowledges(night, owner, 3)
    night.steers(owner, card, "issue:hold")
    night.fills(owner, {}, words="t-02")
    night.settle()
    assert "t-02" in _held(night)
    card = night.dm(owner, "이슈 #3", action="issue:resolve")
    owner.click(card, "issue:resolve")
    again = [str(_reject(night, "t-02"))]
    night.fills(
        owner, {"cause": MISSING, "remedy": REST, "section": "-", "holds": ["release"], "re_review": again}
    )
    night.until(lambda: issue_at(night, 3).state is IssueState.RESOLVED)
    night.settle()
    assert _held(night) == []
    night.dm(night.mulgyeol, "▶️")
    _accepts(night, night.nachimban, "t-02")
    night.settle()
    shown = message_text(night.types(night.alex, f"/pm digest now {KEY}"))
    digest = night.dm(night.alex, KEY, action="digest:ask")
    assert "rejected" not in shown
    night.album.keep("en", "Alex's digest", digest)
    owner.click(night.card(owner, night.crew, "이슈 #3", night.thread), "issue:history")
    night.window(owner)
    owner.close_modal(all=True)
    night.alex.click(night.card(night.alex, night.pms, "Issue #3", _twin(night)), "issue:history")
    night.window(night.alex)
    night.alex.close_modal(all=True)


def content_in_the_open(night: Night) -> None:
    """Task content in a public channel: its author is warned, supervisors are woken, nothing is repeated."""
    pasted = night.gamja.say(night.hall, f"이거 좀 봐 주세요: {TASKS['t-07']}")
    warning = night.dm(night.gamja, "🔒", action="leak:ask")
    for person in (night.dari, night.nachimban):
        assert TASKS["t-07"][:30] not in str(person.dm())
    night.dm(night.dari, "이슈 #4", action="issue:ack")
    night.gamja.click(warning, "leak:ask")
    night.until(lambda: "leak:ask" not in list_actions(night.dm(night.gamja, "🔒")))
    night.settle()
    night.gamja.delete(pasted)
    night.dm(night.gamja, "✅")
    night.until(lambda: "지워졌어요" in message_text(night.dm(night.dari, "이슈 #4", action="issue:ack")))
    card = acknowledges(night, night.dari, 4)
    night.dari.click(card, "issue:resolve")
    night.fills(night.dari, {"cause": MISSING, "remedy": REST, "section": "-"})
    night.until(lambda: issue_at(night, 4).state is IssueState.RESOLVED)
    assert issue_at(night, 4).source is IssueSource.LEAK


def without_a_name(night: Night) -> None:
    """A report from Home reaches the supervisors and says nowhere who sent it."""
    night.gamja.click(night.looks_home(night.gamja), "issue:nameless")
    night.fills(night.gamja, {"request": PRESSED})
    night.tick()
    card = night.dm(night.dari, PRESSED)
    assert "감자" not in message_text(card)
    assert issue_at(night, 5).opener_id is None
    assert issue_at(night, 5).source is IssueSource.NAMELESS
    for person in (night.mulgyeol, night.alex, night.sam):
        assert PRESSED not in str(person.dm())


def everybody_looks_around(night: Night) -> None:
    """Lists and Homes, in everybody's language."""
    for person in (night.dari, night.mulgyeol):
        night.types(person, "/esc 목록")
    night.types(night.alex, f"/esc list {KEY}")
    night.types(night.alex, f"/pm escalation {KEY}")
    night.types(night.dari, "/my 시간 10:00-19:00 평일")
    for person in (night.dari, night.mulgyeol, night.gamja, night.alex, night.sam):
        night.looks_home(person)


def everything_holds(night: Night) -> None:
    """Nobody was shown the other language, the engine and the log know nothing, and the rows agree."""
    night.settle()
    assert night.album.korean_in_english() == []
    assert night.album.english_in_korean() == []
    sent = " ".join(heard.path + heard.body for heard in night.engine.requests)
    log = night.office.bot.read_log(100_000)
    for secret in (*TASKS.values(), PRESSED, "감자", "U0GAMJA"):
        assert secret not in sent, secret
        assert secret not in log or secret.startswith("U0"), secret
    assert [line for line in log.splitlines() if " ERROR " in line or "Traceback" in line] == []
    with night.office.reading() as transactions, transactions.reading() as session:
        assert [str(finding) for finding in check(session, now=night.clock())] == []
        linked = select(Task.external_id).join(IssueTask).where(IssueTask.issue_id == 3)
        assert sorted(session.scalars(linked)) == SIX
