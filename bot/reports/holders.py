"""Who is qualified for what, at a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Grant, Qualification
from bot.domain.quality import QualificationKind, kind_of


def stands(now: datetime) -> ColumnElement[bool]:
    """Build whether a grant holds at `now`."""
    return Grant.revoked_at.is_(None) & or_(Grant.expires_at.is_(None), Grant.expires_at > now)


def is_qualified(session: Session, person_id: int, key: str, now: datetime) -> bool:
    """Say whether somebody has a qualification, or a higher rung of the same ladder."""
    return person_id in _among(session, key, now, person_id)


def holders_of(session: Session, team_id: int, key: str, now: datetime) -> frozenset[int]:
    """Return the team's people who have a qualification, or a higher rung of the same ladder."""
    return frozenset(_among(session, key, now, team_id=team_id))


def _among(
    session: Session, key: str, now: datetime, person_id: int | None = None, *, team_id: int | None = None
) -> set[int]:
    query = (
        select(Grant.person_id)
        .join(Qualification, Qualification.id == Grant.qualification_id)
        .where(Qualification.key.in_(_covering(key)), stands(now))
    )
    if person_id is not None:
        query = query.where(Grant.person_id == person_id)
    if team_id is not None:
        query = query.where(Qualification.team_id == team_id)
    return set(session.scalars(query))


def _covering(key: str) -> list[str]:
    """Return the keys that satisfy a key: itself and, on a ladder, every rung above it."""
    name, _, rest = key.partition(":")
    if kind_of(key) is not QualificationKind.LADDER:
        return [key]
    return [f"{name}:{rung}" for rung in range(1, int(rest) + 1)]


def values_of(session: Session, people: list[int], key: str, now: datetime) -> dict[int, int]:
    """Return the numbers these people have in a skill; who has none is left out."""
    rows = session.execute(
        select(Grant.person_id, Grant.value)
        .join(Qualification, Qualification.id == Grant.qualification_id)
        .where(Qualification.key == key, Grant.person_id.in_(people), Grant.value.is_not(None), stands(now))
    )
    return {person_id: value for person_id, value in rows if value is not None}
