"""The cards of an issue: in its thread for both sides, and in private for everybody whom it concerns."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Issue, IssueAlert, IssueStep, Person
from bot.db.unit_of_work import UnitOfWork
from bot.outbox.issue_messages import IssueCard
from bot.outbox.queue import enqueue
from bot.services.issue_access import audience
from bot.services.issue_words import pass_on_request, show_in_threads


def people_of(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    """Return who has the issue in private: its opener, its owner, who was told and who did something about it.

    Only active people, and of a private issue only those who may still see it.
    """
    told = select(IssueAlert.person_id).where(
        IssueAlert.issue_id == issue.id, IssueAlert.told_at.is_not(None), IssueAlert.dropped.is_(False)
    )
    acted = select(IssueStep.actor_id).where(IssueStep.issue_id == issue.id, IssueStep.actor_id.is_not(None))
    own = [person for person in (issue.opener_id, issue.owner_id) if person is not None]
    query = select(Person.id).where(
        Person.active.is_(True), Person.id.in_(own) | Person.id.in_(told) | Person.id.in_(acted)
    )
    found = tuple(uow.session.scalars(query.order_by(Person.id)))
    named = audience(uow.session, issue)
    return found if named is None else tuple(person for person in found if person in named)


def redraw(uow: UnitOfWork, issue: Issue) -> None:
    """Send every card of an issue as it is now; those that stand already are changed in their place."""
    uow.session.flush()
    show_in_threads(uow, issue)
    people = people_of(uow, issue)
    for person_id in people:
        enqueue(uow, issue.team_id, IssueCard(person_id, issue.id))
    pass_on_request(uow, issue, people)
