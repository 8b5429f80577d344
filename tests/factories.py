"""Short ways to a crew with work, through the services themselves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.db.unit_of_work import Transactions
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.imports.rows import TaskRow, fingerprint
from bot.services.access import find_project
from bot.services.imports import import_tasks
from bot.services.people import grant_admin, join, set_role
from bot.services.projects import ProjectPlan, create_project, set_price
from tests.remembering import remembered

TEAM = "T0TEST"


@dataclass(frozen=True)
class Crew:
    """Ids of people by nickname, and of the project."""

    people: dict[str, int]
    project_id: int
    team_id: int
    key: str = "DIAL"

    def __getitem__(self, nickname: str) -> int:
        return self.people[nickname]


ROLES: dict[str, tuple[Role, ...]] = {
    "boss": (),
    "mina": (Role.WORKER,),
    "jun": (Role.WORKER,),
    "sora": (Role.REVIEWER, Role.WORKER),
    "dohyun": (Role.REVIEWER,),
    "bridge": (Role.SUPERVISOR,),
    "alex": (Role.PM,),
}


def task_rows(count: int, start: int = 1) -> tuple[TaskRow, ...]:
    """Rows of distinct transcription tasks."""
    rows = []
    for n in range(start, start + count):
        payload = {"audio": f"https://media.example/{n}.wav"}
        rows.append(TaskRow(f"seg-{n:04}", payload, 0, n, fingerprint(payload)))
    return tuple(rows)


def make_crew(
    transactions: Transactions,
    *,
    tasks: int = 3,
    kind: TaskType = TaskType.TRANSCRIPTION,
    price: int = 350,
    max_in_hand: int = 3,
) -> Crew:
    """Store a crew of every role with one project that has a price and tasks."""
    return remembered(
        transactions,
        ("crew", tasks, kind, price, max_in_hand),
        lambda: _make_crew(transactions, tasks, kind, price, max_in_hand),
    )


def _make_crew(transactions: Transactions, tasks: int, kind: TaskType, price: int, max_in_hand: int) -> Crew:
    labels = ("safe", "unsafe") if kind is TaskType.MODERATION else ()
    with transactions() as uow:
        people = {
            name: join(
                uow,
                team=TEAM,
                user=f"U{name.upper()}",
                nickname=name,
                language="en" if name == "alex" else "ko",
                zone="Asia/Seoul",
            ).person_id
            for name in ROLES
        }
        grant_admin(uow, person_id=people["boss"])
        plan = ProjectPlan("DIAL", "전남 사투리", kind, labels=labels, max_in_hand=max_in_hand)
        project = create_project(uow, actor_id=people["boss"], plan=plan)
        set_price(uow, actor_id=people["boss"], project=project, amount_minor=price)
        for name, roles in ROLES.items():
            for role in roles:
                set_role(
                    uow,
                    actor_id=people["boss"],
                    project=project,
                    user=f"U{name.upper()}",
                    role=role,
                    granted=True,
                )
        uow.session.flush()
        if tasks:
            project = find_project(uow, team_id=project.team_id, key="DIAL")
            import_tasks(uow, project=project, source_name="tasks.csv", rows=task_rows(tasks))
        return Crew(people, project.id, project.team_id)
