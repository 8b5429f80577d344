"""Accepting known tasks when a reviewer might have: at once they would stand out among those that people review."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select

from bot.db.models import Assignment, Review, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.review import ReviewState
from bot.services.gold import draw
from bot.services.unreviewed import accept_unreviewed

PATIENCE = timedelta(hours=72)
"""After so long nobody's pay waits for reviewers who do not come."""

_AT_WORK = timedelta(minutes=15)
_AT_ONCE = 100
_LOOKED_AT = 2_000
_SAMPLE = 50
_FIRST_GUESS = timedelta(hours=1)
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=24)


def accept_known(uow: UnitOfWork) -> int:
    """Accept and pay the known tasks that have waited as long as others do for their reviewer; returns how many.

    Only while reviewers of the project are at work: what was accepted at night would be known for what it is.
    """
    waiting = uow.session.execute(
        select(Review.id, Review.project_id, Submission.id, Submission.submitted_at)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(*_waits(), Submission.submitted_at <= uow.now - _SHORTEST / 2)
        .order_by(Review.id)
        .limit(_LOOKED_AT)
    ).all()
    usual = {project_id: _usual_wait(uow, project_id) for project_id in {row.project_id for row in waiting}}
    at_work = {project_id for project_id in usual if _reviews_now(uow, project_id)}
    due = [
        review_id
        for review_id, project_id, submission_id, submitted_at in waiting
        if submitted_at <= uow.now - PATIENCE
        or (project_id in at_work and _due(submission_id, submitted_at, usual[project_id]) <= uow.now)
    ]
    rows = uow.session.execute(
        select(Review, Submission, Assignment)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(*_waits(), Review.id.in_(due[:_AT_ONCE]))
        .order_by(Review.id)
        .with_for_update(of=Review, skip_locked=True)
    ).all()
    for review, submission, assignment in rows:
        accept_unreviewed(uow, assignment=assignment, submission=submission, review=review)
    return len(rows)


def _waits() -> tuple[ColumnElement[bool], ...]:
    """Build: the review of a known task, which is offered to nobody."""
    return (
        Review.state == ReviewState.CLAIMED,
        Review.reviewer_id.is_(None),
        Assignment.state == AssignmentState.IN_REVIEW,
        Assignment.gold_id.is_not(None),
        Assignment.held_at.is_(None),
    )


def _reviews_now(uow: UnitOfWork, project_id: int) -> bool:
    last = uow.session.scalar(
        select(func.max(Verdict.decided_at)).where(
            Verdict.project_id == project_id, Verdict.reviewer_id.is_not(None)
        )
    )
    return last is not None and last > uow.now - _AT_WORK


def _due(submission_id: int, submitted_at: datetime, usual: timedelta) -> datetime:
    """Return when it is accepted: after half to one and a half times the usual wait, always the same for one."""
    return submitted_at + usual * (0.5 + draw("wait", submission_id, submitted_at.isoformat()))


def _usual_wait(uow: UnitOfWork, project_id: int) -> timedelta:
    """Return how long the project's newest answers waited for their first verdict, in the middle."""
    rows = uow.session.execute(
        select(Verdict.decided_at, Submission.submitted_at)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Verdict.project_id == project_id, Verdict.reviewer_id.is_not(None))
        .order_by(Verdict.decided_at.desc())
        .limit(_SAMPLE)
    )
    waits = [(decided - submitted).total_seconds() for decided, submitted in rows]
    wait = timedelta(seconds=median(waits)) if waits else _FIRST_GUESS
    return min(_LONGEST, max(_SHORTEST, wait))
