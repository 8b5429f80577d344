"""An office for scenario tests: a sandbox, the bot as its own process, a crew and one translation project."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.db.engine import open_database
from bot.db.migrate import migrate
from bot.db.models import Assignment, LedgerLine, OutboxRow, OutboxState, Person, Task
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.surface import ROOTS
from bot.domain.task import TaskState
from bot.manifest import build_manifest
from bot.services.people import grant_admin
from bot.services.people import join as register
from sandbox.client import PersonClient, Sandbox
from sandbox.crews import ADMIN, REVIEWERS, WORKERS, Member, workspace
from sandbox.opening import join, tell
from sandbox.running import Bot
from sandbox.server import serve_in_thread
from sandbox.world import World

KEY = "TEXTS"
FAST = {
    "scheduler": {"tick_seconds": 0.5},
    "sender": {
        "channel_per_second": 100,
        "channel_burst": 100,
        "workspace_per_second": 1000,
        "threads": 4,
        "quarantine_seconds": 1,
    },
}


@dataclass
class Office:
    """Everything a scenario needs; the database is looked at through `sums`."""

    box: Sandbox
    bot: Bot
    workers: tuple[PersonClient, ...]
    reviewers: tuple[PersonClient, ...]
    channel: str
    """A public channel everybody is in."""

    def bring(self, sources: Sequence[tuple[str, str]]) -> str:
        """Import (id, source) pairs on the command line; return what it printed."""
        file = self.bot.folder / "tasks.jsonl"
        rows = (json.dumps({"id": id, "source": source}, ensure_ascii=False) for id, source in sources)
        file.write_text("\n".join(rows) + "\n", "utf-8")
        return self.bot.run("import-tasks", str(file), "--project", KEY)

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until every message has left."""
        with self.reading() as transactions:

            def nothing_waits() -> bool:
                with transactions.reading() as session:
                    left = select(func.count()).where(
                        OutboxRow.state.in_((OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN))
                    )
                    return session.scalar(left) == 0

            self.box.wait_for(nothing_waits, timeout, every=0.05)

    @contextmanager
    def reading(self) -> Iterator[Transactions]:
        database = open_database(self.bot.database_url, pool_size=2)
        try:
            yield Transactions(database)
        finally:
            database.dispose()

    def sums(self) -> Sums:
        """Count what is stored."""
        with self.reading() as transactions, transactions.reading() as session:
            claims: dict[str, list[int]] = {}
            rows = session.execute(select(Person.slack_id, Assignment.task_id).join(Person)).all()
            for user, task_id in rows:
                claims.setdefault(user, []).append(task_id)
            live = session.scalars(
                select(Assignment.task_id).where(Assignment.state != AssignmentState.EXPIRED)
            ).all()
            lines = select(LedgerLine.assignment_id).where(LedgerLine.assignment_id.is_not(None))
            paid = Counter(one for one in session.scalars(lines) if one is not None)
            final = session.scalar(select(func.count()).where(Task.state == TaskState.FINAL))
            parked = session.scalar(select(func.count()).where(OutboxRow.state == OutboxState.PARKED))
            return Sums(final or 0, claims, Counter(live), paid, parked or 0)

    def check_nothing_lost_nothing_twice(self, final: int) -> Sums:
        """Say so of tasks, claims, pay and cards; the doctor has to agree. Return the sums."""
        self.settle()
        sums = self.sums()
        assert sums.final == final, f"{sums.final} of {final} tasks are final"
        assert set(sums.takers.values()) <= {1}, "no task is taken twice"
        assert len(sums.paid) == final, "every accepted assignment is paid"
        assert set(sums.paid.values()) <= {1}, "none is paid twice"
        assert sums.parked == 0, self.bot.run("outbox", "list")
        assert self.bot.run("doctor") == "All invariants hold."
        for worker in self.workers:
            self.check_cards(worker, sums.claims.get(worker.id, []))
        return sums

    def check_cards(self, worker: PersonClient, tasks: list[int]) -> None:
        """The worker has one card of each task they took, in its last state, and none of anybody else's."""
        cards = [card for card in map(_task_of, lasting(worker)) if card]
        assert Counter(cards) == Counter(tasks)


@dataclass(frozen=True)
class Sums:
    """What is stored: final tasks, tasks by who took them, how often each was taken and paid, parked messages."""

    final: int
    claims: dict[str, list[int]]
    takers: Counter[int]
    paid: Counter[int]
    parked: int


def lasting(person: PersonClient) -> list[dict[str, Any]]:
    """The messages of somebody's conversation with the bot that stay."""
    return [message for message in person.dm() if not message["ephemeral"]]


def _task_of(message: dict[str, Any]) -> int:
    """Return the task of a card from the small line under it ("TEXTS · #12 · …"), 0 for other messages."""
    last = message["blocks"][-1]
    words = json.dumps(last, ensure_ascii=False)
    return int(words.split(f"{KEY} · #")[1].split(" ")[0]) if f"{KEY} · #" in words else 0


@contextmanager
def open_office(
    folder: Path,
    *,
    workers: int = 4,
    reviewers: int = 2,
    mode: str = "socket",
    database_url: str = "",
    settings: dict[str, Any] | None = None,
    program: tuple[str, ...] = ("app.py",),
    more_workers: tuple[Member, ...] = (),
) -> Iterator[Office]:
    """Start everything, have the crew join and set the project up."""
    working = (*WORKERS[:workers], *more_workers)
    crew = (*working, *REVIEWERS[:reviewers])
    seed = workspace()
    for member in more_workers:
        seed["people"].append({"id": member.id, "name": member.handle, "locale": "ko-KR", "tz": member.zone})
        seed["channels"][0]["members"].append(member.id)
    with serve_in_thread(World(seed=seed)) as running:
        box = Sandbox(running.url)
        box.control("app", retry_scale=0.01)
        settings = settings or FAST
        bot = Bot(
            folder / "bot", box, mode=mode, database_url=database_url, settings=settings, program=program
        )
        try:
            _install(bot)
            bot.start()
            admin = box.person(ADMIN.id)
            tell(admin, f'/admin project {KEY} translation "Texts" confidential=no')
            tell(admin, f"/admin price {KEY} 100")
            with ThreadPoolExecutor(4) as threads:
                list(threads.map(lambda m: join(box.person(m.id), m.nickname), crew))
            for member in crew:
                tell(admin, f"/admin role @{member.handle} {member.role} {KEY}")
            yield Office(
                box,
                bot,
                tuple(box.person(member.id) for member in working),
                tuple(box.person(member.id) for member in crew[len(working) :]),
                box.add_channel("general", members=[]),
            )
        finally:
            bot.stop()
            box.close()


def _install(bot: Bot) -> None:
    """Do here what an operator does with three commands, each a process; the story does it with them."""
    bot.box.control("app", manifest=build_manifest({root: f"/{root}" for root in ROOTS}))
    database = open_database(bot.database_url, pool_size=2)
    try:
        migrate(database)
        with Transactions(database)() as uow:
            admin = register(
                uow,
                team="T0SANDBOX",
                user=ADMIN.id,
                nickname=ADMIN.nickname,
                language="en",
                zone="Asia/Seoul",
            )
            grant_admin(uow, person_id=admin.person_id)
    finally:
        database.dispose()
