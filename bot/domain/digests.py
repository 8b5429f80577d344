"""For whom the day's figures are drawn up, and at which instant they are due. Pure; the caller knows the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.domain.errors import Invalid
from bot.domain.zones import zone_of


class Audience(StrEnum):
    """Who reads a digest. The crew reads the team's figures only, a worker only their own."""

    PM = "pm"
    SUPERVISOR = "supervisor"
    CREW = "crew"
    WORKER = "worker"


EVERY_DAY = 0b1111111
WORK_DAYS = 0b0011111
"""Sets of weekdays: bit 0 is Monday."""

LATE_AFTER = timedelta(minutes=30)
"""From which delay on a digest says that it is late."""

NIGHT_BEGINS = time(23)
NIGHT_ENDS = time(8)
"""Between these nobody is told of anything that can wait, by the clock of who would be told."""

_LOOK_BACK_DAYS = 8
_TIME = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)|\s*시(?:\s*(?P<분>[0-5]?\d)\s*분)?)?", re.ASCII
)
_DAYS = (
    ("mon", "월"),
    ("tue", "화"),
    ("wed", "수"),
    ("thu", "목"),
    ("fri", "금"),
    ("sat", "토"),
    ("sun", "일"),
)
_SETS = {
    "every day": EVERY_DAY,
    "daily": EVERY_DAY,
    "매일": EVERY_DAY,
    "weekdays": WORK_DAYS,
    "평일": WORK_DAYS,
    "weekends": EVERY_DAY & ~WORK_DAYS,
    "주말": EVERY_DAY & ~WORK_DAYS,
}


@dataclass(frozen=True)
class Due:
    """A local date of the reader, and the instant (UTC) its digest is due."""

    date: date
    at: datetime


def audience_key(audience: Audience, person_id: int | None = None) -> str:
    """Return the word that names one reader or one group of them in a project: "pm:7", "supervisor"."""
    return f"{audience}:{person_id}" if person_id is not None else audience.value


def parse_key(key: str) -> tuple[Audience, int | None]:
    """Return what `audience_key` was given. Raises ValueError for anything else."""
    name, _, person = key.partition(":")
    return Audience(name), int(person) if person else None


def parse_hhmm(typed: str) -> str:
    """Return a time of day as "09:30", from "9:30", "9시 30분" or "9". Raises Invalid."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise Invalid("time", "malformed", typed)
    return f"{int(found['hour']):02}:{int(found['minute'] or found['분'] or 0):02}"


def parse_weekdays(typed: str) -> int:
    """Return a set of weekdays from "mon-fri", "월-금", "mon, wed" or "every day". Raises Invalid."""
    text = " ".join(typed.casefold().split())
    mask = _SETS.get(text, 0)
    for part in [] if mask else filter(None, re.split(r"[,\s]+", re.sub(r"\s*[-~]\s*", "-", text))):
        ends = [_weekday(name, typed) for name in part.split("-")]
        if len(ends) > 2:
            raise Invalid("weekdays", "malformed", typed)
        day = ends[0]
        mask |= 1 << day
        while day != ends[-1]:
            day = (day + 1) % 7
            mask |= 1 << day
    if not mask:
        raise Invalid("weekdays", "malformed", typed)
    return mask


def _weekday(name: str, typed: str) -> int:
    for number, (english, korean) in enumerate(_DAYS):
        if name.startswith(english) or name in (korean, f"{korean}요일"):
            return number
    raise Invalid("weekdays", "malformed", typed)


@lru_cache(maxsize=4096)
def due_moment(zone: str, day: date, hhmm: str) -> datetime:
    """Return the instant (UTC) at which it is `hhmm` of this date for the first time.

    A time that the clock repeats counts once, the first time. One that it skips comes as much after the change
    as it would have come after it without one: 02:30 becomes 03:30.
    """
    return datetime.combine(day, time.fromisoformat(hhmm), zone_of(zone)).astimezone(UTC)


def newest_due(zone: str, hhmm: str, weekdays: int, now: datetime) -> Due | None:
    """Return the newest local date whose digest is due by now, None for an empty set of weekdays.

    What was due before it is given up: after a long stop one digest is sent, not one for every day of it.
    """
    # From tomorrow on, because a clock that is put back over midnight makes an old date of today.
    latest = now.astimezone(zone_of(zone)).date() + timedelta(days=1)
    for back in range(_LOOK_BACK_DAYS + 1):
        day = latest - timedelta(days=back)
        if weekdays & 1 << day.weekday() and (at := due_moment(zone, day, hhmm)) <= now:
            return Due(day, at)
    return None


def reported_date(due: Due, *, zone: str, hhmm: str, project_zone: str) -> date:
    """Return the day of the project that a reader's digest tells of: the newest that is over when it is due.

    It is the day before the reader's date, or one day more where the project's clock is far behind. Which of them
    is judged by the clocks of January and July together, so that no change of a clock makes the digest tell of
    the same day twice or leave one out.
    """
    behind = max(
        _days_behind(zone, hhmm, project_zone, date(due.date.year, month, 1)) for month in (1, 4, 7, 10)
    )
    last_over = due.at.astimezone(zone_of(project_zone)).date() - timedelta(days=1)
    return min(due.date - timedelta(days=behind), last_over)


@lru_cache(maxsize=4096)
def _days_behind(zone: str, hhmm: str, project_zone: str, day: date) -> int:
    there = due_moment(zone, day, hhmm).astimezone(zone_of(project_zone)).date()
    return max(1, (day - there).days + 1)


def is_late(due_at: datetime, changed_at: datetime, now: datetime) -> bool:
    """Say whether a digest comes late; nobody can have expected it before its time was set (`changed_at`)."""
    return now - max(due_at, changed_at) > LATE_AFTER


def is_night(zone: str, at: datetime) -> bool:
    """Say whether it is night on this clock."""
    # Zones leave the data base now and then; one person's must not keep everybody else from being told.
    there = at.astimezone(zone_of(zone)).time()
    return there >= NIGHT_BEGINS or there < NIGHT_ENDS


def waking_time(zone: str, start: datetime, end: datetime) -> timedelta:
    """Return how much of the time from `start` to `end` is not night on this clock, 0 when it is none."""
    where, total = zone_of(zone), timedelta()
    day = start.astimezone(where).date()
    while (dawn := datetime.combine(day, NIGHT_ENDS, where).astimezone(UTC)) < end:
        dusk = datetime.combine(day, NIGHT_BEGINS, where).astimezone(UTC)
        total += max(timedelta(), min(dusk, end) - max(dawn, start))
        day += timedelta(days=1)
    return total
