"""Questions, hand-overs and kept answers as the views show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    FaqEntry,
    Handover,
    Person,
    Project,
    Question,
    QuestionFollower,
    Term,
)
from bot.domain.questions import FaqState, HandoverState, Outcome, Place, TermState
from bot.domain.translation import SourceKind
from bot.reports.issue_words import read_words

LIST_LIMIT = 10


@dataclass(frozen=True)
class Cited:
    """A section of the guideline as it was when it was cited; `text` is its beginning, verbatim."""

    section_id: str
    path: tuple[str, ...]
    anchor: str
    page: int | None
    text: str

    def dump(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "section_id": self.section_id,
            "path": list(self.path),
            "anchor": self.anchor,
            "page": self.page,
            "text": self.text,
        }

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Cited:
        """Return what `dump` wrote."""
        return cls(
            stored["section_id"], tuple(stored["path"]), stored["anchor"], stored["page"], stored["text"]
        )


@dataclass(frozen=True)
class KeptAnswer:
    """A verified answer as it is served."""

    faq_id: int
    question: str
    question_en: str
    answer_ko: str
    answer_en: str
    section_path: tuple[str, ...]
    verified_at: datetime | None


@dataclass(frozen=True)
class AnswerFacts:
    """A question with what was said to it. `others` counts who said "me too"."""

    question_id: int
    asker_id: int
    asker_user: str
    text: str
    project_id: int | None
    project_key: str
    guideline_url: str | None
    confidential: bool
    outcome: Outcome
    place: Place
    public: bool
    shareable: bool
    topic: str
    version: str
    quote: str
    exceptions: tuple[str, ...]
    rendering: str
    cited: tuple[Cited, ...]
    kept: KeptAnswer | None
    similar: KeptAnswer | None
    handed_over: bool
    replied: bool
    others: int


def read_answer(session: Session, question_id: int) -> AnswerFacts | None:
    """Return a question as it stands, None when there is none."""
    question = session.get(Question, question_id)
    if question is None:
        return None
    project = session.get(Project, question.project_id) if question.project_id is not None else None
    handover = session.get(Handover, question.handover_id) if question.handover_id is not None else None
    said = question.answer
    return AnswerFacts(
        question.id,
        question.asker_id,
        session.get_one(Person, question.asker_id).slack_id,
        question.text,
        question.project_id,
        project.key if project else "",
        project.guideline_url if project else None,
        project.confidential if project else True,
        question.outcome,
        question.place,
        question.public,
        not question.public and (question.channel or "").startswith(("C", "G")),
        said.get("topic", ""),
        said.get("version", ""),
        said.get("quote", ""),
        tuple(said.get("exceptions", ())),
        said.get("rendering", ""),
        tuple(map(Cited.load, said.get("cited", ()))),
        read_kept(session, question.faq_id),
        read_kept(session, said.get("similar")),
        handover is not None,
        handover is not None and handover.state is HandoverState.ANSWERED,
        _count_followers(session, (question.id,)),
    )


def read_kept(session: Session, faq_id: int | None) -> KeptAnswer | None:
    """Return a kept answer, None when it is not verified any more."""
    entry = session.get(FaqEntry, faq_id) if faq_id is not None else None
    return _kept(entry) if entry is not None and entry.state is FaqState.VERIFIED else None


def _kept(entry: FaqEntry) -> KeptAnswer:
    return KeptAnswer(
        entry.id,
        entry.question,
        entry.question_en,
        entry.answer_ko,
        entry.answer_en,
        tuple(entry.section_path),
        entry.verified_at,
    )


def _count_followers(session: Session, questions: Iterable[int]) -> int:
    query = select(func.count(QuestionFollower.person_id.distinct()))
    return session.scalar(query.where(QuestionFollower.question_id.in_(list(questions)))) or 0


@dataclass(frozen=True)
class HandoverFacts:
    """A question that waits for people, or waited. `people` counts who waits for the reply."""

    handover_id: int
    ver: int
    state: HandoverState
    project_id: int
    project_key: str
    guideline_url: str | None
    text: str
    english: str
    outcome: Outcome
    version: str
    cited: tuple[Cited, ...]
    people: int
    opened_at: datetime
    answered_by: str
    answered_by_id: int | None
    reply: str
    faq_state: FaqState | None


def read_handover(session: Session, handover_id: int) -> HandoverFacts | None:
    """Return a hand-over as it stands, None when there is none or nobody waits in it."""
    handover = session.get(Handover, handover_id)
    asked = session.scalars(
        select(Question).where(Question.handover_id == handover_id).order_by(Question.id)
    ).all()
    if handover is None or not asked:
        return None
    first, project = asked[0], session.get_one(Project, handover.project_id)
    by = session.get(Person, handover.answered_by_id) if handover.answered_by_id is not None else None
    entry = session.scalar(select(FaqEntry).where(FaqEntry.handover_id == handover_id))
    askers = {question.asker_id for question in asked}
    return HandoverFacts(
        handover.id,
        handover.ver,
        handover.state,
        project.id,
        project.key,
        project.guideline_url,
        first.text,
        first.answer.get("english", ""),
        first.outcome,
        first.answer.get("version", ""),
        tuple(map(Cited.load, first.answer.get("cited", ()))),
        len(askers) + _count_followers(session, [question.id for question in asked]),
        handover.opened_at,
        by.nickname if by else "",
        handover.answered_by_id,
        handover.reply or "",
        entry.state if entry else None,
    )


@dataclass(frozen=True)
class ReplyFacts:
    """A person's reply to a question."""

    question_id: int
    text: str
    project_key: str
    reply: str
    answered_by: str
    asker_user: str
    handover_id: int = 0


def read_reply(session: Session, question_id: int) -> ReplyFacts | None:
    """Return the reply to a question, None while there is none."""
    question = session.get(Question, question_id)
    handover = session.get(Handover, question.handover_id) if question and question.handover_id else None
    if question is None or handover is None or handover.reply is None:
        return None
    by = session.get(Person, handover.answered_by_id) if handover.answered_by_id is not None else None
    return ReplyFacts(
        question.id,
        question.text,
        session.get_one(Project, handover.project_id).key,
        handover.reply,
        by.nickname if by else "",
        session.get_one(Person, question.asker_id).slack_id,
        handover.id,
    )


@dataclass(frozen=True)
class FaqFacts:
    """A kept answer as those see it who look after it."""

    faq_id: int
    ver: int
    state: FaqState
    project_key: str
    question: str
    question_en: str
    answer_ko: str
    answer_en: str
    section_path: tuple[str, ...]
    written_by: str
    translated: tuple[str, str] | None = None
    """Question and answer as an engine says them in English, as long as nobody has written that."""


def read_faq(session: Session, faq_id: int) -> FaqFacts | None:
    """Return an entry in whatever state it is, None when there is none."""
    entry = session.get(FaqEntry, faq_id)
    return _faq(session, entry) if entry is not None else None


def _faq(session: Session, entry: FaqEntry) -> FaqFacts:
    return FaqFacts(
        entry.id,
        entry.ver,
        entry.state,
        session.get_one(Project, entry.project_id).key,
        entry.question,
        entry.question_en,
        entry.answer_ko,
        entry.answer_en,
        tuple(entry.section_path),
        session.get_one(Person, entry.written_by_id).nickname,
        None if entry.answer_en else _translated(session, entry.id),
    )


def _translated(session: Session, faq_id: int) -> tuple[str, str] | None:
    relay = read_words(session, SourceKind.FAQ, faq_id, "").relay_for("en")
    question, _, answer = relay.text.partition("\n\n") if relay is not None else ("", "", "")
    return (question, answer) if answer else None


@dataclass(frozen=True)
class TermFacts:
    """A proposed pair of words."""

    term_id: int
    project_key: str
    korean: str
    english: str


@dataclass(frozen=True)
class Waiting:
    """What waits for a decision in some projects; the counts are whole, the lists the oldest ones."""

    answers: tuple[FaqFacts, ...]
    terms: tuple[TermFacts, ...]
    answer_count: int
    term_count: int
    open_questions: int


def waiting_answers(session: Session, projects: Iterable[int], terms_of: Iterable[int]) -> Waiting:
    """Return drafts and stale answers of `projects` and proposed terms of `terms_of`, oldest first."""
    mine, words = list(projects), list(terms_of)
    unsettled = (FaqEntry.project_id.in_(mine), FaqEntry.state.in_((FaqState.DRAFT, FaqState.STALE)))
    proposed = (Term.project_id.in_(words), Term.state == TermState.PROPOSED)
    entries = session.scalars(
        select(FaqEntry).where(*unsettled).order_by(FaqEntry.changed_at, FaqEntry.id).limit(LIST_LIMIT)
    )
    terms = session.execute(
        select(Term.id, Project.key, Term.korean, Term.english)
        .join(Project, Project.id == Term.project_id)
        .where(*proposed)
        .order_by(Term.id)
        .limit(LIST_LIMIT)
    )
    waiting = (Handover.project_id.in_({*mine, *words}), Handover.state == HandoverState.OPEN)
    return Waiting(
        tuple(_faq(session, entry) for entry in entries),
        tuple(TermFacts(*row) for row in terms),
        session.scalar(select(func.count()).select_from(FaqEntry).where(*unsettled)) or 0,
        session.scalar(select(func.count()).select_from(Term).where(*proposed)) or 0,
        session.scalar(select(func.count()).select_from(Handover).where(*waiting)) or 0,
    )


@dataclass(frozen=True)
class Gap:
    """Equal questions that the guideline did not answer: how many, and the first one's words."""

    asked: int
    text: str


def unanswered(session: Session, project_id: int, since: datetime) -> tuple[Gap, ...]:
    """Return the questions without an answer since then, those asked most often first; at most ten."""
    rows = session.execute(
        select(func.count(), func.min(Question.id))
        .where(
            Question.project_id == project_id,
            Question.asked_at >= since,
            Question.outcome.in_((Outcome.UNKNOWN, Outcome.CANDIDATES, Outcome.NO_GUIDELINE)),
        )
        .group_by(Question.fingerprint)
        .order_by(func.count().desc(), func.min(Question.id))
        .limit(LIST_LIMIT)
    )
    return tuple(Gap(count, session.get_one(Question, first).text) for count, first in rows)
