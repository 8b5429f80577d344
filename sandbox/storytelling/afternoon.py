"""The afternoon: verdicts, rework, a supervisor, and everything that goes other than planned."""

from __future__ import annotations

import time

from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands, home_with
from sandbox.storytelling.records import count_pay, leave_minutes

_ASKED = "“겁나게”와 “하겠어”를 들리는 대로 적어 주세요. 00:01과 00:04예요."
_EARNED = "적립됐어요"
_BETTER = "아따, 날이 겁나게 춥네잉. 보일러 잔 틀어야 쓰겄어."


def take_review(reviewer: Hands, key: str) -> Json:
    """Take the next review of a project and return its card."""
    reviewer.types(f"/review 받기 {key}")
    return reviewer.gets(key, action="review:accept")


def return_and_rework(cast: Cast) -> None:
    """Work is returned with a reason; the same answer again is refused; the rework finds its first reviewer."""
    teller, worker, reviewer = cast.teller, cast["물결"], cast["등대"]
    teller.chapter("A reviewer returns work; the worker goes over it; the same reviewer accepts")
    card = take_review(reviewer, "JEONNAM")
    reviewer.presses(card, "review:reject")
    errors = reviewer.fills({"reason": "dialect_changed", "section": " ", "comment": "사투리요"})
    teller.expect("a return without a guideline section is refused at its field", "section" in errors, errors)
    errors = reviewer.fills(
        {"reason": "dialect_changed", "section": "3.2 Never standardise", "comment": _ASKED}, quietly=True
    )
    teller.does(reviewer.name, f"adds the section 3.2 Never standardise and the sentence {_ASKED}")
    teller.expect("a return with reason, section and sentence is taken", not errors, errors)
    returned = worker.gets("💬", "3.2 Never standardise", action="task:submit")
    told = message_text(returned)
    teller.expect(
        "the worker reads the sentence and that the pay is not lost", _ASKED in told and "450원" in told, told
    )
    teller.expect("the reviewer's name is not in it", "등대" not in told, told)

    worker.presses(returned, "task:submit")
    errors = worker.fills({"text": "아따, 날이 매우 춥네. 보일러 좀 틀어야 하겠어.  "})
    teller.expect("the same answer again is refused at its field", "text" in errors, errors)
    errors = worker.fills({"text": _BETTER}, quietly=True)
    teller.does(worker.name, f"changes it to {_BETTER}")
    teller.expect("the changed answer is taken", not errors, errors)
    notice = reviewer.gets("수정", action="review:claim")
    other = cast["나침반"]
    other.types("/review 받기 JEONNAM", quietly=True)
    second = other.gets("JEONNAM", action="review:accept", quietly=True)
    teller.expect(
        "another reviewer gets other work, not this rework", _BETTER not in message_text(second), second
    )
    reviewer.presses_and_reads(notice, "review:claim")
    again = reviewer.gets("JEONNAM", _ASKED, action="review:accept")
    teller.expect(
        "the card shows what was asked for and what changed", "겁나게" in message_text(again), again
    )
    reviewer.presses_and_reads(again, "review:accept")
    paid = worker.gets("450원", _EARNED, action="task:next")
    teller.expect("the worker's card shows the pay", "450원" in message_text(paid), paid)


def fix_and_hand_over(cast: Cast) -> None:
    """A small correction with acceptance, shown to the worker; a doubtful one goes to the supervisor."""
    teller = cast.teller
    teller.chapter("A small correction, and a doubtful case for the supervisor")
    other, potato = cast["나침반"], cast["감자"]
    card = other.gets("JEONNAM", action="review:accept")
    other.presses(card, "review:fix")
    errors = other.fills({}, quietly=True)
    teller.expect("a correction that corrects nothing is refused", errors, errors)
    fixed = "오메, 징하게도 눈이 와부렀네. 마당을 다 덮어부렀어야."
    errors = other.fills({"text": fixed, "comment": "마침표만 더했어요. 잘 들으셨어요!"})
    teller.expect("the correction is taken", not errors, errors)
    seen = potato.gets("450원", _EARNED, action="task:next")
    teller.expect("감자 reads the reviewer's word", "마침표만" in message_text(seen), seen)

    reviewer, bridge = cast["등대"], cast["다리"]
    card = take_review(reviewer, "JEONNAM")
    reviewer.presses(card, "review:hand_over")
    errors = reviewer.fills({"note": "‘그 양반이’인지 ‘그 냥반이’인지 잘 모르겠어요."})
    teller.expect("the hand-over is taken", not errors, errors)
    asked = bridge.gets("#3", action="review:claim")
    teller.expect("the notice carries no content", "냥반" not in message_text(asked), asked)
    bridge.presses_and_reads(asked, "review:claim")
    card = bridge.gets("냥반", action="review:accept")
    bridge.presses_and_reads(card, "review:accept")
    cast["노을"].gets("450원", _EARNED, action="task:next")


def undo_and_press_twice(cast: Cast) -> None:
    """A verdict is taken back; a double click counts once; an old button explains itself."""
    teller, reviewer = cast.teller, cast["나침반"]
    teller.chapter("A verdict is taken back; a double click has one effect; an old button explains itself")
    card = take_review(reviewer, "COMMENTS")
    author = "두부" if "풍경을 칭찬" in message_text(card) else "참깨"
    before = cast[author].gets("기다리고", action="task:next", quietly=True)
    reviewer.presses_and_reads(card, "review:accept")
    cast[author].gets("120원", _EARNED, action="task:next")
    decided = reviewer.gets("COMMENTS", action="review:undo")
    reviewer.presses_and_reads(decided, "review:undo")
    back = cast[author].gets("기다리고", action="task:next", what=f"{author}'s card, in review again")
    teller.expect("the worker's card is the same message, redrawn", back["ts"] == before["ts"], back)
    again = reviewer.gets("COMMENTS", action="review:accept", quietly=True)
    answer = reviewer.presses(again, "review:accept", times=2)
    teller.expect("both clicks are answered", len(answer["acks"]) == 2, answer)
    cast[author].gets("120원", _EARNED, action="task:next")
    said = [message_text(one) for one in reviewer.whispers()][-2:]
    for words in said:
        teller.sees(reviewer.name, words.replace("\n", " / "), "only they")
    lines, amount = count_pay(cast.bot.database_url, cast[author].member.id)
    # Paid, taken back, paid: the ledger only ever grows.
    teller.expect("the pay is there once: +120 −120 +120", (lines, amount) == (3, 120), (lines, amount))

    teller.does("물결", "finds the old reply to /work 받기, whose task is accepted by now")
    old = next(one for one in cast["물결"].whispers() if "task:submit" in list_actions(one))
    stale = cast["물결"].presses_and_reads(old, "task:submit")
    teller.expect("the old button says what is the case now", "승인" in message_text(stale), stale)
    notice = cast["다리"].gets("#3", action="review:claim", quietly=True)
    # Pressed again within two seconds a button repeats its answer; this day runs faster than people do.
    time.sleep(2.1)
    stale = cast["다리"].presses_and_reads(notice, "review:claim")
    teller.expect("so does the supervisor's old notice", "판정" in message_text(stale), stale)


def let_time_run_out(cast: Cast) -> None:
    """A lease ends: the holder is warned, then told; late work is kept."""
    teller, worker = cast.teller, cast["고래"]
    teller.chapter("Time runs out for one worker")
    worker.types("/work next GYEONGSANG")
    worker.gets("GYEONGSANG", action="task:submit", quietly=True)
    teller.note(
        "the story now changes the end of this lease in the database; in real life it lasts 30 minutes"
    )
    teller.expect("one lease is changed", leave_minutes(cast.bot.database_url, worker.member.id, 5) == 1)
    warned = worker.gets("⏰", action="task:extend")
    leave_minutes(cast.bot.database_url, worker.member.id, -1)
    told = worker.gets("⌛")
    teller.expect(
        "the worker is told without blame and can still hand in", "task:submit" in list_actions(told), told
    )
    other = cast["솔방울"]
    other.types("/work next GYEONGSANG")
    other.gets("GYEONGSANG", action="task:submit", quietly=True)
    stale = worker.presses_and_reads(warned, "task:extend")
    teller.expect(
        "the warning's old button explains that the time was over", "시간" in message_text(stale), stale
    )
    worker.presses(told, "task:submit")
    errors = worker.fills({"text": "그기 아이고, 저짝에 있는 거 말이다."})
    teller.expect("the late answer is taken", not errors, errors)
    window = worker.window()
    teller.sees(worker.name, window, "window")
    teller.expect(
        "the worker is told that it is kept but does not count", "보관" in message_text(window), window
    )
    worker.closes()


def look_around(cast: Cast) -> None:
    """What else people look at: their list, Home, the project in figures, help."""
    teller = cast.teller
    teller.chapter("Looking around")
    cast["물결"].types("/work 목록")
    cast["물결"].person.home()
    home = teller.await_("물결's Home with a project", lambda: home_with(cast["물결"], "JEONNAM"))
    teller.sees("물결", home, "Home")
    cast["다리"].types("/review")
    cast["Alex"].types("/pm status JEONNAM")
    cast["물결"].types("/my 언어 en")
    cast["물결"].types("/my")
    cast["물결"].types("/my language 한국어")
    channels = [one["id"] for one in cast["다리"].person.state()["conversations"] if one["kind"] != "im"]
    said = [message for channel in channels for message in cast.box.messages(channel)]
    teller.expect("not a word was said in any channel", not said, said)
