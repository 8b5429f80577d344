"""Money is an integer in the currency's minor unit; the ledger only ever grows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LedgerKind(StrEnum):
    """EARNED is written by an acceptance; VOID takes back exactly one earlier line."""

    EARNED = "earned"
    VOID = "void"


CURRENCIES = ("KRW", "USD", "EUR", "JPY", "GBP")
MAX_PRICE_MINOR = 100_000_000


@dataclass(frozen=True)
class Money:
    """An amount in minor units (won for KRW, cents for USD)."""

    minor: int
    currency: str
