"""What work in a project really takes: how long, and how often it comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db.models import Project, Submission, Verdict
from bot.domain.review import Decision

_LOOK_BACK = timedelta(days=30)
_FEW = 20
_ENOUGH = 10
"""After so many first answers their median says something."""


def rework_share(session: Session, project_id: int, now: datetime) -> float:
    """Return the share of the last 30 days' standing verdicts that were rejects, 0 to 1; 0 while they are few."""
    verdicts, rejects = session.execute(
        select(func.count(), func.sum(case((Verdict.decision == Decision.REJECT, 1), else_=0))).where(
            Verdict.project_id == project_id,
            Verdict.decided_at >= now - _LOOK_BACK,
            Verdict.undone_at.is_(None),
            Verdict.reviewer_id.is_not(None),
        )
    ).one()
    return int(rejects or 0) / verdicts if verdicts >= _FEW else 0.0


def pace(session: Session, project_id: int) -> float | None:
    """Return the median seconds a task takes, None while too few were handed in to promise anything by it."""
    some = (
        select(Submission.id)
        .where(Submission.project_id == project_id, Submission.round == 1, Submission.draft.is_(False))
        .limit(_ENOUGH)
        .subquery()
    )
    enough = (session.scalar(select(func.count()).select_from(some)) or 0) >= _ENOUGH
    return session.get_one(Project, project_id).median_seconds if enough else None
