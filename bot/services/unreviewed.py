"""Submissions that nobody is to review, because their project lets the answers vote or has a sample reviewed."""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import func, select

from bot.db.models import Assignment, Person, Review, Submission, Task, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import Event
from bot.domain.review import Decision, ReviewState
from bot.domain.rules import ReviewMode
from bot.services.earning import earn
from bot.services.rules import rules_of
from bot.services.slots import accept_slot
from bot.services.tasks import move
from bot.services.voting import settle

UNREVIEWED = "review.spared"
"""What the audit trail calls it."""


def goes_unreviewed(uow: UnitOfWork, assignment: Assignment, submission: Submission) -> bool:
    """Say whether the project's rules have this submission accepted as it is.

    What was returned before is always judged by a person, and so is what comes in while its task is on hold: by
    then something about it is unclear. A known task is treated like any other, so that nobody can tell it.
    """
    if submission.round > 1 or assignment.held_at is not None:
        return False
    rules = rules_of(uow.session, assignment.project_id)
    if rules.review_mode is ReviewMode.EVERY:
        return False
    if rules.review_mode is ReviewMode.CONSENSUS:
        return uow.session.get_one(Task, assignment.task_id).overlap > 1
    return not (
        _is_new(uow, assignment, rules.newcomer_first)
        or drawn(assignment.project_id, submission.id, rules.sample_percent)
    )


def drawn(project_id: int, submission_id: int, percent: int) -> bool:
    """Say whether a submission is in its project's sample: the same answer whenever and wherever it is asked."""
    hashed = blake2b(f"{project_id}:{submission_id}".encode(), digest_size=8).digest()
    return int.from_bytes(hashed) % 10_000 < percent * 100


def _is_new(uow: UnitOfWork, assignment: Assignment, first: int) -> bool:
    """Say whether this is among the first answers of the person in the project; trials are none."""
    answered = (
        select(Assignment.id)
        .where(
            Assignment.person_id == assignment.person_id,
            Assignment.project_id == assignment.project_id,
            Assignment.submitted_at.is_not(None),
            Assignment.gold_id.is_(None),
            Assignment.id != assignment.id,
        )
        .limit(first)
        .subquery()
    )
    # As many as are looked for are enough: a person's history is not read.
    return first > 0 and (uow.session.scalar(select(func.count()).select_from(answered)) or 0) < first


def accept_unreviewed(
    uow: UnitOfWork, *, assignment: Assignment, submission: Submission, review: Review
) -> Verdict:
    """Accept what nobody is to review, and pay it; the verdict has no reviewer and counts as nobody's.

    Nobody can take it back: a spot check may disagree, which changes nothing.
    """
    verdict = Verdict(
        review_id=review.id,
        submission_id=submission.id,
        assignment_id=assignment.id,
        project_id=assignment.project_id,
        reviewer_id=None,
        decision=Decision.ACCEPT,
        decided_at=uow.now,
    )
    uow.session.add(verdict)
    before, review.state = review.state, ReviewState.DECIDED
    review.ver += 1
    uow.audit(
        team_id=uow.session.get_one(Person, assignment.person_id).team_id,
        actor_id=None,
        action=UNREVIEWED,
        subject=("review", review.id),
        states=(before, ReviewState.DECIDED),
    )
    move(uow, assignment, Event.ACCEPT, UNREVIEWED, None)
    accept_slot(uow, assignment)
    uow.session.flush()
    settle(uow, assignment.task_id, None)
    earn(uow, verdict, assignment)
    return verdict
