"""The known tasks of a project and how people did with them: for those who steer it, never for others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Float, case, cast, func, select
from sqlalchemy.orm import Session

from bot.db.models import Gold, GoldResult, Person, Project, Task
from bot.domain.answers import UNUSABLE, Answer, main_part

MOST = 30


@dataclass(frozen=True)
class GoldFacts:
    """A known task: its answer in words, how often it was tried and how often hit."""

    task_id: int
    external_id: str
    words: str
    tries: int
    hits: int


@dataclass(frozen=True)
class GoldPerson:
    """How somebody did with known tasks; `likeness` is the mean, 0 to 1."""

    nickname: str
    tries: int
    hits: int
    likeness: float


@dataclass(frozen=True)
class GoldList:
    """The known tasks in use, the newest first and at most thirty, and the people who have met any."""

    project_key: str
    percent: int
    golds: tuple[GoldFacts, ...]
    total: int
    people: tuple[GoldPerson, ...]


def read_golds(session: Session, project_id: int, percent: int) -> GoldList:
    """Return a project's known tasks. `percent` is how many of its claims they make up."""
    project = session.get_one(Project, project_id)
    part = main_part(project.type)
    hit = func.sum(case((GoldResult.hit.is_(True), 1), else_=0))
    rows = session.execute(
        select(Gold, Task.external_id, func.count(GoldResult.id), hit)
        .join(Task, Task.id == Gold.task_id)
        .outerjoin(GoldResult, GoldResult.gold_id == Gold.id)
        .where(Gold.project_id == project_id, Gold.retired_at.is_(None))
        .group_by(Gold.id, Task.external_id)
        .order_by(Gold.id.desc())
        .limit(MOST)
    )
    golds = tuple(
        GoldFacts(gold.task_id, external_id, _said(gold.answer, part), tries, int(hits or 0))
        for gold, external_id, tries, hits in rows
    )
    total = session.scalar(
        select(func.count()).where(Gold.project_id == project_id, Gold.retired_at.is_(None))
    )
    people = session.execute(
        select(Person.nickname, func.count(), hit, func.avg(cast(GoldResult.likeness, Float)))
        .join(Person, Person.id == GoldResult.person_id)
        .where(GoldResult.project_id == project_id)
        .group_by(Person.nickname)
        .order_by(Person.nickname)
        .limit(MOST)
    )
    shown = tuple(GoldPerson(name, n, int(hits or 0), float(alike)) for name, n, hits, alike in people)
    return GoldList(project.key, percent, golds, total or 0, shown)


def _said(answer: Answer, part: str) -> str:
    return answer.get(UNUSABLE) or answer.get(part, "")
