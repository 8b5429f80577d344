"""Several answers to one task: a reject that was wrong, rules, votes, a supervisor's decision, and honest figures."""

from __future__ import annotations

from sandbox.client import list_actions, message_text
from sandbox.crews import voting_file
from sandbox.fair_work import DIALECT, HEARD, VOTED, VOTERS
from sandbox.opening import bring_tasks
from sandbox.shapes import Json
from sandbox.storytelling.afternoon import take_review
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands
from sandbox.storytelling.morning import ANSWERS
from sandbox.storytelling.records import count_pay

KEY = VOTED
_CORRECTED = "표준어로 고쳐 주세요. 다른 지역 분들도 읽으셔야 해요."
_OBJECTION = "3.2절에 사투리는 표준어로 고치지 말라고 나와 있어요. 들리는 대로 적었어요."
_VOTERS = tuple(member.nickname for member in VOTERS)
_OWN = "와 이리 늦었노. 쪼매만 더 일찍 오지."


def object_and_be_right(cast: Cast) -> None:
    """A wrong reject is looked at anew by somebody who knows nothing of it; pay and figures are put right."""
    teller, reviewer, second = cast.teller, cast["등대"], cast["나침반"]
    teller.chapter("A worker objects to a return, and is right")
    card = take_review(reviewer, KEY)
    worker = cast["고래" if ANSWERS["고래"][1]["text"] in message_text(card) else "여울"]
    reviewer.presses(card, "review:reject")
    errors = reviewer.fills({"reason": "misheard", "section": "3.2", "comment": _CORRECTED}, quietly=True)
    teller.expect("the return is taken", not errors, errors)
    returned = worker.gets("💬", _CORRECTED, action="appeal:open")
    said = message_text(worker.types("/my 통계", quietly=True))
    teller.expect("it counts in their figures by now", "첫 검수 반려율: 100%" in said, said)
    worker.presses(returned, "appeal:open")
    errors = worker.fills({"words": _OBJECTION})
    teller.expect("the appeal is made", not errors, errors)
    worker.gets(KEY, action="appeal:withdraw", without="task:submit")

    second.types(f"/review 받기 {KEY}")
    card = second.gets(KEY, action="appeal:uphold")
    shown = message_text(card)
    known = [
        words for words in (_CORRECTED, _OBJECTION, worker.name, reviewer.name, "반려") if words in shown
    ]
    teller.expect("the second reviewer knows nothing of the first verdict", not known, known)
    second.presses_and_reads(card, "appeal:uphold")
    worker.gets("받아들여졌어요", "450원")
    paid = count_pay(cast.bot.database_url, worker.member.id)
    teller.expect("the work is paid, once", paid == (1, 450), paid)
    said = message_text(worker.types("/my 통계"))
    teller.expect("the return is out of their figures", "받아들여진 이의신청: 1" in said, said)
    teller.expect("and so is the rate", "첫 검수 반려율: —" in said or "첫 검수 반려율: 0%" in said, said)


def agree_by_vote(cast: Cast) -> None:
    """The PM has three people answer each task; nobody sees another's words; the answers are counted."""
    teller, pm, bridge = cast.teller, cast["Alex"], cast["다리"]
    teller.chapter("Three people write down what they hear, and the words are counted")
    refused = pm.types(f"/pm rules {KEY} review_mode=consensus")
    teller.expect("there is no vote of one", "overlap=2" in message_text(refused), refused)
    changed = pm.types(f"/pm rules {KEY} overlap=3 overlap_max=3 review_mode=consensus dialect={DIALECT}")
    teller.expect("each rule is a plain sentence", "3 people answer each task." in message_text(changed))
    until = f"{cast.now_in('Asia/Seoul').year + 1}-12-31"
    bridge.types(f"/sup 자격 @{cast['여울'].member.handle} {DIALECT} {until}까지 부산에서 서른 해 살았어요")
    told = cast["여울"].gets(DIALECT, "서른 해")
    teller.expect("여울 is told what it is for and until when", "까지" in message_text(told), told)
    report = bring_tasks(pm.person, KEY, "gyeongsang-2.csv", voting_file(cast.box.url))
    teller.sees(pm.name, report)

    # At the same moment PostgreSQL would pass over a task that is just being counted, and give another one.
    for name in _VOTERS:
        _write_down(cast[name])
    for name in _VOTERS:
        card = cast[name].gets("gs-21", "450원", without="task:submit", quietly=name != "솔방울")
        said = message_text(card)
        others = {words for words in HEARD["gs-21"] if words not in _own(name)}
        seen = [words for words in others if words in said]
        teller.expect(f"{name} is accepted, and sees nobody else's words", "승인" in said and not seen, seen)
        cast[name].gets("gs-22", "승인", quietly=True)
    paid = sorted(count_pay(cast.bot.database_url, cast[name].member.id) for name in _VOTERS)
    # One of them was paid for the appeal before.
    teller.expect(
        "all their answers are paid, the minority's too", paid == [(3, 1350), (3, 1350), (4, 1800)], paid
    )


def _own(name: str) -> set[str]:
    turn = _VOTERS.index(name)
    return {heard[turn] for heard in HEARD.values()}


def _write_down(worker: Hands) -> None:
    """Take three tasks in a row and hand them in."""
    turn = _VOTERS.index(worker.name)
    for clip, heard in HEARD.items():
        worker.types(f"/work 받기 {KEY}", quietly=True)
        card = worker.gets(clip, action="task:submit", quietly=True)
        worker.person.click(card, "task:submit")
        worker.fills({"text": heard[turn]}, quietly=True)


def decide_between(cast: Cast) -> None:
    """Where the answers do not agree a supervisor compares them, without names, and decides."""
    teller, bridge = cast.teller, cast["다리"]
    teller.chapter("Where they do not agree, a supervisor decides")
    flagged = bridge.gets("gs-22", action="vote:adjudicate")
    torn = bridge.gets("gs-23", action="vote:adjudicate", quietly=True)
    teller.expect("the one that was clear does not bother her", not _mail_about(bridge, "gs-21"))
    bridge.presses(flagged, "vote:adjudicate")
    form = bridge.window()
    shown = message_text(form)
    named = [name for name in _VOTERS if name in shown]
    teller.expect("words and counts, no names", "3명 중 2명" in shown and not named, form)
    teller.expect("who knows the dialect is marked", "사투리 자격 있음" in shown, form)
    dialect = HEARD["gs-22"][1]
    option = _option_with(form, dialect[:8])
    errors = bridge.fills({"answer": option, "note": "느리게 들으면 ‘아이다’가 분명해요."})
    teller.expect("the minority's words stand", not errors, errors)
    decided = bridge.gets("gs-22", "판정", without="vote:adjudicate")
    teller.expect("the card keeps what was decided and why", dialect in message_text(decided), decided)

    bridge.presses(torn, "vote:adjudicate")
    errors = bridge.fills({"answer": "own", "note": "아무도 다 맞지는 않았어요."}, quietly=True)
    teller.expect("own words have to be written", "text" in errors, errors)
    errors = bridge.fills({"answer": "own", "text": _OWN, "note": "셋 다 조금씩 달라서 다시 들었어요."})
    teller.expect("nobody's words stand, but hers", not errors, errors)
    said = message_text(bridge.types("/sup 판정"))
    teller.expect("nothing else waits", "없어요" in said, said)
    read = "\n".join(message_text(one) for name in _VOTERS for one in cast[name].mail())
    teller.expect("nobody is told that they differed", _OWN not in read and "판정" not in read, read)


def _mail_about(somebody: Hands, words: str) -> bool:
    return any(
        words in message_text(one) and "vote:adjudicate" in list_actions(one) for one in somebody.mail()
    )


def _option_with(form: Json, words: str) -> str:
    """Return the value of the choice in the window that shows these words."""
    for block in form["blocks"]:
        for option in (block.get("element") or {}).get("options") or ():
            if words in option["text"]["text"]:
                return str(option["value"])
    return words


def check_the_checkers(cast: Cast) -> None:
    """A spot check, how right the reviews were, and one's own figures."""
    teller, bridge, pm = cast.teller, cast["다리"], cast["Alex"]
    teller.chapter("Those who judge are looked at as well")
    bridge.types(f"/sup 감사 {KEY}")
    form = bridge.window()
    named = [name for name in cast.people if name in message_text(form)]
    teller.expect("nobody is named in a spot check", not named, named)
    errors = bridge.fills({"agrees": "no"}, quietly=True)
    teller.expect("a no needs a word", "comment" in errors, errors)
    errors = bridge.fills({"agrees": "no", "comment": "끝소리를 한 번 더 들어 보면 좋겠어요."})
    teller.expect("it is noted", not errors, errors)
    teller.sees(bridge.name, bridge.window(), "window")
    bridge.closes()
    figures = message_text(bridge.types(f"/sup 품질 {KEY}"))
    teller.expect("the overturned reject stands beside its reviewer", "뒤집힌 반려: 100%" in figures, figures)
    teller.expect("with how little it rests on", "표본이 적어요" in figures, figures)
    english = message_text(pm.types(f"/pm quality {KEY}", quietly=True))
    teller.expect("the PM reads the same in English", "Overturned rejects: 100%" in english, english)
    own = message_text(cast["등대"].types("/my 통계"))
    teller.expect("the reviewer sees their own of all projects", "뒤집힌 반려: 50% (n = 2" in own, own)
    denied = message_text(cast["물결"].types(f"/sup 품질 {KEY}", quietly=True))
    teller.expect("and a worker does not", "등대" not in denied, denied)
