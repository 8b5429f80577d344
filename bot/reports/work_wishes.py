"""Whether somebody waits to be told of work, and whether work is scarce just now."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import AnswerSlot, Batch, Membership, Project, WorkWish
from bot.domain.people import Role
from bot.domain.task import SlotState
from bot.reports.expressions import fixed

QUIET_AFTER = timedelta(days=3)
"""After so long without an import and without an open task it is said that work is scarce."""


def has_wished(session: Session, person_id: int) -> bool:
    """Say whether somebody waits to be told."""
    wished = select(WorkWish.id).where(WorkWish.person_id == person_id, WorkWish.ended_at.is_(None)).limit(1)
    return session.scalar(wished) is not None


def is_quiet(session: Session, person_id: int, now: datetime) -> bool:
    """Say whether nothing has come for days into any project the person works in, and nothing is open there."""
    projects = (
        select(Project.id)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Membership.role == Role.WORKER, Project.active.is_(True))
    )
    fresh = select(Batch.id).where(Batch.project_id.in_(projects), Batch.created_at > now - QUIET_AFTER)
    if session.scalar(fresh.limit(1)) is not None:
        return False
    free = select(AnswerSlot.id).where(
        AnswerSlot.project_id.in_(projects),
        AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
        AnswerSlot.held_at.is_(None),
    )
    return session.scalar(free.limit(1)) is None
