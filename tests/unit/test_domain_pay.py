"""Months of a zone, amounts as plain numbers, the estimate of what is withheld, and harmless cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, integers, sampled_from, text, timezones

from bot.domain.cells import neutral
from bot.domain.errors import Invalid
from bot.domain.pay import Money, Month, plain_amount, withholding

MONTHS = integers(2000 * 12, 2100 * 12).map(lambda n: Month(n // 12, n % 12 + 1))


@given(MONTHS, sampled_from(sorted(available_timezones())))
def test_months_follow_each_other(month: Month, zone: str) -> None:
    start, end = month.bounds(zone)
    assert start.tzinfo is end.tzinfo is UTC
    assert end == month.next().bounds(zone)[0]
    assert timedelta(days=27) < end - start < timedelta(days=32)
    assert month.next().previous() == month.previous().next() == month
    assert month.previous() < month < month.next()
    assert Month.parse(str(month)) == month


@given(datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2099, 1, 1), timezones=timezones()))  # noqa: DTZ001 -- the zone is added
def test_an_instant_is_in_its_month(moment: datetime) -> None:
    zone = str(moment.tzinfo)
    start, end = Month.of(moment, zone).bounds(zone)
    assert start <= moment.astimezone(UTC) < end


@pytest.mark.parametrize(
    "typed", ["", "2026", "2026-1", "2026-13", "2026-00", "0001-01", "9999-12", "2026-11-01", "이번달"]
)
def test_no_month(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        Month.parse(typed)
    assert (refused.value.field, refused.value.code) == ("month", "malformed")


def test_plain_amounts() -> None:
    assert [plain_amount(Money(*money)) for money in ((350, "KRW"), (-350, "JPY"))] == ["350", "-350"]
    assert [plain_amount(Money(minor, "USD")) for minor in (1205, -5, 0, -120005)] == [
        "12.05", "-0.05", "0.00", "-1200.05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "estimate"),
    [(0, 0), (-5000, 0), (333, 0), (334, 10), (1_000_000, 33_000), (123_456, 4_070), (350, 10), (3_500, 110)],
)
def test_what_would_be_withheld(minor: int, estimate: int) -> None:
    """123,456 won: 3 % are 3,703.68, cut to 3,700; 10 % of that are 370."""
    assert withholding(minor, "KRW") == estimate
    assert withholding(minor, "USD") is None


@given(integers(0, 10**12))
def test_the_estimate_is_just_below_3_3_percent(minor: int) -> None:
    estimate = withholding(minor, "KRW")
    assert estimate is not None
    assert 0 <= minor * 33 / 1000 - estimate < 22
    assert estimate % 10 == 0


@pytest.mark.parametrize(
    "word",
    ["=1+1", "+82", "-미나", "@SUM(A1)", "\tx", "\r=1", "\n=1", "  =1", "＝1", "\u200b=1", "\u3000＠x"],
)
def test_what_could_be_a_formula(word: str) -> None:
    assert neutral(word) == f"'{word}"


@pytest.mark.parametrize("word", ["", "미나", "seg-1", "a=b", "'=1", "3 + 4", " 가", "\t"])
def test_what_can_not(word: str) -> None:
    assert neutral(word) == word


@given(text())
def test_neutral_words_stay_and_are_neutral(word: str) -> None:
    once = neutral(word)
    assert once in (word, f"'{word}")
    assert neutral(once) == once
