"""What people are qualified for: keys such as "aide:2" or "dialect:전남", given with evidence and until a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

from sqlalchemy import or_, select

from bot.db.models import Grant, Membership, Person, Qualification
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed, NotFound
from bot.domain.hours import is_working
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.quality import QualificationKind
from bot.domain.quality import kind_of as kind_of
from bot.domain.text import check_text
from bot.outbox.quality_messages import GrantNews
from bot.outbox.queue import enqueue
from bot.reports.holders import holders_of as holders_of
from bot.reports.holders import is_qualified as is_qualified
from bot.reports.holders import stands as stands
from bot.reports.holders import values_of as values_of
from bot.reports.hours import working_hours
from bot.services.questions import insert_once

KEY_LIMIT = 40
EVIDENCE_LIMIT = 500
MOST_VALUE = 1_000
LOWEST_RUNG = 99
_KEY = re.compile(r"[\w가-힣]{1,20}(:[\w가-힣-]{1,19})?")
_WARN = timedelta(days=7)
_AT_ONCE = 100
_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Granted:
    """A qualification somebody has been given. `value` is a skill's number."""

    grant_id: int
    key: str
    value: int | None
    expires_at: datetime | None


def clean_key(typed: str) -> str:
    """Return a qualification's key in one spelling, however wide or decomposed. Raises Invalid for what can't be one.

    The rungs of a ladder are 1 to 99.
    """
    key = normalize("NFKC", typed.strip()).casefold()
    if not _KEY.fullmatch(key):
        raise Invalid("qualification", "malformed", typed[:KEY_LIMIT])
    if kind_of(key) is QualificationKind.LADDER:
        name, _, rung = key.partition(":")
        if not 1 <= int(rung) <= LOWEST_RUNG:
            raise Invalid("qualification", "malformed", typed[:KEY_LIMIT])
        return f"{name}:{int(rung)}"
    return key


def needs_of(key: str) -> str | None:
    """Return the rung below a rung: the smaller the number, the higher, so that "aide:1" needs "aide:2"."""
    name, _, rest = key.partition(":")
    if kind_of(key) is not QualificationKind.LADDER:
        return None
    return f"{name}:{int(rest) + 1}" if int(rest) == 1 else None


def describe(
    uow: UnitOfWork, *, actor_id: int, team_id: int, key: str, how: str = "", needs: str | None = None
) -> int:
    """Make a qualification known, or say anew how to get it and what it needs first; returns its id."""
    _check_granter(uow, actor_id)
    how = how.strip()
    check_text("how", how, EVIDENCE_LIMIT, required=False)
    found = _know(uow, actor_id, team_id, clean_key(key))
    found.how = how or found.how
    found.needs = clean_key(needs) if needs else found.needs
    uow.audit(
        team_id=team_id,
        actor_id=actor_id,
        action="qualification.describe",
        subject=("qualification", found.id),
    )
    return found.id


def _know(uow: UnitOfWork, actor_id: int, team_id: int, key: str) -> Qualification:
    insert_once(
        uow,
        Qualification,
        {
            "team_id": team_id,
            "key": key,
            "kind": kind_of(key),
            "needs": needs_of(key),
            "made_by_id": actor_id,
            "created_at": uow.now,
        },
    )
    return uow.session.scalars(
        select(Qualification).where(Qualification.team_id == team_id, Qualification.key == key)
    ).one()


def grant(
    uow: UnitOfWork,
    *,
    actor_id: int,
    person_id: int,
    key: str,
    evidence: str,
    value: int | None = None,
    expires_at: datetime | None = None,
) -> Granted:
    """Qualify somebody, who is told; what they had of the same key is replaced, and stays in the history.

    Raises Invalid without evidence, for an end that is past, for oneself, and when what it needs first is missing.
    """
    granter, person = _check_granter(uow, actor_id), uow.lock(Person, person_id)
    if person is None or person.team_id != granter.team_id or not person.active:
        raise NotFound("person")
    if person_id == actor_id:
        raise Invalid("person", "oneself")
    key, evidence = clean_key(key), evidence.strip()
    check_text("evidence", evidence, EVIDENCE_LIMIT)
    if expires_at is not None and expires_at <= uow.now:
        raise Invalid("expires", "past")
    if value is not None and not 0 <= value <= MOST_VALUE:
        raise Invalid("value", "out_of_range", f"0-{MOST_VALUE}")
    known = _know(uow, actor_id, granter.team_id, key)
    if known.needs and not is_qualified(uow.session, person_id, known.needs, uow.now):
        raise Invalid("qualification", "needs", known.needs)
    _end(uow, known.id, person_id, actor_id)
    given = Grant(
        qualification_id=known.id,
        person_id=person_id,
        value=value,
        evidence=evidence,
        granted_by_id=actor_id,
        granted_at=uow.now,
        expires_at=expires_at,
    )
    uow.session.add(given)
    uow.session.flush()
    uow.audit(
        team_id=granter.team_id, actor_id=actor_id, action=Action.GRANT, subject=("grant", given.id),
        detail={"person": person_id},
    )  # fmt: skip
    enqueue(uow, granter.team_id, GrantNews(person_id, given.id, "given"))
    return Granted(given.id, key, value, expires_at)


def revoke(uow: UnitOfWork, *, actor_id: int, person_id: int, key: str) -> Granted:
    """Take a qualification back; the person is told. Raises NotFound when they have none of this key."""
    granter = _check_granter(uow, actor_id)
    known = uow.session.scalar(
        select(Qualification).where(
            Qualification.team_id == granter.team_id, Qualification.key == clean_key(key)
        )
    )
    ended = _end(uow, known.id, person_id, actor_id) if known else None
    if known is None or ended is None:
        raise NotFound("qualification", key)
    uow.audit(
        team_id=granter.team_id, actor_id=actor_id, action="qualification.revoke", subject=("grant", ended.id),
        detail={"person": person_id},
    )  # fmt: skip
    enqueue(uow, granter.team_id, GrantNews(person_id, ended.id, "taken_back"))
    return Granted(ended.id, known.key, ended.value, ended.expires_at)


def _end(uow: UnitOfWork, qualification_id: int, person_id: int, actor_id: int) -> Grant | None:
    standing = uow.session.scalar(
        select(Grant)
        .where(
            Grant.qualification_id == qualification_id,
            Grant.person_id == person_id,
            Grant.revoked_at.is_(None),
        )
        .with_for_update()
    )
    if standing is not None:
        standing.revoked_at, standing.revoked_by_id = uow.now, actor_id
        uow.session.flush()
    return standing


def _check_granter(uow: UnitOfWork, actor_id: int) -> Person:
    """Return the person if they supervise any project of their team, or are an admin."""
    person = uow.session.get(Person, actor_id)
    supervises = uow.session.scalar(
        select(Membership.id)
        .where(Membership.person_id == actor_id, Membership.role == Role.SUPERVISOR)
        .limit(1)
    )
    if person is None or not person.active or not (person.admin or supervises):
        raise NotAllowed(Action.GRANT, "person", actor_id)
    return person


def tell_expiries(uow: UnitOfWork) -> int:
    """Tell people a week before a qualification ends and when it has ended, each once; returns how many.

    Most end at midnight, and nobody has to wake up for that: each is told in their own hours.
    """
    rows = uow.session.execute(
        select(Grant, Person)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.revoked_at.is_(None),
            Grant.expires_at.is_not(None),
            Grant.expires_at <= uow.now + _WARN,
            Person.active.is_(True),
            or_(Grant.told_at.is_(None), (Grant.told_at < Grant.expires_at) & (Grant.expires_at <= uow.now)),
        )
        .order_by(Grant.expires_at)
        .limit(_LOOKED_AT)
        .with_for_update(of=Grant, skip_locked=True)
    ).all()
    awake = [given for given, person in rows if is_working(working_hours(person), uow.now)][:_AT_ONCE]
    teams = {person.id: person.team_id for _given, person in rows}
    for given in awake:
        assert given.expires_at is not None
        given.told_at = uow.now
        what = "ended" if given.expires_at <= uow.now else "ending"
        enqueue(uow, teams[given.person_id], GrantNews(given.person_id, given.id, what))
    return len(awake)
