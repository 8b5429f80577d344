"""States and the arithmetic of leases: every pair of state and event, every bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis.strategies import integers, none, sampled_from, timedeltas

from bot.domain.assignment import (
    HELD,
    LIVE,
    LONGEST_LEASE,
    SHORTEST_LEASE,
    AssignmentState,
    Event,
    advance,
    lease_length,
    warn_moment,
)
from bot.domain.task import TaskType

DIAGRAM = """
claimed   submit  in_review
claimed   release released
claimed   expire  expired
expired   revive  in_review
released  revive  in_review
in_review accept  accepted
in_review reject  returned
returned  submit  in_review
returned  release released
returned  expire  expired
returned  undo    in_review
accepted  undo    in_review
returned  reclaim released
claimed   reclaim released
returned  appeal  appealed
appealed  win     accepted
appealed  deny    returned
returned  hand_on released
"""


def test_transitions_are_those_of_the_diagram_and_no_others() -> None:
    drawn = {(a, e): to for a, e, to in (line.split() for line in DIAGRAM.strip().splitlines())}
    for state, event in product(AssignmentState, Event):
        assert advance(state, event) == drawn.get((state.value, event.value)), (state, event)


def test_what_is_over_can_only_be_revived_and_every_state_can_be_reached() -> None:
    for over in (AssignmentState.RELEASED, AssignmentState.EXPIRED):
        assert [event for event in Event if advance(over, event)] == [Event.REVIVE]
    reached = {AssignmentState.CLAIMED}
    for _ in AssignmentState:
        reached |= {to for s, e in product(reached, Event) if (to := advance(s, e)) is not None}
    assert reached == set(AssignmentState)


def test_only_what_is_in_hand_expires_and_who_has_nothing_to_do_holds_nothing() -> None:
    assert {s for s in AssignmentState if advance(s, Event.EXPIRE)} == HELD
    assert {s for s in AssignmentState if advance(s, Event.RELEASE)} == HELD
    assert HELD < LIVE
    assert set(AssignmentState) - LIVE == {AssignmentState.RELEASED, AssignmentState.EXPIRED}


@given(sampled_from(TaskType), none() | timedeltas(timedelta(0), timedelta(days=3)))
def test_a_lease_is_three_medians_within_its_bounds(kind: TaskType, median: timedelta | None) -> None:
    length = lease_length(kind, median)
    assert SHORTEST_LEASE <= length <= LONGEST_LEASE
    if median and SHORTEST_LEASE < 3 * median < LONGEST_LEASE:
        assert length == 3 * median


@pytest.mark.parametrize(
    ("median", "minutes"),
    [(1, 10), (10 / 3, 10), (4, 12), (160, 480), (161, 480)],
)
def test_lease_bounds(median: float, minutes: float) -> None:
    assert lease_length(TaskType.MODERATION, timedelta(minutes=median)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("kind", "minutes"), [("transcription", 30), ("moderation", 15), ("translation", 30)]
)
def test_first_leases_are_guessed_by_type(kind: str, minutes: int) -> None:
    assert lease_length(TaskType(kind), None) == timedelta(minutes=minutes)


@given(integers(1, 16 * 3600))
def test_the_warning_comes_before_the_end_when_a_fifth_is_left(seconds: int) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    end = start + timedelta(seconds=seconds)
    warned = warn_moment(start, end)
    assert start < warned < end
    assert abs((end - warned) / (end - start) - 0.2) < 0.001
