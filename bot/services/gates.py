"""What a project asks of somebody before it gives them a task, found out before they try."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, CallOut, CallOutEntry, Consent, Membership, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.digests import due_moment
from bot.domain.people import Role
from bot.domain.quality import Closed, EntryState
from bot.domain.rules import Rules
from bot.domain.zones import zone_of
from bot.services.qualifying import is_qualified
from bot.services.rules import rules_of

BREATHER = timedelta(minutes=30)
"""How long somebody who has seen a row of sensitive tasks has a rest from them."""


def closed_projects(uow: UnitOfWork, person_id: int) -> dict[int, Closed]:
    """Return the projects the person works in that give them no task now, by id, each with the first reason.

    Projects that ask nothing are not looked at, so that this costs one short query for most people.
    """
    gated = uow.session.scalars(
        select(Project)
        .join(Membership, Membership.project_id == Project.id)
        .where(
            Membership.person_id == person_id,
            Membership.role == Role.WORKER,
            Project.active.is_(True),
            Project.gated.is_(True),
        )
        .order_by(Project.key)
    ).all()
    found = {project.id: closed_by(uow.session, project, person_id, uow.now) for project in gated}
    return {id: closed for id, closed in found.items() if closed is not None}


def closed_by(session: Session, project: Project, person_id: int, now: datetime) -> Closed | None:
    """Return why a project gives somebody no task now, None when nothing stands in the way.

    What they would have to do themselves comes before what only time brings.
    """
    rules = rules_of(session, project.id)
    if rules.gate and not is_qualified(session, person_id, rules.gate, now):
        return Closed(project.key, "qualification", rules.gate)
    if rules.sensitive and not has_consented(session, person_id, project.id):
        return Closed(project.key, "consent")
    if rules.by_call_out and not has_place(session, person_id, project.id, now):
        return Closed(project.key, "call_out")
    if rules.day_cap and taken_today(session, person_id, project, now) >= rules.day_cap:
        return Closed(project.key, "day_cap", str(rules.day_cap))
    if rules.sensitive and _needs_breather(session, person_id, project.id, rules, now):
        return Closed(project.key, "row_limit", str(rules.row_limit))
    return None


def has_consented(session: Session, person_id: int, project_id: int) -> bool:
    """Say whether somebody agreed to see the project's sensitive content."""
    given = select(Consent.id).where(
        Consent.person_id == person_id, Consent.project_id == project_id, Consent.ended_at.is_(None)
    )
    return session.scalar(given.limit(1)) is not None


def has_place(session: Session, person_id: int, project_id: int, now: datetime) -> bool:
    """Say whether somebody has a place in a call-out of the project that is not past its deadline."""
    place = (
        select(CallOutEntry.id)
        .join(CallOut, CallOut.id == CallOutEntry.call_out_id)
        .where(
            CallOut.project_id == project_id,
            CallOut.deadline > now,
            CallOutEntry.person_id == person_id,
            CallOutEntry.state == EntryState.IN,
        )
    )
    return session.scalar(place.limit(1)) is not None


def taken_today(session: Session, person_id: int, project: Project, now: datetime) -> int:
    """Return how many of the project's tasks somebody took on its local day; what they gave back counts not."""
    midnight = due_moment(project.zone, now.astimezone(zone_of(project.zone)).date(), "00:00")
    return (
        session.scalar(
            select(func.count()).where(
                Assignment.person_id == person_id,
                Assignment.project_id == project.id,
                Assignment.claimed_at >= midnight,
                Assignment.state.not_in((AssignmentState.RELEASED, AssignmentState.EXPIRED)),
            )
        )
        or 0
    )


def _needs_breather(session: Session, person_id: int, project_id: int, rules: Rules, now: datetime) -> bool:
    """Say whether the last tasks were all of this project, as many as are allowed without a rest in between."""
    last = session.execute(
        select(Assignment.project_id, Assignment.claimed_at, Assignment.submitted_at)
        .where(Assignment.person_id == person_id)
        .order_by(Assignment.id.desc())
        .limit(rules.row_limit)
    ).all()
    if len(last) < rules.row_limit or any(row.project_id != project_id for row in last):
        return False
    # A pause that somebody took by themselves counts as one.
    moments = [now, *(row.submitted_at or row.claimed_at for row in last)]
    begun = [row.claimed_at for row in last]
    return all(later - earlier < BREATHER for later, earlier in zip([now, *begun], moments[1:], strict=False))
