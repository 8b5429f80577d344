"""The views of questions, replies and kept answers, drawn from ordinary facts and from extreme ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.questions import FaqState, HandoverState, Outcome, Place
from bot.reports.questions import (
    AnswerFacts,
    Cited,
    FaqFacts,
    HandoverFacts,
    KeptAnswer,
    ReplyFacts,
    TermFacts,
    Waiting,
)
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import handovers, questions
from tests.golden.facts import NOW, huge

Case = Callable[[Reader], Content | dict[str, Any]]

URL = "https://guide.example/dialect"
CITED = (
    Cited(
        "guide/numbers~1", ("Dialect guide", "Numbers"), "numbers", None, "Write numbers as they are spoken."
    ),
    Cited("guide/fillers~2", ("Dialect guide", "Fillers"), "fillers", 3, 'Keep fillers such as "um".'),
    Cited(
        "guide/speakers~3", ("Dialect guide", "Speakers"), "speakers", None, "Tag every change of speaker."
    ),
)
KEPT = KeptAnswer(
    5,
    "웃음소리는 어떻게 하나요?",
    "What about laughter?",
    "웃음소리는 적지 않아요.",
    "Do not write laughter.",
    ("Dialect guide", "Fillers"),
    NOW - timedelta(days=2),
)
ANSWER = AnswerFacts(
    31,
    7,
    "U0HANEUL",
    "숫자는 어떻게 적나요?",
    1,
    "DIAL1",
    URL,
    True,
    Outcome.ANSWER,
    Place.COMMAND,
    False,
    True,
    "",
    "2",
    "Write numbers as they are spoken.",
    ("Do NOT use digits.",),
    "",
    CITED,
    None,
    None,
    False,
    False,
    0,
)
PUBLIC = replace(ANSWER, place=Place.MENTION, public=True, shareable=False)
WAITING = HandoverFacts(
    9,
    1,
    HandoverState.OPEN,
    1,
    "DIAL1",
    URL,
    "웃음소리는 어떻게 하나요?",
    "What about laughter?",
    Outcome.UNKNOWN,
    "2",
    CITED,
    3,
    NOW - timedelta(minutes=10),
    "",
    None,
    "",
    None,
)
REPLIED = replace(
    WAITING,
    state=HandoverState.ANSWERED,
    ver=2,
    answered_by="다리",
    answered_by_id=8,
    reply="웃음소리는 적지 않아요.",
)
REPLY = ReplyFacts(31, "웃음소리는 어떻게 하나요?", "DIAL1", "웃음소리는 적지 않아요.", "다리", "U0HANEUL")
FAQ = FaqFacts(
    5,
    1,
    FaqState.DRAFT,
    "DIAL1",
    "웃음소리는 어떻게 하나요?",
    "What about laughter?",
    "웃음소리는 적지 않아요.",
    "Do not write laughter.",
    ("Dialect guide", "Fillers"),
    "다리",
)
LISTED = Waiting(
    (FAQ, replace(FAQ, faq_id=6, state=FaqState.STALE, section_path=())),
    (TermFacts(3, "DIAL1", "겹침", "overlap"),),
    2,
    1,
    4,
)
SECTIONS = [(cited.section_id, " › ".join(cited.path)) for cited in CITED]


def _answer(**changes: Any) -> Case:
    facts = replace(ANSWER, **changes)
    return lambda r: questions.answer_card(r, facts)


def _public(**changes: Any) -> Case:
    facts = replace(PUBLIC, **changes)
    return lambda r: questions.answer_card(r, facts)


def _faq(state: FaqState) -> Case:
    return lambda r: handovers.faq_card(r, replace(FAQ, state=state))


CASES: dict[str, Case] = {
    "ask_searching": questions.searching,
    "ask_how": questions.how_to_ask,
    "ask_which_project": lambda r: questions.which_project(r, 31, ((1, "DIAL1"), (2, "HAM"))),
    "ask_by_message": questions.in_direct_messages,
    "answer_cited": _answer(),
    "answer_cited_pdf": _answer(cited=(CITED[1],), guideline_url=None),
    "answer_rendered": _answer(rendering="숫자는 말한 그대로 적으세요."),
    "answer_public": _public(others=2),
    "answer_public_handed": _public(outcome=Outcome.UNKNOWN, handed_over=True, others=1),
    "answer_public_replied": _public(outcome=Outcome.UNKNOWN, handed_over=True, replied=True),
    "answer_candidates": _answer(outcome=Outcome.CANDIDATES, quote=""),
    "answer_unknown": _answer(outcome=Outcome.UNKNOWN, quote=""),
    "answer_unknown_similar": _answer(outcome=Outcome.UNKNOWN, quote="", similar=KEPT),
    "answer_faq": _answer(outcome=Outcome.FAQ, quote="", kept=KEPT),
    "answer_faq_outside": _answer(outcome=Outcome.FAQ, quote="", kept=replace(KEPT, section_path=())),
    "answer_no_guideline": _answer(outcome=Outcome.NO_GUIDELINE, quote="", cited=(), version=""),
    "answer_topic": _answer(outcome=Outcome.TOPIC, quote="", cited=(), version="", handed_over=True),
    "answer_failed": _answer(outcome=Outcome.FAILED, quote="", cited=(), version=""),
    "answer_old": lambda r: questions.old_answer(r, KEPT),
    "topic_pay": lambda r: questions.topic_answer(r, "pay", 31, True),
    "topic_leave": lambda r: questions.topic_answer(r, "leave", 31, True),
    "topic_account": lambda r: questions.topic_answer(r, "account", 31, True),
    "topic_chit_chat": lambda r: questions.topic_answer(r, "chit_chat", 31, True),
    "answer_thanks": questions.thanks,
    "answer_shared": questions.shared,
    "asked_person": lambda r: questions.handed_over(r, 2, False),
    "asked_person_again": lambda r: questions.handed_over(r, 0, True),
    "following": lambda r: questions.following(r, False),
    "following_handed": lambda r: questions.following(r, True),
    "human_reply": lambda r: questions.human_reply(r, REPLY, public=False),
    "human_reply_thread": lambda r: questions.human_reply(r, REPLY, public=True),
    "question_channel_set": lambda r: questions.question_channel_set(r, "DIAL1", "C0CREW"),
    "question_channel_unset": lambda r: questions.question_channel_set(r, "DIAL1", None),
    "form_judge": lambda r: questions.judge_form(r, 31),
    "handover_open": lambda r: handovers.handover_card(r, WAITING),
    "handover_answered": lambda r: handovers.handover_card(r, REPLIED),
    "handover_saved": lambda r: handovers.handover_card(r, replace(REPLIED, faq_state=FaqState.DRAFT)),
    "form_reply": lambda r: handovers.reply_form(r, WAITING),
    "form_faq": lambda r: handovers.faq_form(r, REPLIED, SECTIONS),
    **{f"faq_{state}": _faq(state) for state in FaqState},
    "form_faq_edit": lambda r: handovers.faq_edit_form(r, FAQ),
    "faq_list": lambda r: handovers.waiting_list(r, LISTED),
    "faq_list_empty": lambda r: handovers.waiting_list(r, Waiting((), (), 0, 0, 0)),
    "faq_saved": handovers.faq_saved,
    "faq_approved": lambda r: handovers.faq_decided(r, FaqState.VERIFIED),
    "faq_dropped": lambda r: handovers.faq_decided(r, FaqState.RETIRED),
    "term_approved": lambda r: handovers.term_decided(r, "겹침", "overlap", True),
    "term_declined": lambda r: handovers.term_decided(r, "겹침", "overlap", False),
}


def extreme_views(reader: Reader, text: str) -> Iterator[Content | dict[str, Any]]:
    """Yield every view that shows somebody's text, with `text` everywhere and as long as it may be."""
    path = tuple(huge(text, 200) for _ in range(4))
    cited = tuple(Cited(huge("x", 240), path, "a" * 64, 999, huge(text, 600)) for _ in range(3))
    kept = replace(
        KEPT,
        question=huge(text, 1000),
        question_en=huge(text, 1000),
        answer_ko=huge(text, 2000),
        answer_en=huge(text, 2000),
        section_path=path,
    )
    for outcome in Outcome:
        for base in (ANSWER, PUBLIC):
            yield questions.answer_card(
                reader,
                replace(
                    base,
                    text=huge(text, 1000),
                    outcome=outcome,
                    quote=huge(text, 2900),
                    exceptions=(huge(text, 1000), huge(text, 1000)),
                    rendering=huge(text, 2900),
                    cited=cited,
                    kept=kept,
                    similar=kept,
                    version=huge(text, 40),
                    guideline_url="https://guide.example/" + "b" * 470,
                    others=10**6,
                ),
            )
    yield questions.old_answer(reader, kept)
    yield questions.human_reply(
        reader,
        replace(REPLY, text=huge(text, 1000), reply=huge(text, 2000), answered_by=huge(text, 20)),
        public=True,
    )
    waiting = replace(WAITING, text=huge(text, 1000), english=huge(text, 1000), cited=cited)
    replied = replace(
        waiting, state=HandoverState.ANSWERED, reply=huge(text, 2000), answered_by=huge(text, 20)
    )
    yield handovers.handover_card(reader, waiting)
    yield handovers.handover_card(reader, replied)
    yield handovers.reply_form(reader, waiting)
    yield handovers.faq_form(reader, replied, [(f"{n}{huge('x', 200)}", huge(text, 400)) for n in range(400)])
    faq = replace(
        FAQ,
        question=huge(text, 1000),
        question_en=huge(text, 1000),
        answer_ko=huge(text, 2000),
        answer_en=huge(text, 2000),
        section_path=path,
        written_by=huge(text, 20),
    )
    yield handovers.faq_card(reader, faq)
    yield handovers.faq_edit_form(reader, faq)
    term = TermFacts(10**12, "A" * 16, huge(text, 60), huge(text, 60))
    yield handovers.waiting_list(reader, Waiting((faq,) * 10, (term,) * 10, 10, 10, 10))
    yield handovers.term_decided(reader, huge(text, 60), huge(text, 60), True)
    yield questions.which_project(reader, 1, tuple((n, "A" * 16) for n in range(100)))
