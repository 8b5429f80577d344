"""The crew of a random play, what they are qualified for, and the project they work at."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.db.models import Task
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import Severity
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.services.access import find_project
from bot.services.issues import open_issue
from bot.services.people import join, set_role
from bot.services.qualifying import grant
from tests.factories import TEAM, Crew, make_crew
from tests.integration.work_attempts import IN_HAND
from tests.integration.work_parts import Known

TASKS = 4
PRICE = 350
NEW = {
    "haneul": (Role.WORKER,),
    "bora": (Role.WORKER,),
    "chan": (Role.WORKER, Role.SUPERVISOR),
    "yuna": (Role.REVIEWER,),
    "garam": (Role.SUPERVISOR,),
}
CREW = ("mina", "jun", "sora", "dohyun", "bridge", *NEW)
WORKERS = ("mina", "jun", "sora", "haneul", "bora", "chan")
JUDGING = ("sora", "dohyun", "bridge", "chan", "yuna", "garam")
KNOWN = Known(frozenset({"jun", "bora"}), {"mina": 3, "haneul": 2})
DIALECT, SKILL = "dialect:전남", "safety"
SAID = {
    TaskType.TRANSCRIPTION: ("거시기 해", "거시기해", "거시기 해.", "머시기"),
    TaskType.MODERATION: ("safe", "unsafe"),
}


def make_scene(transactions: Transactions, kind: TaskType) -> Crew:
    """Store a crew of ten, what they are qualified for, a project with a few tasks, and an issue of it."""
    crew = make_crew(transactions, tasks=TASKS, kind=kind, price=PRICE, max_in_hand=IN_HAND)
    people = dict(crew.people)
    with transactions() as uow:
        for name in NEW:
            seen = {"nickname": name, "language": "ko", "zone": "Asia/Seoul"}
            people[name] = join(uow, team=TEAM, user=f"U{name.upper()}", **seen).person_id
        project = find_project(uow, team_id=crew.team_id, key=crew.key)
        for name, roles in NEW.items():
            for role in roles:
                set_role(
                    uow,
                    actor_id=crew["boss"],
                    project=project,
                    user=f"U{name.upper()}",
                    role=role,
                    granted=True,
                )
        for name in sorted(KNOWN.dialect):
            grant(uow, actor_id=crew["boss"], person_id=people[name], key=DIALECT, evidence="고향이에요.")
        for name, value in KNOWN.weights.items():
            grant(
                uow,
                actor_id=crew["boss"],
                person_id=people[name],
                key=SKILL,
                evidence="오래 했어요.",
                value=value,
            )
        opened = open_issue(
            uow,
            person_id=crew["boss"],
            project_id=crew.project_id,
            severity=Severity.S3,
            request="기준이 달라요.",
        )
        assert (opened.issue_id, uow.session.scalar(select(func.max(Task.id)))) == (1, TASKS)
    return Crew(people, crew.project_id, crew.team_id, crew.key)
