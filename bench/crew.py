"""A project with tasks and workers to measure on, stored in bulk past the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.places import empty_database
from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.models import AnswerSlot, Batch, Membership, Person, Price, Project, Task, Team
from bot.db.unit_of_work import Transactions
from bot.domain.people import Role, WorkStatus
from bot.domain.task import SlotState, TaskState, TaskType

TEAM = "T0BENCH"
_CHUNK = 10_000


@dataclass(frozen=True)
class Ground:
    """A database with a project; `workers` are person ids, `users` their Slack ids."""

    database: Database
    transactions: Transactions
    project_id: int
    workers: tuple[int, ...]
    users: tuple[str, ...]


@contextmanager
def ground(kind: str, postgres: str, *, tasks: int, workers: int, pool: int = 8) -> Iterator[Ground]:
    """Yield a migrated database of `kind` (sqlite or postgres) with one project, its tasks and its workers."""
    with empty_database(kind, postgres) as url:
        yield from _filled(url, tasks, workers, pool)


def _filled(url: str, tasks: int, workers: int, pool: int) -> Iterator[Ground]:
    database = open_database(url, pool_size=pool)
    migrate(database)
    transactions = Transactions(database)
    with transactions(patience=600) as uow:
        project_id, people, users = _store(uow.session, tasks, workers)
    # A database that has been used for a while has statistics; a freshly filled one needs to be told.
    with database.writer.connect() as connection:
        if not database.is_sqlite:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    yield Ground(database, transactions, project_id, people, users)
    database.dispose()


def _store(session: Session, tasks: int, workers: int) -> tuple[int, tuple[int, ...], tuple[str, ...]]:
    now = datetime.now(UTC)
    team = Team(slack_id=TEAM, created_at=now)
    session.add(team)
    session.flush()
    project = Project(
        team_id=team.id,
        key="BENCH",
        name="bench",
        type=TaskType.TRANSCRIPTION,
        zone="Asia/Seoul",
        labels=[],
        max_in_hand=1_000_000,
        created_at=now,
    )
    session.add(project)
    session.flush()
    session.add(
        Price(project_id=project.id, role=Role.WORKER, amount_minor=350, currency="KRW", created_at=now)
    )
    batch = Batch(
        project_id=project.id, source_name="bench", fingerprint="0", task_count=tasks, created_at=now
    )
    session.add(batch)
    users = tuple(f"UB{n:06}" for n in range(workers))
    people = [
        Person(
            team_id=team.id,
            slack_id=user,
            nickname=f"w{n}",
            language="ko",
            zone="Asia/Seoul",
            status=WorkStatus.WORKING,
            created_at=now,
        )
        for n, user in enumerate(users)
    ]
    session.add_all(people)
    session.flush()
    session.add_all(
        Membership(project_id=project.id, person_id=p.id, role=Role.WORKER, created_at=now) for p in people
    )
    session.flush()
    for first, last in pairwise([*range(0, tasks, _CHUNK), tasks]):
        numbers = range(first + 1, last + 1)
        session.execute(
            insert(Task),
            [
                {
                    "id": n,
                    "project_id": project.id,
                    "batch_id": batch.id,
                    "external_id": f"seg-{n}",
                    "payload": {"audio": f"https://media.example/{n}.wav"},
                    "fingerprint": "0",
                    "priority": 0,
                    "overlap": 1,
                    "state": TaskState.OPEN,
                    "created_at": now,
                }
                for n in numbers
            ],
        )
        session.execute(
            insert(AnswerSlot),
            [
                {"task_id": n, "project_id": project.id, "number": 1, "rank": 0, "state": SlotState.OPEN}
                for n in numbers
            ],
        )
    return project.id, tuple(p.id for p in people), users
