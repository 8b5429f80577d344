"""Where a concurrency history happens: a project with many people, and a clock that runs fast for all processes."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.db.unit_of_work import Transactions
from bot.domain.people import Role
from bot.domain.rules import ReviewMode
from bot.domain.task import TaskType
from bot.imports.rows import TaskRow, fingerprint
from bot.services.access import find_project
from bot.services.imports import import_tasks
from bot.services.people import grant_admin, join, set_role
from bot.services.projects import ProjectPlan, create_project, set_price
from bot.services.rules import set_rules

TEAM, KEY = "T0HISTORY", "HIST"
BEGIN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SPEED = 1200.0
"""Seconds on people's clocks in one second: leases end and reworks expire within a run."""

OVERLAPS = (1, 2, 2, 3)
WORKERS, REVIEWERS, SUPERVISORS = 16, 5, 3


@dataclass(frozen=True)
class Cast:
    """The project and the ids of its people. `judges` are reviewers and supervisors."""

    project_id: int
    boss: int
    workers: tuple[int, ...]
    judges: tuple[int, ...]
    supervisors: tuple[int, ...]

    def write(self, file: Path) -> None:
        """Store it for other processes."""
        file.write_text(json.dumps(asdict(self)), "ascii")


def read_cast(file: Path) -> Cast:
    """Return what `Cast.write` has stored."""
    stored: dict[str, Any] = json.loads(file.read_text("ascii"))
    lists = {name: tuple(value) for name, value in stored.items() if isinstance(value, list)}
    return Cast(**stored | lists)


class FastClock:
    """The instant on everybody's clock; `step` is a file with seconds by which it has been set, back or on."""

    def __init__(self, began: float, step: Path) -> None:
        self.began, self.step = began, step

    def __call__(self) -> datetime:
        passed = timedelta(seconds=(time.monotonic() - self.began) * SPEED)
        return BEGIN + passed + timedelta(seconds=float(self.step.read_text("ascii")))

    def set(self, seconds: float) -> None:
        """Let the clock be off by so much from now on."""
        fresh = self.step.with_suffix(".new")
        fresh.write_text(str(seconds), "ascii")
        # Nobody may read half a number.
        fresh.replace(self.step)


def make_cast(transactions: Transactions, tasks: int) -> Cast:
    """Store a project that wants two answers to a task and has most reviewed, its people, and so many tasks."""
    with transactions(patience=30) as uow:
        boss = join(uow, team=TEAM, user="UBOSS", nickname="boss", language="ko", zone="Asia/Seoul").person_id
        grant_admin(uow, person_id=boss)
        plan = ProjectPlan(KEY, "전남 사투리", TaskType.TRANSCRIPTION, max_in_hand=3)
        project = create_project(uow, actor_id=boss, plan=plan)
        set_price(uow, actor_id=boss, project=project, amount_minor=350)
        people: dict[Role, list[int]] = {}
        for role, count in (
            (Role.WORKER, WORKERS),
            (Role.REVIEWER, REVIEWERS),
            (Role.SUPERVISOR, SUPERVISORS),
        ):
            for n in range(count):
                name = f"{role.value}{n}"
                profile = join(
                    uow, team=TEAM, user=f"U{name.upper()}", nickname=name, language="ko", zone="Asia/Seoul"
                )
                people.setdefault(role, []).append(profile.person_id)
                set_role(
                    uow, actor_id=boss, project=project, user=f"U{name.upper()}", role=role, granted=True
                )
        uow.session.flush()
        changes = {"overlap": 2, "overlap_max": 3, "gold_percent": 10} | {
            "review_mode": ReviewMode.SAMPLE,
            "sample_percent": 75,
            "newcomer_first": 2,
        }
        set_rules(uow, actor_id=boss, project_id=project.id, changes=changes)
        project = find_project(uow, team_id=project.team_id, key=KEY)
        import_tasks(uow, project=project, source_name="tasks.csv", rows=_rows(tasks))
        judges = (*people[Role.REVIEWER], *people[Role.SUPERVISOR])
        return Cast(project.id, boss, tuple(people[Role.WORKER]), judges, tuple(people[Role.SUPERVISOR]))


def _rows(count: int) -> tuple[TaskRow, ...]:
    rows = []
    for n in range(count):
        payload = {"audio": f"https://media.example/{n}.wav"}
        rows.append(TaskRow(f"seg-{n:05}", payload, 0, n + 2, fingerprint(payload)))
    return tuple(rows)
