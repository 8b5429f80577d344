"""Agreeing to see sensitive content, and stopping at any moment without a word about it."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Assignment, Consent, Person
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD
from bot.domain.policy import Action, Subject
from bot.services.access import require
from bot.services.questions import insert_once
from bot.services.tasks import release


def consent(uow: UnitOfWork, *, person_id: int, project_id: int) -> None:
    """Keep that somebody agreed to see the project's content; doing so again changes nothing."""
    require(uow, Action.CONSENT, person_id, project_id, Subject("project", project_id))
    insert_once(uow, Consent, {"person_id": person_id, "project_id": project_id, "given_at": uow.now})


def stop(uow: UnitOfWork, *, person_id: int, project_id: int) -> int:
    """End it at once and give back what the person holds of the project; returns how many tasks that was.

    Nothing is asked and nothing counts against anybody: the tasks are released like any other. Whoever has left the
    project can do so, too.
    """
    # A claim of theirs that is under way has the row, too: it is given back here, or finds no consent.
    uow.lock(Person, person_id)
    given = uow.session.scalar(
        select(Consent)
        .where(Consent.person_id == person_id, Consent.project_id == project_id, Consent.ended_at.is_(None))
        .with_for_update()
    )
    if given is not None:
        given.ended_at = uow.now
    held = uow.session.scalars(
        select(Assignment.id)
        .where(
            Assignment.person_id == person_id,
            Assignment.project_id == project_id,
            Assignment.state.in_(HELD),
        )
        .order_by(Assignment.id)
    ).all()
    for assignment_id in held:
        release(uow, person_id=person_id, assignment_id=assignment_id)
    return len(held)
