"""Accepting known tasks when a reviewer might have: at once they would stand out among those that people review."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select

from bot.db.models import Assignment, Review, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.review import ReviewState
from bot.services.gold import draw
from bot.services.unreviewed import accept_unreviewed

_AT_ONCE = 100
_SAMPLE = 50
_FIRST_GUESS = timedelta(hours=1)
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=24)


def accept_known(uow: UnitOfWork) -> int:
    """Accept and pay the known tasks that have waited as long as others do for their reviewer; returns how many."""
    waiting = uow.session.execute(
        select(Review, Submission, Assignment)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Review.state == ReviewState.CLAIMED,
            Review.reviewer_id.is_(None),
            Assignment.state == AssignmentState.IN_REVIEW,
            Assignment.gold_id.is_not(None),
            Assignment.held_at.is_(None),
            Submission.submitted_at <= uow.now - _SHORTEST / 2,
        )
        .order_by(Review.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Review, skip_locked=True)
    ).all()
    usual: dict[int, timedelta] = {}
    done = 0
    for review, submission, assignment in waiting:
        if review.project_id not in usual:
            usual[review.project_id] = _usual_wait(uow, review.project_id)
        if _due(submission, usual[review.project_id]) <= uow.now:
            accept_unreviewed(uow, assignment=assignment, submission=submission, review=review)
            done += 1
    return done


def _due(submission: Submission, usual: timedelta) -> datetime:
    """Return when it is accepted: after half to one and a half times the usual wait, always the same for one."""
    return submission.submitted_at + usual * (0.5 + draw("wait", submission.id))


def _usual_wait(uow: UnitOfWork, project_id: int) -> timedelta:
    """Return how long the project's newest answers waited for their first verdict, in the middle."""
    rows = uow.session.execute(
        select(Verdict.decided_at, Submission.submitted_at)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Verdict.project_id == project_id, Verdict.reviewer_id.is_not(None))
        .order_by(Verdict.id.desc())
        .limit(_SAMPLE)
    )
    waits = [(decided - submitted).total_seconds() for decided, submitted in rows]
    wait = timedelta(seconds=median(waits)) if waits else _FIRST_GUESS
    return min(_LONGEST, max(_SHORTEST, wait))
