"""Prices are read the way people write them, or refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.amounts import LARGEST_AMOUNT, NotAnAmount, parse_amount
from bot.domain.pay import CURRENCIES


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


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("¥500", "JPY", 500),
        ("￥500", "JPY", 500),
        ("500엔", "JPY", 500),
        ("1.5만 엔", "JPY", 15_000),
        ("1,200円", "JPY", 1200),
        ("JPY 500", "JPY", 500),
        ("500 yen", "JPY", 500),
        ("USD 5", "USD", 500),
        ("$5", "USD", 500),
        ("US$5.5", "USD", 550),
        ("5달러", "USD", 500),
        ("$ 2 usd", "USD", 200),
        ("1,200.50", "USD", 120_050),
        ("5 €", "EUR", 500),
        ("0.35 유로", "EUR", 35),
        ("£1,000", "GBP", 100_000),
        ("５.００", "GBP", 500),
    ],
)
def test_every_currency_by_its_own_marks(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("$5", "EUR", "unreadable"),
        ("5 gbp", "EUR", "unreadable"),
        ("€5", "USD", "unreadable"),
        ("500원", "JPY", "unreadable"),
        ("₩500", "JPY", "unreadable"),
        ("500엔", "KRW", "unreadable"),
        ("¥500", "KRW", "unreadable"),
        ("5만 원", "USD", "unreadable"),
        ("5,50", "EUR", "unreadable"),
        ("1,20.50", "USD", "unreadable"),
        ("-5", "USD", "unreadable"),
        ("$$5", "USD", "unreadable"),
        ("٣.٥", "USD", "unreadable"),
        ("", "USD", "empty"),
        ("$", "USD", "empty"),
        ("0.355", "USD", "fraction"),
        ("0.5", "JPY", "fraction"),
        ("9" * 40, "USD", "too_large"),
    ],
)
def test_marks_of_another_currency_are_refused(text: str, currency: str, reason: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text, currency)
    assert refused.value.reason == reason


@given(st.text(max_size=80) | st.text(alphabet="0123456789,. $€£¥usdeurgbpjpy엔달러", max_size=20))
def test_every_currency_reads_or_refuses(text: str) -> None:
    for currency in CURRENCIES:
        try:
            assert parse_amount(text, currency) <= LARGEST_AMOUNT
        except NotAnAmount:
            continue


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
