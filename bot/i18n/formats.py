"""Numbers, money, dates and durations as Korean and English readers write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

NOTHING = "—"

_TODAY = {"ko": "오늘", "en": "today"}
_DATE = {"ko": "M월 d일 (EEE)", "en": "EEE d MMM"}
_SHORT_DATE = {"ko": "M/d", "en": "d MMM"}
_MONTH = {"ko": "y년 M월", "en": "MMMM y"}
_DATE_WITH_YEAR = {"ko": "y년 M월 d일 (EEE)", "en": "EEE d MMM y"}
_UNITS = {
    "ko": ("{}일", "{}시간", "{}분", "{}초"),
    "en": ("{} d", "{} h", "{} min", "{} s"),
}


def number(value: float | Decimal, lang: str) -> str:
    """Return `value` with the language's separators: 1,200."""
    return format_decimal(value, locale=_locale(lang))


def percent(ratio: float | None, lang: str, *, digits: int = 0) -> str:
    """Return a share of one as percent ("40%"); None, a share of nothing, is "—"."""
    if ratio is None:
        return NOTHING
    pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
    return format_percent(ratio, format=pattern, locale=_locale(lang))


def money(minor: int, currency: str, lang: str) -> str:
    """Return an amount in ISO 4217 minor units: 350 KRW is "350원" or "₩350", 1250 USD "$12.50"."""
    locale = _locale(lang)
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    if currency == "KRW" and locale == "ko":
        return f"{number(minor, locale)}원"
    return format_currency(amount, currency, locale=locale)


def local_date(day: date, lang: str, *, today: date) -> str:
    """Return a local date: "오늘" / "today", or "11월 22일 (일)" / "Sun 22 Nov", the year if it differs."""
    locale = _locale(lang)
    if day == today:
        return _TODAY[locale]
    patterns = _DATE if day.year == today.year else _DATE_WITH_YEAR
    return format_date(day, patterns[locale], locale=locale)


def calendar_day(day: date, lang: str) -> str:
    """Return a date by itself, never as "today": "11월 22일 (일)" / "Sun 22 Nov"."""
    locale = _locale(lang)
    return format_date(day, _DATE[locale], locale=locale)


def short_day(day: date, lang: str) -> str:
    """Return a date for the axis of a chart: "11/22" / "22 Nov"."""
    locale = _locale(lang)
    return format_date(day, _SHORT_DATE[locale], locale=locale)


def calendar_month(first: date, lang: str) -> str:
    """Return the month a date lies in: "2026년 11월" / "November 2026"."""
    locale = _locale(lang)
    return format_date(first, _MONTH[locale], locale=locale)


def local_time(moment: datetime, zone: str | tzinfo, lang: str, *, now: datetime) -> str:
    """Return an aware moment on the reader's clock: "오늘 14:05" / "Sun 22 Nov 09:00".

    `zone` is an IANA name or a tzinfo. Raises ValueError for naive datetimes: they are on no clock.
    """
    if moment.tzinfo is None or now.tzinfo is None:
        raise ValueError("local_time needs aware datetimes")
    where = ZoneInfo(zone) if isinstance(zone, str) else zone
    there = moment.astimezone(where)
    return f"{local_date(there.date(), lang, today=now.astimezone(where).date())} {there:%H:%M}"


def duration(length: timedelta, lang: str) -> str:
    """Return the two largest units of a length of time, rounded down: "1시간 20분" / "1 h 20 min".

    Under a minute it is seconds. The sign is dropped: whether it is early or late is the sentence's business.
    """
    seconds = int(abs(length).total_seconds())
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    counts = (days, hours, minutes, seconds)
    first = next((index for index, count in enumerate(counts) if count), 3)
    # Seconds are shown only when there is nothing larger to show.
    last = min(first + 2, 3) if first < 3 else 4
    units = _UNITS[_locale(lang)]
    return " ".join(
        units[index].format(counts[index]) for index in range(first, last) if counts[index] or first == 3
    )


def _locale(lang: str) -> str:
    return "ko" if lang.replace("_", "-").split("-", 1)[0].lower() == "ko" else "en"
