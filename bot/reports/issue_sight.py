"""Who may see an issue: everybody in the project what was raised in the open, few what was not."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from bot.db.models import Issue, Membership, Person
from bot.domain.escalation import IssueSource
from bot.domain.people import Role

IN_CONFIDENCE = (IssueSource.CARD, IssueSource.LEAK)
"""Sources of issues that only their openers and those in charge see."""


def is_visible_to(person_id: int) -> ColumnElement[bool]:
    """Build: the person may see the row of `Issue`.

    What was raised in a thread, whoever is in the project; what came from a card or the leak guard, its opener,
    supervisors, PMs and admins; a nameless report, supervisors, and admins where there are none. Services decide
    the same about a single issue.
    """
    steers = _has_role(person_id, Role.SUPERVISOR, Role.PM)
    supervises = _has_role(person_id, Role.SUPERVISOR)
    anybody = _has_role(person_id, *Role)
    admin = (
        select(Person.id)
        .where(Person.id == person_id, Person.admin.is_(True), Person.team_id == Issue.team_id)
        .exists()
    )
    supervised = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == Issue.project_id,
            Membership.role == Role.SUPERVISOR,
            Person.active.is_(True),
        )
        .exists()
    )
    return or_(
        and_(Issue.source == IssueSource.THREAD, or_(anybody, admin)),
        and_(Issue.source.in_(IN_CONFIDENCE), or_(steers, admin, Issue.opener_id == person_id)),
        and_(Issue.source == IssueSource.NAMELESS, or_(supervises, and_(admin, ~supervised))),
    )


def _has_role(person_id: int, *roles: Role) -> ColumnElement[bool]:
    return (
        select(Membership.id)
        .where(
            Membership.project_id == Issue.project_id,
            Membership.person_id == person_id,
            Membership.role.in_(roles),
        )
        .exists()
    )
