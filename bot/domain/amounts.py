"""Reads amounts the way people write them: 350, 1,200원, 1.5만, 3만 5천원; in other currencies $1,200.50, 500엔."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal

# Far above any price or budget; it keeps amounts inside a 64-bit column.
LARGEST_AMOUNT = 10**12

Reason = Literal["empty", "unreadable", "ambiguous", "fraction", "too_large"]


class NotAnAmount(ValueError):
    """The text is not one amount of its currency. `reason` says why, as a word for the code and not a sentence."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


# What may stand before and after the number, normalised and in lower case; nothing else than a currency's own.
_MARKS = {
    "KRW": (r"₩|krw(?![a-z])", r"원|krw|won"),
    "JPY": (r"¥|jpy(?![a-z])", r"엔|円|jpy|yen|¥"),
    "USD": (r"(?:us)?\$|usd(?![a-z])", r"달러|불|usd|dollars?|\$"),
    "EUR": (r"€|eur(?![a-z])", r"유로|euros?|eur|€"),
    "GBP": (r"£|gbp(?![a-z])", r"파운드|pounds?|gbp|£"),
}
_WHOLE = frozenset({"KRW", "JPY"})
_DIGITS = {digit: str(value) for value, digit in enumerate("일이삼사오육칠팔구", 1)}
_BIG = {"억": 10**8, "만": 10**4, "": 1}
_SMALL = {"천": 1000, "백": 100, "십": 10}
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_GROUP = rf"(?:(?:{_NUMBER})?[천백십])*(?:{_NUMBER})?"
_HUNDREDTHS = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?")
_AMOUNT = re.compile(rf"(?:({_GROUP})억)?(?:({_GROUP})만)?({_GROUP})")
_PART = re.compile(rf"({_NUMBER})?([천백십]?)")
# 1 200, 3만 5천 3만 and 오육천 ("five or six thousand") have more than one reading.
_SPLIT_NUMBER = re.compile(r"[\d,.]\s+[\d,.]|[천백십]\s+\d+\s*[만억]")
_DIGIT_RUN = re.compile(r"[일이삼사오육칠팔구][일이삼사오육칠팔구\d]|[\d,.][일이삼사오육칠팔구]")


def parse_amount(text: str, currency: str = "KRW") -> int:
    """Minor units of the currency in `text`: "3만 5천원" is 35000, "$1,200.50" is 120050 in USD.

    Reads digits with correct thousands commas and the currency's own signs, words and code. For won and yen
    also 십 백 천 만 억 with digits, decimals or 일…구 before them; for the others up to two decimals. Raises
    NotAnAmount for everything that is not exactly one amount: smaller fractions, minus signs and other
    currencies, and "3만5", which people write for both 30,005 and 35,000. Raises KeyError for a currency
    that is not one of `CURRENCIES`.
    """
    before, after = _MARKS[currency]
    if len(text) > 60:
        raise NotAnAmount("unreadable")
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = re.sub(rf"\s*(?:{after})$", "", re.sub(rf"^(?:{before})\s*", "", plain))
    if not plain:
        raise NotAnAmount("empty")
    if _foreign_digit(text):
        raise NotAnAmount("unreadable")
    return _whole(plain) if currency in _WHOLE else _hundredths(plain)


def _hundredths(plain: str) -> int:
    if re.fullmatch(r"[0-9,]+\.[0-9]{3,}", plain):
        raise NotAnAmount("fraction")
    if _HUNDREDTHS.fullmatch(plain) is None:
        raise NotAnAmount("unreadable")
    total = int(Decimal(plain.replace(",", "")) * 100)
    if total > LARGEST_AMOUNT:
        raise NotAnAmount("too_large")
    return total


def _whole(plain: str) -> int:
    if _SPLIT_NUMBER.search(plain) or _DIGIT_RUN.search(plain):
        raise NotAnAmount("unreadable")
    plain = "".join(_DIGITS.get(char, char) for char in plain if not char.isspace())
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise NotAnAmount("unreadable")
    if re.search(r"[천만억]\d$", plain):
        raise NotAnAmount("ambiguous")
    total = Decimal(0)
    for (unit, size), group in zip(_BIG.items(), match.groups(), strict=True):
        if group is None or (not unit and not group):
            continue
        value = _read_group(group, unit)
        if total and value >= 10_000:
            raise NotAnAmount("unreadable")
        total += value * size
    if total != total.to_integral_value():
        raise NotAnAmount("fraction")
    if total > LARGEST_AMOUNT:
        raise NotAnAmount("too_large")
    return int(total)


def _foreign_digit(text: str) -> bool:
    """Digits such as ² or ٣ mean nothing to the person who checks the price; full-width ones do."""
    return any(char.isdigit() and not char.isascii() and not "０" <= char <= "９" for char in text)


def _read_group(group: str, unit: str) -> Decimal:
    """Return the number before 억, 만 or the end: "2천5백" is 2500, and nothing before a unit is one."""
    if not group:
        return Decimal(1)
    total = Decimal(0)
    smallest = 10_000
    for number, small in _PART.findall(group):
        if not number and not small:
            continue
        size = _SMALL.get(small, 1)
        value = Decimal(number.replace(",", "")) if number else Decimal(1)
        if "." in number and not small and not unit:
            raise NotAnAmount("fraction")
        if size >= smallest or (total and value * size >= smallest):
            raise NotAnAmount("unreadable")
        total += value * size
        smallest = size
    return total
