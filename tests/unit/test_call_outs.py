"""Who gets a place: nobody twice, nobody lost, and those who won lately behind those who did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers, lists, none, sampled_from

from bot.domain.call_outs import Wish, check_call_out, hourly_minor, line_up
from bot.domain.errors import Invalid
from bot.domain.quality import COOL_DOWN, CallOutMode

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AGO = integers(0, 100_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
WISHES = lists(
    builds(Wish, integers(1, 500), AGO, none() | AGO, none() | AGO),
    max_size=30,
    unique_by=lambda w: w.person_id,
)


@given(WISHES, sampled_from(list(CallOutMode)), integers(0, 99))
def test_everybody_stands_in_line_once_whatever_the_order_they_are_given_in(
    wishes: list[Wish], mode: CallOutMode, seed: int
) -> None:
    line = line_up(wishes, mode, NOW, seed)
    assert sorted(line) == sorted(wish.person_id for wish in wishes)
    assert line == line_up(wishes[::-1], mode, NOW, seed)


@given(WISHES, integers(0, 99))
def test_who_won_lately_stands_behind_who_did_not(wishes: list[Wish], seed: int) -> None:
    lately = {w.person_id for w in wishes if w.last_won is not None and NOW - w.last_won < COOL_DOWN}
    line = line_up(wishes, CallOutMode.LOTTERY, NOW, seed)
    assert [person in lately for person in line] == sorted(person in lately for person in line)


@given(WISHES, integers(0, 99))
def test_who_had_no_work_for_longest_stands_first(wishes: list[Wish], seed: int) -> None:
    served = {w.person_id: w.last_served or datetime.min.replace(tzinfo=UTC) for w in wishes}
    line = [served[person] for person in line_up(wishes, CallOutMode.LEAST_RECENT, NOW, seed)]
    assert line == sorted(line)


def test_a_lottery_does_not_ask_who_was_quick() -> None:
    wishes = [Wish(n, NOW + timedelta(seconds=n)) for n in range(20)]
    firsts = {line_up(wishes, CallOutMode.LOTTERY, NOW, seed)[0] for seed in range(200)}
    assert len(firsts) > 15


@pytest.mark.parametrize(
    ("price", "seconds", "share", "hour"),
    [
        (350, 60, 0.0, 21_000),
        (350, 60, 0.5, 10_500),
        (350, None, 0.0, None),
        (350, 90, 0.25, 10_500),
        (100, 0, 0, None),
    ],
)
def test_an_hour_is_reckoned_with_rework(
    price: int, seconds: float | None, share: float, hour: int | None
) -> None:
    assert hourly_minor(price, seconds, share) == hour


@pytest.mark.parametrize(
    ("headcount", "deadline", "field"),
    [
        (0, timedelta(hours=1), "headcount"),
        (501, timedelta(hours=1), "headcount"),
        (5, timedelta(0), "deadline"),
        (5, timedelta(days=15), "deadline"),
    ],
)
def test_a_call_out_that_makes_no_sense(headcount: int, deadline: timedelta, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_call_out(headcount, NOW + deadline, NOW)
    assert caught.value.field == field
