"""Who hears of it when work stops or goes on: those who have it, each once, and on their cards."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from bot.db.models import Assignment, Person, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.review import ReviewState
from bot.outbox.issue_messages import HoldNews
from bot.outbox.messages import AssignmentCard, RejectCard, ReviewCard, ReviewReserved
from bot.outbox.queue import enqueue
from bot.services.stopping import Work

_GOING_ON = frozenset({"released", "ruled"})


def tell_people(
    uow: UnitOfWork, work: Work, assignments: Sequence[Assignment], issue_id: int | None, news: str
) -> None:
    """Draw the cards of the work that stopped or goes on again, and tell its people in one line each.

    `news` is one of the words of `HoldNews`.
    """
    by_person: dict[int, list[int]] = {}
    for one in assignments:
        by_person.setdefault(one.person_id, []).append(one.id)
    for person_id, ids in sorted(by_person.items()):
        person = uow.session.get_one(Person, person_id)
        for assignment_id in ids:
            enqueue(uow, person.team_id, AssignmentCard(person_id, assignment_id))
        for verdict_id in open_rejects(uow, ids):
            enqueue(uow, person.team_id, RejectCard(person_id, verdict_id))
        if person.active:
            enqueue(uow, person.team_id, HoldNews(person_id, news, ids, issue_id))
    marked = {one.id for one in assignments}
    for review in work.reviews:
        if review.reviewer_id is None or review.assignment_id not in marked:
            continue
        team_id = uow.session.get_one(Person, review.reviewer_id).team_id
        if review.state is ReviewState.CLAIMED:
            enqueue(uow, team_id, ReviewCard(review.reviewer_id, review.id))
        elif news in _GOING_ON:
            # It may have come back during the hold, when there was no sense in telling.
            enqueue(uow, team_id, ReviewReserved(review.reviewer_id, review.id))


def open_rejects(uow: UnitOfWork, assignment_ids: Sequence[int]) -> list[int]:
    """Return the verdicts whose reject cards are open: the last of each piece of work that is returned."""
    query = (
        select(func.max(Verdict.id))
        .join(Assignment, Assignment.id == Verdict.assignment_id)
        .where(
            Assignment.id.in_(assignment_ids),
            Assignment.state == AssignmentState.RETURNED,
            Verdict.undone_at.is_(None),
        )
        .group_by(Verdict.assignment_id)
    )
    return sorted(uow.session.scalars(query))
