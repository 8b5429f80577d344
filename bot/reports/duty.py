"""Who looks after the issues of a project first, and what they have before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.db.models import Duty, Issue, Membership, Person, Project
from bot.domain.escalation import UNSETTLED
from bot.domain.people import Role


@dataclass(frozen=True)
class DutyFacts:
    """A turn of duty, which lasts while `until` is None. `open` counts the project's unsettled issues now."""

    duty_id: int
    project_id: int
    project_key: str
    person_id: int
    nickname: str
    since: datetime
    until: datetime | None
    note: str
    open: int


def read_duty(session: Session, duty_id: int) -> DutyFacts | None:
    """Return a turn of duty, None when there is none."""
    row = session.get(Duty, duty_id)
    return _duty(session, row) if row is not None else None


def present_duty(session: Session, project_id: int) -> DutyFacts | None:
    """Return the turn of whoever is on duty, None when nobody is."""
    row = session.scalar(_present(project_id))
    return _duty(session, row) if row is not None else None


def person_on_duty(session: Session, project_id: int) -> int | None:
    """Return who is on duty, None for nobody."""
    return session.scalar(_present(project_id).with_only_columns(Duty.person_id))


def _present(project_id: int) -> Select[Duty]:
    """Build: the turn that lasts, of somebody who is still there and still supervises the project."""
    return (
        select(Duty)
        .join(Person, Person.id == Duty.person_id)
        .join(
            Membership,
            (Membership.person_id == Duty.person_id) & (Membership.project_id == Duty.project_id),
        )
        .where(
            Duty.project_id == project_id,
            Duty.until.is_(None),
            Person.active.is_(True),
            Membership.role == Role.SUPERVISOR,
        )
    )


def _duty(session: Session, row: Duty) -> DutyFacts:
    unsettled = (Issue.project_id == row.project_id, Issue.state.in_(UNSETTLED))
    return DutyFacts(
        row.id,
        row.project_id,
        session.get_one(Project, row.project_id).key,
        row.person_id,
        session.get_one(Person, row.person_id).nickname,
        row.since,
        row.until,
        row.note or "",
        session.scalar(select(func.count()).where(*unsettled)) or 0,
    )
