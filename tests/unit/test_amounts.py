"""Prices are read the way people write them, or refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.amounts import LARGEST_AMOUNT, NotAnAmount, parse_amount


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("350", 350),
        ("₩350", 350),
        ("￦1,200", 1200),
        ("1,200원", 1200),
        (" 1200 원 ", 1200),
        ("KRW 300", 300),
        ("５００원", 500),
        ("3만 5천원", 35_000),
        ("3만5천 원", 35_000),
        ("3만5000", 35_000),
        ("1.5만", 15_000),
        ("0.35천", 350),
        ("만원", 10_000),
        ("천 원", 1000),
        ("오천원", 5000),
        ("삼만오천원", 35_000),
        ("이백오십원", 250),
        ("2천5백", 2500),
        ("12만 3,450원", 123_450),
        ("2천 5백만", 25_000_000),
        ("1억 2천만", 120_000_000),
        ("0", 0),
    ],
)
def test_amounts(text: str, won: int) -> None:
    assert parse_amount(text) == won


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("원", "empty"),
        ("abc", "unreadable"),
        ("-350", "unreadable"),
        ("$5", "unreadable"),
        ("3k", "unreadable"),
        ("1 200", "unreadable"),
        ("12,00", "unreadable"),
        ("1,2000", "unreadable"),
        ("5천3천", "unreadable"),
        ("5천 3만", "unreadable"),
        ("3만 5만", "unreadable"),
        ("3만 35천", "unreadable"),
        ("만억", "unreadable"),
        ("오육천원", "unreadable"),
        ("3오", "unreadable"),
        ("٣", "unreadable"),
        ("²", "unreadable"),
        ("350~400", "unreadable"),
        ("9" * 61, "unreadable"),
        ("3만5", "ambiguous"),
        ("2천5", "ambiguous"),
        ("350²", "unreadable"),
        ("350.5", "fraction"),
        ("350.0원", "fraction"),
        ("1.00005만", "fraction"),
        ("99999억", "too_large"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text)
    assert refused.value.reason == reason


@given(st.text(max_size=80) | st.text(alphabet="0123456789,. 만천백십억원₩일이삼오", max_size=60))
@example("천 " * 30)
@example("천" * 60)
@example("1" * 59 + "x")
def test_an_amount_or_a_refusal_and_quickly(text: str) -> None:
    start = time.perf_counter()
    try:
        won = parse_amount(text)
    except NotAnAmount:
        won = 0
    assert 0 <= won <= LARGEST_AMOUNT
    assert time.perf_counter() - start < 0.05


@given(st.integers(0, LARGEST_AMOUNT))
def test_printed_amounts_are_read_back(won: int) -> None:
    assert parse_amount(str(won)) == parse_amount(f"{won:,}원") == parse_amount(f"₩{won:,}") == won


@given(st.integers(1, 9999), st.integers(10, 9999))
def test_man_and_rest(man: int, rest: int) -> None:
    assert parse_amount(f"{man}만 {rest}원") == man * 10_000 + rest
