"""A problem at night: who is woken, who sleeps on, and how the morning answers it in two languages."""

from __future__ import annotations

from datetime import timedelta

from sandbox.client import list_actions, message_text
from sandbox.crews import PROJECTS, clips
from sandbox.shapes import Json
from sandbox.storytelling.bridge import reads, says
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands, home_with
from sandbox.storytelling.records import bring_issues_forward

_KEY = PROJECTS[0].key
_CREW, _PMS = "C0JEONNAM", "C0JEONNAMPM"
_ALARM = "jn-04, jn-05, jn-06은 말끝이 길게 늘어져요. 늘어진 소리도 들리는 대로 적을까요?"
_HOUR = "서버가 한 시간째 열리지 않아요."
_BROKEN = "파일 서버가 열리지 않아서 아무도 일을 못 하고 있어요."
_YES = "Yes, write the long endings as they sound."
_YES_KO = "네, 늘어진 말끝은 들리는 대로 적어 주세요."
_RULING = "지금은 들리는 대로 적어 주세요."
_CAUSE = "늘어진 말끝을 어떻게 적을지 나와 있지 않았어요."
_REMEDY = "들리는 대로 적기로 하고, 멈춘 작업을 풀었어요."
_NOTE = "늘어진 말끝은 들리는 대로 적어요."
_QUESTION, _ANSWER = "늘어진 말끝도 적나요?", "네, 들리는 대로 적어 주세요."
_AROUND_THE_CLOCK = "00:00-24:00"


def _steers(somebody: Hands, card: Json, action: str) -> None:
    """Press [More] on a card of an issue, and something in the menu that opens."""
    somebody.presses(card, "issue:steer")
    menu = somebody.window()
    somebody.presses(menu, action)


def _in_thread(somebody: Hands, channel: str, words: str, root: Json, action: str) -> Json:
    """Wait for the card of an issue in its thread, with this button."""

    def look() -> Json:
        for one in somebody.person.messages(channel, thread_ts=root["ts"]):
            if one["bot"] and words in message_text(one) and action in list_actions(one):
                return one
        return {}

    return somebody.teller.await_(f"the card of {words} with {action}", look, 20)


def sleep_and_be_woken(cast: Cast) -> None:
    """A question waits for somebody's hours; a stop of all work wakes one after the other."""
    teller, worker, bridge, pm = cast.teller, cast["물결"], cast["다리"], cast["Alex"]
    teller.chapter("A question can wait for the morning, a stop of all work can't")
    bridge.types(f"/sup 당직 켜기 {_KEY} 밤에는 서버만 봐 주세요")
    # The story plays at any hour: nobody's hours are now, whatever the clock says.
    bridge.types(f"/my 시간 {_hours_later(cast)}")
    idea = says(worker, _CREW, "문장 끝에 이모지가 있으면 그대로 남겨 둘까요?")
    teller.does(worker.name, "picks 에스컬레이션 · Escalate in the menu of the message")
    worker.person.message_shortcut("issue:open_here", idea)
    errors = worker.fills({"request": "이모지를 남길지 지울지 정해 주세요.", "severity": "S3"})
    teller.expect("the question is raised", not errors, errors)
    card = reads(worker, _CREW, "이슈 #", idea["ts"])
    teller.expect("다리 is told when her day begins", "업무 시간이 시작되는" in message_text(card), card)

    broken = says(cast["감자"], _CREW, _BROKEN)
    says(cast["감자"], _CREW, f"@gagyo 에스컬 S1 {_HOUR}", broken["ts"])
    bridge.gets(_HOUR, action="issue:ack")
    called = bridge.gets("🔴", "S1", action="issue:show")
    slept = [one for one in bridge.mail() if "S3" in message_text(one) and "issue:ack" in list_actions(one)]
    teller.expect("the S1 wakes her, and the question does not", called and not slept, slept)
    teller.note("nobody answers; the story brings the timers ten minutes forward in the database")
    bring_issues_forward(cast.bot.database_url, timedelta(minutes=10))
    mine = pm.gets("The server has not opened for an hour.", action="issue:ack")
    teller.expect("the PM reads it in English", "Told: Alex" in message_text(mine), mine)
    pm.presses_and_reads(mine, "issue:ack")
    mine = pm.gets("The server has not opened", action="issue:resolve", without="issue:ack", quietly=True)
    pm.presses(mine, "issue:resolve")
    errors = pm.fills(
        {
            "cause": "The disk of the server was full.",
            "remedy": "I have made room and set an alarm for the next time.",
            "section": "-",
        }
    )
    teller.expect("it is resolved", not errors, errors)
    settled = reads(worker, _CREW, "서버의 디스크가 가득 차 있었어요.", broken["ts"])
    teller.expect("the crew reads the cause in Korean", "해결" in message_text(settled), settled)
    bridge.types(f"/my 시간 {_AROUND_THE_CLOCK}")


def _hours_later(cast: Cast) -> str:
    """Return two hours of the day that begin three hours after now in Seoul."""
    hour = cast.now_in("Asia/Seoul").hour
    return f"{(hour + 3) % 24:02}:00-{(hour + 5) % 24:02}:00"


def hold_and_decide(cast: Cast) -> None:
    """🚨 links three tasks; they stand still, the PM is asked, a ruling lets them go, the guideline learns."""
    teller, worker, bridge, pm = cast.teller, cast["노을"], cast["다리"], cast["Alex"]
    teller.chapter("Three tasks stand still until it is clear how to do them")
    pm.types(f"/my hours {_AROUND_THE_CLOCK}")
    root = says(worker, _CREW, _ALARM)
    teller.does(worker.name, "puts 🚨 under it, on the phone")
    worker.person.react(root, "rotating_light")
    card = reads(bridge, _CREW, "이슈 #", root["ts"])
    linked = [clip for clip in clips() if clip in message_text(card)]
    teller.expect("the three tasks it names are linked", linked == ["jn-04", "jn-05", "jn-06"], linked)
    twin = reads(pm, _PMS, "the endings are drawn out")
    reads(pm, _PMS, "Issue #", twin["ts"])

    card = bridge.gets(_ALARM, action="issue:ack", quietly=True)
    bridge.presses_and_reads(card, "issue:ack")
    card = _in_thread(bridge, _CREW, _ALARM, root, "issue:steer")
    _steers(bridge, card, "issue:hold")
    errors = bridge.fills({})
    teller.expect("the three are put on hold", not errors, errors)
    teller.sees(bridge.name, bridge.window(), "window")
    bridge.closes()
    stands = reads(worker, _CREW, "⏸️", root["ts"])
    teller.expect("the thread says so", "jn-05" in message_text(stands), stands)

    card = _in_thread(bridge, _CREW, "⏸️", root, "issue:steer")
    _steers(bridge, card, "issue:wait_pm")
    bridge.closes()
    pm.gets("Your answer is needed", action="issue:show")
    says(pm, _PMS, _YES, twin["ts"])
    reads(worker, _CREW, _YES_KO, root["ts"])
    card = teller.await_(
        "the issue to go on with the PM's word",
        lambda: _with(bridge, "보고 있어요", root),
    )
    _steers(bridge, card, "issue:rule")
    errors = bridge.fills({"words": _RULING})
    teller.expect("work goes on under a ruling", not errors, errors)
    asked = pm.gets("For now, please write it as you hear it.", action="ruling:agree")
    pm.presses_and_reads(asked, "ruling:agree")
    agreed = teller.await_(
        "the card to say that the PM agrees",
        lambda: _with(bridge, "동의", root),
    )
    teller.sees(bridge.name, agreed, "#jeonnam")

    bridge.presses(agreed, "issue:resolve")
    errors = bridge.fills(
        {
            "cause": _CAUSE,
            "remedy": _REMEDY,
            "section": "-",
            "guideline_note": _NOTE,
            "question": _QUESTION,
            "answer_ko": _ANSWER,
        }
    )
    teller.expect("it is resolved, with a note and an answer for next time", not errors, errors)
    reads(pm, _PMS, "every task that was on hold goes on", twin["ts"])
    note = pm.gets("Drawn-out endings are written as they sound.", action="guideline_note:take")
    pm.presses_and_reads(note, "guideline_note:take")
    draft = pm.gets("Are drawn-out endings written as well?", action="faq:edit")
    pm.presses(draft, "faq:edit")
    errors = pm.fills({})
    teller.expect("the PM approves the answer with its English", not errors, errors)
    bridge.presses(_in_thread(bridge, _CREW, _ALARM, root, "issue:history"), "issue:history")
    window = bridge.window()
    teller.sees(bridge.name, window, "window")
    bridge.closes()


def _with(somebody: Hands, words: str, root: Json) -> Json:
    """Return the card of an issue that can be steered, once it has these words."""
    for one in somebody.person.messages(_CREW, thread_ts=root["ts"]):
        if one["bot"] and "issue:steer" in list_actions(one) and words in message_text(one):
            return one
    return {}


def guard_and_report(cast: Cast) -> None:
    """Task content in a public channel is taken back quietly; a report reaches the supervisor without a name."""
    teller, worker, bridge = cast.teller, cast["솔방울"], cast["다리"]
    teller.chapter("Content in the open, and a report without a name")
    source = "Please hand in returned work again within twenty-four hours."
    hall = cast.box.add_channel("hall", members=[worker.member.id, bridge.member.id])
    teller.does(worker.name, "pastes her answer to a task into #hall")
    slip = worker.person.say(hall, source)
    warned = worker.gets("🔒", action="leak:ask")
    teller.expect("nothing of it is repeated", source not in message_text(warned), warned)
    told = bridge.gets("S1", "솔방울", action="issue:ack")
    teller.expect("nor to the supervisor", source not in message_text(told), told)
    teller.does(worker.name, "deletes it")
    worker.person.delete(slip)
    worker.gets("✅")

    worker = cast["감자"]
    worker.person.home()
    home = teller.await_("the button at Home", lambda: home_with(worker, "익명으로"))
    worker.presses(home, "issue:nameless")
    errors = worker.fills({"project": _KEY, "request": "밤마다 답을 재촉하는 분이 있어서 힘들어요."})
    teller.expect("the report is sent", not errors, errors)
    teller.sees(worker.name, worker.window(), "window")
    worker.closes()
    report = bridge.gets("밤마다 답을 재촉하는", action="issue:ack")
    teller.expect("nobody is named in it", "감자" not in message_text(report), report)
    bridge.types("/esc 목록")
