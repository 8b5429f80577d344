"""Numbers, money and times read naturally in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.amounts import parse_amount
from bot.i18n.formats import duration, local_time, money, number, percent

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday 10:00 in Seoul


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "expected"),
    [
        (350, "KRW", "ko", "350원"),
        (350, "KRW", "en", "₩350"),
        (1_234_567, "KRW", "ko", "1,234,567원"),
        (-350, "KRW", "ko", "-350원"),
        (-350, "KRW", "en", "-₩350"),
        (1250, "USD", "en", "$12.50"),
        (1250, "USD", "ko", "US$12.50"),
        (5, "USD", "fr", "$0.05"),
    ],
)
def test_money(minor: int, currency: str, lang: str, expected: str) -> None:
    assert money(minor, currency, lang) == expected


@pytest.mark.parametrize("won", [0, 1, 350, 12_345, 1_000_000, 10**12])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_money_can_be_typed_back(won: int, lang: str) -> None:
    assert parse_amount(money(won, "KRW", lang)) == won


@pytest.mark.parametrize(
    ("moment", "lang", "expected"),
    [
        (datetime(2026, 11, 20, 5, 5, tzinfo=UTC), "ko", "오늘 14:05"),
        (datetime(2026, 11, 20, 5, 5, tzinfo=UTC), "en", "today 14:05"),
        (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), "ko", "11월 22일 (일) 09:00"),
        (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), "en", "Sun 22 Nov 09:00"),
        (datetime(2027, 1, 3, 0, 0, tzinfo=UTC), "ko", "2027년 1월 3일 (일) 09:00"),
        (datetime(2027, 1, 3, 0, 0, tzinfo=UTC), "en", "Sun 3 Jan 2027 09:00"),
        (datetime(2026, 11, 19, 15, 30, tzinfo=UTC), "en", "today 00:30"),
    ],
)
def test_local_time_in_seoul(moment: datetime, lang: str, expected: str) -> None:
    assert local_time(moment, "Asia/Seoul", lang, now=NOW) == expected
    assert local_time(moment, ZoneInfo("Asia/Seoul"), lang, now=NOW) == expected


def test_local_time_refuses_naive_datetimes() -> None:
    with pytest.raises(ValueError, match="aware"):
        local_time(NOW.replace(tzinfo=None), "Asia/Seoul", "ko", now=NOW)


@pytest.mark.parametrize(
    ("length", "korean", "english"),
    [
        (timedelta(hours=1, minutes=20), "1시간 20분", "1 h 20 min"),
        (timedelta(minutes=5, seconds=59), "5분", "5 min"),
        (timedelta(seconds=45), "45초", "45 s"),
        (timedelta(0), "0초", "0 s"),
        (timedelta(hours=2), "2시간", "2 h"),
        (timedelta(days=2, hours=3, minutes=4), "2일 3시간", "2 d 3 h"),
        (timedelta(days=1, minutes=4), "1일", "1 d"),
        (-timedelta(minutes=90), "1시간 30분", "1 h 30 min"),
    ],
)
def test_duration(length: timedelta, korean: str, english: str) -> None:
    assert duration(length, "ko") == korean
    assert duration(length, "en") == english


def test_percent_and_number() -> None:
    assert percent(0.4, "ko") == "40%"
    assert percent(1 / 3, "en", digits=1) == "33.3%"
    assert percent(None, "ko") == "—"
    assert number(1200, "ko-KR") == "1,200"
