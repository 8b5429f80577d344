"""Money is an integer in the currency's minor unit; the ledger only ever grows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.zones import zone_of


class LedgerKind(StrEnum):
    """EARNED is written by an acceptance; VOID takes back exactly one earlier line; ADJUSTMENT was asked for."""

    EARNED = "earned"
    VOID = "void"
    ADJUSTMENT = "adjustment"


class PayState(StrEnum):
    """PENDING (nobody has decided) -> EARNED (a ledger line) -> PAYABLE (in a statement) -> PAID."""

    PENDING = "pending"
    EARNED = "earned"
    PAYABLE = "payable"
    PAID = "paid"


class StatementState(StrEnum):
    """A statement is made by closing a month, and is then paid once."""

    CLOSED = "closed"
    PAID = "paid"


class RequestKind(StrEnum):
    """ADJUSTMENT adds or takes an amount; VOID takes back what one accepted assignment earned."""

    ADJUSTMENT = "adjustment"
    VOID = "void"


class RequestState(StrEnum):
    """ASKED -a second person-> APPROVED | DECLINED; ASKED -the asker-> WITHDRAWN."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


CURRENCIES = ("KRW", "USD", "EUR", "JPY", "GBP")
MAX_PRICE_MINOR = 100_000_000
REASON_LIMIT = 300

_HUNDREDTHS = frozenset({"USD", "EUR", "GBP"})
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Money:
    """An amount in minor units (won for KRW, cents for USD)."""

    minor: int
    currency: str


def plain_amount(money: Money) -> str:
    """Return the amount as a decimal number without signs of its currency: "-350", "12.05"."""
    if money.currency not in _HUNDREDTHS:
        return str(money.minor)
    whole, rest = divmod(abs(money.minor), 100)
    return f"{'-' if money.minor < 0 else ''}{whole}.{rest:02}"


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; where it begins depends on the zone of a project."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-10"; raises Invalid for anything else."""
        found = _MONTH.fullmatch(text.strip())
        month = cls(int(found[1]), int(found[2])) if found else None
        # The years around the ends of the calendar have no bounds in every zone.
        if month is None or not (2000 <= month.year <= 9000 and 1 <= month.month <= 12):
            raise Invalid("month", "malformed", text.strip())
        return month

    @classmethod
    def of(cls, moment: datetime, zone: str) -> Month:
        """Return the month that an aware instant falls into in an IANA zone."""
        local = moment.astimezone(zone_of(zone))
        return cls(local.year, local.month)

    def previous(self) -> Month:
        """Return the month before."""
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def next(self) -> Month:
        """Return the month after."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """Return its first instant and that of the next month, in UTC."""
        there = zone_of(zone)
        start, end = (datetime(m.year, m.month, 1, tzinfo=there).astimezone(UTC) for m in (self, self.next()))
        return start, end


def withholding(minor: int, currency: str) -> int | None:
    """Estimate what a Korean client withholds from freelance pay ("3.3 %"), in minor units.

    Income tax is 3 %, cut down to whole 10 won; local income tax is 10 % of that, cut down to whole 10 won
    (소득세법 제129조, 지방세법 제103조의13). An estimate only: what counts is what the client withholds. None
    for other currencies than KRW, 0 where nothing is paid out.
    """
    if currency != "KRW":
        return None
    income_tax = max(minor, 0) * 3 // 100 // 10 * 10
    return income_tax + income_tax // 10 // 10 * 10
