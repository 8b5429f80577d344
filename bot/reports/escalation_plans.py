"""How long each step of an issue may take in a project: what it has set itself, else the usual times."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import EscalationPlan
from bot.domain.escalation import DELAYS, Delays, Severity


def own_plans(session: Session, projects: Collection[int]) -> dict[tuple[int, Severity], Delays]:
    """Return the times that these projects have set themselves, by project and severity."""
    rows = session.scalars(select(EscalationPlan).where(EscalationPlan.project_id.in_(list(projects))))
    return {
        (row.project_id, row.severity): Delays(
            timedelta(minutes=row.ack_minutes),
            timedelta(minutes=row.step_minutes),
            timedelta(minutes=row.resolve_minutes),
            DELAYS[row.severity].decay,
        )
        for row in rows
    }


def delays_of(session: Session, project_id: int, severity: Severity) -> Delays:
    """Return the times that hold in a project for a severity."""
    return own_plans(session, (project_id,)).get((project_id, severity), DELAYS[severity])
