"""From a reply to an answer that is given again: saved, checked, served, stale, retired; and the words of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.db.models import Audit, FaqEntry, Term
from bot.db.unit_of_work import Transactions
from bot.domain.errors import EmptyAnswer, NotAllowed, StaleAction
from bot.domain.questions import (
    FaqState,
    Outcome,
    Place,
    TermState,
    fingerprint,
    is_nearly_same,
    section_mark,
)
from bot.reports.desk_material import read_material, read_stamp
from bot.reports.guidelines import current_sections
from bot.reports.questions import read_answer, unanswered
from bot.services import faq, glossary, handovers, questions
from bot.services.faq import FaqPlan
from bot.services.questions import Said, Spot
from sandbox.client import message_text
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.asking import CHANGED, Asking, asking

LAUGHTER = "웃음소리는 어떻게 하나요?"
FILLED = {
    "question_en": "What about laughter?",
    "answer_ko": "웃음소리는 적지 않아요.",
    "answer_en": "Do not writ laughter.",
}


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[Asking]:
    with asking(transactions, crew) as scene:
        yield scene


def _faq(scene: Asking) -> FaqEntry:
    with scene.stage.deps.transaction.reading() as session:
        return session.query(FaqEntry).one()


def _answered(scene: Asking) -> None:
    mina, bridge = scene.person("mina"), scene.person("bridge")
    mina.command(f"/ask {LAUGHTER}")
    scene.settle()
    shown = mina.wait_for_message(
        mina.dm_channel(), lambda m: m["ephemeral"] and "찾지 못했어요" in message_text(m)
    )
    mina.click(shown, "ask:human")
    bridge.click(bridge.wait_for_dm(LAUGHTER), "reply:open")
    assert bridge.submit({"reply": "웃음소리는 적지 않아요."})["errors"] == {}
    scene.settle()


def test_a_reply_becomes_an_answer_that_grows_old(scene: Asking) -> None:
    scene.publish()
    _answered(scene)
    mina, bridge, alex = map(scene.person, ("mina", "bridge", "alex"))
    card = bridge.wait_for_dm("FAQ로 저장")
    bridge.click(card, "reply:save")
    form = bridge.wait_for_modal()
    with scene.stage.deps.transaction.reading() as session:
        found = current_sections(session, scene.crew.project_id)
    assert found is not None
    numbers = next(section for section in found[1] if section.title == "Numbers")
    fillers = next(section for section in found[1] if section.title == "Fillers")
    assert LAUGHTER in str(form), "the question is filled in already"
    assert set(bridge.submit({**FILLED, "answer_en": " "})["errors"]) == {"answer_en"}
    filled = {**FILLED, "section": section_mark(fillers.id), "korean": "웃음소리", "english": "laughter"}
    assert bridge.submit(filled)["response_action"] == "update"
    scene.settle()
    assert _faq(scene).state is FaqState.DRAFT
    assert _faq(scene).section_path[-1] == "Fillers"
    mina.command(f"/ask {LAUGHTER}")
    scene.settle()
    assert scene.stage.deps.desk.searched[-1] == LAUGHTER  # type: ignore[attr-defined]  # the stage's desk is ours
    alex.wait_for_dm("A new answer waits for your check")
    listed = alex.command("/pm answers")["message"]
    assert "Do not writ laughter." in message_text(listed)
    assert "웃음소리 = laughter" in message_text(listed)
    alex.click(listed, "faq:edit")
    assert alex.submit({"answer_en": "Do not write laughter."})["errors"] == {}
    alex.click(listed, "term:approve")
    alex.click(listed, "faq:verify")
    scene.settle()
    assert alex.ephemerals(alex.dm_channel()), "the button of the older version explains itself"
    assert _faq(scene).state is FaqState.VERIFIED
    assert _faq(scene).answer_en == "Do not write laughter."
    assert scene.stage.count(Term, Term.state == TermState.APPROVED) == 1
    mina.command("/ask 웃음소리는 어떻게 하나용")
    scene.settle()
    mina.wait_for_message(
        mina.dm_channel(), lambda m: m["ephemeral"] and "전에 같은 질문에" in message_text(m)
    )
    mina.command("/ask 웃음소리는 두 번이면 몇 번 적나요?")
    scene.settle()
    offer = mina.wait_for_message(
        mina.dm_channel(), lambda m: m["ephemeral"] and "비슷한 질문에 답한 적이" in message_text(m)
    )
    assert "적지 않아요" not in message_text(offer), "a similar answer is offered, not served"
    mina.click(offer, "ask:old")
    scene.settle()
    mina.wait_for_message(
        mina.dm_channel(), lambda m: m["ephemeral"] and "비슷한 질문에는 이렇게" in message_text(m)
    )
    with scene.stage.deps.transaction() as uow:
        assert faq.mark_stale(uow, scene.crew.project_id, {numbers.id}) == 0
        assert faq.mark_stale(uow, scene.crew.project_id, {fillers.id}) == 1
        assert faq.mark_stale(uow, scene.crew.project_id, {fillers.id}) == 0
    scene.settle()
    stale = alex.wait_for_dm("please check this answer again")
    mina.command(f"/ask {LAUGHTER}")
    scene.settle()
    assert scene.stage.count(FaqEntry, FaqEntry.state == "stale") == 1
    alex.click(stale, "faq:verify")
    scene.settle()
    in_use = alex.wait_for_dm("This answer is checked and in use")
    alex.click(in_use, "faq:retire")
    scene.settle()
    assert _faq(scene).state is FaqState.RETIRED
    assert "No answer waits" in message_text(alex.command("/pm answers")["message"])
    with scene.stage.deps.transaction.reading() as session:
        assert all("웃음" not in str(row.detail) for row in session.query(Audit))


def test_others_may_not(scene: Asking) -> None:
    scene.publish()
    _answered(scene)
    mina, bridge = scene.person("mina"), scene.person("bridge")
    card = bridge.wait_for_dm("FAQ로 저장")
    bridge.click(card, "reply:save")
    bridge.submit(FILLED)
    scene.settle()
    assert "확인할 수 있어요" in message_text(mina.command("/pm answers")["message"])
    with scene.stage.deps.transaction() as uow:
        for name in ("mina", "bridge", "sora"):
            with pytest.raises(NotAllowed):
                faq.verify(uow, person_id=scene.crew[name], faq_id=1)
        for name in ("mina", "sora"):
            with pytest.raises(NotAllowed):
                handovers.reply(uow, person_id=scene.crew[name], handover_id=1, text="x")
        with pytest.raises(StaleAction):
            handovers.reply(uow, person_id=scene.crew["bridge"], handover_id=1, text="x")
    assert _faq(scene).section_id is None


def _ask(transactions: Transactions, crew: Crew, text: str, who: str = "mina") -> int:
    with transactions() as uow:
        asked = questions.ask(uow, person_id=crew[who], text=text, spot=Spot(Place.COMMAND))
        assert asked is not None
        said = Said(Outcome.UNKNOWN, {})
        assert questions.record(uow, question_id=asked.question_id, said=said, post=False)
        assert not questions.record(uow, question_id=asked.question_id, said=said, post=False)
        return asked.question_id


def _kept(transactions: Transactions, crew: Crew, text: str = LAUGHTER, section: str = "") -> int:
    question_id = _ask(transactions, crew, text)
    with transactions() as uow:
        handed = handovers.hand_over(uow, person_id=crew["mina"], question_id=question_id)
        handovers.reply(uow, person_id=crew["bridge"], handover_id=handed.handover_id, text="네.")
        plan = FaqPlan(text, "네.", "Yes.", section=section)
        kept = faq.save_as_faq(uow, person_id=crew["bridge"], handover_id=handed.handover_id, plan=plan)
        faq.verify(uow, person_id=crew["alex"], faq_id=kept.faq_id)
        return kept.faq_id


def test_answers_age(transactions: Transactions, crew: Crew, clock: MovableClock) -> None:
    _kept(transactions, crew)
    clock.advance(days=29)
    with transactions() as uow:
        assert faq.age_answers(uow) == 0
    clock.advance(days=2)
    with transactions() as uow:
        assert faq.age_answers(uow) == 1
        assert faq.age_answers(uow) == 0


def test_what_was_not_in_the_guideline_is_asked_about_when_it_changes(
    transactions: Transactions, crew: Crew
) -> None:
    _kept(transactions, crew)
    with transactions() as uow:
        assert faq.mark_stale(uow, crew.project_id, ()) == 0
        assert faq.mark_stale(uow, crew.project_id, {"anything"}) == 1


def test_a_stale_answer_follows_its_section(scene: Asking) -> None:
    scene.publish()
    transactions, crew = scene.stage.deps.transaction, scene.crew
    with transactions.reading() as session:
        found = current_sections(session, crew.project_id)
    assert found is not None
    numbers = next(section for section in found[1] if section.title == "Numbers")
    _kept(transactions, crew, section=section_mark(numbers.id))
    scene.publish(CHANGED)
    with transactions() as uow:
        faq.mark_stale(uow, crew.project_id, {numbers.id})
        entry = uow.session.query(FaqEntry).one()
        assert entry.state is FaqState.STALE
        faq.verify(uow, person_id=crew["alex"], faq_id=entry.id)
        assert entry.section_id not in (None, numbers.id)


def test_the_stamp_names_the_material(scene: Asking, clock: MovableClock) -> None:
    transactions, crew = scene.stage.deps.transaction, scene.crew
    stamps = set()

    def look() -> None:
        with transactions.reading() as session:
            stamps.add(read_stamp(session, crew.project_id))
        clock.advance(minutes=1)

    look()
    scene.publish()
    look()
    faq_id = _kept(transactions, crew)
    look()
    with transactions() as uow:
        term = glossary.propose(
            uow, person_id=crew["bridge"], project_id=crew.project_id, korean="컷", english="cut"
        )
        assert term is not None
        assert (
            glossary.propose(
                uow, person_id=crew["bridge"], project_id=crew.project_id, korean="컷", english="cut"
            )
            is None
        )
    before = len(stamps)
    look()
    assert len(stamps) == before, "a proposal changes nothing"
    with transactions() as uow:
        glossary.decide(uow, person_id=crew["bridge"], term_id=term, approved=True)
        with pytest.raises(StaleAction):
            glossary.decide(uow, person_id=crew["bridge"], term_id=term, approved=False)
        with pytest.raises(EmptyAnswer):
            glossary.propose(
                uow, person_id=crew["bridge"], project_id=crew.project_id, korean="컷", english=""
            )
    look()
    with transactions() as uow:
        faq.retire(uow, person_id=crew["alex"], faq_id=faq_id)
    look()
    assert len(stamps) == 5
    with transactions.reading() as session:
        material = read_material(session, crew.project_id)
    assert material.glossary == (("컷", "cut"),)
    assert (material.version, material.kept) == ("1", ())


def test_a_search_lost_with_its_process_is_owned_up_to(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    with transactions() as uow:
        asked = questions.ask(uow, person_id=crew["mina"], text=LAUGHTER, spot=Spot(Place.COMMAND))
        assert asked is not None
    clock.advance(minutes=4)
    with transactions() as uow:
        assert questions.give_up_searches(uow) == 0
    clock.advance(minutes=2)
    with transactions() as uow:
        assert questions.give_up_searches(uow) == 1
        assert questions.give_up_searches(uow) == 0
        late = Said(Outcome.CANDIDATES, {})
        assert questions.record(uow, question_id=asked.question_id, said=late, post=False), "late, but here"
        assert not questions.record(uow, question_id=asked.question_id, said=late, post=False)


def test_gaps_of_the_guideline(transactions: Transactions, crew: Crew, clock: MovableClock) -> None:
    for who in ("mina", "jun", "sora"):
        _ask(transactions, crew, "웃음소리는 어떻게 하나요?", who)
    _ask(transactions, crew, "박수는요?")
    with transactions.reading() as session:
        gaps = unanswered(session, crew.project_id, clock() - timedelta(days=7))
        assert [(gap.asked, gap.text) for gap in gaps] == [(3, "웃음소리는 어떻게 하나요?"), (1, "박수는요?")]
        assert read_answer(session, 10**9) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("숫자는 어떻게 적나요?", "숫자는  어떻게적나요", True),
        ("숫자는 어떻게 적나요?", "숫자는 어떻게 적어요 ㅠㅠ", True),
        ("2초 이상이면 끊나요?", "3초 이상이면 끊나요?", False),
        ("웃음소리를 적나요?", "웃음소리를 안 적나요?", False),
        ("Do I tag laughter?", "do i tag laughter", True),
        ("Do I tag laughter?", "Do I not tag laughter?", False),
        ("?", "!", False),
    ],
)
def test_nearly_the_same(one: str, other: str, same: bool) -> None:
    assert is_nearly_same(one, other) is same


def test_a_fingerprint_ignores_laughter_and_gives_nothing_away() -> None:
    assert fingerprint("이거 어떻게 해요 ㅋㅋㅋ?") == fingerprint("이거어떻게해요")
    assert len(fingerprint("이거")) == 64
