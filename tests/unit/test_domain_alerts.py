"""When figures between two digests are worth a word, and how often chance alone gives an alarm."""

from __future__ import annotations

import random
from datetime import date
from math import comb

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from bot.domain.alerts import ALPHA, days_late, find_spike, upper_tail


@given(integers(0, 30), integers(1, 30), integers(0, 60), integers(1, 60))
def test_the_tail_is_the_exact_one(rejected: int, n: int, base_rejected: int, base_n: int) -> None:
    rejected, base_rejected = min(rejected, n), min(base_rejected, base_n)
    rejects, whole = rejected + base_rejected, n + base_n
    exact = sum(
        comb(rejects, k) * comb(whole - rejects, n - k) for k in range(rejected, min(n, rejects) + 1)
    ) / comb(whole, n)
    assert upper_tail(rejected, n, base_rejected, base_n) == pytest.approx(exact, rel=1e-9, abs=1e-12)


def test_chance_alone_gives_an_alarm_on_less_than_one_day_in_a_hundred() -> None:
    rng = random.Random(20261123)
    alarms, days = 0, 0
    for rate in (0.05, 0.2, 0.4):
        for base_n, n in ((60, 200), (200, 60), (2000, 320)):
            for _ in range(300):
                base = sum(rng.random() < rate for _ in range(base_n))
                outcomes = [rng.random() < rate for _ in range(n)]
                alarms += find_spike(outcomes, base, base_n) is not None
                days += 1
    assert days == 2700
    assert alarms / days <= ALPHA


def test_looking_again_and_again_gives_no_more_alarms() -> None:
    rng = random.Random(4)
    for _ in range(60):
        outcomes = [rng.random() < 0.35 for _ in range(100)]
        whole = find_spike(outcomes, 200, 1000)
        steps = [find_spike(outcomes[:n], 200, 1000) for n in range(101)]
        assert {step for step in steps if step is not None} == ({whole} if whole is not None else set())


def test_a_doubled_rate_is_noticed() -> None:
    rng = random.Random(9)
    noticed = sum(
        find_spike([rng.random() < 0.4 for _ in range(80)], 200, 1000) is not None for _ in range(300)
    )
    assert noticed / 300 > 0.75


def test_few_verdicts_and_a_small_base_say_nothing() -> None:
    assert find_spike([True] * 19, 0, 1000) is None
    assert find_spike([True] * 20, 0, 49) is None
    spike = find_spike([True] * 20, 5, 50)
    assert spike is not None
    assert (spike.rejected, spike.n, spike.base_rejected, spike.base_n) == (20, 20, 5, 50)


def test_a_certain_but_small_rise_is_passed_over() -> None:
    outcomes = [n * 29 % 100 < 29 for n in range(20_480)]
    assert upper_tail(sum(outcomes), len(outcomes), 20_000, 100_000) < 1e-6
    assert find_spike(outcomes, 20_000, 100_000) is None


@pytest.mark.parametrize(
    ("needed", "remaining", "late"),
    [(5, 10, None), (6, 10, None), (7, 10, 1), (30, 10, 24), (30, 0, None), (None, 10, 0), (None, 0, None)],
)
def test_a_deadline_is_at_risk_when_the_pace_does_not_reach_it(
    needed: int | None, remaining: int, late: int | None
) -> None:
    assert days_late(date(2026, 11, 24), needed, remaining, date(2026, 11, 30)) == late


def test_without_a_pace_only_the_last_week_is_at_risk() -> None:
    assert days_late(date(2026, 11, 20), None, 10, date(2026, 11, 30)) is None
    assert days_late(date(2026, 12, 2), None, 10, date(2026, 11, 30)) == 2
