"""What a place or a text is about: the project of a channel, and the tasks that somebody's words name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, BridgedChannel, Project, Question, QuestionChannel, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD
from bot.domain.errors import NotFound
from bot.domain.task_ids import listed_tasks, named_tasks
from bot.services.questions import require_reader

Tasks = tuple[tuple[int, str], ...]
"""Id and imported id of tasks."""


@dataclass(frozen=True)
class Listed:
    """The tasks of a typed list, and those of its items that name none."""

    tasks: Tasks
    unknown: tuple[str, ...]


def project_of_channel(uow: UnitOfWork, *, team_id: int, channel: str) -> int | None:
    """Return the active project a channel is bridged for, else the one whose questions it hears, else None."""
    for kind in (BridgedChannel, QuestionChannel):
        found = uow.session.scalar(
            select(kind.project_id)
            .join(Project, Project.id == kind.project_id)
            .where(kind.team_id == team_id, kind.channel == channel, Project.active.is_(True))
        )
        if found is not None:
            return found
    return None


def tasks_in_words(session: Session, project_id: int, *texts: str) -> Tasks:
    """Return the project's tasks that running words name, in the order of their ids."""
    named = [named_tasks(text) for text in texts]
    numbers = [number for one in named for number in one.numbers]
    known = _by_word(session, project_id, (ways for one in named for ways in one.words))
    found = dict(_by_number(session, project_id, numbers).values())
    for one in named:
        for ways in one.words:
            # A word means one task: the first of its ways that is one.
            match = next((known[way] for way in ways if way in known), None)
            if match is not None:
                found[match[0]] = match[1]
    return tuple(sorted(found.items()))


def tasks_in_list(session: Session, project_id: int, text: str) -> Listed:
    """Return the project's tasks that somebody typed as a list, by imported id or by number."""
    items = listed_tasks(text)
    known = _by_word(session, project_id, (ways for _item, ways, _number in items))
    numbered = _by_number(session, project_id, [number for _item, _ways, number in items if number])
    found: dict[int, str] = {}
    unknown = []
    for item, ways, number in items:
        match = next((known[way] for way in ways if way in known), None) or numbered.get(number or 0)
        if match is None:
            unknown.append(item)
        else:
            found[match[0]] = match[1]
    return Listed(tuple(sorted(found.items())), tuple(unknown))


def tasks_in_hand(session: Session, person_id: int, project_ids: Sequence[int]) -> Tasks:
    """Return what the person works on in these projects now, newest first, at most twenty."""
    rows = session.execute(
        select(Task.id, Task.external_id)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(
            Assignment.person_id == person_id,
            Assignment.project_id.in_(project_ids),
            Assignment.state.in_(HELD),
        )
        .order_by(Assignment.id.desc())
        .limit(20)
    )
    return tuple((task_id, external_id) for task_id, external_id in rows)


def tasks_of(session: Session, project_id: int, task_ids: Iterable[int]) -> Tasks:
    """Return those of the tasks that are the project's."""
    return tuple(sorted(_by_number(session, project_id, list(task_ids)).values()))


def task_on_card(session: Session, task_id: int) -> tuple[int, Tasks]:
    """Return the project of the task that a card is about, and the task. Raises NotFound."""
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound("task", str(task_id))
    return task.project_id, ((task.id, task.external_id),)


@dataclass(frozen=True)
class Asked:
    """The question that a card is about; `own` says that whoever pressed the card has asked it."""

    project_id: int
    text: str
    own: bool


def question_on_card(uow: UnitOfWork, *, person_id: int, question_id: int) -> Asked:
    """Return the question that a card is about. Raises NotFound, and NotYours for who may not read its answer."""
    question = uow.session.get(Question, question_id)
    if question is None or question.project_id is None:
        raise NotFound("question", str(question_id))
    require_reader(uow, person_id, question)
    return Asked(question.project_id, question.text, question.asker_id == person_id)


def _by_word(
    session: Session, project_id: int, words: Iterable[tuple[str, ...]]
) -> dict[str, tuple[int, str]]:
    wanted = sorted({way for ways in words for way in ways})
    if not wanted:
        return {}
    rows = session.execute(
        select(Task.external_id, Task.id).where(Task.project_id == project_id, Task.external_id.in_(wanted))
    )
    return {external_id: (task_id, external_id) for external_id, task_id in rows}


def _by_number(session: Session, project_id: int, numbers: list[int]) -> dict[int, tuple[int, str]]:
    if not numbers:
        return {}
    rows = session.execute(
        select(Task.id, Task.external_id).where(
            Task.project_id == project_id, Task.id.in_(sorted(set(numbers)))
        )
    )
    return {task_id: (task_id, external_id) for task_id, external_id in rows}
