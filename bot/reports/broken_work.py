"""Statements that find broken rows of the work itself: slots, tasks, submissions, reviews and leases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.db.models import AnswerSlot, Assignment, Consensus, Review, Submission, Task
from bot.db.types import UtcDateTime
from bot.domain.assignment import LIVE, AssignmentState
from bot.domain.review import ReviewState
from bot.domain.task import SlotState, TaskState

Rows = Select[*tuple[Any, ...]]

LEASE_CUTOFF = bindparam("lease_cutoff", type_=UtcDateTime())
"""Leases that ended before this instant should have been swept."""

_HAS_SUBMISSION = exists().where(Submission.assignment_id == Assignment.id, Submission.draft.is_(False))
_HAS_REVIEW = exists().where(Review.submission_id == Submission.id)


def find_second_holders() -> Rows:
    """Find all but the earliest of several live assignments of one slot."""
    live = Assignment.state.in_(LIVE)
    shared = (
        select(Assignment.slot_id, func.min(Assignment.id).label("first"))
        .where(live)
        .group_by(Assignment.slot_id)
        .having(func.count() > 1)
        .subquery()
    )
    return (
        select(Assignment.id.label("row_id"), Assignment.slot_id, shared.c.first)
        .join(shared, shared.c.slot_id == Assignment.slot_id)
        .where(live, Assignment.id != shared.c.first)
    )


def find_slots_off() -> Rows:
    """Find slots not open without a live assignment, accepted with an accepted one, else taken."""
    holders = (
        select(
            Assignment.slot_id,
            func.max(case((Assignment.state == AssignmentState.ACCEPTED, 1), else_=0)).label("accepted"),
        )
        .where(Assignment.state.in_(LIVE))
        .group_by(Assignment.slot_id)
        .subquery()
    )
    wanted = case(
        (holders.c.slot_id.is_(None), SlotState.OPEN.value),
        (holders.c.accepted == 1, SlotState.ACCEPTED.value),
        else_=SlotState.TAKEN.value,
    )
    return (
        select(AnswerSlot.id.label("row_id"), AnswerSlot.state, wanted.label("wanted"))
        .outerjoin(holders, holders.c.slot_id == AnswerSlot.id)
        .where(
            AnswerSlot.state != wanted,
            # A slot that nobody has may also be wanted no more.
            or_(AnswerSlot.state != SlotState.CLOSED, holders.c.slot_id.is_not(None)),
        )
    )


def find_tasks_off() -> Rows:
    """Find tasks whose state does not fit their accepted answers, or that are final without an instant.

    Trials of known tasks are no answers. What is final has an answer for each that is wanted, and with several of
    them something they agree on; what a supervisor has to decide has a vote that did not.
    """
    trial = aliased(Assignment)
    accepted = (
        select(AnswerSlot.task_id, func.count().label("slots"))
        .where(
            AnswerSlot.state == SlotState.ACCEPTED,
            ~select(trial.id).where(trial.slot_id == AnswerSlot.id, trial.gold_id.is_not(None)).exists(),
        )
        .group_by(AnswerSlot.task_id)
        .subquery()
    )
    count = func.coalesce(accepted.c.slots, 0)
    decided = or_(Consensus.submission_id.is_not(None), Consensus.words.is_not(None))
    voted = select(Consensus.id).where(Consensus.task_id == Task.id, Consensus.superseded_at.is_(None))
    final, adjudication = Task.state == TaskState.FINAL, Task.state == TaskState.ADJUDICATION
    several = Task.overlap + Task.extra > 1
    return (
        select(Task.id.label("row_id"), Task.state, count.label("accepted"), Task.overlap, Task.extra)
        .outerjoin(accepted, accepted.c.task_id == Task.id)
        .where(
            or_(
                (Task.state == TaskState.OPEN) & (count >= Task.overlap + Task.extra),
                or_(final, adjudication) & (count < Task.overlap),
                final & Task.final_at.is_(None),
                ~final & Task.final_at.is_not(None),
                final & several & ~voted.where(decided).exists(),
                adjudication & ~voted.where(~decided).exists(),
            )
        )
    )


def find_unanswered() -> Rows:
    """Find judged assignments without an answer, untouched ones that have one, and expired ones that don't say so.

    What expired had been handed in only when it was returned and left lying.
    """
    answered = (
        AssignmentState.IN_REVIEW,
        AssignmentState.RETURNED,
        AssignmentState.APPEALED,
        AssignmentState.ACCEPTED,
    )
    lay = (Assignment.state == AssignmentState.EXPIRED) & Assignment.submitted_at.is_not(None)
    untouched = (Assignment.state == AssignmentState.EXPIRED) & Assignment.submitted_at.is_(None)
    return select(Assignment.id.label("row_id"), Assignment.state).where(
        or_(
            or_(Assignment.state.in_(answered), lay) & ~_HAS_SUBMISSION,
            or_(Assignment.state == AssignmentState.CLAIMED, untouched) & _HAS_SUBMISSION,
        )
    )


def find_misplaced_submissions() -> Rows:
    """Find submissions whose person, task or project differs from their assignment."""
    return (
        select(Submission.id.label("row_id"), Submission.assignment_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(
            or_(
                Submission.author_id != Assignment.person_id,
                Submission.task_id != Assignment.task_id,
                Submission.project_id != Assignment.project_id,
            )
        )
    )


def find_unreviewed() -> Rows:
    """Find submissions without a review, and drafts that have one."""
    return select(Submission.id.label("row_id"), Submission.draft).where(
        or_(Submission.draft.is_(False) & ~_HAS_REVIEW, Submission.draft.is_(True) & _HAS_REVIEW)
    )


def find_misplaced_reviews() -> Rows:
    """Find reviews whose assignment, task, project or author differs from their submission."""
    return (
        select(Review.id.label("row_id"), Review.submission_id)
        .join(Submission, Submission.id == Review.submission_id)
        .where(
            or_(
                Review.assignment_id != Submission.assignment_id,
                Review.task_id != Submission.task_id,
                Review.project_id != Submission.project_id,
                Review.author_id != Submission.author_id,
            )
        )
    )


def find_overdue_leases() -> Rows:
    """Find claims that outlived their lease."""
    return select(Assignment.id.label("row_id"), Assignment.lease_until).where(
        Assignment.state == AssignmentState.CLAIMED,
        Assignment.held_at.is_(None),
        Assignment.asked_id.is_(None),
        Assignment.lease_until < LEASE_CUTOFF,
    )


def find_overdue_reviews() -> Rows:
    """Find holds on a review, and reservations of one, that outlived their end."""
    return select(Review.id.label("row_id"), Review.lease_until).where(
        Review.state != ReviewState.DECIDED,
        Review.lease_until < LEASE_CUTOFF,
        ~exists().where(Assignment.id == Review.assignment_id, Assignment.held_at.is_not(None)),
    )
