"""Storing the tasks of one file, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from sqlalchemy import insert, select

from bot.db.models import AnswerSlot, Batch, Project, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.policy import Action, Subject
from bot.domain.task import SlotState, TaskState, slot_rank
from bot.imports.problems import ProblemCode, ProblemList
from bot.imports.rows import TaskRow
from bot.services.access import require

_CHUNK = 500


@dataclass(frozen=True)
class Imported:
    """What an import did; without new tasks there is no batch."""

    batch_id: int | None
    added: int
    unchanged: int


def import_tasks(
    uow: UnitOfWork,
    *,
    project: Project,
    source_name: str,
    rows: tuple[TaskRow, ...],
    actor_id: int | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Imported:
    """Store the rows as tasks with their answer slots. Rows already there with equal content are left alone.

    `actor_id` is None on the command line, where whoever runs it has the database anyway. `progress` is called
    with the number of rows done. Raises BadFile naming every row whose id exists with other content.
    """
    if actor_id is not None:
        require(uow, Action.IMPORT, actor_id, project.id, Subject("project", project.id))
    known = _known(uow, project, rows)
    problems = ProblemList()
    for row in rows:
        if known.get(row.external_id, row.fingerprint) != row.fingerprint:
            problems.add(row.line, ProblemCode.CHANGED_TASK, id=row.external_id)
    problems.raise_if_any()
    new = [row for row in rows if row.external_id not in known]
    unchanged = len(rows) - len(new)
    progress(unchanged)
    if not new:
        return Imported(None, 0, unchanged)
    batch = Batch(
        project_id=project.id,
        source_name=source_name[:200],
        fingerprint=sha256("".join(row.fingerprint for row in new).encode()).hexdigest(),
        task_count=len(new),
        imported_by_id=actor_id,
        created_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    done = unchanged
    for chunk in _chunks(new):
        _store(uow, project, batch, chunk)
        done += len(chunk)
        progress(done)
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.IMPORT,
        subject=("batch", batch.id),
        detail={"added": len(new), "unchanged": unchanged},
    )
    return Imported(batch.id, len(new), unchanged)


def _chunks(rows: Iterable[TaskRow]) -> Iterator[list[TaskRow]]:
    rows = list(rows)
    cuts = [*range(0, len(rows), _CHUNK), len(rows)]
    return (rows[a:b] for a, b in pairwise(cuts))


def _known(uow: UnitOfWork, project: Project, rows: tuple[TaskRow, ...]) -> dict[str, str]:
    """Return the fingerprints of those external ids that the project already has."""
    known: dict[str, str] = {}
    for chunk in _chunks(rows):
        found = uow.session.execute(
            select(Task.external_id, Task.fingerprint).where(
                Task.project_id == project.id, Task.external_id.in_([row.external_id for row in chunk])
            )
        )
        known.update((external_id, fingerprint) for external_id, fingerprint in found)
    return known


def _store(uow: UnitOfWork, project: Project, batch: Batch, rows: list[TaskRow]) -> None:
    # Matched by external id: asked to keep the order, SQLite would take one statement per row.
    stored = uow.session.execute(
        insert(Task).returning(Task.external_id, Task.id),
        [
            {
                "project_id": project.id,
                "batch_id": batch.id,
                "external_id": row.external_id,
                "payload": row.payload,
                "fingerprint": row.fingerprint,
                "priority": row.priority,
                "overlap": project.overlap,
                "state": TaskState.OPEN,
                "created_at": uow.now,
            }
            for row in rows
        ],
    )
    ids: dict[str, int] = dict(iter(stored))
    uow.session.execute(
        insert(AnswerSlot),
        [
            {
                "task_id": ids[row.external_id],
                "project_id": project.id,
                "number": number,
                "rank": slot_rank(row.priority),
                "state": SlotState.OPEN,
            }
            for row in rows
            for number in range(1, project.overlap + 1)
        ],
    )
