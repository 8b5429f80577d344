"""Judging a review: accepting, rejecting, handing it to a supervisor, and taking a verdict back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.db.models import Assignment, Person, Project, Review, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import Answer, clean_answer, main_part, same_answer
from bot.domain.assignment import REVIEW_LEASE, AssignmentState, Event
from bot.domain.errors import IdenticalAnswer, Invalid, UndoTooLate
from bot.domain.escalation import UndoneBy
from bot.domain.policy import Action
from bot.domain.review import COMMENT_LIMIT, UNDO_WINDOW, Decision, ReviewLevel, ReviewState, check_reject
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.messages import AssignmentCard, Message, RejectCard, ReviewCard, ReviewHandedOver
from bot.outbox.queue import enqueue
from bot.services.earning import earn, void_earned
from bot.services.handing_on import is_last, tell_supervisors
from bot.services.relaying import relay
from bot.services.reviews import fit_supervisors, load_review, move_review
from bot.services.reworking import rework_deadline
from bot.services.slots import accept_slot
from bot.services.tasks import clock, move, take_slot
from bot.services.voting import settle


@dataclass(frozen=True)
class Judged:
    """A verdict and the moment until which it can be taken back; `verdict_id` is None for a hand-over."""

    review_id: int
    assignment_id: int
    verdict_id: int | None
    decision: Decision | None
    undo_until: datetime | None


def may_judge(
    uow: UnitOfWork, *, action: Action, person_id: int, review_id: int, ver: int | None = None
) -> None:
    """Pass silently when the person could do this to the review now, as a form for it is about to open."""
    load_review(uow, action, person_id, review_id, ver)


def accept(uow: UnitOfWork, *, person_id: int, review_id: int, ver: int | None = None) -> Judged:
    """Accept the submission: the task moves on and the worker's frozen price is earned."""
    review = load_review(uow, Action.ACCEPT, person_id, review_id, ver)
    return _accept(uow, review, person_id, Decision.ACCEPT, None, None)


def fix_and_accept(
    uow: UnitOfWork,
    *,
    person_id: int,
    review_id: int,
    parts: Answer,
    comment: str = "",
    ver: int | None = None,
) -> Judged:
    """Accept with the reviewer's own small correction; the worker sees what was changed and is paid in full.

    Raises what `clean_answer` raises, and IdenticalAnswer when nothing was changed.
    """
    review = load_review(uow, Action.FIX_ACCEPT, person_id, review_id, ver)
    project = uow.session.get_one(Project, review.project_id)
    submission = uow.session.get_one(Submission, review.submission_id)
    fixed = clean_answer(project.type, parts, tuple(project.labels))
    comment = comment.strip()
    check_text("comment", comment, COMMENT_LIMIT, required=False)
    if same_answer(submission.answer, fixed):
        raise IdenticalAnswer(main_part(project.type), submission.round)
    return _accept(uow, review, person_id, Decision.FIX_ACCEPT, fixed, comment or None)


def _accept(
    uow: UnitOfWork,
    review: Review,
    person_id: int,
    decision: Decision,
    fixed: Answer | None,
    comment: str | None,
) -> Judged:
    assignment = uow.lock(Assignment, review.assignment_id)
    assert assignment is not None
    verdict = _decide(uow, review, person_id, decision, comment=comment, fixed_answer=fixed)
    move(uow, assignment, Event.ACCEPT, f"review.{decision}", person_id)
    accept_slot(uow, assignment)
    settle(uow, assignment.task_id, person_id)
    if comment:
        _pass_on(uow, verdict, AssignmentCard(assignment.person_id, assignment.id))
    earn(uow, verdict, assignment)
    return Judged(review.id, assignment.id, verdict.id, decision, uow.now + UNDO_WINDOW)


def reject(
    uow: UnitOfWork,
    *,
    person_id: int,
    review_id: int,
    reason: str,
    section: str,
    comment: str,
    ver: int | None = None,
) -> Judged:
    """Return the work to its author, who is told the reason, the guideline section and a sentence in private.

    They have 24 waking hours for another round. After as many rejects as the project's rules allow there is none:
    they have three hours to appeal, then the task goes to somebody else.

    Raises Invalid naming the part of the explanation that is missing.
    """
    review = load_review(uow, Action.REJECT, person_id, review_id, ver)
    project = uow.session.get_one(Project, review.project_id)
    code, section, comment = check_reject(project.type, reason, section, comment)
    assignment = uow.lock(Assignment, review.assignment_id)
    assert assignment is not None
    verdict = _decide(
        uow, review, person_id, Decision.REJECT, reason=code, guideline_section=section, comment=comment
    )
    move(uow, assignment, Event.REJECT, Action.REJECT, person_id)
    assignment.last_word = is_last(uow, assignment)
    assignment.rework_until = rework_deadline(uow, assignment)
    if assignment.last_word:
        tell_supervisors(uow, assignment, person_id)
    team_id = uow.session.get_one(Person, person_id).team_id
    card = RejectCard(assignment.person_id, verdict.id)
    enqueue(uow, team_id, card)
    _pass_on(uow, verdict, card)
    return Judged(review.id, assignment.id, verdict.id, Decision.REJECT, uow.now + UNDO_WINDOW)


def _pass_on(uow: UnitOfWork, verdict: Verdict, card: Message) -> None:
    """Let the author read in their own language what the reviewer says."""
    relay(
        uow,
        project_id=verdict.project_id,
        kind=SourceKind.COMMENT,
        ref_id=verdict.id,
        author_id=verdict.reviewer_id,
        text=verdict.comment or "",
        shown=[card],
    )


def _decide(uow: UnitOfWork, review: Review, person_id: int, decision: Decision, **values: object) -> Verdict:
    verdict = Verdict(
        review_id=review.id,
        submission_id=review.submission_id,
        assignment_id=review.assignment_id,
        project_id=review.project_id,
        reviewer_id=person_id,
        decision=decision,
        decided_at=uow.now,
        **values,
    )
    uow.session.add(verdict)
    review.lease_until = None
    move_review(uow, review, ReviewState.DECIDED, f"review.{decision}", person_id)
    uow.session.flush()
    return verdict


def hand_over(
    uow: UnitOfWork, *, person_id: int, review_id: int, note: str, ver: int | None = None
) -> Judged:
    """Give the review to the project's other supervisors with a sentence why; they are told at once.

    Raises Invalid when the sentence is missing or nobody else could judge it.
    """
    review = load_review(uow, Action.HAND_OVER, person_id, review_id, ver)
    note = note.strip()
    check_text("note", note, COMMENT_LIMIT)
    supervisors = [one for one in fit_supervisors(uow.session, review) if one != person_id]
    if not supervisors:
        raise Invalid("note", "no_supervisor")
    review.level, review.reviewer_id, review.lease_until = ReviewLevel.SUPERVISOR, None, None
    review.handed_over_by_id, review.handed_over_note = person_id, note
    move_review(uow, review, ReviewState.WAITING, Action.HAND_OVER, person_id)
    team_id = uow.session.get_one(Person, person_id).team_id
    for supervisor_id in supervisors:
        enqueue(uow, team_id, ReviewHandedOver(supervisor_id, review.id))
    relay(
        uow,
        project_id=review.project_id,
        kind=SourceKind.NOTE,
        ref_id=review.id,
        author_id=person_id,
        text=note,
        shown=(),
        # The note stands on the card of whoever takes the review, and nobody has such a card yet.
        standing=[ReviewCard(supervisor_id, review.id) for supervisor_id in supervisors],
    )
    return Judged(review.id, review.assignment_id, None, None, None)


def undo(uow: UnitOfWork, *, person_id: int, review_id: int) -> Judged:
    """Take the person's own verdict back within ten minutes, as long as nobody has acted on it.

    The review is in their hand again; pay that was earned is voided by a line of its own. That may be done while
    the task is on hold; the review can be judged once that is over. Raises UndoTooLate.
    """
    review = load_review(uow, Action.UNDO, person_id, review_id, None)
    verdict = uow.session.scalar(
        select(Verdict).where(Verdict.review_id == review.id, Verdict.undone_at.is_(None)).with_for_update()
    )
    assignment = uow.lock(Assignment, review.assignment_id)
    assert assignment is not None
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    if verdict is None:
        # It was found wrong already, and does not stand any more.
        raise UndoTooLate("settled", minutes)
    if uow.now > verdict.decided_at + UNDO_WINDOW:
        raise UndoTooLate("time", minutes)
    judged_again = uow.session.scalar(
        select(Review.id).where(Review.assignment_id == assignment.id, Review.id > review.id).limit(1)
    )
    if judged_again or assignment.state not in (AssignmentState.ACCEPTED, AssignmentState.RETURNED):
        raise UndoTooLate("resubmitted", minutes)
    verdict.undone_at, verdict.undone_by_id, verdict.undone_why = uow.now, person_id, UndoneBy.REVIEWER
    accepted = assignment.state is AssignmentState.ACCEPTED
    move(uow, assignment, Event.UNDO, Action.UNDO, person_id)
    take_slot(uow, assignment)
    review.lease_until = clock(uow, assignment) + REVIEW_LEASE
    move_review(uow, review, ReviewState.CLAIMED, Action.UNDO, person_id)
    settle(uow, assignment.task_id, person_id)
    if accepted:
        void_earned(uow, verdict)
    else:
        team_id = uow.session.get_one(Person, person_id).team_id
        enqueue(uow, team_id, RejectCard(assignment.person_id, verdict.id))
    return Judged(review.id, assignment.id, verdict.id, verdict.decision, None)
