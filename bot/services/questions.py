"""Asking, judging an answer, and handing a question to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.models import (
    Assignment,
    Membership,
    Person,
    Project,
    Question,
    QuestionChannel,
    QuestionFollower,
    QuestionJudgement,
)
from bot.db.models.base import Base
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD
from bot.domain.errors import NotAllowed, NotFound, NotYours, StaleAction
from bot.domain.policy import Action, Subject
from bot.domain.questions import Judgement, Outcome, Place, clean_question, fingerprint
from bot.outbox.messages import AnswerCard
from bot.outbox.queue import enqueue
from bot.services.access import require

LONGEST_SEARCH = timedelta(minutes=5)
"""The first search after a new guideline waits for its index, which takes at most three minutes."""

PUBLIC = frozenset({Place.MENTION, Place.CHANNEL})
"""Places whose answers others read as well."""


@dataclass(frozen=True)
class Spot:
    """Where a question was asked: `ts` is the asking message (none for a command), `thread_ts` its thread.

    `assignment_id` is the task from whose card it was asked.
    """

    place: Place
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    assignment_id: int | None = None

    @property
    def root(self) -> str | None:
        """The thread an answer belongs into."""
        return self.thread_ts or self.ts


@dataclass(frozen=True)
class Asked:
    """A stored question. Without `project_id` the person is asked which of `choices` (id, key) it is about."""

    question_id: int
    project_id: int | None
    text: str
    public: bool
    choices: tuple[tuple[int, str], ...] = ()


def ask(uow: UnitOfWork, *, person_id: int, text: str, spot: Spot) -> Asked | None:
    """Store a question; None when this very message was taken up before.

    The project is the one whose key stands first in the text, the channel's, the one of the task in hand, or
    the only one the person is in. Raises EmptyAnswer or Invalid for a text that is no question, NotAllowed
    for somebody in no project.
    """
    person = uow.session.get_one(Person, person_id)
    linked = _linked(uow, person.team_id, spot.channel)
    projects = _own_projects(uow, person)
    project_id, words = _named(projects, clean_question(text))
    if spot.assignment_id is not None:
        project_id, words = _of_card(uow, person_id, spot.assignment_id), clean_question(text)
    if project_id is None:
        project_id = linked if linked is not None else _guess(uow, person_id, projects)
    if project_id is None and not projects:
        raise NotAllowed(Action.ASK, "project")
    if project_id is not None:
        require(uow, Action.ASK, person_id, project_id, Subject("project", project_id))
    public = spot.place in PUBLIC and _may_be_public(uow, project_id, linked)
    values: dict[str, Any] = {
        "team_id": person.team_id,
        "project_id": project_id,
        "asker_id": person_id,
        "place": spot.place,
        "channel": spot.channel,
        "ts": spot.ts,
        "thread_ts": spot.thread_ts,
        "public": public,
        "text": words,
        "fingerprint": fingerprint(words),
        "assignment_id": spot.assignment_id,
        "outcome": Outcome.SEARCHING if project_id is not None else Outcome.CHOOSING,
        "answer": {},
        "asked_at": uow.now,
    }
    question_id = insert_once(uow, Question, values)
    if question_id is None:
        return None
    uow.audit(
        team_id=person.team_id, actor_id=person_id, action=Action.ASK, subject=("question", question_id)
    )
    return Asked(question_id, project_id, words, public, () if project_id is not None else projects)


def _of_card(uow: UnitOfWork, person_id: int, assignment_id: int) -> int:
    """Return the project of a task that is the person's own."""
    assignment = uow.session.get(Assignment, assignment_id)
    if assignment is None or assignment.person_id != person_id:
        raise NotYours(Action.ASK, "assignment", assignment_id)
    return assignment.project_id


def insert_once(uow: UnitOfWork, model: type[Base], values: dict[str, Any]) -> int | None:
    """Insert a row and return its id; None when a unique constraint says that it is there already."""
    uow.session.flush()
    connection = uow.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    key = model.__table__.c.id
    return connection.execute(insert(model).values(values).on_conflict_do_nothing().returning(key)).scalar()


def _linked(uow: UnitOfWork, team_id: int, channel: str | None) -> int | None:
    if channel is None:
        return None
    return uow.session.scalar(
        select(QuestionChannel.project_id).where(
            QuestionChannel.team_id == team_id, QuestionChannel.channel == channel
        )
    )


def _own_projects(uow: UnitOfWork, person: Person) -> tuple[tuple[int, str], ...]:
    """Return id and key of the active projects the person is in; an admin is in all of the team's."""
    query = select(Project.id, Project.key).where(Project.team_id == person.team_id, Project.active.is_(True))
    if not person.admin:
        mine = select(Membership.project_id).where(Membership.person_id == person.id)
        query = query.where(Project.id.in_(mine))
    return tuple((id, key) for id, key in uow.session.execute(query.order_by(Project.key)))


def _named(projects: tuple[tuple[int, str], ...], text: str) -> tuple[int | None, str]:
    """Return the project whose key stands first, and the rest of the text."""
    first, _, rest = text.partition(" ")
    by_key = {key: id for id, key in projects}
    found = by_key.get(first.strip("[]():,").upper())
    if found is None or not any(char.isalnum() for char in rest):
        return None, text
    return found, rest.strip()


def _guess(uow: UnitOfWork, person_id: int, projects: tuple[tuple[int, str], ...]) -> int | None:
    if len(projects) == 1:
        return projects[0][0]
    held = set(
        uow.session.scalars(
            select(Assignment.project_id).where(Assignment.person_id == person_id, Assignment.state.in_(HELD))
        )
    )
    return held.pop() if len(held) == 1 else None


def _may_be_public(uow: UnitOfWork, project_id: int | None, linked: int | None) -> bool:
    """Say whether the answer may stand in the channel: words of a confidential project only in its own one."""
    if project_id is None:
        return False
    return project_id == linked or not uow.session.get_one(Project, project_id).confidential


def choose_project(uow: UnitOfWork, *, person_id: int, question_id: int, project_id: int) -> Asked | None:
    """Say which project a question is about; None when that was said before."""
    question = load_question(uow, question_id)
    if question.asker_id != person_id:
        raise NotYours(Action.ASK, "question", question_id)
    require(uow, Action.ASK, person_id, project_id, Subject("project", project_id))
    if question.outcome is not Outcome.CHOOSING:
        return None
    question.project_id, question.outcome = project_id, Outcome.SEARCHING
    linked = _linked(uow, question.team_id, question.channel)
    question.public = question.place in PUBLIC and _may_be_public(uow, project_id, linked)
    return Asked(question.id, project_id, question.text, question.public)


def load_question(uow: UnitOfWork, question_id: int) -> Question:
    """Return the question, locked. Raises NotFound."""
    question = uow.lock(Question, question_id)
    if question is None:
        raise NotFound("question", str(question_id))
    return question


@dataclass(frozen=True)
class Said:
    """What a search ended with. `answer` is JSON: quote, exceptions, cited sections, version, mode."""

    outcome: Outcome
    answer: dict[str, Any]
    faq_id: int | None = None


def record(uow: UnitOfWork, *, question_id: int, said: Said, post: bool) -> bool:
    """Keep what is said to a question; False when it has been answered meanwhile.

    With `post` it is sent: into the thread where it was asked when that is public, else as a message.
    """
    question = load_question(uow, question_id)
    if question.outcome not in (Outcome.SEARCHING, Outcome.FAILED):
        return False
    question.outcome, question.answer, question.faq_id = said.outcome, said.answer, said.faq_id
    question.answered_at = uow.now
    if post:
        enqueue(uow, question.team_id, card_of(question))
    return True


def give_up_searches(uow: UnitOfWork) -> int:
    """Tell people whose search was lost with its process, and offer them a person; return how many.

    One that only takes long may still end: its answer then takes the place of this one.
    """
    lost = uow.session.scalars(
        select(Question)
        .where(Question.outcome == Outcome.SEARCHING, Question.asked_at <= uow.now - LONGEST_SEARCH)
        .order_by(Question.asked_at)
        .limit(100)
        .with_for_update(skip_locked=True)
    ).all()
    for question in lost:
        question.outcome = Outcome.FAILED
        enqueue(uow, question.team_id, card_of(question))
    return len(lost)


def card_of(question: Question) -> AnswerCard:
    """Return the fact that draws the answer where it stands."""
    if question.public and question.channel:
        return AnswerCard(
            question.asker_id, question.id, question.channel, question.thread_ts or question.ts or ""
        )
    return AnswerCard(question.asker_id, question.id)


def share(uow: UnitOfWork, *, person_id: int, question_id: int) -> bool:
    """Put an answer that only its asker saw where they asked; False when it stands there already.

    Raises NotYours for somebody else's, StaleAction where a confidential project's words may not stand.
    """
    question = load_question(uow, question_id)
    if question.asker_id != person_id:
        raise NotYours(Action.ASK, "question", question_id)
    if question.public:
        return False
    linked = _linked(uow, question.team_id, question.channel)
    if question.channel is None or not _may_be_public(uow, question.project_id, linked):
        raise StaleAction(Action.ASK, "question", question_id, "confidential")
    question.public = True
    enqueue(uow, question.team_id, card_of(question))
    return True


def judge(uow: UnitOfWork, *, person_id: int, question_id: int, judgement: Judgement) -> None:
    """Keep what somebody thinks of an answer; a second thought replaces the first."""
    question = load_question(uow, question_id)
    require_reader(uow, person_id, question)
    standing = uow.session.scalar(
        select(QuestionJudgement).where(
            QuestionJudgement.question_id == question_id, QuestionJudgement.person_id == person_id
        )
    )
    if standing is not None:
        standing.judgement = judgement
        return
    uow.session.add(
        QuestionJudgement(
            question_id=question_id, person_id=person_id, judgement=judgement, created_at=uow.now
        )
    )


def require_reader(uow: UnitOfWork, person_id: int, question: Question) -> None:
    """Raise unless the person may see the answer: the asker, or anybody of the project where it is public."""
    if question.project_id is None:
        raise NotFound("question", str(question.id))
    require(uow, Action.ASK, person_id, question.project_id, Subject("project", question.project_id))
    if question.asker_id != person_id and not question.public:
        raise NotYours(Action.ASK, "question", question.id)


def follow(uow: UnitOfWork, *, person_id: int, question_id: int) -> int:
    """Say "me too": the person gets the reply as well. Return how many others wait with the asker."""
    question = load_question(uow, question_id)
    require_reader(uow, person_id, question)
    if question.asker_id != person_id:
        values = {"question_id": question_id, "person_id": person_id, "created_at": uow.now}
        if insert_once(uow, QuestionFollower, values) is not None:
            enqueue(uow, question.team_id, card_of(question))
    return len(followers(uow, question_id))


def followers(uow: UnitOfWork, question_id: int) -> tuple[int, ...]:
    """Return who said "me too", in the order they did."""
    query = select(QuestionFollower.person_id).where(QuestionFollower.question_id == question_id)
    return tuple(uow.session.scalars(query.order_by(QuestionFollower.id)))
