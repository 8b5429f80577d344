"""Who somebody is in a project now, and whether that gives them a right: what a card shows as buttons."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Membership, Person, Project
from bot.domain.people import Actor, Role
from bot.domain.policy import Action, is_for


def actor_in(session: Session, person: Person, project_id: int | None) -> Actor:
    """Return a person with their present roles in the project (none outside of one).

    An admin is one in their own team only, whatever project they name.
    """
    roles: frozenset[Role] = frozenset()
    admin = person.admin
    if project_id is not None:
        admin = admin and session.get_one(Project, project_id).team_id == person.team_id
        roles = frozenset(
            session.scalars(
                select(Membership.role).where(
                    Membership.person_id == person.id, Membership.project_id == project_id
                )
            )
        )
    return Actor(person.id, roles, admin=admin, active=person.active)


def has_right(session: Session, action: Action, person_id: int, project_id: int) -> bool:
    """Say whether somebody's roles let them do this in a project, when a row is in a state for it."""
    person = session.get(Person, person_id)
    return person is not None and is_for(action, actor_in(session, person, project_id))
