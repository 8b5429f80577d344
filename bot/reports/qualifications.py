"""What people are qualified for, as they and their supervisors read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Grant, Membership, Person, Project, ProjectRules, Qualification
from bot.domain.people import Role
from bot.reports.holders import is_qualified, stands

MOST_LISTED = 40


@dataclass(frozen=True)
class GrantFacts:
    """A qualification of somebody. `evidence` and `granted_by` are shown to supervisors and to the person."""

    grant_id: int
    key: str
    value: int | None
    person_id: int
    nickname: str
    granted_by: str
    evidence: str
    granted_at: datetime
    expires_at: datetime | None
    revoked: bool
    how: str


def read_grant(session: Session, grant_id: int) -> GrantFacts | None:
    """Return one, ended or not; None when there is no such row."""
    return next(iter(_read(session, Grant.id == grant_id)), None)


def own_grants(session: Session, person_id: int, now: datetime) -> tuple[GrantFacts, ...]:
    """Return what somebody is qualified for now, by key."""
    return _read(session, Grant.person_id == person_id, stands(now))


def team_grants(session: Session, team_id: int, now: datetime) -> tuple[GrantFacts, ...]:
    """Return what the people of a team are qualified for now, by key; at most forty."""
    return _read(session, Qualification.team_id == team_id, stands(now))


def _read(session: Session, *where: object) -> tuple[GrantFacts, ...]:
    holder, granter = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Grant, Qualification, holder.nickname, granter.nickname)
        .join(Qualification, Qualification.id == Grant.qualification_id)
        .join(holder, holder.id == Grant.person_id)
        .join(granter, granter.id == Grant.granted_by_id)
        .where(*where)  # type: ignore[arg-type]  # conditions of one kind or the other, as `where` takes them
        .order_by(Qualification.key, holder.nickname)
        .limit(MOST_LISTED)
    )
    return tuple(
        GrantFacts(
            given.id,
            known.key,
            given.value,
            given.person_id,
            nickname,
            by,
            given.evidence,
            given.granted_at,
            given.expires_at,
            given.revoked_at is not None,
            known.how or "",
        )
        for given, known, nickname, by in rows
    )


@dataclass(frozen=True)
class Asked:
    """What a project asks of somebody for working or reviewing in it, and whether they have it."""

    project_id: int
    project_key: str
    role: Role
    key: str
    has: bool
    how: str
    needs: str


def asked_of(session: Session, person_id: int, now: datetime) -> tuple[Asked, ...]:
    """Return the qualifications that the person's projects ask for in their roles, by project."""
    rows = session.execute(
        select(Project, Membership.role, ProjectRules.gate, ProjectRules.review_gate)
        .join(Membership, Membership.project_id == Project.id)
        .join(ProjectRules, ProjectRules.project_id == Project.id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_((Role.WORKER, Role.REVIEWER)),
            Project.active.is_(True),
        )
        .order_by(Project.key, Membership.role)
    ).all()
    found = []
    for project, role, gate, review_gate in rows:
        key = gate if role is Role.WORKER else review_gate
        if not key:
            continue
        known = session.scalar(
            select(Qualification).where(Qualification.team_id == project.team_id, Qualification.key == key)
        )
        found.append(
            Asked(
                project.id,
                project.key,
                role,
                key,
                is_qualified(session, person_id, key, now),
                (known.how or "") if known else "",
                (known.needs or "") if known else "",
            )
        )
    return tuple(found)


def worker_projects(session: Session, person_id: int) -> tuple[tuple[int, str], ...]:
    """Return id and key of the active projects in which somebody takes tasks, by key."""
    rows = session.execute(
        select(Project.id, Project.key)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Membership.role == Role.WORKER, Project.active.is_(True))
        .order_by(Project.key)
    )
    return tuple((id, key) for id, key in rows)
