"""Taking a review: what waits, for whom, and what it needs to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Hold, Membership, Person, Project, Review, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import REVIEW_LEASE
from bot.domain.errors import HandsFull, NotFound, NotYours, NoWork, OnHold, ProjectClosed, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.review import ReviewLevel, ReviewState
from bot.outbox.messages import ReviewCard
from bot.outbox.queue import enqueue
from bot.reports.expressions import at_task, is_held, is_wrong
from bot.services.access import require
from bot.services.gates import closed_reviews

REVIEWS_IN_HAND = 5


@dataclass(frozen=True)
class ReviewClaim:
    """A review somebody has in hand."""

    review_id: int
    project_id: int
    lease_until: datetime


def claim_next_review(uow: UnitOfWork, *, person_id: int, project_key: str | None = None) -> ReviewClaim:
    """Give the person the next submission to judge: rework reserved for them, what was handed up, the oldest.

    Raises NoWork, HandsFull, or ProjectClosed when reviewing asks for a qualification they lack. Nobody gets a
    task they have answered themselves, nor a review of which their
    verdict was found wrong; what is on hold is not offered and fills nobody's hands.
    """
    person = uow.lock(Person, person_id)
    if person is None or not person.active:
        raise NoWork("no_membership")
    roles = judge_roles(uow, person_id, project_key)
    if not roles:
        raise NoWork("no_membership")
    closed = closed_reviews(uow, person_id)
    roles = {project_id: above for project_id, above in roles.items() if project_id not in closed}
    if not roles:
        raise ProjectClosed(tuple(closed.values()))
    in_hand = uow.session.scalar(
        select(func.count()).where(
            Review.reviewer_id == person_id, Review.state == ReviewState.CLAIMED, ~is_held()
        )
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


def _was_wrong(person_id: int) -> Exists:
    """Build: the person has judged this review before, and that verdict was found wrong."""
    return exists().where(
        Verdict.review_id == Review.id,
        Verdict.reviewer_id == person_id,
        is_wrong(),
    )


def fit_supervisors(session: Session, review: Review) -> list[int]:
    """Return the active supervisors who may judge this review: not their own work, nor their own mistake."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == review.project_id,
            Membership.role == Role.SUPERVISOR,
            Membership.person_id.not_in(
                select(Assignment.person_id).where(at_task(Assignment, review.task_id))
            ),
            Membership.person_id.not_in(
                select(Verdict.reviewer_id).where(Verdict.review_id == review.id, is_wrong())
            ),
            Person.active.is_(True),
        )
    )
    return list(session.scalars(query.order_by(Membership.person_id)))


def _head(uow: UnitOfWork, person_id: int, queue: ColumnElement[bool]) -> Review | None:
    return uow.session.scalar(
        select(Review)
        .where(
            queue,
            Review.state == ReviewState.WAITING,
            ~is_held(),
            ~_answered(person_id),
            ~_was_wrong(person_id),
        )
        .order_by(Review.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def judge_roles(uow: UnitOfWork, person_id: int, key: str | None) -> dict[int, bool]:
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

    Raises NotYours for somebody who has had the task themselves or whose verdict on it was found wrong, as the
    queue never offers it to them, and OnHold.
    """
    # Whoever takes a role away locks the person first and then looks for what they hold.
    uow.lock(Person, person_id)
    review = load_review(uow, Action.REVIEW, person_id, review_id, None)
    closed = closed_reviews(uow, person_id)
    if review.project_id in closed:
        raise ProjectClosed((closed[review.project_id],))
    barred = _answered(person_id) | _was_wrong(person_id)
    if uow.session.scalar(select(barred).where(Review.id == review.id)):
        raise NotYours(Action.REVIEW, "review", review.id)
    if review.reviewer_id not in (None, person_id):
        raise StaleAction(Action.REVIEW, "review", review.id, review.state)
    return _take(uow, uow.session.get_one(Person, person_id), review)


def _take(uow: UnitOfWork, person: Person, review: Review) -> ReviewClaim:
    review.reviewer_id = person.id
    review.claimed_at = uow.now
    lease_until = review.lease_until = uow.now + REVIEW_LEASE
    move_review(uow, review, ReviewState.CLAIMED, Action.REVIEW, person.id)
    return ReviewClaim(review.id, review.project_id, lease_until)


def load_review(uow: UnitOfWork, action: Action, person_id: int, review_id: int, ver: int | None) -> Review:
    """Return the locked review if the policy lets the person do this to it now.

    Raises NotFound, StaleAction for a button of an older version, and OnHold: what is on hold is not judged. A
    verdict can be taken back all the same; the work is in review again then, and stands still there.
    """
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
    if action is not Action.UNDO:
        refuse_held(uow, review.assignment_id)
    return review


def refuse_held(uow: UnitOfWork, assignment_id: int) -> None:
    """Raise OnHold when the task of this assignment is on hold."""
    assignment = uow.lock(Assignment, assignment_id)
    if assignment is None or assignment.held_at is None:
        return
    issue_id = uow.session.scalar(
        select(Hold.issue_id)
        .where(Hold.task_id == assignment.task_id, Hold.released_at.is_(None))
        .order_by(Hold.id.desc())
        .limit(1)
    )
    raise OnHold(assignment.task_id, issue_id)


def move_review(uow: UnitOfWork, review: Review, to: ReviewState, action: str, actor_id: int) -> None:
    """Put the review into a state, audit that and have the actor's card of it drawn again."""
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
