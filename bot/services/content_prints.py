"""Keeping marks of every task's content, a few tasks at a time, and finding the tasks that a message copies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import chain

from sqlalchemy import CursorResult, Select, delete, insert, select
from sqlalchemy.orm import Session

from bot.answers.topics import Topic, topic_of
from bot.db.models import Batch, ContentPrint, Membership, PrintProgress, Project, Submission, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import UNUSABLE
from bot.domain.prints import SPAN, STOCK, Key, copies, telling, words_of
from bot.services.questions import insert_once

TASKS_AT_ONCE = 100
"""So many tasks get their marks in one transaction: on SQLite nobody else can write meanwhile."""

_SETTLED = timedelta(minutes=1)
_PURGED_AT_ONCE = 5_000
_CHUNK = 500
_MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Copied:
    """The tasks, all of one project, whose content a message copies."""

    project_id: int
    task_ids: tuple[int, ...]


class Prints:
    """Makes and finds marks. `secret` must be the same in every process and after a restart, and nobody's guess."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._sign = Key(secret).sign
        self._key_of = lru_cache(maxsize=64)(self._make_key)

    def _make_key(self, team_id: int) -> Key:
        return Key(self._secret, team_id)

    def sweep(self, uow: UnitOfWork) -> int:
        """Do the next bit of what is to be done, and return how many rows that was; 0 when all is done.

        Marks under another key are dropped and made anew, those of inactive projects are dropped. Imports are
        taken up one after the other, each where the last sweep stopped, then what was submitted since.
        """
        return (
            self._drop_foreign(uow)
            or _drop_inactive(uow)
            or self._mark_imports(uow)
            or self._mark_answers(uow)
        )

    def lookup(
        self, session: Session, *, team_id: int, words: str, person_id: int | None = None
    ) -> Copied | None:
        """Return the tasks of active projects whose content the words copy, None when they copy nothing.

        A content too short to be told from talk counts only when somebody of its project says it; of several
        projects one that the person is in is preferred, then the one with most tasks.
        """
        marks = self._key_of(team_id).marks_of_message(words)
        tasks_of = _tasks_with(session, marks, team_id)
        votes = Counter(chain.from_iterable(tasks for tasks in tasks_of.values() if len(tasks) <= STOCK))
        candidates = [task_id for task_id, _votes in votes.most_common(_MOST_CANDIDATES)]
        if not candidates:
            return None
        projects = _projects_of(session, person_id)
        found: dict[int, list[int]] = defaultdict(list)
        for task_id, project_id, contents in _contents(session, candidates):
            if any(_is_copied(content, words, project_id in projects) for content in contents):
                found[project_id].append(task_id)
        if not found:
            return None
        project_id = max(found, key=lambda known: (known in projects, len(found[known]), -known))
        return Copied(project_id, tuple(sorted(found[project_id])))

    def _drop_foreign(self, uow: UnitOfWork) -> int:
        foreign = PrintProgress.sign != self._sign
        if uow.session.scalar(select(PrintProgress.id).where(foreign).limit(1)) is None:
            return 0
        dropped = _delete_some(uow)
        if not dropped:
            uow.session.execute(delete(PrintProgress).where(foreign))
        return max(dropped, 1)

    def _mark_imports(self, uow: UnitOfWork) -> int:
        row = uow.session.execute(
            select(Batch.id, PrintProgress.id)
            .join(Project, Project.id == Batch.project_id)
            .outerjoin(PrintProgress, PrintProgress.batch_id == Batch.id)
            .where(Project.active.is_(True), PrintProgress.ended.is_not(True))
            .order_by(Batch.id)
            .limit(1)
        ).one_or_none()
        if row is None:
            return 0
        progress = self._progress(uow, row[0], row[1])
        if progress is None or progress.ended:
            return 0
        found = uow.session.execute(
            select(Task.id, Task.project_id, Project.team_id, Task.payload)
            .join(Project, Project.id == Task.project_id)
            .where(Task.batch_id == row[0], Task.id > progress.reached)
            .order_by(Task.id)
            .limit(TASKS_AT_ONCE)
        ).all()
        answers = _answers(uow.session, [id for id, *_rest in found])
        self._keep(
            uow,
            (
                _Content(id, project, team, (*words_of(payload), *answers.get(id, ())))
                for id, project, team, payload in found
            ),
        )
        progress.ended = len(found) < TASKS_AT_ONCE
        if found:
            progress.reached = found[-1][0]
        return max(len(found), 1)

    def _mark_answers(self, uow: UnitOfWork) -> int:
        """Mark what was submitted since; the newest minute is looked at again.

        On PostgreSQL a submission may become visible after one with a higher id.
        """
        known = uow.session.scalar(select(PrintProgress.id).where(PrintProgress.batch_id.is_(None)))
        progress = self._progress(uow, None, known)
        if progress is None:
            return 0
        found = uow.session.execute(
            select(
                Submission.id,
                Submission.task_id,
                Submission.project_id,
                Project.team_id,
                Submission.answer,
                Submission.submitted_at,
            )
            .join(Project, Project.id == Submission.project_id)
            .where(Submission.id > progress.reached, Project.active.is_(True))
            .order_by(Submission.id)
            .limit(TASKS_AT_ONCE)
        ).all()
        contents = (
            _Content(task, project, team, _words_in(answer))
            for _id, task, project, team, answer, _at in found
        )
        kept = self._keep(uow, contents)
        settled = [id for id, *_rest, at in found if at <= uow.now - _SETTLED]
        if settled:
            progress.reached = max(progress.reached, settled[-1])
        return max(kept, len(settled))

    def _progress(self, uow: UnitOfWork, batch_id: int | None, known: int | None) -> PrintProgress | None:
        """Return the locked row, made if need be; None when another process is making it just now."""
        if known is None:
            values = {"batch_id": batch_id, "sign": self._sign, "reached": 0, "ended": False}
            known = insert_once(uow, PrintProgress, values)
        return uow.lock(PrintProgress, known) if known is not None else None

    def _keep(self, uow: UnitOfWork, contents: Iterable[_Content]) -> int:
        """Store the marks that are not there yet; of a stock phrase no more than tell that it is one."""
        wanted: dict[int, dict[int, int]] = defaultdict(dict)
        for content in contents:
            key = self._key_of(content.team_id)
            for text in content.texts:
                for mark in key.marks_of_content(text):
                    wanted[mark][content.task_id] = content.project_id
        there = _tasks_with(uow.session, wanted)
        rows = []
        for mark, tasks in wanted.items():
            known = there.get(mark, set())
            room = max(0, STOCK + 1 - len(known))
            new = [task_id for task_id in tasks if task_id not in known][:room]
            rows += [{"project_id": tasks[id], "task_id": id, "mark": mark} for id in new]
        if rows:
            uow.session.execute(insert(ContentPrint), rows)
        return len(rows)


@dataclass(frozen=True)
class _Content:
    task_id: int
    project_id: int
    team_id: int
    texts: tuple[str, ...]


def _words_in(answer: Mapping[str, str]) -> tuple[str, ...]:
    return () if UNUSABLE in answer else words_of(answer)


def _projects_of(session: Session, person_id: int | None) -> frozenset[int]:
    return frozenset(session.scalars(select(Membership.project_id).where(Membership.person_id == person_id)))


def _is_copied(content: str, words: str, is_member: bool) -> bool:
    if telling(content) < SPAN and (not is_member or topic_of(words) is Topic.CHIT_CHAT):
        return False
    return copies(content, words)


def _tasks_with(session: Session, marks: Collection[int], team_id: int | None = None) -> dict[int, set[int]]:
    """Return the tasks that have each of the marks; with `team_id` of its active projects only."""
    query = select(ContentPrint.mark, ContentPrint.task_id)
    if team_id is not None:
        query = query.join(Project, Project.id == ContentPrint.project_id).where(
            Project.team_id == team_id, Project.active.is_(True)
        )
    found: dict[int, set[int]] = defaultdict(set)
    for part in _parts(sorted(marks)):
        for mark, task_id in session.execute(query.where(ContentPrint.mark.in_(part))):
            found[mark].add(task_id)
    return found


def _contents(session: Session, task_ids: Sequence[int]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    rows = session.execute(select(Task.id, Task.project_id, Task.payload).where(Task.id.in_(task_ids))).all()
    answers = _answers(session, task_ids)
    for id, project_id, payload in rows:
        yield id, project_id, (*words_of(payload), *answers.get(id, ()))


def _answers(session: Session, task_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for part in _parts(task_ids):
        rows = session.execute(
            select(Submission.task_id, Submission.answer).where(Submission.task_id.in_(part))
        )
        for task_id, answer in rows:
            found[task_id] = (*found.get(task_id, ()), *_words_in(answer))
    return found


def _drop_inactive(uow: UnitOfWork) -> int:
    batch = uow.session.scalar(
        select(PrintProgress)
        .join(Batch, Batch.id == PrintProgress.batch_id)
        .join(Project, Project.id == Batch.project_id)
        .where(Project.active.is_(False))
        .order_by(PrintProgress.id)
        .limit(1)
    )
    if batch is None:
        return 0
    of_batch = select(Task.id).where(Task.batch_id == batch.batch_id)
    dropped = _delete_some(uow, of_batch)
    if not dropped:
        uow.session.delete(batch)
    return max(dropped, 1)


def _delete_some(uow: UnitOfWork, tasks: Select[int] | None = None) -> int:
    some = select(ContentPrint.id).limit(_PURGED_AT_ONCE)
    if tasks is not None:
        some = some.where(ContentPrint.task_id.in_(tasks))
    done = uow.session.execute(delete(ContentPrint).where(ContentPrint.id.in_(some)))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
