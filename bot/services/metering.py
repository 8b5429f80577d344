"""How many characters a day engines are sent, and when somebody must be told that they run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.models import OutboxRow, Project, TranslationUse
from bot.db.unit_of_work import UnitOfWork
from bot.domain.people import Role
from bot.domain.translation import Limits
from bot.domain.zones import zone_of
from bot.outbox.messages import LimitReached
from bot.outbox.queue import enqueue
from bot.reports.members import in_charge


@dataclass(frozen=True)
class Used:
    """Characters sent on a day: of the whole project, and of one person's words in it."""

    project: int
    person: int


def read_use(session: Session, project_id: int, person_id: int, day: date) -> Used:
    """Return what was sent on that day of the project's zone."""
    rows = session.execute(
        select(TranslationUse.person_id, TranslationUse.characters).where(
            TranslationUse.project_id == project_id, TranslationUse.day == day
        )
    ).all()
    by_person = {row.person_id: row.characters for row in rows}
    return Used(sum(by_person.values()), by_person.get(person_id, 0))


def is_used_up(uow: UnitOfWork, project: Project, person_id: int, characters: int, limits: Limits) -> bool:
    """Say whether so many characters more would be beyond what may go without anybody wanting it."""
    used = read_use(uow.session, project.id, person_id, _day(uow, project))
    return used.project + characters > limits.project_day or used.person + characters > limits.person_day


def meter(
    uow: UnitOfWork, project: Project, person_id: int, *, characters: int, avoided: int, limits: Limits
) -> None:
    """Add to the day's account, and tell the project's PMs once when its soft or its hard limit is reached."""
    if characters <= 0 and avoided <= 0:
        return
    day = _day(uow, project)
    _add(uow, project.id, person_id, day, characters, avoided)
    used = read_use(uow.session, project.id, person_id, day).project
    for share in (100, limits.soft_share):
        if characters > 0 and used * 100 >= limits.project_day * share:
            _tell(uow, project, day, share)
            return


def _day(uow: UnitOfWork, project: Project) -> date:
    return uow.now.astimezone(zone_of(project.zone)).date()


def _add(uow: UnitOfWork, project_id: int, person_id: int, day: date, characters: int, avoided: int) -> None:
    uow.session.flush()
    connection = uow.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(TranslationUse)
        .values(
            project_id=project_id,
            person_id=person_id,
            day=day,
            characters=characters,
            avoided=avoided,
        )
        .on_conflict_do_update(
            index_elements=["project_id", "day", "person_id"],
            set_={
                "characters": TranslationUse.characters + characters,
                "avoided": TranslationUse.avoided + avoided,
            },
        )
    )


def _tell(uow: UnitOfWork, project: Project, day: date, share: int) -> None:
    told = {
        person_id: f"limit:{project.id}:{day.isoformat()}:{share}:{person_id}"
        for person_id in in_charge(uow.session, project.id, Role.PM)
    }
    if not told or _is_told(uow, told):
        return
    # Two renditions that end at once must not both be the one that reaches the limit.
    uow.lock(Project, project.id)
    if _is_told(uow, told):
        return
    for person_id, key in told.items():
        enqueue(uow, project.team_id, LimitReached(person_id, project.id, day.isoformat(), share), dedupe=key)


def _is_told(uow: UnitOfWork, told: dict[int, str]) -> bool:
    uow.session.flush()
    found = select(func.count()).where(OutboxRow.dedupe_key.in_(told.values()))
    return bool(uow.session.scalar(found))
