"""Whom each level of the chain tells of an issue, and which levels have anybody."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Issue
from bot.domain.escalation import LEVELS, IssueSource, Level
from bot.domain.people import Role
from bot.reports.duty import person_on_duty
from bot.reports.members import admins_of, people_in


def people_at(session: Session, issue: Issue, level: Level) -> tuple[int, ...]:
    """Return the active people whom a level tells, its opener apart.

    A nameless report goes to the supervisors only, and to the admins where there are none.
    """
    supervisors = people_in(session, issue.project_id, Role.SUPERVISOR)
    on_duty = person_on_duty(session, issue.project_id)
    nameless = issue.source is IssueSource.NAMELESS
    found: tuple[int, ...]
    if level is Level.DUTY:
        found = () if on_duty is None else (on_duty,)
    elif level is Level.SUPERVISORS:
        found = tuple(person for person in supervisors if person != on_duty)
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
