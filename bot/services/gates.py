"""What a project asks of somebody before it gives them a task, found out before they try."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    AnswerSlot,
    Assignment,
    CallOut,
    CallOutEntry,
    Consent,
    Membership,
    Project,
    ProjectRules,
    Qualification,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.digests import due_moment
from bot.domain.people import Role
from bot.domain.quality import Closed, EntryState
from bot.domain.rules import Rules
from bot.domain.task import SlotState
from bot.domain.zones import zone_of
from bot.reports.expressions import fixed
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
        return _unqualified(session, project, rules.gate)
    if rules.sensitive and not has_consented(session, person_id, project.id):
        return Closed(project.key, "consent", project_id=project.id)
    if rules.by_call_out and not has_place(session, person_id, project.id, now):
        return Closed(project.key, "call_out", project_id=project.id)
    if rules.day_cap and taken_today(session, person_id, project, now) >= rules.day_cap:
        tomorrow = _midnight(project, now, days=1)
        return Closed(project.key, "day_cap", str(rules.day_cap), project.id, until=tomorrow)
    rested = _breather_until(session, person_id, rules, now) if rules.sensitive else None
    if rested is not None:
        return Closed(project.key, "row_limit", str(rules.row_limit), project.id, until=rested)
    return None


def _unqualified(session: Session, project: Project, key: str) -> Closed:
    known = session.scalar(
        select(Qualification).where(Qualification.team_id == project.team_id, Qualification.key == key)
    )
    return Closed(
        project.key,
        "qualification",
        key,
        project.id,
        how=(known.how or "") if known else "",
        needs=(known.needs or "") if known else "",
        quiz=key == project_qualification(project.key),
    )


def project_qualification(project_key: str) -> str:
    """Return the key of a project's own qualification, which its quiz leads to."""
    return f"project:{project_key.casefold()}"


def closed_reviews(uow: UnitOfWork, person_id: int) -> dict[int, Closed]:
    """Return the projects in which the person is a reviewer but not qualified to review, by id.

    Supervisors are not asked: it is they who qualify others.
    """
    judging = uow.session.execute(
        select(Project, Membership.role, ProjectRules.review_gate)
        .join(Membership, Membership.project_id == Project.id)
        .join(ProjectRules, ProjectRules.project_id == Project.id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_((Role.REVIEWER, Role.SUPERVISOR)),
            Project.active.is_(True),
            ProjectRules.review_gate.is_not(None),
        )
        .order_by(Project.key)
    ).all()
    above = {project.id for project, role, _gate in judging if role is Role.SUPERVISOR}
    return {
        project.id: replace(_unqualified(uow.session, project, gate), reason="review")
        for project, _role, gate in judging
        if gate and project.id not in above and not is_qualified(uow.session, person_id, gate, uow.now)
    }


def has_open_slot(session: Session, project_id: int) -> bool:
    """Say whether any task of the project is to be had at all."""
    free = select(AnswerSlot.id).where(
        AnswerSlot.project_id == project_id,
        AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
        AnswerSlot.held_at.is_(None),
    )
    return session.scalar(free.limit(1)) is not None


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
    midnight = _midnight(project, now)
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


def _midnight(project: Project, now: datetime, days: int = 0) -> datetime:
    """Return when the project's local day began, or the one so many days later will."""
    today = now.astimezone(zone_of(project.zone)).date()
    return due_moment(project.zone, today + timedelta(days=days), "00:00")


def _breather_until(session: Session, person_id: int, rules: Rules, now: datetime) -> datetime | None:
    """Return until when somebody has a rest whose last tasks were all sensitive, of whichever project; else None.

    A pause that somebody took by themselves in between counts as one, and so does a task that is not sensitive.
    """
    last = session.execute(
        select(
            Assignment.claimed_at,
            Assignment.submitted_at,
            Assignment.ended_at,
            Assignment.held_at,
            Assignment.asked_at,
            ProjectRules.sensitive,
        )
        .outerjoin(ProjectRules, ProjectRules.project_id == Assignment.project_id)
        .where(Assignment.person_id == person_id)
        .order_by(Assignment.id.desc())
        .limit(rules.row_limit)
    ).all()
    if len(last) < rules.row_limit or not all(row.sensitive for row in last):
        return None
    # Whoever sits at a task still has had no rest from it, unless it stands still.
    busy_until: list[datetime] = [
        row.submitted_at or row.ended_at or row.held_at or row.asked_at or now for row in last
    ]
    begun = [now, *(row.claimed_at for row in last)]
    if any(begin - end >= BREATHER for begin, end in zip(begun, busy_until, strict=False)):
        return None
    return max(busy_until) + BREATHER
