"""Handing in an answer, in time, late, or again after a reject."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.db.models import Assignment, Person, Project, Review, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import UNUSABLE, Answer, clean_answer, main_part, same_answer
from bot.domain.assignment import RESERVATION, AssignmentState, Event
from bot.domain.errors import GoesOn, IdenticalAnswer, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.review import ReviewState
from bot.domain.task import SlotState
from bot.outbox.messages import RejectCard, ReviewReserved
from bot.outbox.queue import enqueue
from bot.services.access import current_actor
from bot.services.claiming import keeps_out
from bot.services.gold import keep_from_reviewers, measure
from bot.services.pausing import go_on
from bot.services.slots import own_slot
from bot.services.tasks import clock, load_held, move, take_slot
from bot.services.unreviewed import accept_unreviewed, goes_unreviewed


@dataclass(frozen=True)
class Submitted:
    """What became of an answer. A draft is kept but does not count, because the slot went to somebody else.

    `accepted` is set where nobody is to review it.
    """

    submission_id: int
    assignment_id: int
    round: int
    draft: bool
    late: bool
    unusable: bool
    accepted: bool = False


def may_submit(uow: UnitOfWork, *, person_id: int, assignment_id: int) -> Assignment:
    """Return the locked assignment that the person could hand an answer in for now, as a form is about to open.

    Raises GoesOn after the last reject, and what `load_held` raises.
    """
    assignment = load_held(uow, Action.SUBMIT, person_id, assignment_id)
    if assignment.last_word:
        raise GoesOn(assignment.id, assignment.rework_until if assignment.held_at is None else None)
    return assignment


def submit(
    uow: UnitOfWork, *, person_id: int, assignment_id: int, parts: Answer, round: int | None = None
) -> Submitted:
    """Store the answer and put it in the review queue; rework goes back to the reviewer who rejected it.

    Where the project has it so, nobody reviews it and it is accepted as it is.

    `round` is the one the form was opened for. What is handed in while the task is on hold waits for review until
    that ends. Raises EmptyAnswer or Invalid for an unusable form, IdenticalAnswer for unchanged rework, GoesOn after
    the last reject and StaleAction when the task is no longer the person's to submit.
    """
    assignment = may_submit(uow, person_id=person_id, assignment_id=assignment_id)
    go_on(uow, assignment)
    project = uow.session.get_one(Project, assignment.project_id)
    answer = clean_answer(project.type, parts, tuple(project.labels))
    last = uow.session.scalar(
        select(Submission)
        .where(Submission.assignment_id == assignment.id)
        .order_by(Submission.round.desc())
        .limit(1)
    )
    next_round = last.round + 1 if last else 1
    if round is not None and round != next_round:
        raise StaleAction(Action.SUBMIT, "assignment", assignment.id, assignment.state)
    if last is not None and not last.draft and same_answer(last.answer, answer):
        raise IdenticalAnswer(UNUSABLE if UNUSABLE in answer else main_part(project.type), last.round)
    # Somebody who had handed it in before goes on with that, be it after the time for it.
    rework = assignment.submitted_at is not None
    expired = assignment.state is AssignmentState.EXPIRED
    late = expired or (not rework and assignment.lease_until < clock(uow, assignment))
    draft = expired and not _can_revive(uow, assignment)
    submission = Submission(
        assignment_id=assignment.id,
        task_id=assignment.task_id,
        project_id=assignment.project_id,
        author_id=person_id,
        round=next_round,
        answer=answer,
        draft=draft,
        late=late,
        submitted_at=uow.now,
    )
    uow.session.add(submission)
    uow.session.flush()
    accepted = not draft and _count(uow, assignment, submission, rework=rework)
    return Submitted(submission.id, assignment.id, next_round, draft, late, UNUSABLE in answer, accepted)


def _can_revive(uow: UnitOfWork, assignment: Assignment) -> bool:
    """Say whether late work still counts: nobody else has the slot and the author has not taken the task anew.

    Whoever has, and let the time for another round pass, has answered it with that.
    """
    slot = own_slot(uow, assignment)
    again = uow.session.scalar(
        select(Assignment.id)
        .where(
            Assignment.task_id == assignment.task_id,
            Assignment.person_id == assignment.person_id,
            Assignment.id != assignment.id,
            keeps_out(Assignment),
        )
        .limit(1)
    )
    # The slot of a known task is nobody else's, so that late work at it counts like at any other.
    own = assignment.gold_id is not None and slot.state is SlotState.CLOSED
    return (slot.state is SlotState.OPEN or own) and again is None


def _count(uow: UnitOfWork, assignment: Assignment, submission: Submission, *, rework: bool) -> bool:
    """Open the review of a submission that counts; return whether it was accepted without one."""
    event = Event.REVIVE if assignment.state is AssignmentState.EXPIRED else Event.SUBMIT
    move(uow, assignment, event, Action.SUBMIT, assignment.person_id)
    assignment.submitted_at = uow.now
    take_slot(uow, assignment)
    rejected = _last_reject(uow, assignment) if rework else None
    reviewer_id = rejected.reviewer_id if rejected and _still_judges(uow, rejected) else None
    review = Review(
        submission_id=submission.id,
        assignment_id=assignment.id,
        task_id=assignment.task_id,
        project_id=assignment.project_id,
        author_id=assignment.person_id,
        reviewer_id=reviewer_id,
        lease_until=clock(uow, assignment) + RESERVATION if reviewer_id else None,
        created_at=uow.now,
    )
    uow.session.add(review)
    uow.session.flush()
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=assignment.person_id,
        action="review.open",
        subject=("review", review.id),
        states=(None, ReviewState.WAITING),
    )
    if reviewer_id is not None and assignment.held_at is None:
        enqueue(uow, team_id, ReviewReserved(reviewer_id, review.id))
    if rejected is not None:
        enqueue(uow, team_id, RejectCard(assignment.person_id, rejected.id))
    spared = goes_unreviewed(uow, assignment, submission)
    if spared:
        accept_unreviewed(uow, assignment=assignment, submission=submission, review=review)
    if assignment.gold_id is not None:
        measure(uow, assignment, submission)
        if not spared:
            keep_from_reviewers(uow, review)
    return spared


def _last_reject(uow: UnitOfWork, assignment: Assignment) -> Verdict | None:
    return uow.session.scalar(
        select(Verdict)
        .where(Verdict.assignment_id == assignment.id, Verdict.undone_at.is_(None))
        .order_by(Verdict.id.desc())
        .limit(1)
    )


def _still_judges(uow: UnitOfWork, verdict: Verdict) -> bool:
    """Say whether the first reviewer may still take it; otherwise anybody of the project may."""
    if verdict.reviewer_id is None:
        return False
    _person, actor = current_actor(uow, verdict.reviewer_id, verdict.project_id)
    return actor.active and bool(actor.roles & {Role.REVIEWER, Role.SUPERVISOR})
