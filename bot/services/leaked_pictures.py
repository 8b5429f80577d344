"""Pictures in public: only their author knows whether one shows work, and is asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from bot.db.models import Assignment, Issue, Leak, Project, Review
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD
from bot.domain.review import ReviewState
from bot.outbox.issue_messages import LeakWarning
from bot.outbox.queue import enqueue
from bot.services.issue_cards import redraw
from bot.services.leaks import collect, keep_leak, own_leak

ASKED_EVERY = timedelta(hours=1)
"""So often somebody is asked whether a picture shows work."""


def picture_seen(
    uow: UnitOfWork, *, person_id: int, team_id: int, channel: str, ts: str, thread_ts: str | None
) -> int | None:
    """Ask the author of a public picture whether it shows work; returns the leak's id, None when nobody is asked.

    Only who has work of a confidential project, or had it within the last hour, is asked, once an hour at most.
    """
    project_id = _confidential_work(uow, person_id)
    lately = select(Leak.id).where(
        Leak.author_id == person_id, Leak.picture.is_(True), Leak.found_at > uow.now - ASKED_EVERY
    )
    if project_id is None or uow.session.scalar(lately.limit(1)) is not None:
        return None
    leak = keep_leak(
        uow,
        team_id=team_id,
        project_id=project_id,
        author_id=person_id,
        channel=channel,
        ts=ts,
        thread_ts=thread_ts,
        picture=True,
    )
    if leak is None:
        return None
    enqueue(uow, team_id, LeakWarning(person_id, leak.id))
    return leak.id


def picture_is_work(uow: UnitOfWork, *, person_id: int, leak_id: int) -> None:
    """Raise an issue for a picture of which its author says that it shows work. Raises NotFound."""
    leak = own_leak(uow, person_id, leak_id)
    if leak.issue_id is None and leak.harmless_at is None:
        tasks = _work_of(uow, person_id, leak.project_id)
        leak.issue_id = collect(uow, leak.project_id, person_id, leak.channel, tasks)
        leak.ver += 1
        uow.session.flush()
        redraw(uow, uow.session.get_one(Issue, leak.issue_id))
    enqueue(uow, leak.team_id, LeakWarning(person_id, leak.id))


def picture_is_harmless(uow: UnitOfWork, *, person_id: int, leak_id: int) -> None:
    """Let a picture be of which its author says that it shows no work; nobody else hears of it."""
    leak = own_leak(uow, person_id, leak_id)
    if leak.issue_id is None and leak.harmless_at is None:
        leak.harmless_at = uow.now
        leak.ver += 1
    enqueue(uow, leak.team_id, LeakWarning(person_id, leak.id))


def _confidential_work(uow: UnitOfWork, person_id: int) -> int | None:
    """Return the confidential project whose work somebody had last, if that was within the hour."""
    since = uow.now - ASKED_EVERY
    for query in (
        select(Project.id)
        .join(Assignment, Assignment.project_id == Project.id)
        .where(
            Assignment.person_id == person_id,
            or_(
                Assignment.state.in_(HELD),
                Assignment.submitted_at > since,
                Assignment.ended_at > since,
            ),
        )
        .order_by(Assignment.claimed_at.desc()),
        select(Project.id)
        .join(Review, Review.project_id == Project.id)
        .where(
            Review.reviewer_id == person_id,
            or_(Review.state == ReviewState.CLAIMED, Review.claimed_at > since),
        )
        .order_by(Review.claimed_at.desc()),
    ):
        found = uow.session.scalar(query.where(Project.confidential, Project.active).limit(1))
        if found is not None:
            return found
    return None


def _work_of(uow: UnitOfWork, person_id: int, project_id: int) -> tuple[int, ...]:
    """Return the tasks that somebody works on or judges now."""
    held = select(Assignment.task_id).where(
        Assignment.person_id == person_id,
        Assignment.project_id == project_id,
        Assignment.state.in_(HELD),
    )
    judged = select(Review.task_id).where(
        Review.reviewer_id == person_id,
        Review.project_id == project_id,
        Review.state == ReviewState.CLAIMED,
    )
    return tuple(sorted({*uow.session.scalars(held), *uow.session.scalars(judged)}))
