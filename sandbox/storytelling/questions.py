"""Questions about the guideline: published and confirmed, answered with citations, asked of people, remembered."""

from __future__ import annotations

from sandbox.client import list_actions, message_text
from sandbox.crews import CREW, PROJECTS
from sandbox.opening import bring_guideline, confirm_guideline, guideline_file
from sandbox.shapes import Json
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands

_PROJECT = PROJECTS[0]
_NUMBERS = "전화번호가 들리면 그대로 적나요?"
_HEADPHONES = "헤드폰은 어떤 제품을 사면 좋아요?"
_REPLY = "제품은 정해 두지 않았어요. 쓰시던 유선 이어폰이면 충분해요."


def publish_and_confirm(cast: Cast) -> None:
    """The PM sees the outline first; then a task is given only to who has confirmed the guideline."""
    teller, pm = cast.teller, cast["Alex"]
    teller.chapter("The guideline is published, and confirmed before the next task")
    name, data = guideline_file(_PROJECT)
    teller.does(pm.name, f"uploads {name} with /pm guideline upload {_PROJECT.key}")
    outline = bring_guideline(pm.person, _PROJECT.key, name, data)
    teller.sees(pm.name, outline)
    teller.expect(
        "the PM sees the outline before anybody else", "3.2 Never standardise" in message_text(outline)
    )
    pm.presses_and_reads(outline, "guideline:publish")
    worker = cast["감자"]
    refused = worker.types(f"/work 받기 {_PROJECT.key}")
    teller.expect("the guideline comes first", "guideline:acknowledge" in list_actions(refused), refused)
    for member in CREW:
        if member.role == "worker" and _PROJECT.key in member.projects:
            card = confirm_guideline(cast[member.nickname].person, _PROJECT.key)
    teller.sees(worker.name, card)
    given = worker.types(f"/work 받기 {_PROJECT.key}")
    teller.expect("then there is work again", "guideline:acknowledge" not in list_actions(given), given)


def ask_and_hand_over(cast: Cast) -> None:
    """An answer with its citation, a matter for somebody else, and one nobody wrote down."""
    teller, worker, other, supervisor, pm = (
        cast.teller, cast["감자"], cast["노을"], cast["다리"], cast["Alex"],
    )  # fmt: skip
    teller.chapter("Workers ask in Korean; the guideline answers in its own words, or a person does")
    cited = asks(worker, _NUMBERS)
    teller.expect(
        "the words of the guideline, its section and version",
        all(words in message_text(cited) for words in ("are never written", "1.3 Numbers", "1판")),
        cited,
    )
    pay = worker.types(f"/ask {_PROJECT.key} 정산은 언제 되나요?")
    teller.expect(
        "pay is not looked for in a guideline", "가이드라인에서 찾지 않아요" in message_text(pay), pay
    )
    unknown = asks(worker, _HEADPHONES)
    said = message_text(unknown)
    teller.expect("no citation where nothing is written", "찾지 못했어요" in said and "§" not in said, said)
    worker.presses_and_reads(unknown, "ask:human")
    other.presses_and_reads(asks(other, _HEADPHONES), "ask:human")
    card = supervisor.gets("헤드폰", "2명", action="reply:open")
    supervisor.presses(card, "reply:open")
    errors = supervisor.fills({"reply": _REPLY})
    teller.expect("the reply is taken", not errors, errors)
    for asker in (worker, other):
        asker.gets("헤드폰", _REPLY)
    supervisor.presses(supervisor.gets(_REPLY, action="reply:save"), "reply:save")
    errors = supervisor.fills({"answer_en": "No product is prescribed. Wired earphones are fine."})
    teller.expect("the answer is kept as a draft", not errors, errors)
    supervisor.closes()
    pm.presses_and_reads(pm.types("/pm answers"), "faq:verify")
    again = asks(cast["물결"], _HEADPHONES)
    teller.expect("the next who asks gets it at once", _REPLY in message_text(again), again)


def asks(person: Hands, question: str) -> Json:
    """Ask with /ask and return what is found, not the note that it is being looked for."""
    before = {one["ts"] for one in person.whispers()}
    person.types(f"/ask {_PROJECT.key} {question}")

    def found() -> Json:
        new = [one for one in person.whispers() if one["ts"] not in before and list_actions(one)]
        return new[-1] if new else {}

    # The first question may wait for the index of a guideline that was just published.
    answer: Json = person.teller.await_(f"an answer to {person.name}'s question", found, 90)
    person.teller.sees(person.name, answer, "only they")
    return answer
