"""Reviews that must not stay with people who can't judge them: back into the queue, and within somebody's reach."""

from __future__ import annotations

from sqlalchemy import exists, select

from bot.db.models import Assignment, Membership, Person, Review, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.people import Role
from bot.domain.review import ReviewLevel, ReviewState
from bot.outbox.messages import ReviewCard
from bot.outbox.queue import enqueue
from bot.reports.expressions import is_wrong
from bot.services.appeal_queue import return_appeals

_LOWER_AT_ONCE = 200


def return_reviews(
    uow: UnitOfWork,
    person: Person,
    *,
    project_id: int | None = None,
    level: ReviewLevel | None = None,
    actor_id: int | None = None,
) -> int:
    """Put what the person has in hand or reserved back into the queue; returns how many.

    All of it, or what is in one project or at one level. What was handed up comes down with `lower_reviews`
    when no supervisor is left for it. Appeals in hand go the same way and are not counted.
    """
    return_appeals(uow, person, project_id=project_id, level=level, actor_id=actor_id)
    query = select(Review).where(Review.reviewer_id == person.id, Review.state != ReviewState.DECIDED)
    if project_id is not None:
        query = query.where(Review.project_id == project_id)
    if level is not None:
        query = query.where(Review.level == level)
    held = uow.session.scalars(query.order_by(Review.id).with_for_update()).all()
    for review in held:
        before, review.state = review.state, ReviewState.WAITING
        review.reviewer_id, review.lease_until = None, None
        review.ver += 1
        uow.audit(
            team_id=person.team_id,
            actor_id=actor_id,
            action="review.return",
            subject=("review", review.id),
            states=(before, ReviewState.WAITING),
        )
        if before is ReviewState.CLAIMED and person.active:
            enqueue(uow, person.team_id, ReviewCard(person.id, review.id))
    return len(held)


def lower_reviews(uow: UnitOfWork) -> int:
    """Open handed-up reviews to reviewers where no supervisor is left who could take them; returns how many.

    A supervisor can be out of it by losing the role, by leaving, by having the task themselves, and by having
    judged it wrongly before.
    """
    # Correlated by hand: from two levels down SQLAlchemy would ask about any review, not this one.
    has_the_task = (
        exists()
        .where(Assignment.task_id == Review.task_id, Assignment.person_id == Membership.person_id)
        .correlate(Review, Membership)
    )
    was_wrong = (
        exists()
        .where(
            Verdict.review_id == Review.id,
            Verdict.reviewer_id == Membership.person_id,
            is_wrong(),
        )
        .correlate(Review, Membership)
    )
    left = (
        exists()
        .where(
            Membership.project_id == Review.project_id,
            Membership.role == Role.SUPERVISOR,
            Person.id == Membership.person_id,
            Person.active.is_(True),
            ~has_the_task,
            ~was_wrong,
        )
        .correlate(Review)
    )
    # What was changed before in this transaction decides who is left.
    uow.session.flush()
    stranded = uow.session.scalars(
        select(Review)
        .where(Review.state == ReviewState.WAITING, Review.level == ReviewLevel.SUPERVISOR, ~left)
        .order_by(Review.id)
        .limit(_LOWER_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for review in stranded:
        review.level = ReviewLevel.REVIEWER
        review.ver += 1
        uow.audit(
            team_id=uow.session.get_one(Person, review.author_id).team_id,
            actor_id=None,
            action="review.lower",
            subject=("review", review.id),
            states=(ReviewState.WAITING, ReviewState.WAITING),
        )
    return len(stranded)
