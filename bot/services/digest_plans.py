"""Saying when digests are wanted: for a whole audience by those who lead a project, for themselves by everybody."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import select

from bot.db.models import DigestPlan, Membership, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.digests import EVERY_DAY, Audience, audience_key, parse_hhmm
from bot.domain.errors import Invalid
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.zones import known_zones
from bot.reports.digest_plans import USUAL, PlanFacts, read_plans
from bot.services.access import current_actor, require

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")


def set_schedule(
    uow: UnitOfWork,
    *,
    person_id: int,
    project_id: int,
    audience: Audience,
    hhmm: str | None = None,
    zone: str | None = None,
    weekdays: int | None = None,
    enabled: bool | None = None,
    channel: str | None = None,
) -> PlanFacts:
    """Set when an audience has its digests and return how it is now; None leaves a thing as it is.

    A PM who sets the PMs' sets their own. A new time counts for the next date that has had no digest; what was due
    while digests were off is not made up for. Raises Invalid naming the value that can't be used.
    """
    require(uow, Action.SET_DIGEST, person_id, project_id, Subject("project", project_id))
    _check(audience, zone, weekdays, channel)
    _person, actor = current_actor(uow, person_id, project_id)
    own = audience is Audience.PM and Role.PM in actor.roles
    row = _write(
        uow,
        project_id,
        audience,
        person_id if own else None,
        person_id,
        hhmm=parse_hhmm(hhmm) if hhmm is not None else None,
        enabled=enabled,
    )
    if zone is not None:
        row.zone = zone
    if weekdays is not None:
        row.weekdays = weekdays
    if channel is not None:
        row.channel = channel
    uow.session.flush()
    _audit(uow, row, person_id)
    plans = {plan.audience: plan for plan in read_plans(uow.session, project_id, person_id)}
    return _as_set(plans[audience], row)


def _as_set(plan: PlanFacts, row: DigestPlan) -> PlanFacts:
    """Return the plan with what was just set for all of an audience, even where one's own differs from it."""
    if plan.audience_key == row.audience_key:
        return plan
    return replace(
        plan,
        audience_key=row.audience_key,
        hhmm=row.hhmm,
        zone=row.zone or plan.zone,
        weekdays=row.weekdays,
        enabled=row.enabled,
        own=False,
    )


def _check(audience: Audience, zone: str | None, weekdays: int | None, channel: str | None) -> None:
    if zone is not None and zone not in known_zones():
        raise Invalid("zone", "unknown", zone)
    if weekdays is not None and not 0 < weekdays <= EVERY_DAY:
        raise Invalid("weekdays", "malformed", str(weekdays))
    if channel is not None and (audience is not Audience.CREW or not _CHANNEL.fullmatch(channel)):
        raise Invalid("channel", "malformed", channel)


def switch_own(uow: UnitOfWork, *, person_id: int, enabled: bool, hhmm: str | None = None) -> str:
    """Switch a worker's own digests on or off in all their projects; return the time of day they come at.

    It holds for projects they join later, too. Raises Invalid for somebody who works in none.
    """
    projects = list(
        uow.session.scalars(
            select(Membership.project_id)
            .join(Project, Project.id == Membership.project_id)
            .where(
                Membership.person_id == person_id, Membership.role == Role.WORKER, Project.active.is_(True)
            )
            .order_by(Membership.project_id)
        )
    )
    if not projects:
        raise Invalid("digest", "no_project")
    for project_id in projects:
        require(uow, Action.SWITCH_DIGEST, person_id, project_id, Subject("project", project_id))
    time = parse_hhmm(hhmm) if hhmm is not None else None
    rows = [
        _write(uow, project_id, Audience.WORKER, person_id, person_id, hhmm=time, enabled=enabled)
        for project_id in projects
    ]
    uow.session.flush()
    for row in rows:
        _audit(uow, row, person_id)
    return rows[0].hhmm


def _write(
    uow: UnitOfWork,
    project_id: int,
    audience: Audience,
    whose: int | None,
    person_id: int,
    *,
    hhmm: str | None,
    enabled: bool | None,
) -> DigestPlan:
    # Two people at once must not both find that there is no row yet.
    uow.lock(Project, project_id)
    key = audience_key(audience, whose)
    query = select(DigestPlan).where(DigestPlan.project_id == project_id)
    rows = {row.audience_key: row for row in uow.session.scalars(query)}
    row = rows.get(key)
    if row is None:
        usual = rows.get(audience)
        row = DigestPlan(
            project_id=project_id,
            audience_key=key,
            hhmm=usual.hhmm if usual else USUAL[audience][0],
            zone=usual.zone if usual else None,
            weekdays=usual.weekdays if usual else USUAL[audience][1],
            enabled=usual.enabled if usual else True,
            channel=usual.channel if usual else None,
            # A plan that only moves the time gives up nothing that was due before.
            since=usual.since if usual else uow.session.get_one(Project, project_id).created_at,
        )
        uow.session.add(row)
    if enabled and not row.enabled:
        row.since = uow.now
    row.hhmm = hhmm or row.hhmm
    row.enabled = row.enabled if enabled is None else enabled
    row.changed_at, row.changed_by_id = uow.now, person_id
    return row


def _audit(uow: UnitOfWork, row: DigestPlan, person_id: int) -> None:
    uow.audit(
        team_id=uow.session.get_one(Person, person_id).team_id,
        actor_id=person_id,
        action=Action.SET_DIGEST if ":" not in row.audience_key else Action.SWITCH_DIGEST,
        subject=("project", row.project_id),
        detail={
            "audience": row.audience_key,
            "time": row.hhmm,
            "zone": row.zone,
            "weekdays": row.weekdays,
            "enabled": row.enabled,
            "channel": row.channel,
        },
    )
