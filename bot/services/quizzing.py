"""The quiz of a project: made from its guideline, its kept answers and its known tasks; the result is private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, FaqEntry, Gold, Person, Project, Quiz, Review, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotYours, StaleAction
from bot.domain.policy import Action, Subject
from bot.domain.quality import QUIZ_AGAIN, QUIZ_PASS, QUIZ_QUESTIONS
from bot.domain.questions import FaqState
from bot.guidelines.document import Section
from bot.reports.guidelines import current_sections
from bot.services.access import require
from bot.services.gates import has_consented, project_qualification
from bot.services.gold import asked_gold, draw
from bot.services.qualifying import is_qualified
from bot.services.rules import rules_of
from bot.services.suggesting import QUIZ_PASSED, suggest

LEAST_QUESTIONS = 3
_MOST_KNOWN = 4
_CHOICES = 4
_SHORTEST = 40
_EXCERPT = 280


@dataclass(frozen=True)
class Ask:
    """One question of a quiz as it is shown: `text` and what it can be answered with (value, shown).

    `kind` is "gold" (which label), "section" (which section says this) or "faq" (which answer fits). `right` is the
    value of the right answer, `read` the section to read up, if there is one.
    """

    kind: str
    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    right: str
    read: str = ""
    payload: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A quiz that is under way."""

    quiz_id: int
    project_key: str
    questions: tuple[Ask, ...]
    practice: bool


@dataclass(frozen=True)
class QuizResult:
    """How a quiz went, for who took it: `read` are the sections to read up. `again_at` is when another may begin."""

    quiz_id: int
    project_id: int
    project_key: str
    right: int
    asked: int
    passed: bool
    practice: bool
    read: tuple[str, ...]
    again_at: datetime | None


def has_material(session: Session, project_id: int) -> bool:
    """Say whether there is enough to ask about."""
    project = session.get_one(Project, project_id)
    return len(_material(session, project, None, "")) >= LEAST_QUESTIONS


def begin(uow: UnitOfWork, *, person_id: int, project_id: int, practice: bool = False) -> Sheet:
    """Begin a quiz, or go on with the one that was opened before.

    Raises Invalid when there is nothing to ask about, and within a day after one that counted; practising is
    always possible.
    """
    require(uow, Action.TAKE_QUIZ, person_id, project_id, Subject("project", project_id))
    uow.lock(Person, person_id)
    project = uow.session.get_one(Project, project_id)
    last = uow.session.scalar(
        select(Quiz)
        .where(Quiz.person_id == person_id, Quiz.project_id == project_id, Quiz.practice.is_(practice))
        .order_by(Quiz.id.desc())
        .limit(1)
    )
    if last is not None and last.ended_at is None and last.began_at > uow.now - QUIZ_AGAIN:
        return _sheet(last, project)
    if not practice and last is not None and last.ended_at is not None:
        again = last.ended_at + QUIZ_AGAIN
        if uow.now < again:
            raise Invalid("quiz", "too_soon", str(max(1, -(-int((again - uow.now).total_seconds()) // 3600))))
    questions = _material(uow.session, project, person_id, f"{last.id if last else 0}")
    if len(questions) < LEAST_QUESTIONS:
        raise Invalid("quiz", "no_material", project.key)
    made = Quiz(
        person_id=person_id,
        project_id=project_id,
        questions=[_kept(question) for question in questions],
        practice=practice,
        began_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    return _sheet(made, project)


def _kept(ask: Ask) -> list[object]:
    choices, payload = ([list(pair) for pair in pairs] for pairs in (ask.choices, ask.payload))
    return [ask.kind, ask.id, ask.text, choices, ask.right, ask.read, payload]


def _sheet(quiz: Quiz, project: Project) -> Sheet:
    return Sheet(quiz.id, project.key, _questions(quiz), quiz.practice)


def _questions(quiz: Quiz) -> tuple[Ask, ...]:
    return tuple(
        Ask(
            kind, id, text, tuple((value, shown) for value, shown in choices), right, read,
            tuple((name, said) for name, said in payload),
        )
        for kind, id, text, choices, right, read, payload in quiz.questions
    )  # fmt: skip


def finish(uow: UnitOfWork, *, person_id: int, quiz_id: int, chosen: Mapping[int, str]) -> QuizResult:
    """Say how a quiz went, by the number of the question from 0; what was left out is wrong.

    Passing one that counts is suggested to the supervisors, who give the qualification or not. Raises StaleAction
    when it has ended.
    """
    quiz = uow.lock(Quiz, quiz_id)
    if quiz is None or quiz.person_id != person_id:
        raise NotYours(Action.TAKE_QUIZ, "quiz", quiz_id)
    require(uow, Action.TAKE_QUIZ, person_id, quiz.project_id, Subject("project", quiz.project_id))
    if quiz.ended_at is not None:
        raise StaleAction(Action.TAKE_QUIZ, "quiz", quiz_id, "ended")
    project = uow.session.get_one(Project, quiz.project_id)
    questions = _questions(quiz)
    wrong = [ask for number, ask in enumerate(questions) if chosen.get(number) != ask.right]
    right = len(questions) - len(wrong)
    passed = right >= QUIZ_PASS * len(questions)
    quiz.answers = [chosen.get(number, "") for number in range(len(questions))]
    quiz.score, quiz.ended_at = right, uow.now
    uow.session.flush()
    key = project_qualification(project.key)
    if passed and not quiz.practice and not is_qualified(uow.session, person_id, key, uow.now):
        suggest(uow, project.id, person_id, QUIZ_PASSED, {"right": right, "asked": len(questions)})
    read = tuple(dict.fromkeys(ask.read for ask in wrong if ask.read))
    again = None if passed or quiz.practice else uow.now + QUIZ_AGAIN
    return QuizResult(
        quiz.id, project.id, project.key, right, len(questions), passed, quiz.practice, read, again
    )


def _material(session: Session, project: Project, person_id: int | None, turn: str) -> list[Ask]:
    """Return up to eight questions, other ones at every turn: known tasks first, then what the guideline says."""
    seed = (person_id, project.id, turn)
    known = _shuffled(_known(session, project, person_id), *seed, "known")[:_MOST_KNOWN]
    guideline = current_sections(session, project.id)
    said = _sections(guideline[1], seed) if guideline else []
    rest = _shuffled([*said, *_kept_answers(session, project.id, seed)], *seed, "rest")
    return [*known, *rest][:QUIZ_QUESTIONS]


def _shuffled(asks: list[Ask], *seed: object) -> list[Ask]:
    return sorted(asks, key=lambda ask: draw(*seed, ask.kind, ask.id))


def _mixed(choices: list[tuple[str, str]], *seed: object) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(choices, key=lambda choice: draw(*seed, choice[0])))


def _known(session: Session, project: Project, person_id: int | None) -> list[Ask]:
    """Return known tasks with closed labels which the person has not met at work.

    Of a sensitive project only to who agreed to see its content. However often somebody practises, half of them
    are never asked, where there are more than a quiz has: what they have met here is mixed in no more.
    """
    if not project.labels or not _may_see(session, project, person_id):
        return []
    query = (
        select(Gold, Task.payload)
        .join(Task, Task.id == Gold.task_id)
        .where(
            Gold.project_id == project.id,
            Gold.retired_at.is_(None),
            Gold.made_by_id != person_id,
            Task.held_at.is_(None),
        )
    )
    if person_id is not None:
        had = select(Assignment.id).where(
            Assignment.task_id == Gold.task_id, Assignment.person_id == person_id
        )
        judged = select(Review.id).where(Review.task_id == Gold.task_id, Review.reviewer_id == person_id)
        query = query.where(~had.exists(), ~judged.exists())
    labels = tuple((label, label) for label in project.labels)
    asks = [
        Ask("gold", str(known.id), "", labels, known.answer["label"], payload=tuple(payload.items()))
        for known, payload in session.execute(query.order_by(Gold.id))
        if known.answer.get("label") in project.labels
    ]
    met = asked_gold(session, person_id, project.id) if person_id is not None else set()
    room = max(0, max(_MOST_KNOWN, len(asks) // 2) - len(met))
    new = _shuffled([ask for ask in asks if int(ask.id) not in met], person_id, project.id, "new")[:room]
    return [ask for ask in asks if int(ask.id) in met] + new


def _may_see(session: Session, project: Project, person_id: int | None) -> bool:
    if not rules_of(session, project.id).sensitive:
        return True
    return person_id is not None and has_consented(session, person_id, project.id)


def _sections(sections: tuple[Section, ...], seed: tuple[object, ...]) -> list[Ask]:
    usable = [one for one in sections if not one.lead_in and one.path and len(one.text.strip()) >= _SHORTEST]
    top = [one for one in sections if one.level == min(each.level for each in sections)]
    if len(top) == 1:
        # What stands under the title of the whole document tells nothing that one could know.
        usable = [one for one in usable if one is not top[0]]
    if len(usable) < _CHOICES - 1:
        return []
    asks = []
    for one in usable:
        others = sorted((o for o in usable if o is not one), key=lambda o: draw(*seed, one.id, o.id))
        names = list(dict.fromkeys(_name(o) for o in others if _name(o) != _name(one)))[: _CHOICES - 1]
        choices = _mixed([(name, name) for name in (_name(one), *names)], *seed, one.id)
        asks.append(Ask("section", one.id[-80:], _excerpt(one.text), choices, _name(one), _name(one)))
    return asks


def _name(section: Section) -> str:
    """Return a section's own heading with the one above it, short enough for an option."""
    name = " › ".join(section.path[-2:])
    return name if len(name) <= 75 else section.path[-1][:75]


def _excerpt(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    words = "\n".join(f"• {line[2:]}" if line.startswith("- ") else line for line in lines if line)
    return words if len(words) <= _EXCERPT else words[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _kept_answers(session: Session, project_id: int, seed: tuple[object, ...]) -> list[Ask]:
    kept = session.scalars(
        select(FaqEntry)
        .where(FaqEntry.project_id == project_id, FaqEntry.state == FaqState.VERIFIED)
        .order_by(FaqEntry.id)
        .limit(40)
    ).all()
    if len(kept) < _CHOICES - 1:
        return []
    asks = []
    for one in kept:
        others = sorted((o for o in kept if o is not one), key=lambda o: draw(*seed, "faq", one.id, o.id))
        choices = [(str(o.id), " ".join(o.answer_ko.split())) for o in (one, *others[: _CHOICES - 1])]
        read = " › ".join(one.section_path[-2:])
        asks.append(
            Ask("faq", str(one.id), _excerpt(one.question), _mixed(choices, *seed, one.id), str(one.id), read)
        )
    return asks
