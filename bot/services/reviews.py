"""Taking a review, judging it, handing it to a supervisor, and taking a verdict back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.db.models import (
    AnswerSlot,
    Assignment,
    LedgerLine,
    Membership,
    Person,
    Project,
    Review,
    Submission,
    Task,
    Verdict,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import Answer, clean_answer, main_part, same_answer
from bot.domain.assignment import REVIEW_LEASE, AssignmentState, Event
from bot.domain.errors import (
    HandsFull,
    IdenticalAnswer,
    Invalid,
    NotFound,
    NotYours,
    NoWork,
    StaleAction,
    UndoTooLate,
)
from bot.domain.pay import LedgerKind
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.review import (
    COMMENT_LIMIT,
    UNDO_WINDOW,
    Decision,
    ReviewLevel,
    ReviewState,
    check_reject,
)
from bot.domain.task import SlotState, TaskState, settle
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.messages import AssignmentCard, Message, RejectCard, ReviewCard, ReviewHandedOver
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.relaying import relay
from bot.services.tasks import move

REVIEWS_IN_HAND = 5


@dataclass(frozen=True)
class ReviewClaim:
    """A review somebody has in hand."""

    review_id: int
    project_id: int
    lease_until: datetime


@dataclass(frozen=True)
class Judged:
    """A verdict and the moment until which it can be taken back; `verdict_id` is None for a hand-over."""

    review_id: int
    assignment_id: int
    verdict_id: int | None
    decision: Decision | None
    undo_until: datetime | None


def claim_next_review(uow: UnitOfWork, *, person_id: int, project_key: str | None = None) -> ReviewClaim:
    """Give the person the next submission to judge: rework reserved for them, what was handed up, the oldest.

    Raises NoWork or HandsFull. Nobody gets a task they have answered themselves.
    """
    person = uow.lock(Person, person_id)
    if person is None or not person.active:
        raise NoWork("no_membership")
    roles = _judge_roles(uow, person_id, project_key)
    if not roles:
        raise NoWork("no_membership")
    in_hand = uow.session.scalar(
        select(func.count()).where(Review.reviewer_id == person_id, Review.state == ReviewState.CLAIMED)
    )
    if (in_hand or 0) >= REVIEWS_IN_HAND:
        raise HandsFull(REVIEWS_IN_HAND)
    queues = [
        and_(Review.project_id == project_id, Review.level == level)
        for level in (ReviewLevel.SUPERVISOR, ReviewLevel.REVIEWER)
        for project_id, supervisor in roles.items()
        if supervisor or level is ReviewLevel.REVIEWER
    ]
    reserved = and_(or_(*queues), Review.reviewer_id == person_id)
    # One query a queue, so that each reads the head of the waiting index instead of sorting the backlog.
    for queue in (reserved, *(and_(q, Review.reviewer_id.is_(None)) for q in queues)):
        if (review := _head(uow, person_id, queue)) is not None:
            return _take(uow, person, review)
    raise NoWork("empty", len(roles))


def _answered(person_id: int) -> Exists:
    """Build: the person has had the task of this review in hand, however that ended."""
    mine = aliased(Assignment)
    return exists().where(mine.task_id == Review.task_id, mine.person_id == person_id)


def _head(uow: UnitOfWork, person_id: int, queue: ColumnElement[bool]) -> Review | None:
    return uow.session.scalar(
        select(Review)
        .where(queue, Review.state == ReviewState.WAITING, ~_answered(person_id))
        .order_by(Review.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _judge_roles(uow: UnitOfWork, person_id: int, key: str | None) -> dict[int, bool]:
    """Return the projects the person may judge in, each with whether they are a supervisor there."""
    query = (
        select(Membership.project_id, Membership.role)
        .join(Project, Project.id == Membership.project_id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_((Role.REVIEWER, Role.SUPERVISOR)),
            Project.active.is_(True),
        )
    )
    if key:
        query = query.where(Project.key == key.strip().upper())
    roles: dict[int, bool] = {}
    for project_id, role in uow.session.execute(query):
        roles[project_id] = roles.get(project_id, False) or role is Role.SUPERVISOR
    return roles


def claim_review(uow: UnitOfWork, *, person_id: int, review_id: int) -> ReviewClaim:
    """Take one particular waiting review, as the button of a notice does.

    Raises NotYours for somebody who has had the task themselves, as the queue never offers it to them.
    """
    # Whoever takes a role away locks the person first and then looks for what they hold.
    uow.lock(Person, person_id)
    review = _load(uow, Action.REVIEW, person_id, review_id, None)
    if uow.session.scalar(select(_answered(person_id)).where(Review.id == review.id)):
        raise NotYours(Action.REVIEW, "review", review.id)
    if review.reviewer_id not in (None, person_id):
        raise StaleAction(Action.REVIEW, "review", review.id, review.state)
    return _take(uow, uow.session.get_one(Person, person_id), review)


def _take(uow: UnitOfWork, person: Person, review: Review) -> ReviewClaim:
    review.reviewer_id = person.id
    review.claimed_at = uow.now
    lease_until = review.lease_until = uow.now + REVIEW_LEASE
    _move(uow, review, ReviewState.CLAIMED, Action.REVIEW, person.id)
    return ReviewClaim(review.id, review.project_id, lease_until)


def _load(uow: UnitOfWork, action: Action, person_id: int, review_id: int, ver: int | None) -> Review:
    review = uow.lock(Review, review_id)
    if review is None:
        raise NotFound("review", str(review_id))
    subject = Subject(
        "review",
        review.id,
        review.state,
        owner_id=review.reviewer_id,
        author_id=review.author_id,
        supervisor_only=review.level is ReviewLevel.SUPERVISOR,
    )
    require(uow, action, person_id, review.project_id, subject)
    if ver is not None and ver != review.ver:
        raise StaleAction(action, "review", review.id, review.state)
    return review


def _move(uow: UnitOfWork, review: Review, to: ReviewState, action: str, actor_id: int) -> None:
    before, review.state = review.state, to
    review.ver += 1
    team_id = uow.session.get_one(Person, review.author_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=actor_id,
        action=action,
        subject=("review", review.id),
        states=(before, to),
    )
    enqueue(uow, team_id, ReviewCard(actor_id, review.id))


def may_judge(
    uow: UnitOfWork, *, action: Action, person_id: int, review_id: int, ver: int | None = None
) -> None:
    """Pass silently when the person could do this to the review now, as a form for it is about to open."""
    _load(uow, action, person_id, review_id, ver)


def accept(uow: UnitOfWork, *, person_id: int, review_id: int, ver: int | None = None) -> Judged:
    """Accept the submission: the task moves on and the worker's frozen price is earned."""
    review = _load(uow, Action.ACCEPT, person_id, review_id, ver)
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
    review = _load(uow, Action.FIX_ACCEPT, person_id, review_id, ver)
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
    assignment.ended_at = uow.now
    uow.session.get_one(AnswerSlot, assignment.slot_id).state = SlotState.ACCEPTED
    _settle_task(uow, assignment, person_id)
    if comment:
        _pass_on(uow, verdict, AssignmentCard(assignment.person_id, assignment.id))
    uow.session.add(
        LedgerLine(
            project_id=assignment.project_id,
            person_id=assignment.person_id,
            assignment_id=assignment.id,
            submission_id=review.submission_id,
            verdict_id=verdict.id,
            kind=LedgerKind.EARNED,
            amount_minor=assignment.price_minor,
            currency=assignment.currency,
            created_at=uow.now,
        )
    )
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

    Raises Invalid naming the part of the explanation that is missing.
    """
    review = _load(uow, Action.REJECT, person_id, review_id, ver)
    project = uow.session.get_one(Project, review.project_id)
    code, section, comment = check_reject(project.type, reason, section, comment)
    assignment = uow.lock(Assignment, review.assignment_id)
    assert assignment is not None
    verdict = _decide(
        uow, review, person_id, Decision.REJECT, reason=code, guideline_section=section, comment=comment
    )
    move(uow, assignment, Event.REJECT, Action.REJECT, person_id)
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
    _move(uow, review, ReviewState.DECIDED, f"review.{decision}", person_id)
    uow.session.flush()
    return verdict


def _settle_task(uow: UnitOfWork, assignment: Assignment, actor_id: int) -> None:
    """Bring the task's state in line with its slots and audit it when it changes."""
    uow.session.flush()
    task = uow.lock(Task, assignment.task_id)
    assert task is not None
    accepted = uow.session.scalar(
        select(func.count()).where(
            AnswerSlot.task_id == assignment.task_id, AnswerSlot.state == SlotState.ACCEPTED
        )
    )
    before, task.state = task.state, settle(accepted or 0, task.overlap)
    if before is not task.state:
        task.final_at = uow.now if task.state is TaskState.FINAL else None
        uow.audit(
            team_id=uow.session.get_one(Person, actor_id).team_id,
            actor_id=actor_id,
            action="task.settle",
            subject=("task", task.id),
            states=(before, task.state),
        )


def hand_over(
    uow: UnitOfWork, *, person_id: int, review_id: int, note: str, ver: int | None = None
) -> Judged:
    """Give the review to the project's other supervisors with a sentence why; they are told at once.

    Raises Invalid when the sentence is missing or nobody else could judge it.
    """
    review = _load(uow, Action.HAND_OVER, person_id, review_id, ver)
    note = note.strip()
    check_text("note", note, COMMENT_LIMIT)
    supervisors = uow.session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == review.project_id,
            Membership.role == Role.SUPERVISOR,
            Membership.person_id != person_id,
            Membership.person_id.not_in(
                select(Assignment.person_id).where(Assignment.task_id == review.task_id)
            ),
            Person.active.is_(True),
        )
    ).all()
    if not supervisors:
        raise Invalid("note", "no_supervisor")
    review.level, review.reviewer_id, review.lease_until = ReviewLevel.SUPERVISOR, None, None
    review.handed_over_by_id, review.handed_over_note = person_id, note
    _move(uow, review, ReviewState.WAITING, Action.HAND_OVER, person_id)
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

    The review is in their hand again; pay that was earned is voided by a line of its own. Raises UndoTooLate.
    """
    review = _load(uow, Action.UNDO, person_id, review_id, None)
    verdict = uow.session.scalar(
        select(Verdict).where(Verdict.review_id == review.id, Verdict.undone_at.is_(None)).with_for_update()
    )
    assignment = uow.lock(Assignment, review.assignment_id)
    assert verdict is not None
    assert assignment is not None
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    if uow.now > verdict.decided_at + UNDO_WINDOW:
        raise UndoTooLate("time", minutes)
    judged_again = uow.session.scalar(
        select(Review.id).where(Review.assignment_id == assignment.id, Review.id > review.id).limit(1)
    )
    if judged_again or assignment.state not in (AssignmentState.ACCEPTED, AssignmentState.RETURNED):
        raise UndoTooLate("resubmitted", minutes)
    verdict.undone_at = uow.now
    accepted = assignment.state is AssignmentState.ACCEPTED
    move(uow, assignment, Event.UNDO, Action.UNDO, person_id)
    assignment.ended_at = None
    uow.session.get_one(AnswerSlot, assignment.slot_id).state = SlotState.TAKEN
    review.lease_until = uow.now + REVIEW_LEASE
    _move(uow, review, ReviewState.CLAIMED, Action.UNDO, person_id)
    _settle_task(uow, assignment, person_id)
    if accepted:
        _void(uow, verdict)
    else:
        team_id = uow.session.get_one(Person, person_id).team_id
        enqueue(uow, team_id, RejectCard(assignment.person_id, verdict.id))
    return Judged(review.id, assignment.id, verdict.id, verdict.decision, None)


def _void(uow: UnitOfWork, verdict: Verdict) -> None:
    earned = uow.session.scalars(
        select(LedgerLine).where(LedgerLine.verdict_id == verdict.id, LedgerLine.kind == LedgerKind.EARNED)
    ).one()
    uow.session.add(
        LedgerLine(
            project_id=earned.project_id,
            person_id=earned.person_id,
            assignment_id=earned.assignment_id,
            submission_id=earned.submission_id,
            verdict_id=verdict.id,
            kind=LedgerKind.VOID,
            amount_minor=-earned.amount_minor,
            currency=earned.currency,
            created_at=uow.now,
        )
    )
