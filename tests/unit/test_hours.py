"""People's hours: what counts, and what does not, minute by minute, over every change of a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import builds, datetimes, integers, sampled_from

from bot.domain.digests import EVERY_DAY, WORK_DAYS
from bot.domain.errors import Invalid
from bot.domain.hours import (
    USUAL_FROM,
    USUAL_UNTIL,
    Hours,
    add_working,
    hours_of,
    is_working,
    next_working,
    parse_hours,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Summer by an hour and by half of one, a zone east of midnight that skipped a day, and none at all.
ZONES = (
    "Asia/Seoul", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "UTC",
    "Pacific/Apia", "Asia/Kathmandu",
)  # fmt: skip
MINUTES = integers(0, 24 * 60 - 1)
HOURS = builds(Hours, sampled_from(ZONES), MINUTES, MINUTES, integers(1, EVERY_DAY)).filter(
    # A few minutes a week would take longer than anybody looks ahead.
    lambda hours: hours.start == hours.end or (hours.end - hours.start) % (24 * 60) >= 60
)
INSTANTS = datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31)).map(  # noqa: DTZ001 -- the zone follows
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
SPANS = integers(0, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))

SPRING = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
AUTUMN = datetime(2027, 10, 30, 12, 0, tzinfo=UTC)
OVER_MIDNIGHT = Hours("Europe/Berlin", 22 * 60, 6 * 60)
IN_THE_GAP = Hours("Europe/Berlin", 2 * 60 + 15, 2 * 60 + 45)


def _local_says(hours: Hours, at: datetime) -> bool:
    """Read the clock on the wall, minute by minute, which is right wherever that clock does not jump."""
    local = at.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    today = bool(hours.days & 1 << local.weekday())
    before = bool(hours.days & 1 << (local.weekday() - 1) % 7)
    if hours.start < hours.end:
        return today and hours.start <= minute < hours.end
    return (today and minute >= hours.start) or (before and minute < hours.end)


def _jumps_near(hours: Hours, at: datetime) -> bool:
    zone = ZoneInfo(hours.zone)
    offsets = {(at + step * HOUR).astimezone(zone).utcoffset() for step in range(-30, 31)}
    return len(offsets) > 1


@given(HOURS, INSTANTS)
@example(OVER_MIDNIGHT, datetime(2027, 6, 1, 21, 30, tzinfo=UTC))
def test_one_can_be_asked_when_the_clock_on_the_wall_says_so(hours: Hours, at: datetime) -> None:
    if not _jumps_near(hours, at):
        assert is_working(hours, at) == _local_says(hours, at)


@given(HOURS, INSTANTS)
@example(IN_THE_GAP, SPRING)
@example(OVER_MIDNIGHT, SPRING)
@example(OVER_MIDNIGHT, AUTUMN)
def test_the_next_time_is_the_first(hours: Hours, at: datetime) -> None:
    found = next_working(hours, at)
    assert found >= at
    assert found.utcoffset() == timedelta()
    assert (found == at) == is_working(hours, at) or found > at
    assert is_working(hours, found)
    # Nothing between was one: looked at half-hour by half-hour, and just before.
    probe = at
    while probe < found:
        assert not is_working(hours, probe)
        probe += timedelta(minutes=30)
    if found > at:
        assert not is_working(hours, found - timedelta(microseconds=1))


@settings(max_examples=40)
@given(HOURS, INSTANTS, SPANS)
@example(IN_THE_GAP, SPRING, timedelta(hours=3))
@example(OVER_MIDNIGHT, SPRING, timedelta(hours=8))
@example(OVER_MIDNIGHT, AUTUMN, timedelta(hours=9))
@example(Hours("Asia/Seoul", 0, 0), SPRING, timedelta(hours=30))
def test_the_hours_between_are_as_many_as_were_asked_for(hours: Hours, at: datetime, span: timedelta) -> None:
    until = add_working(hours, at, span)
    assert _worked(hours, at, until) == span
    assert until == at or span == timedelta() or is_working(hours, until - timedelta(microseconds=1))


def _worked(hours: Hours, since: datetime, until: datetime) -> timedelta:
    """Add up what can be used between two instants, a quarter of an hour and then a minute at a time."""
    total, at = timedelta(), next_working(hours, since)
    while at < until:
        end = at
        for step in (15 * MINUTE, MINUTE):
            while end + step <= until and is_working(hours, end) and is_working(hours, end + step - MINUTE):
                end += step
        total += end - at
        at = next_working(hours, end)
    return total


@given(HOURS, INSTANTS, SPANS, SPANS)
def test_one_after_the_other_is_both_together(
    hours: Hours, at: datetime, one: timedelta, two: timedelta
) -> None:
    assert add_working(hours, add_working(hours, at, one), two) == add_working(hours, at, one + two)


@given(HOURS, INSTANTS, integers(0, 600), SPANS)
def test_who_begins_later_is_not_done_earlier(
    hours: Hours, at: datetime, later: int, span: timedelta
) -> None:
    span = span / 20
    assert add_working(hours, at, span) <= add_working(hours, at + later * MINUTE, span)


def test_a_night_in_spring_is_an_hour_shorter() -> None:
    evening = datetime(2027, 3, 27, 21, 0, tzinfo=UTC)
    assert add_working(OVER_MIDNIGHT, evening, timedelta(hours=7)) == datetime(2027, 3, 28, 4, 0, tzinfo=UTC)
    assert add_working(OVER_MIDNIGHT, evening, timedelta(hours=8)) == datetime(2027, 3, 28, 21, 0, tzinfo=UTC)


def test_a_night_in_autumn_is_an_hour_longer() -> None:
    evening = datetime(2027, 10, 30, 20, 0, tzinfo=UTC)
    assert add_working(OVER_MIDNIGHT, evening, timedelta(hours=9)) == datetime(2027, 10, 31, 5, 0, tzinfo=UTC)


def test_the_week_end_is_left_out() -> None:
    friday = datetime(2027, 6, 4, 11, 0, tzinfo=UTC)
    office = Hours("Asia/Seoul", 10 * 60, 19 * 60, WORK_DAYS)
    assert next_working(office, friday) == datetime(2027, 6, 7, 1, 0, tzinfo=UTC)
    assert add_working(office, friday - 2 * HOUR, timedelta(hours=2)) == datetime(
        2027, 6, 7, 2, 0, tzinfo=UTC
    )


def test_the_usual_hours_are_those_of_who_has_said_nothing() -> None:
    assert hours_of("Asia/Seoul", None, None, None) == Hours("Asia/Seoul", USUAL_FROM, USUAL_UNTIL)
    assert hours_of("UTC", 600, None, WORK_DAYS) == Hours("UTC", days=WORK_DAYS)
    assert hours_of("UTC", 0, 60, None) == Hours("UTC", 0, 60)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("10:00-19:00", (600, 1140, EVERY_DAY)),
        ("10:00-19:00 mon-fri", (600, 1140, WORK_DAYS)),
        ("10시~19시 평일", (600, 1140, WORK_DAYS)),
        ("22:00 – 06:00", (1320, 360, EVERY_DAY)),
        ("09:00-24:00", (540, 0, EVERY_DAY)),
        ("9시 30분 ~ 18시 30분", (570, 1110, EVERY_DAY)),
        ("오전 10시-오후 7시", (600, 1140, EVERY_DAY)),
        ("오전 9시 30분 ~ 오후 6:30 평일", (570, 1110, WORK_DAYS)),
        ("오후 2시-8시", (840, 1200, EVERY_DAY)),
        ("오전 10시~7시", (600, 1140, EVERY_DAY)),
        ("오후 10시부터 오전 6시까지 월-금", (1320, 360, WORK_DAYS)),
        ("오전 12시-오후 12시", (0, 720, EVERY_DAY)),
        ("10am-7pm mon-fri", (600, 1140, WORK_DAYS)),
        ("10:30 AM - 7:00 PM", (630, 1140, EVERY_DAY)),
        ("오후 1시-18:00", (780, 1080, EVERY_DAY)),
    ],
)
def test_hours_as_people_type_them(typed: str, found: tuple[int, int, int]) -> None:
    assert parse_hours(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "always",
        "10:00",
        "25:00-26:00",
        "10:00-19:00 someday",
        "-",
        "10-99시",
        "오후 13시-19시",
        "오전 0시-9시",
    ],
)
def test_what_is_no_time(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_hours(typed)
