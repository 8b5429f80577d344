"""What time does by itself: warnings, expiries, reviews that come free, and each project's median.

None of it happens to work that is on hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import aliased

from bot.db.models import Assignment, Person, Project, Review, Submission
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState, Event
from bot.domain.review import ReviewState
from bot.outbox.messages import LeaseEnding, LeaseExpired, ReviewCard
from bot.outbox.queue import enqueue
from bot.reports.expressions import is_held
from bot.services.appeal_queue import free_appeals, pass_appeals_up
from bot.services.returns import lower_reviews
from bot.services.reworking import expire_rework
from bot.services.tasks import free_slot, move

SWEEP_LIMIT = 200
"""Rows one sweep changes at most, so that its transaction stays short; the next tick takes the rest."""

_MEDIAN_SAMPLE = 200


def expire_leases(uow: UnitOfWork) -> int:
    """Put tasks whose lease has ended back and tell their holders; returns how many."""
    ended = uow.session.scalars(
        select(Assignment)
        .where(
            Assignment.state == AssignmentState.CLAIMED,
            Assignment.held_at.is_(None),
            Assignment.asked_id.is_(None),
            Assignment.lease_until <= uow.now,
        )
        .order_by(Assignment.lease_until, Assignment.id)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    ).all()
    # Task by task in the order in which all lock them who go through several.
    for assignment in sorted(ended, key=lambda one: one.task_id):
        move(uow, assignment, Event.EXPIRE, "task.expire", None)
        free_slot(uow, assignment)
        team_id = uow.session.get_one(Person, assignment.person_id).team_id
        enqueue(uow, team_id, LeaseExpired(assignment.person_id, assignment.id))
    return len(ended)


def warn_leases(uow: UnitOfWork) -> int:
    """Warn, once a lease, the holders of whose time 80 % has passed; returns how many."""
    running = uow.session.scalars(
        select(Assignment)
        .where(
            Assignment.state == AssignmentState.CLAIMED,
            Assignment.held_at.is_(None),
            Assignment.asked_id.is_(None),
            Assignment.warn_at <= uow.now,
        )
        .order_by(Assignment.warn_at)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    ).all()
    for assignment in running:
        assignment.warn_at = None
        team_id = uow.session.get_one(Person, assignment.person_id).team_id
        enqueue(uow, team_id, LeaseEnding(assignment.person_id, assignment.id))
    return len(running)


def free_reviews(uow: UnitOfWork) -> int:
    """Return reviews to the queue whose reviewer let the lease or the reservation pass; returns how many."""
    stuck = uow.session.scalars(
        select(Review)
        .where(
            Review.state != ReviewState.DECIDED,
            Review.lease_until.is_not(None),
            Review.lease_until <= uow.now,
            ~is_held(),
        )
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    ).all()
    for review in stuck:
        before, reviewer_id = review.state, review.reviewer_id
        review.state, review.reviewer_id, review.lease_until = ReviewState.WAITING, None, None
        review.ver += 1
        team_id = uow.session.get_one(Person, review.author_id).team_id
        uow.audit(
            team_id=team_id,
            actor_id=None,
            action="review.expire",
            subject=("review", review.id),
            states=(before, ReviewState.WAITING),
        )
        if reviewer_id is not None and before is ReviewState.CLAIMED:
            enqueue(uow, team_id, ReviewCard(reviewer_id, review.id))
    return len(stuck)


def refresh_medians(uow: UnitOfWork) -> int:
    """Recompute each active project's median working time from its newest first rounds; returns how many.

    Kept on the project so that a claim never reads history.
    """
    changed = 0
    for project in uow.session.scalars(select(Project).where(Project.active.is_(True))):
        if seconds := list(_recent_seconds(uow, project.id)):
            value = max(1, round(median(seconds)))
            done = uow.session.execute(
                update(Project)
                .where(Project.id == project.id, Project.median_seconds.is_distinct_from(value))
                .values(median_seconds=value)
            )
            assert isinstance(done, CursorResult)
            changed += done.rowcount
    return changed


def _recent_seconds(uow: UnitOfWork, project_id: int) -> Iterator[float]:
    newest = aliased(
        Submission,
        select(Submission)
        .where(Submission.project_id == project_id)
        .order_by(Submission.submitted_at.desc())
        .limit(_MEDIAN_SAMPLE)
        .subquery(),
    )
    rows = uow.session.execute(
        select(newest.submitted_at, Assignment.claimed_at, Assignment.held_seconds)
        .join(Assignment, Assignment.id == newest.assignment_id)
        .where(newest.round == 1)
    )
    return ((submitted - claimed).total_seconds() - (held or 0) for submitted, claimed, held in rows)


SWEEPS: tuple[Callable[[UnitOfWork], int], ...] = (
    expire_leases,
    warn_leases,
    expire_rework,
    free_reviews,
    lower_reviews,
    free_appeals,
    pass_appeals_up,
)
"""What the scheduler runs at each tick, each in a transaction of its own."""
