"""Tasks with words, imported through the services and swept for prints as the scheduler does it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.models import ContentPrint, Project, Team
from bot.db.unit_of_work import Transactions
from bot.domain.task import TaskType
from bot.imports.rows import TaskRow, fingerprint
from bot.services.content_prints import Prints
from bot.services.imports import import_tasks


@dataclass
class Ground:
    """A database whose prints are complete; `holds` are the seconds each sweep held the writer."""

    database: Database
    transactions: Transactions
    prints_of: Prints
    team_id: int
    contents: list[str]
    words: list[str]
    rng: random.Random
    import_seconds: float
    holds: list[float]
    prints: int

    def finds(self, words: str) -> bool:
        """Say whether a message is taken for a copy."""
        with self.transactions.reading() as session:
            return self.finds_in(session, words)

    def finds_in(self, session: Session, words: str) -> bool:
        """Say so in a session that is open already."""
        return self.prints_of.lookup(session, team_id=self.team_id, words=words) is not None

    def made_up(self, count: int) -> list[str]:
        """Return sentences of made-up words."""
        return [_sentence(self.words, self.rng) for _ in range(count)]

    def close(self) -> None:
        """Close the database."""
        self.database.dispose()


def _sentence(words: list[str], rng: random.Random) -> str:
    return " ".join(rng.choices(words, k=rng.randint(6, 30)))


def guarded_ground(url: str, real: list[str], tasks: int, rng: random.Random) -> Ground:
    """Import the real sentences and as many made-up ones as are missing, and sweep until all have prints."""
    syllables = [chr(0xAC00 + rng.randrange(11_172)) for _ in range(1200)]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(10_000)]
    contents = [*real, *(_sentence(words, rng) for _ in range(tasks - len(real)))][:tasks]
    database = open_database(url)
    migrate(database)
    transactions = Transactions(database)
    rows = [
        TaskRow(f"post-{n}", {"text": text}, 0, n, fingerprint({"text": text}))
        for n, text in enumerate(contents, 1)
    ]
    now = datetime.now(UTC)
    with transactions() as uow:
        team = Team(slack_id="T0BENCH", created_at=now)
        uow.session.add(team)
        uow.session.flush()
        project = Project(
            team_id=team.id,
            key="BENCH",
            name="bench",
            type=TaskType.MODERATION,
            zone="Asia/Seoul",
            labels=["safe", "unsafe"],
            created_at=now,
        )
        uow.session.add(project)
        uow.session.flush()
        began = time.perf_counter()
        import_tasks(uow, project=project, source_name="bench.csv", rows=tuple(rows))
        spent = time.perf_counter() - began
    prints, holds = Prints(b"bench"), []
    busy = True
    while busy:
        began = time.perf_counter()
        with transactions() as uow:
            busy = bool(prints.sweep(uow))
        holds.append(time.perf_counter() - began)
    with transactions.reading() as session:
        count = session.scalar(select(func.count()).select_from(ContentPrint)) or 0
    return Ground(database, transactions, prints, team.id, contents, words, rng, spent, holds, count)
