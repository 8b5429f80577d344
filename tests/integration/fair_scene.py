"""A scene whose project has rules, with people qualified and known tasks made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.db.models import Project
from bot.domain.people import Role
from bot.guidelines.read import read_guideline
from bot.services import gold, qualifying
from bot.services.access import find_project
from bot.services.gates import closed_projects
from bot.services.guidelines import acknowledge, publish, upload
from bot.services.imports import import_tasks
from bot.services.people import set_role
from bot.services.projects import ProjectPlan, create_project, set_price
from bot.services.rules import set_rules
from tests.factories import task_rows
from tests.integration.standing_still import Scene

GUIDELINE = """# 전사 지침

## 1 사투리
사투리는 들리는 그대로 적고 표준어로 고치지 않아요. 어미도 그대로 두세요.

## 2 숫자
숫자는 말한 대로 한글로 적어요. 날짜와 시간도 마찬가지로 한글로 적어 주세요.

## 3 소음
말이 들리지 않을 만큼 시끄러우면 작업 불가로 표시하고 이유를 골라 주세요.

## 4 개인정보
이름과 전화번호는 별표로 가려요. 주소도 동까지만 적고 나머지는 가려 주세요.
"""


class FairScene(Scene):
    """Rules, qualifications and known tasks in one line each."""

    def rules(self, **changes: Any) -> None:
        with self.transactions() as uow:
            set_rules(uow, actor_id=self.crew["alex"], project_id=self.crew.project_id, changes=changes)

    def grant(self, who: str, key: str, *, value: int | None = None, until: datetime | None = None) -> int:
        with self.transactions() as uow:
            return qualifying.grant(
                uow,
                actor_id=self.crew["bridge"],
                person_id=self.crew[who],
                key=key,
                evidence="직접 확인했어요.",
                value=value,
                expires_at=until,
            ).grant_id

    def closed(self, who: str = "mina") -> list[tuple[str, str, str]]:
        with self.transactions() as uow:
            found = closed_projects(uow, self.crew[who]).values()
            return [(one.project_key, one.reason, one.value) for one in found]

    def gold(self, task: int, answer: str | None = None) -> int:
        with self.transactions() as uow:
            return gold.set_gold(
                uow,
                actor_id=self.crew["bridge"],
                project_id=self.crew.project_id,
                task_id=task,
                answer=answer,
            ).gold_id

    def other_project(self, key: str = "OPEN", tasks: int = 5) -> int:
        """Set another project up in which mina and jun work, and which asks nothing."""
        with self.transactions() as uow:
            made = create_project(
                uow,
                actor_id=self.crew["boss"],
                plan=ProjectPlan(key, "열린 작업", self.kind(), max_in_hand=50),
            )
            set_price(uow, actor_id=self.crew["boss"], project=made, amount_minor=100)
            for name in ("mina", "jun"):
                set_role(
                    uow,
                    actor_id=self.crew["boss"],
                    project=made,
                    user=f"U{name.upper()}",
                    role=Role.WORKER,
                    granted=True,
                )
            project = find_project(uow, team_id=made.team_id, key=key)
            import_tasks(uow, project=project, source_name="more.csv", rows=task_rows(tasks, start=500))
            return made.id

    def kind(self) -> Any:
        with self.transactions.reading() as session:
            return session.get_one(Project, self.crew.project_id).type

    def guideline(self, text: str = GUIDELINE) -> None:
        """Let a guideline be in effect that everybody has read."""
        read = read_guideline(text.encode(), "지침.md")
        with self.transactions() as uow:
            project = uow.session.get_one(Project, self.crew.project_id)
            stored = upload(
                uow,
                actor_id=self.crew["alex"],
                project=project,
                name="지침.md",
                sha256="0" * 64,
                guideline=read,
            )
            publish(uow, actor_id=self.crew["alex"], version=stored.version_id)
            for who in ("mina", "jun", "sora"):
                acknowledge(uow, person_id=self.crew[who], version_id=stored.version_id)
