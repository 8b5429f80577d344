"""Telling those who can help that a translation engine refuses its key or its quota."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Person
from bot.db.unit_of_work import UnitOfWork
from bot.outbox.messages import EngineTrouble
from bot.outbox.queue import enqueue


def tell_admins(uow: UnitOfWork, *, engine: str, fault: str) -> int:
    """Tell every admin of every team, since an engine serves all of them; return how many were told."""
    admins = uow.session.execute(
        select(Person.id, Person.team_id).where(Person.admin.is_(True), Person.active.is_(True))
    ).all()
    for person_id, team_id in admins:
        enqueue(uow, team_id, EngineTrouble(person_id, engine, fault))
    return len(admins)
