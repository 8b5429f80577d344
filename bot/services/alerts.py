"""What cannot wait for the next digest: incidents are opened once, and told by day to those who can do something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.db.models import AlertIncident, AlertTold, Membership, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.alerts import (
    BASE_DAYS,
    COOL_DOWN,
    FIRST_LOOK,
    QUIET_HOURS,
    REVIEW_AGE,
    AlertKind,
    days_late,
    find_spike,
)
from bot.domain.digests import is_night, waking_time
from bot.domain.people import Role
from bot.domain.quality import APPEAL_PATIENCE
from bot.outbox.queue import enqueue
from bot.outbox.report_messages import AlertCard
from bot.reports.alerts import (
    Ageing,
    first_outcomes,
    read_ageing,
    read_ageing_appeals,
    read_lying,
    reject_base,
)
from bot.reports.crews import read_crew_gap
from bot.reports.window import day_of, local_date
from bot.reports.workload import eta
from bot.services.questions import insert_once


@dataclass(frozen=True)
class Finding:
    """Something that is so now. What has another `subject` is another incident."""

    figures: dict[str, Any]
    subject: str = ""


UNTIL_MORNING = timedelta(hours=12)
"""Longer than anybody's night."""

_SHARES = 10

Watch = Callable[[UnitOfWork, Project], Finding | None]


def watch_projects(uow: UnitOfWork) -> int:
    """Open incidents for what has begun and close those that are over; returns how many were opened.

    To be called each minute: each has its share of the projects, so that every project is looked at each ten
    minutes and no transaction is long.
    """
    projects = (
        select(Project.id)
        .where(Project.active.is_(True), Project.id % _SHARES == uow.now.minute % _SHARES)
        .order_by(Project.id)
    )
    return sum(watch_project(uow, project_id=id) for id in uow.session.scalars(projects).all())


def watch_project(uow: UnitOfWork, *, project_id: int) -> int:
    """Open and close the incidents of one project; returns how many were opened.

    Of one kind it has one open incident at most. What ends and comes back within a day is the same incident, so
    that a figure that wavers is told of once.
    """
    project = uow.session.get_one(Project, project_id)
    return sum(_settle(uow, project, kind, watch(uow, project)) for kind, watch in WATCHES.items())


def _settle(uow: UnitOfWork, project: Project, kind: AlertKind, found: Finding | None) -> bool:
    last = uow.session.scalar(
        select(AlertIncident)
        .where(AlertIncident.project_id == project.id, AlertIncident.kind == kind)
        .order_by(AlertIncident.id.desc())
        .limit(1)
    )
    if last is not None and last.closed_at is None:
        if (found is None or found.subject != last.subject) and not _waits_for_morning(
            project, last, uow.now
        ):
            _end(uow, project, last)
        return False
    if found is None or (last is not None and _is_same(last, found, uow.now)):
        return False
    # Another process may be quicker; one of the two rows is kept.
    values = {
        "project_id": project.id,
        "kind": kind,
        "subject": found.subject,
        "opened_at": uow.now,
        "figures": found.figures,
    }
    return insert_once(uow, AlertIncident, values) is not None


def _waits_for_morning(project: Project, last: AlertIncident, now: datetime) -> bool:
    """Say whether an evening's spike has to stay: its day ended at midnight, and people are told at eight."""
    if last.kind is not AlertKind.REJECTS or now - last.opened_at >= UNTIL_MORNING:
        return False
    return last.subject < local_date(project.zone, now).isoformat()


def _end(uow: UnitOfWork, project: Project, incident: AlertIncident) -> None:
    """Close an incident; the cards of those who were told say so in their place, which wakes nobody."""
    incident.closed_at = uow.now
    told = (
        select(AlertTold.person_id).where(AlertTold.incident_id == incident.id).order_by(AlertTold.person_id)
    )
    for person_id in uow.session.scalars(told):
        enqueue(uow, project.team_id, AlertCard(person_id, incident.id))


def _is_same(last: AlertIncident, found: Finding, now: datetime) -> bool:
    ended = last.closed_at
    return ended is not None and ended > now - COOL_DOWN and last.subject == found.subject


def _watch_rejects(uow: UnitOfWork, project: Project) -> Finding | None:
    today = day_of(project.zone, local_date(project.zone, uow.now))
    outcomes = first_outcomes(uow.session, project.id, today)
    if len(outcomes) < FIRST_LOOK:
        return None
    spike = find_spike(outcomes, *reject_base(uow.session, project.id, today))
    if spike is None:
        return None
    figures = {
        **asdict(spike),
        "rate": spike.rejected / spike.n,
        "base_rate": spike.base_rejected / spike.base_n,
        "days": BASE_DAYS,
        "date": today.date.isoformat(),
    }
    return Finding(figures, today.date.isoformat())


def _watch_claims(uow: UnitOfWork, project: Project) -> Finding | None:
    lying = read_lying(uow.session, project.id)
    if lying is None:
        return None
    # Weeks make no difference to hours, and would be added up day by day.
    since = max(lying.since, uow.now - timedelta(days=28))
    hours = int(waking_time(project.zone, since, uow.now) / timedelta(hours=1))
    if hours < QUIET_HOURS:
        return None
    return Finding({"open": lying.open, "since": lying.since.isoformat(), "hours": hours})


def _watch_reviews(uow: UnitOfWork, project: Project) -> Finding | None:
    return _aged(read_ageing(uow.session, project.id, uow.now - REVIEW_AGE), REVIEW_AGE)


def _watch_appeals(uow: UnitOfWork, project: Project) -> Finding | None:
    return _aged(read_ageing_appeals(uow.session, project.id, uow.now - APPEAL_PATIENCE), APPEAL_PATIENCE)


def _aged(ageing: Ageing | None, patience: timedelta) -> Finding | None:
    if ageing is None:
        return None
    hours = int(patience / timedelta(hours=1))
    return Finding({"waiting": ageing.waiting, "oldest": ageing.oldest.isoformat(), "hours": hours})


def _watch_deadline(uow: UnitOfWork, project: Project) -> Finding | None:
    if project.deadline is None:
        return None
    today = local_date(project.zone, uow.now)
    # Today is not over, and half a day would make the pace look slow.
    pace = eta(uow.session, project.id, today - timedelta(days=1))
    late_by = days_late(today, pace.days, pace.remaining, project.deadline)
    if late_by is None:
        return None
    figures = {
        "deadline": project.deadline.isoformat(),
        "remaining": pace.remaining,
        "days": pace.days,
        "late_by": late_by if pace.days is not None else None,
    }
    return Finding(figures, project.deadline.isoformat())


def _watch_crew(uow: UnitOfWork, project: Project) -> Finding | None:
    gap = read_crew_gap(uow.session, project.id, uow.now)
    if gap is None:
        return None
    figures = {"tasks": gap.tasks, "crew": gap.crew, "missing": gap.missing}
    return Finding(figures | ({"undecidable": gap.undecidable} if gap.undecidable else {}))


WATCHES: dict[AlertKind, Watch] = {
    AlertKind.REJECTS: _watch_rejects,
    AlertKind.NO_CLAIMS: _watch_claims,
    AlertKind.REVIEWS: _watch_reviews,
    AlertKind.DEADLINE: _watch_deadline,
    AlertKind.CREW_TOO_SMALL: _watch_crew,
    AlertKind.APPEALS: _watch_appeals,
}


def tell_alerts(uow: UnitOfWork) -> int:
    """Tell PMs and supervisors of open incidents, each person once and never in their night; returns how many.

    What is over before somebody's morning is not told to them any more.
    """
    told = (
        select(AlertTold.id)
        .where(AlertTold.incident_id == AlertIncident.id, AlertTold.person_id == Person.id)
        .exists()
    )
    rows = uow.session.execute(
        select(AlertIncident.id, Project.team_id, Person.id, Person.zone)
        .join(Project, Project.id == AlertIncident.project_id)
        .join(Membership, Membership.project_id == Project.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            AlertIncident.closed_at.is_(None),
            Project.active.is_(True),
            Membership.role.in_((Role.PM, Role.SUPERVISOR)),
            Person.active.is_(True),
            ~told,
        )
        .distinct()
        .order_by(AlertIncident.id, Person.id)
    ).all()
    count = 0
    for incident_id, team_id, person_id, zone in rows:
        if is_night(zone, uow.now):
            continue
        values = {"incident_id": incident_id, "person_id": person_id, "told_at": uow.now}
        if insert_once(uow, AlertTold, values) is not None:
            enqueue(uow, team_id, AlertCard(person_id, incident_id))
            count += 1
    return count
