"""Days as a project counts them: local dates of its zone, as instants between which rows are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.zones import zone_of


@dataclass(frozen=True)
class Window:
    """The instants `start <= t < end` (UTC) of `days` local days, of which `date` is the last."""

    start: datetime
    end: datetime
    date: date
    zone: str
    days: int = 1

    def holds(
        self, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    ) -> ColumnElement[bool]:
        """Build: the instant lies in the window."""
        return and_(column >= self.start, column < self.end)


def day_of(zone: str, day: date) -> Window:
    """Return one local day: 23 to 25 hours around a change of the clock, none for a date the zone left out."""
    return days_until(zone, day, 1)


def days_until(zone: str, last: date, days: int) -> Window:
    """Return one window over the `days` local days that end with `last`."""
    first = last - timedelta(days=days - 1)
    return Window(_midnight(zone, first), _midnight(zone, last + timedelta(days=1)), last, zone, days)


def each_day(zone: str, last: date, days: int) -> tuple[Window, ...]:
    """Return the `days` local days that end with `last`, the oldest first; each begins where the last one ends."""
    return tuple(day_of(zone, last - timedelta(days=back)) for back in reversed(range(days)))


def local_date(zone: str, instant: datetime) -> date:
    """Return which date it is in the zone at an aware instant."""
    return instant.astimezone(zone_of(zone)).date()


def _midnight(zone: str, day: date) -> datetime:
    """Return when a date begins. A midnight the clock skips is the moment of the change, one it repeats the first."""
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)
