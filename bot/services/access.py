"""Reading who somebody is now, in the deciding transaction, and refusing in one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select

from bot.db.models import AuditOutcome, Person, Project, Team
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import DomainError, NotAllowed, NotFound, NotYours
from bot.domain.people import Actor
from bot.domain.policy import Action, Subject, authorise
from bot.reports.rights import actor_in


@dataclass(frozen=True)
class Known:
    """A person who has joined, as a request needs to know them."""

    person_id: int
    team_id: int
    nickname: str
    language: str
    zone: str


def find_person(uow: UnitOfWork, *, team: str, user: str) -> Known | None:
    """Return the active person behind a Slack user, or None when they have not joined."""
    row = uow.session.connection().execute(_person_behind(), {"team": team, "user": user}).one_or_none()
    return Known(*row) if row else None


@cache
def _person_behind() -> Select[int, int, str, str, str]:
    # Built once: every request begins with it, and building costs more than running.
    return (
        select(Person.id, Person.team_id, Person.nickname, Person.language, Person.zone)
        .join(Team, Team.id == Person.team_id)
        .where(
            Team.slack_id == bindparam("team"),
            Person.slack_id == bindparam("user"),
            Person.active.is_(True),
        )
    )


def current_actor(uow: UnitOfWork, person_id: int, project_id: int | None) -> tuple[Person, Actor]:
    """Return the person and their present roles in the project (none outside of one).

    An admin is one in their own team only, whatever project they name.
    """
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    return person, actor_in(uow.session, person, project_id)


def require(
    uow: UnitOfWork, action: Action, person_id: int, project_id: int | None, subject: Subject
) -> Person:
    """Return the person if the policy lets them do this now; raises what `authorise` raises."""
    person, actor = current_actor(uow, person_id, project_id)
    authorise(action, actor, subject)
    return person


def find_project(uow: UnitOfWork, *, team_id: int, key: str) -> Project:
    """Return the team's project of that key (upper or lower case). Raises NotFound."""
    project = uow.session.scalar(
        select(Project).where(Project.team_id == team_id, Project.key == key.strip().upper())
    )
    if project is None:
        raise NotFound("project", key)
    return project


def record_denied(uow: UnitOfWork, *, team_id: int, actor_id: int, error: DomainError) -> None:
    """Leave the audit row of a refused try; the try's own transaction has been rolled back."""
    if isinstance(error, NotAllowed | NotYours):
        uow.audit(
            team_id=team_id,
            actor_id=actor_id,
            action=error.action,
            subject=(error.subject_type, error.subject_id),
            detail={"why": type(error).__name__},
            outcome=AuditOutcome.DENIED,
        )


def allowed_projects(
    uow: UnitOfWork, action: Action, *, person_id: int, team_id: int
) -> tuple[tuple[int, str], ...]:
    """Return id and key of the team's active projects in which the person may do this now, by key."""
    rows = uow.session.execute(
        select(Project.id, Project.key)
        .where(Project.team_id == team_id, Project.active.is_(True))
        .order_by(Project.key)
    )
    return tuple((id, key) for id, key in rows if _may(uow, action, person_id, id))


def _may(uow: UnitOfWork, action: Action, person_id: int, project_id: int) -> bool:
    try:
        require(uow, action, person_id, project_id, Subject("project", project_id))
    except (NotAllowed, NotYours):
        return False
    return True
