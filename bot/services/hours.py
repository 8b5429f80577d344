"""When somebody can be called to an issue, as they have said themselves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.db.models import Person
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound


@dataclass(frozen=True)
class OwnHours:
    """What somebody has set: minutes of the local day and a set of weekdays; None where the usual ones hold."""

    start: int | None
    end: int | None
    days: int | None


def own_hours(uow: UnitOfWork, *, person_id: int) -> OwnHours:
    """Return what the person has set."""
    person = uow.session.get_one(Person, person_id)
    return OwnHours(person.hours_from, person.hours_until, person.work_days)


def set_hours(uow: UnitOfWork, *, person_id: int, hours: tuple[int, int, int] | None) -> OwnHours:
    """Keep start, end and weekdays; None returns to the usual ones. Calls that are due already keep their time."""
    person = uow.lock(Person, person_id)
    if person is None or not person.active:
        raise NotFound("person")
    start, end, days = hours if hours is not None else (None, None, None)
    person.hours_from, person.hours_until, person.work_days = start, end, days
    uow.audit(
        team_id=person.team_id,
        actor_id=person_id,
        action="person.hours",
        subject=("person", person_id),
        detail={"from": start, "until": end, "days": days},
    )
    return own_hours(uow, person_id=person_id)
