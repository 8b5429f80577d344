"""When somebody can be asked for something, as they have said themselves."""

from __future__ import annotations

from bot.db.models import Person
from bot.domain.hours import Hours, hours_of


def working_hours(person: Person) -> Hours:
    """Return somebody's hours on their own clock, the usual ones where they have set none."""
    return hours_of(person.zone, person.hours_from, person.hours_until, person.work_days)
