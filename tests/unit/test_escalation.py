"""What can become of an issue, and who is told one after the other."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from bot.domain.escalation import (
    DELAYS,
    LEVELS,
    UNSETTLED,
    Asked,
    Event,
    IssueState,
    Level,
    Severity,
    advance,
    first_level,
    next_level,
    wakes,
)

# state: the events that mean something there, and where they lead
TABLE = """
open           ack:acked reassign:acked wait_pm:waiting_pm wait_worker:waiting_worker level_up:open
open           resolve:resolved withdraw:closed
acked          reassign:acked wait_pm:waiting_pm wait_worker:waiting_worker level_up:open decay:open
acked          resolve:resolved
waiting_pm     reassign:acked wait_worker:waiting_worker resume:acked level_up:open decay:open resolve:resolved
waiting_worker reassign:acked wait_pm:waiting_pm resume:acked level_up:open decay:open resolve:resolved
resolved       reopen:open close:closed
closed
"""


def _described() -> dict[tuple[str, str], str]:
    rows: dict[tuple[str, str], str] = {}
    for line in TABLE.strip().splitlines():
        state, *ways = line.split()
        rows |= {(state, way.split(":")[0]): way.split(":")[1] for way in ways}
    return rows


def test_every_way_is_one_that_was_agreed() -> None:
    actual = {
        (state.value, event.value): after.value
        for state, event in product(IssueState, Event)
        if (after := advance(state, event)) is not None
    }
    assert actual == _described()


@given(lists(sampled_from(Event), max_size=30))
def test_what_is_closed_stays_closed_and_only_what_is_resolved_is_closed_by_time(events: list[Event]) -> None:
    state = IssueState.OPEN
    for event in events:
        after = advance(state, event)
        if state is IssueState.CLOSED:
            assert after is None
        if event is Event.CLOSE and after is not None:
            assert state is IssueState.RESOLVED
        state = after or state
    assert (state in UNSETTLED) == (state not in (IssueState.RESOLVED, IssueState.CLOSED))


@given(sampled_from(IssueState))
def test_from_everywhere_it_can_be_brought_to_an_end(state: IssueState) -> None:
    seen, todo = {state}, [state]
    while todo:
        here = todo.pop()
        for event in Event:
            after = advance(here, event)
            if after is not None and after not in seen:
                seen.add(after)
                todo.append(after)
    assert IssueState.CLOSED in seen


def test_the_levels_follow_one_another() -> None:
    assert LEVELS == (Level.DUTY, Level.SUPERVISORS, Level.PM, Level.ADMIN)
    assert [next_level(level) for level in LEVELS] == [*LEVELS[1:], None]
    assert first_level(Asked.SUPERVISOR) is Level.DUTY
    assert first_level(Asked.PM) is Level.PM


@pytest.mark.parametrize("severity", Severity)
def test_an_acknowledgement_is_asked_for_before_a_solution(severity: Severity) -> None:
    delays = DELAYS[severity]
    assert delays.ack < delays.resolve
    assert delays.decay < delays.resolve
    assert wakes(severity) == (severity is Severity.S1)


def test_what_is_more_urgent_takes_no_longer() -> None:
    for one, two in pairwise(Severity):
        urgent, less = DELAYS[one], DELAYS[two]
        assert (urgent.ack, urgent.step, urgent.resolve) <= (less.ack, less.step, less.resolve)
        assert urgent.decay <= less.decay
        # Severities are compared by their names: "S1" is more urgent than "S2".
        assert one < two
