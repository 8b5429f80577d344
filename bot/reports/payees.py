"""Who can be paid in a project: its people, and those who earned something in it before they left."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.db.models import LedgerLine, Membership, Person, Project


def payees(session: Session, project_id: int) -> tuple[tuple[int, str], ...]:
    """Return id and nickname of everybody who can be paid, by nickname."""
    return tuple((id, nickname) for id, nickname in session.execute(_payees(project_id)))


def payee_behind(session: Session, project_id: int, user: str) -> tuple[tuple[int, str], ...]:
    """Return the one of them behind a Slack user of the project's team, () for nobody."""
    team_id = select(Project.team_id).where(Project.id == project_id).scalar_subquery()
    mentioned = _payees(project_id).where(Person.slack_id == user, Person.team_id == team_id)
    return tuple((id, nickname) for id, nickname in session.execute(mentioned))


def _payees(project_id: int) -> Select[int, str]:
    members = select(Membership.person_id).where(Membership.project_id == project_id)
    earners = select(LedgerLine.person_id).where(LedgerLine.project_id == project_id)
    return (
        select(Person.id, Person.nickname)
        .where(or_(Person.id.in_(members), Person.id.in_(earners)))
        .order_by(Person.nickname)
    )
