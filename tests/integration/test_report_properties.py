"""The reports' SQL against the definitions in plain Python, over random histories on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.domain.review import Decision
from bot.reports.progress import worker_day, worker_days
from bot.reports.rejections import median_of, read_rejections, top_reasons
from bot.reports.throughput import per_day, read_throughput
from bot.reports.window import Window, day_of, each_day, local_date
from bot.reports.workload import reviewers
from tests.integration.history_figures import Day
from tests.integration.history_rows import Attempt, Handed, History, Item, Judged, store, store_people

PEOPLE = 5
DAYS = 6
# Each with a change of the clock a few days later; in Santiago the skipped hour is the one after midnight.
PLACES = (
    ("Asia/Seoul", date(2026, 11, 20)),
    ("America/New_York", date(2026, 10, 30)),
    ("America/New_York", date(2026, 3, 6)),
    ("Europe/Berlin", date(2026, 3, 27)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("America/Santiago", date(2026, 9, 4)),
    ("Africa/Cairo", date(2026, 10, 28)),
)
REASONS = (("misheard", "1.1"), ("misheard", "2"), ("timing", "3"), ("format", "1.1"))

# Steps of ten minutes, so that a void, a minute after its verdict, never falls into the next day.
gaps = st.integers(1, 150).map(lambda n: timedelta(minutes=10 * n))


@st.composite
def judgements(draw: st.DrawFn, clock: list[datetime]) -> list[Judged]:
    """Verdicts on one submission, of which at most the last one stands."""
    count = draw(st.integers(0, 2))
    last_stands = draw(st.booleans())
    found = []
    for n in range(count):
        clock[0] += draw(gaps)
        decision = draw(st.sampled_from(tuple(Decision)))
        undone = not (last_stands and n == count - 1)
        found.append(
            Judged(
                clock[0],
                decision,
                draw(st.integers(0, PEOPLE - 1)),
                undone=undone,
                spent=draw(st.integers(1, 5000)),
                reason=draw(st.sampled_from(REASONS)) if decision is Decision.REJECT else None,
                wrong=undone and draw(st.booleans()),
            )
        )
    for judged in found:
        # A review keeps the moment it was taken at; each verdict is measured from there.
        judged.spent = found[-1].spent - int((found[-1].at - judged.at).total_seconds())
    return found


@st.composite
def attempts(draw: st.DrawFn, person: int, start: datetime) -> Attempt:
    clock = [start + draw(gaps)]
    attempt = Attempt(person, clock[0])
    if draw(st.integers(0, 9)) == 0:
        clock[0] += draw(gaps)
        attempt.rounds.append(Handed(clock[0], draft=True, words="late"))
    for _ in range(draw(st.integers(0, 3))):
        clock[0] += draw(gaps)
        attempt.rounds.append(Handed(clock[0], draft=False, words="yes", verdicts=draw(judgements(clock))))
        standing = [v for v in attempt.rounds[-1].verdicts if not v.undone]
        if not standing or standing[-1].decision is not Decision.REJECT:
            return attempt
    attempt.released = draw(st.booleans()) and bool(attempt.standing)
    return attempt


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, date]:
    zone, first = draw(st.sampled_from(PLACES))
    start = datetime.combine(first, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    history = History(zone)
    for _ in range(draw(st.integers(0, 5))):
        people = draw(st.permutations(range(PEOPLE)))[: draw(st.integers(0, 3))]
        item = Item(draw(st.integers(1, 3)))
        item.attempts = [draw(attempts(person, start)) for person in people]
        history.items.append(item)
    return history, first


@pytest.fixture
def session(database: Database) -> Any:
    with Session(database.writer) as session:
        yield session


@given(told=histories())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_figure_of_every_day(session: Session, told: tuple[History, date]) -> None:
    history, first = told
    try:
        history.people = store_people(session, PEOPLE)
        store(session, history)
        store(session, History(history.zone, history.items, history.people))
        project = history.project_id
        last = first + timedelta(days=DAYS - 1)
        days = [Day(history, first + timedelta(days=n)) for n in range(DAYS)]
        assert per_day(session, project, last, DAYS) == tuple(day.figures() for day in days)
        for day in days:
            window = day_of(history.zone, day.day)
            assert read_throughput(session, project, window) == day.throughput()
            assert read_rejections(session, project, window) == day.rejections()
            reasons = [(top.reason, top.section, top.count) for top in top_reasons(session, project, window)]
            assert reasons == day.reasons()
            assert set(reviewers(session, project, window)) == day.reviewers()
            own = day.worker_days()
            assert worker_days(session, project, window) == own
            for mine in own:
                assert worker_day(session, mine.person_id, project, window) == mine
    finally:
        session.rollback()


@given(
    zone=st.sampled_from(sorted({zone for zone, _ in PLACES} | {"Pacific/Apia", "Asia/Kolkata", "UTC"})),
    last=st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    days=st.integers(1, 15),
)
def test_days_follow_each_other_without_a_gap(zone: str, last: date, days: int) -> None:
    windows = each_day(zone, last, days)
    assert [window.date for window in windows] == [last - timedelta(days=n) for n in reversed(range(days))]
    for one, other in pairwise(windows):
        assert one.end == other.start
    for window in windows:
        _check_ends(window)


def _check_ends(window: Window) -> None:
    hours = (window.end - window.start).total_seconds() / 3600
    if window.start == window.end:  # Samoa had no 30 December 2011.
        assert (window.zone, window.date) == ("Pacific/Apia", date(2011, 12, 30))
    else:
        assert 23 <= hours <= 25
        assert local_date(window.zone, window.start) == window.date
        assert local_date(window.zone, window.end - timedelta(microseconds=1)) == window.date


@given(st.lists(st.integers(1, 9), max_size=30))
def test_median_of_counts(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert median_of(counts) == (median(values) if values else None)
