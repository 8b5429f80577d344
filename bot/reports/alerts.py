"""What alerts are decided by, and the incidents that were opened; counts only, no names and no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    AlertIncident,
    AnswerSlot,
    Appeal,
    Assignment,
    Batch,
    Hold,
    Project,
    Review,
    Verdict,
)
from bot.domain.alerts import BASE_DAYS, AlertKind
from bot.domain.assignment import AssignmentState
from bot.domain.review import Decision, ReviewState
from bot.domain.task import SlotState
from bot.reports.appeals import stands_still, waits
from bot.reports.expressions import fixed, is_first_of_task, is_held
from bot.reports.rejections import standing_verdicts
from bot.reports.throughput import per_day
from bot.reports.window import Window

_GIVEN_BACK = (AssignmentState.RELEASED, AssignmentState.EXPIRED)
_RECENT = 200
"""How many of a project's newest assignments are looked at for the last one that was given back."""


@dataclass(frozen=True)
class IncidentFacts:
    """Something that PMs and supervisors are told of. `figures` are JSON values by kind.

    rejects: rejected, n, rate, base_rejected, base_n, base_rate, days, p, date (first verdicts of that local date)
    no_claims: open (answers), since (instant), hours (whole waking ones)
    reviews and appeals: waiting, oldest (instant), hours
    deadline: deadline (date), remaining (tasks), days (that they take at the recent pace) and late_by, both or null
    crew_too_small: tasks that can't be finished, crew (people who may work on them), missing (people), undecidable
    (tasks that wait for a decision nobody may make; absent where there are none)
    """

    incident_id: int
    project_id: int
    project_key: str
    zone: str
    kind: AlertKind
    opened_at: datetime
    closed_at: datetime | None
    figures: dict[str, Any]


def read_incident(session: Session, incident_id: int) -> IncidentFacts | None:
    """Return an incident as it was opened, None when there is none."""
    row = session.get(AlertIncident, incident_id)
    return _facts(session, row) if row is not None else None


def open_incidents(session: Session, project_id: int) -> tuple[IncidentFacts, ...]:
    """Return what a project's people are told of and is not over, the oldest first."""
    rows = session.scalars(
        select(AlertIncident)
        .where(AlertIncident.project_id == project_id, AlertIncident.closed_at.is_(None))
        .order_by(AlertIncident.id)
    )
    return tuple(_facts(session, row) for row in rows)


def _facts(session: Session, row: AlertIncident) -> IncidentFacts:
    project = session.get_one(Project, row.project_id)
    return IncidentFacts(
        row.id,
        row.project_id,
        project.key,
        project.zone,
        row.kind,
        row.opened_at,
        row.closed_at,
        dict(row.figures),
    )


def first_outcomes(session: Session, project_id: int, window: Window) -> tuple[bool, ...]:
    """Return the first verdicts of tasks that fell into the window, in their order, True for a reject."""
    decisions = session.scalars(
        select(Verdict.decision)
        .where(*standing_verdicts(project_id, window), is_first_of_task())
        .order_by(Verdict.decided_at, Verdict.id)
    )
    return tuple(decision is Decision.REJECT for decision in decisions)


def reject_base(session: Session, project_id: int, window: Window) -> tuple[int, int]:
    """Return how many tasks were first rejected, and first judged, in the days before the window's last date."""
    days = per_day(session, project_id, window.date - timedelta(days=1), BASE_DAYS)
    return sum(day.rejected_first for day in days), sum(day.judged_first for day in days)


@dataclass(frozen=True)
class Lying:
    """`open` answers that nobody has taken, and since when nobody has taken, given back, released or imported any."""

    open: int
    since: datetime


def read_lying(session: Session, project_id: int) -> Lying | None:
    """Return what could be claimed, None when there is nothing."""
    waiting = session.scalar(
        select(func.count()).where(
            AnswerSlot.project_id == project_id,
            AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
            AnswerSlot.held_at.is_(None),
        )
    )
    if not waiting:
        return None
    recent = (
        select(
            Assignment.claimed_at,
            case((Assignment.state.in_(_GIVEN_BACK), Assignment.ended_at)).label("freed_at"),
        )
        .where(Assignment.project_id == project_id)
        .order_by(Assignment.id.desc())
        .limit(_RECENT)
        .subquery()
    )
    claimed, freed = session.execute(select(func.max(recent.c.claimed_at), func.max(recent.c.freed_at))).one()
    imported = session.scalar(select(func.max(Batch.created_at)).where(Batch.project_id == project_id))
    released = session.scalar(select(func.max(Hold.released_at)).where(Hold.project_id == project_id))
    moments = [moment for moment in (claimed, freed, imported, released) if moment is not None]
    return Lying(waiting, max(moments)) if moments else None


@dataclass(frozen=True)
class Ageing:
    """`waiting` reviews or appeals that have waited too long, the oldest since `oldest`."""

    waiting: int
    oldest: datetime


def read_ageing(session: Session, project_id: int, before: datetime) -> Ageing | None:
    """Return the reviews that wait since `before` or longer, None when none does."""
    count, oldest = session.execute(
        select(func.count(), func.min(Review.created_at)).where(
            Review.project_id == project_id,
            Review.state == fixed(Review.state, ReviewState.WAITING),
            Review.created_at <= before,
            ~is_held(),
        )
    ).one()
    return Ageing(count, oldest) if count else None


def read_ageing_appeals(session: Session, project_id: int, before: datetime) -> Ageing | None:
    """Return the appeals that nobody has looked at since `before` or longer, None when there is none."""
    count, oldest = session.execute(
        select(func.count(), func.min(Appeal.opened_at)).where(
            Appeal.project_id == project_id, waits(), Appeal.opened_at <= before, ~stands_still()
        )
    ).one()
    return Ageing(count, oldest) if count else None
