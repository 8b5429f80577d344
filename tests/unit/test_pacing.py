"""Token buckets, standstill and waiting times, by a clock that the test moves."""

from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import Rate
from bot.outbox.pacing import Pacing
from bot.outbox.patience import Patience
from bot.outbox.standstill import AUTH_PAUSE, TOLERATED, Reason, Standstill

PLENTY = Rate(1000, 1000)


def test_a_lane_rests_after_its_burst_and_others_go_on() -> None:
    pacing = Pacing(lane=Rate(1, 3), workspace=PLENTY, now=0)
    for _ in range(3):
        pacing.take("a", 0)
    pacing.take("b", 0)
    assert pacing.resting(0) == {"a"}
    assert pacing.next_rested(0) == pytest.approx(1)
    assert pacing.resting(0.99) == {"a"}
    assert pacing.resting(1.0) == frozenset()
    assert pacing.next_rested(1.0) is None


def test_a_message_that_needed_no_call_does_not_count() -> None:
    pacing = Pacing(lane=Rate(1, 1), workspace=Rate(1, 1), now=0)
    pacing.take("a", 0)
    assert pacing.resting(0) == {"a"}
    pacing.give_back("a", 0)
    assert pacing.resting(0) == frozenset()
    assert pacing.wait(0) == 0


def test_the_workspace_has_a_limit_of_its_own() -> None:
    pacing = Pacing(lane=PLENTY, workspace=Rate(2, 2), now=0)
    pacing.take("a", 0)
    pacing.take("b", 0)
    assert pacing.wait(0) == pytest.approx(0.5)
    assert pacing.wait(0.5) == 0


def test_rested_lanes_are_forgotten() -> None:
    pacing = Pacing(lane=Rate(1, 3), workspace=PLENTY, now=0)
    for n in range(1000):
        pacing.take(f"lane {n}", 0)
    pacing.resting(10)
    assert not pacing._lanes


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5)), max_size=60))
def test_no_lane_ever_exceeds_its_rate(steps: list[tuple[str, float]]) -> None:
    pacing = Pacing(lane=Rate(1, 3), workspace=PLENTY, now=0)
    now, sent = 0.0, dict.fromkeys("abc", 0)
    for lane, pause in steps:
        now += pause
        if lane not in pacing.resting(now):
            pacing.take(lane, now)
            sent[lane] += 1
    assert all(count <= 3 + now + 1e-6 for count in sent.values())


def test_a_few_silences_are_put_down_to_chance() -> None:
    standstill = Standstill()
    for _ in range(TOLERATED - 1):
        standstill.unanswered(0)
    assert standstill.wait(0) == 0
    standstill.answered()
    standstill.unanswered(0)
    assert standstill.reason is None


def test_an_outage_is_probed_by_one_message_at_a_time_and_ever_less_often() -> None:
    standstill, now, probes = Standstill(), 0.0, 0
    for _ in range(TOLERATED):
        standstill.unanswered(now)
    assert standstill.reason is Reason.UNREACHABLE
    while now < 1800:
        now += standstill.wait(now)
        standstill.begin()
        assert standstill.wait(now) == inf
        standstill.unanswered(now)
        probes += 1
    assert probes < 40
    standstill.answered()
    assert standstill.wait(now) == 0


def test_a_refused_token_is_tried_once_a_minute() -> None:
    standstill = Standstill()
    standstill.refused(100)
    assert standstill.reason is Reason.AUTH_LOST
    assert standstill.wait(100) == AUTH_PAUSE
    standstill.begin()
    standstill.untried()
    assert standstill.wait(161) == 0
    standstill.begin()
    standstill.refused(161)
    assert standstill.wait(162) == pytest.approx(AUTH_PAUSE - 1)


def test_tries_spread_from_a_second_to_a_quarter_of_an_hour() -> None:
    patience = Patience()
    for tries, bound in ((1, 1), (2, 3), (4, 27), (7, 729), (8, 900), (500, 900)):
        waits = [patience.backoff(tries).total_seconds() for _ in range(200)]
        assert 0 <= min(waits) < bound / 4
        assert bound * 3 / 4 < max(waits) <= bound
        assert patience.backoff(tries, silence=True) <= timedelta(seconds=60)


def test_a_lease_outlasts_the_quarantine_of_a_post() -> None:
    assert Patience().lease > Patience().quarantine_length
    assert timedelta(seconds=7) < Patience().after_limit(7) <= timedelta(seconds=7.25)
