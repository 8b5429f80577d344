"""Whom each level of the chain tells of an issue, and which levels have anybody."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Duty, Issue
from bot.domain.escalation import LEVELS, IssueSource, Level
from bot.domain.people import Role
from bot.reports.members import admins_of, people_in


def people_at(session: Session, issue: Issue, level: Level) -> tuple[int, ...]:
    """Return the active people whom a level tells, its opener apart.

    A nameless report goes to the supervisors only, and to the admins where there are none.
    """
    supervisors = people_in(session, issue.project_id, Role.SUPERVISOR)
    duty_id = session.scalar(
        select(Duty.person_id).where(Duty.project_id == issue.project_id, Duty.until.is_(None))
    )
    on_duty = tuple(person for person in supervisors if person == duty_id)
    nameless = issue.source is IssueSource.NAMELESS
    if level is Level.DUTY:
        found = on_duty
    elif level is Level.SUPERVISORS:
        found = tuple(person for person in supervisors if person not in on_duty)
    elif level is Level.PM:
        found = () if nameless else people_in(session, issue.project_id, Role.PM)
    else:
        found = () if nameless and supervisors else admins_of(session, issue.team_id)
    return tuple(person for person in found if person != issue.opener_id)


def reachable_from(session: Session, issue: Issue, level: Level | None) -> Level | None:
    """Return the first level from this one on that has people, None when no more has."""
    if level is None:
        return None
    later = LEVELS[LEVELS.index(level) :]
    return next((found for found in later if people_at(session, issue, found)), None)
