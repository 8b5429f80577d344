"""Who could take an issue."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Issue, Membership, Person
from bot.domain.people import Role
from bot.reports.issue_sight import sees

Taker = tuple[int, str, Role | None]
"""Id, nickname and role of somebody; an admin who has no other has None."""

_ORDER = (Role.SUPERVISOR, Role.PM, None)


def takers_of(session: Session, issue_id: int) -> tuple[Taker, ...]:
    """Return who could be given an issue, without its owner: supervisors, then PMs, then admins, by nickname."""
    issue = session.get_one(Issue, issue_id)
    roles = session.execute(
        select(Person.id, Person.nickname, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == issue.project_id,
            Membership.role.in_((Role.SUPERVISOR, Role.PM)),
            Person.active.is_(True),
        )
    )
    admins = session.execute(
        select(Person.id, Person.nickname).where(
            Person.team_id == issue.team_id, Person.admin.is_(True), Person.active.is_(True)
        )
    )
    everybody: list[Taker] = [(id, name, role) for id, name, role in roles]
    everybody += [(id, name, None) for id, name in admins]
    everybody.sort(key=lambda taker: (_ORDER.index(taker[2]), taker[1]))
    # Somebody with two roles stands there once, with the one that comes first.
    once = {taker[0]: taker for taker in reversed(everybody)}
    return tuple(
        once.pop(id)
        for id, _name, _role in everybody
        if id in once and id != issue.owner_id and sees(session, person_id=id, issue_id=issue.id)
    )
