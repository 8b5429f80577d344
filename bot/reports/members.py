"""The active people who have a role in a project, and the admins of a team."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Membership, Person, Project
from bot.domain.people import Role


def people_in(session: Session, project_id: int, role: Role) -> tuple[int, ...]:
    """Return the active people who have the role in the project, in the order in which they joined."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.project_id == project_id, Membership.role == role, Person.active.is_(True))
    )
    return tuple(session.scalars(query.order_by(Membership.person_id)))


def admins_of(session: Session, team_id: int) -> tuple[int, ...]:
    """Return the active admins of a team, in the order in which they joined."""
    query = select(Person.id).where(
        Person.team_id == team_id, Person.admin.is_(True), Person.active.is_(True)
    )
    return tuple(session.scalars(query.order_by(Person.id)))


def in_charge(session: Session, project_id: int, *roles: Role, besides: int | None = None) -> tuple[int, ...]:
    """Return the people of the first of these roles that anybody has in the project, else the team's admins.

    Somebody who asks for others is left out with `besides`.
    """
    for role in roles:
        if found := tuple(id for id in people_in(session, project_id, role) if id != besides):
            return found
    team_id = session.get_one(Project, project_id).team_id
    return tuple(id for id in admins_of(session, team_id) if id != besides)
