"""When digests are due: every zone, every half-hour, around every change of the clock in five years."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import dates, datetimes, integers, sampled_from, timedeltas

from bot.domain.digests import (
    EVERY_DAY,
    WORK_DAYS,
    Audience,
    Due,
    audience_key,
    due_moment,
    is_late,
    is_night,
    newest_due,
    parse_hhmm,
    parse_key,
    parse_weekdays,
    reported_date,
    waking_time,
)
from bot.domain.errors import Invalid
from bot.domain.zones import known_zones

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
HALF_HOURS = tuple(f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48))
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
STEP = timedelta(days=7)
"""No zone has a summer, or a break in it, that is shorter."""

Change = tuple[datetime, timedelta, timedelta]


@cache
def changes_of(zone: str) -> tuple[Change, ...]:
    """Return the instants at which the zone's clock is moved in the five years, with the offsets around them."""
    where, found = ZoneInfo(zone), []
    at, offset = FIRST, FIRST.astimezone(where).utcoffset() or timedelta()
    while at < LAST:
        then = at + STEP
        after = then.astimezone(where).utcoffset() or timedelta()
        if after != offset:
            low, high = at, then
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if middle.astimezone(where).utcoffset() == offset:
                    low = middle
                else:
                    high = middle
            found.append((high, offset, after))
        at, offset = then, after
    return tuple(found)


def kinds_of_change() -> tuple[dict[tuple[time, timedelta, timedelta], tuple[str, datetime]], int]:
    """Return one change of each kind, with its zone, and how many changes there are.

    Two changes at the same time of day between the same offsets differ by whole days, and so does what is due.
    """
    kinds: dict[tuple[time, timedelta, timedelta], tuple[str, datetime]] = {}
    count = 0
    for zone in sorted(known_zones()):
        steady = FIRST.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        kinds.setdefault((time(), steady, steady), (zone, FIRST + timedelta(days=9)))
        for at, before, after in changes_of(zone):
            kinds.setdefault(((at + before).time(), before, after), (zone, at))
            count += 1
    return kinds, count


def test_each_local_date_has_one_digest_and_none_is_missing() -> None:
    """What is due changes only at due moments, so just before and at each of them says it for every instant."""
    kinds, changes = kinds_of_change()
    assert len(known_zones()) > 500
    assert changes > 1500
    assert len(kinds) > 60
    for zone, around in kinds.values():
        check_around(zone, around)


def check_around(zone: str, around: datetime) -> None:
    """Check every half-hour of the two days before and after an instant."""
    where = ZoneInfo(zone)
    middle = around.astimezone(where).date()
    for hhmm, n in product(HALF_HOURS, range(-2, 3)):
        day = middle + n * DAY
        at = due_moment(zone, day, hhmm)
        assert newest_due(zone, hhmm, EVERY_DAY, at) == Due(day, at)
        before = newest_due(zone, hhmm, EVERY_DAY, at - SECOND)
        assert before is not None
        assert before.date == day - DAY
        there = at.astimezone(where)
        # A time that the day has is met the first time it comes, one that it lacks soon after the change.
        assert there.fold == 0
        assert timedelta() <= there.replace(tzinfo=None) - _named(day, hhmm) <= timedelta(hours=2)


def _named(day: date, hhmm: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{hhmm}")


@pytest.mark.parametrize(
    ("zone", "day", "hhmm", "at"),
    [
        ("America/New_York", "2027-03-15", "00:00", "2027-03-15T04:00"),
        ("America/New_York", "2027-03-14", "02:30", "2027-03-14T07:30"),
        ("America/New_York", "2027-11-07", "01:30", "2027-11-07T05:30"),
        ("America/Santiago", "2027-09-05", "00:30", "2027-09-05T04:30"),
        ("Australia/Lord_Howe", "2027-10-03", "02:15", "2027-10-02T15:45"),
        ("Asia/Seoul", "2027-03-14", "09:00", "2027-03-14T00:00"),
    ],
)
def test_hard_moments(zone: str, day: str, hhmm: str, at: str) -> None:
    assert due_moment(zone, date.fromisoformat(day), hhmm) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@given(
    sampled_from(sorted(known_zones())),
    sampled_from(HALF_HOURS),
    integers(1, EVERY_DAY),
    datetimes(datetime(2025, 1, 8), datetime(2029, 12, 1)),  # noqa: DTZ001 -- hypothesis wants them naive
)
def test_only_wanted_weekdays_and_only_what_is_past(
    zone: str, hhmm: str, weekdays: int, moment: datetime
) -> None:
    now = moment.replace(tzinfo=UTC)
    due = newest_due(zone, hhmm, weekdays, now)
    assert due is not None
    assert due.at <= now
    assert weekdays & 1 << due.date.weekday()
    later = (due.date + timedelta(days=n) for n in range(1, 9))
    assert all(due_moment(zone, day, hhmm) > now for day in later if weekdays & 1 << day.weekday())


def test_no_weekday_is_never() -> None:
    assert newest_due("Asia/Seoul", "09:00", 0, FIRST) is None


@given(
    sampled_from(sorted(known_zones())),
    sampled_from(sorted(known_zones())),
    sampled_from(HALF_HOURS),
    dates(date(2025, 1, 10), date(2029, 12, 1)),
)
def test_a_day_is_told_of_when_it_is_over_and_only_once(
    zone: str, project_zone: str, hhmm: str, day: date
) -> None:
    told = [
        reported_date(Due(one, due_moment(zone, one, hhmm)), zone=zone, hhmm=hhmm, project_zone=project_zone)
        for one in (day, day + DAY)
    ]
    end = due_moment(project_zone, told[0] + DAY, "00:00")
    assert end <= due_moment(zone, day, hhmm)
    assert told[1] - told[0] == DAY
    assert (day - told[0]).days in (1, 2)


def test_a_readers_morning_tells_of_the_crews_day_before() -> None:
    due = Due(date(2026, 11, 24), due_moment("America/New_York", date(2026, 11, 24), "09:00"))
    told = reported_date(due, zone="America/New_York", hhmm="09:00", project_zone="Asia/Seoul")
    assert told == date(2026, 11, 23)


def test_lateness_counts_from_when_it_could_be_expected() -> None:
    due = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert not is_late(due, due - DAY, due + timedelta(minutes=30))
    assert is_late(due, due - DAY, due + timedelta(minutes=31))
    assert not is_late(due, due + timedelta(hours=1), due + timedelta(hours=1, minutes=5))


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9:30", "09:30"),
        ("09:30", "09:30"),
        ("9", "09:00"),
        ("9시", "09:00"),
        ("9시 5분", "09:05"),
        ("23:59", "23:59"),
    ],
)
def test_times_as_people_type_them(typed: str, time: str) -> None:
    assert parse_hhmm(typed) == time


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "9:5", "930", "아홉시", "9:30:00", "-1"])
def test_what_is_no_time(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_hhmm(typed)
    assert refused.value.field == "time"


@pytest.mark.parametrize(
    ("typed", "mask"),
    [
        ("mon-fri", WORK_DAYS),
        ("Mon - Fri", WORK_DAYS),
        ("월-금", WORK_DAYS),
        ("월~금", WORK_DAYS),
        ("평일", WORK_DAYS),
        ("매일", EVERY_DAY),
        ("every day", EVERY_DAY),
        ("mon, wed", 0b101),
        ("월,수", 0b101),
        ("sat-mon", 0b1100001),
        ("Tuesday", 0b10),
        ("화요일", 0b10),
    ],
)
def test_weekdays_as_people_type_them(typed: str, mask: int) -> None:
    assert parse_weekdays(typed) == mask


@pytest.mark.parametrize("typed", ["", "m", "mon-wed-fri", "someday", "월화"])
def test_what_are_no_weekdays(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_weekdays(typed)


def test_keys_come_back() -> None:
    assert parse_key(audience_key(Audience.WORKER, 12)) == (Audience.WORKER, 12)
    assert parse_key(audience_key(Audience.CREW)) == (Audience.CREW, None)
    with pytest.raises(ValueError, match="nobody"):
        parse_key("nobody:3")


@pytest.mark.parametrize(("hour", "night"), [(13, False), (14, True), (22, True), (23, False)])
def test_nights_are_those_of_the_reader(hour: int, night: bool) -> None:
    # 23:00 in Seoul is 14:00 in UTC, 08:00 is 23:00 of the day before.
    assert is_night("Asia/Seoul", datetime(2026, 11, 23, hour, tzinfo=UTC)) is night


@given(
    datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 -- Hypothesis wants bounds without a zone
    timedeltas(timedelta(), timedelta(days=9)),
)
def test_waking_hours_are_fifteen_a_day(moment: datetime, spent: timedelta) -> None:
    start = moment.replace(tzinfo=UTC)
    awake = waking_time("Asia/Seoul", start, start + spent)
    assert timedelta() <= awake <= spent
    assert abs(awake - spent * 15 / 24) <= timedelta(hours=9)
    assert waking_time("Asia/Seoul", start, start + timedelta(days=1)) == timedelta(hours=15)
