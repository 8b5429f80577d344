"""A newcomer's way to work: what a project asks for, a quiz, a qualification, and content one may choose to see."""

from __future__ import annotations

from sandbox.client import list_actions, message_text
from sandbox.crews import PROJECTS
from sandbox.opening import join, publish_guideline, tell
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.records import right_answers

_PROJECT = PROJECTS[2]
KEY = _PROJECT.key
_GATE = f"project:{KEY.casefold()}"
_HOW = "가이드라인 2절을 먼저 읽어 보세요. 10분이면 충분해요."
_SPAM = "31"
"""The number of the third comment, which asks people to sign up."""


def be_qualified(cast: Cast) -> None:
    """A newcomer reads what is asked for before trying, takes the quiz, and a supervisor gives the rest."""
    teller, worker, bridge, pm = cast.teller, cast["새싹"], cast["다리"], cast["Alex"]
    teller.chapter("A project says beforehand whom it is for, and how to become one of them")
    publish_guideline(pm.person, _PROJECT)
    pm.types(f"/pm rules {KEY} gate={_GATE}")
    known = pm.types(f"/pm gold {KEY} {_SPAM} 광고")
    teller.expect("one answer is known, and nobody is told which", _SPAM in message_text(known), known)
    bridge.types(f"/sup 자격 설명 {_GATE} {_HOW}")
    join(worker.person, worker.name)
    tell(cast["Sam"].person, f"/admin role @{worker.member.handle} worker {KEY}")
    # The story plays at any hour, and offers come in people's own.
    worker.types("/my 시간 00:00-24:00", quietly=True)
    refused = worker.types("/work 받기")
    said = message_text(refused)
    teller.expect("the gate says what and how", _GATE in said and "10분이면" in said, refused)

    worker.presses(refused, "quiz:open")
    form = worker.window()
    teller.note("the story looks the right answers up in the database; 새싹 has read the guideline")
    answers = right_answers(cast.bot.database_url, worker.member.id)
    errors = worker.fills(answers)
    teller.expect("the known comment is among the questions", "운동화가 공짜" in message_text(form), form)
    passed = worker.window()
    teller.sees(worker.name, passed, "window")
    teller.expect("the result is in the window", not errors and "🎉" in message_text(passed), passed)
    worker.closes()
    asked = bridge.gets("새싹", action="suggestion:grant")
    bridge.presses_and_reads(asked, "suggestion:grant")
    worker.gets(_GATE, action="task:next")


def see_what_one_chooses(cast: Cast) -> None:
    """Content that can be hard to look at is a choice, and one tap ends it."""
    teller, worker = cast.teller, cast["새싹"]
    teller.chapter("Content that can hurt is a choice, and one tap ends it")
    cast["Alex"].types(f"/pm rules {KEY} sensitive=yes row_limit=10")
    refused = worker.types("/work 받기")
    teller.expect("the choice comes first", "consent:open" in list_actions(refused), refused)
    worker.presses(refused, "consent:open")
    errors = worker.fills({})
    window = worker.window()
    teller.sees(worker.name, window, "window")
    first = not errors and "가이드라인" in message_text(window)
    teller.expect("it is kept, and the guideline still comes first", first, window)
    worker.closes()
    worker.presses_and_reads(worker.gets(KEY, action="guideline:acknowledge"), "guideline:acknowledge")
    worker.types("/work 받기")
    card = worker.gets(KEY, action="consent:stop")
    told = worker.presses_and_reads(card, "consent:stop")
    teller.expect("nobody asks why", "불이익" in message_text(told) and not worker.person.modal(), told)
    again = worker.types("/work 받기", quietly=True)
    teller.expect("it stays closed until they choose anew", "consent:open" in list_actions(again), again)
    worker.presses(again, "consent:open")
    worker.fills({}, quietly=True)
    worker.closes()
    worker.presses_and_reads(worker.gets(KEY, action="consent:stop", quietly=True), "task:release")
