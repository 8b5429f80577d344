"""When somebody can be asked for something: their hours on their own clock, and time counted in them only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.domain.digests import EVERY_DAY, parse_hhmm, parse_weekdays
from bot.domain.errors import Invalid
from bot.domain.zones import zone_of

USUAL_FROM, USUAL_UNTIL = 9 * 60, 21 * 60
"""Minutes of the day between which somebody who has said nothing can be asked."""

_DAY, _NOON = 24 * 60, 12 * 60
_CLOCK = r"(?:오전\s*|오후\s*)?\d{1,2}(?::\d{2}|\s*시(?:\s*\d{1,2}\s*분)?)?(?:\s*[ap]m\b)?"
_SPAN = re.compile(rf"({_CLOCK})\s*(?:[-~–]|부터)\s*({_CLOCK})(?:까지)?\s*(.*)", re.IGNORECASE)
_HALF = re.compile(r"(오전|오후)?\s*(.+?)\s*([ap]m)?", re.IGNORECASE)
_LONGEST_SEARCH = 400


@dataclass(frozen=True)
class Hours:
    """From when until when, in minutes of the local day, on which weekdays (bit 0 is Monday).

    Hours that end before they begin go over midnight and belong to the day on which they begin; those that end
    when they begin last the whole day.
    """

    zone: str
    start: int = USUAL_FROM
    end: int = USUAL_UNTIL
    days: int = EVERY_DAY


def hours_of(zone: str, start: int | None, end: int | None, days: int | None) -> Hours:
    """Return somebody's hours, the usual ones where they have set none."""
    if start is None or end is None:
        return Hours(zone, days=days or EVERY_DAY)
    return Hours(zone, start, end, days or EVERY_DAY)


def parse_hours(typed: str) -> tuple[int, int, int]:
    """Return start, end and weekdays from "10:00-19:00 mon-fri", "10시~19시 평일" or "오전 10시-오후 7시".

    Raises Invalid. 24:00 is midnight at the end of the day.
    """
    found = _SPAN.fullmatch(typed.strip())
    if found is None:
        raise Invalid("hours", "malformed", typed)
    start, start_half = _minutes(found[1], typed)
    end, end_half = _minutes(found[2], typed)
    if start_half and not end_half and end <= _NOON + 59:
        # "오후 2시-8시" is until the next eight o'clock there is.
        end = next((later for later in (end, end + _NOON) if later > start), end)
    days = parse_weekdays(found[3]) if found[3].strip() else EVERY_DAY
    return start % _DAY, end % _DAY, days


def _minutes(typed: str, whole: str) -> tuple[int, bool]:
    """Return a time in minutes of the day, and whether it says which half of the day it means."""
    found = _HALF.fullmatch(typed.strip())
    assert found is not None
    half, time_ = (found[1] or found[3] or "").casefold(), found[2]
    if not half and re.fullmatch(r"24(:00|\s*시)?", time_):
        return _DAY, False
    try:
        hour, minute = map(int, parse_hhmm(time_).split(":"))
    except Invalid:
        raise Invalid("hours", "malformed", whole) from None
    if not half:
        return hour * 60 + minute, False
    if not 1 <= hour <= 12:
        raise Invalid("hours", "malformed", whole)
    return hour % 12 * 60 + minute + (_NOON if half in ("오후", "pm") else 0), True


def is_working(hours: Hours, at: datetime) -> bool:
    """Say whether the person can be asked at this instant."""
    return any(begin <= at < end for begin, end in _spans(hours, at, days=2))


def next_working(hours: Hours, at: datetime) -> datetime:
    """Return the first instant from `at` on at which the person can be asked (UTC)."""
    for begin, end in _spans(hours, at, days=_LONGEST_SEARCH):
        if at < end:
            return max(begin, at)
    return at


def add_working(hours: Hours, at: datetime, span: timedelta) -> datetime:
    """Return the instant at which `span` of the person's hours have passed since `at` (UTC); `at` for none."""
    if span <= timedelta():
        return at
    left = span
    for begin, end in _spans(hours, at, days=_LONGEST_SEARCH):
        usable = end - max(begin, at)
        if usable <= timedelta():
            continue
        if usable >= left:
            return max(begin, at) + left
        left -= usable
    return at + span


def working_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Return how much of the person's hours lies between two instants; nothing when the second is the earlier."""
    found = timedelta()
    for begin, until in _spans(hours, start, days=max(2, (end - start).days + 2)):
        found += max(timedelta(), min(until, end) - max(begin, start))
    return found


def _spans(hours: Hours, at: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield the hours of the days around and after `at`, in order, as instants; a clock that jumps bends them."""
    where = zone_of(hours.zone)
    first = at.astimezone(where).date() - timedelta(days=1)
    over = 1 if hours.end <= hours.start else 0
    for offset in range(days + 1):
        day = first + timedelta(days=offset)
        if hours.days & 1 << day.weekday():
            yield (
                _instant(day, hours.start, where),
                _instant(day + timedelta(days=over), hours.end, where),
            )


def _instant(day: date, minutes: int, where: tzinfo) -> datetime:
    local = datetime.combine(day, time(minutes // 60, minutes % 60), where)
    return local.astimezone(UTC)
