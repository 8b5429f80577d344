"""Ids and message timestamps: unique, increasing, and shaped like Slack's."""

from __future__ import annotations

import time

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Mint:
    """Makes ids (`C0000000A1`) and timestamps (`1790000000.000001`) that never repeat within a workspace."""

    def __init__(self) -> None:
        self._count = 1000
        self._last_microsecond = 0

    def make_id(self, prefix: str) -> str:
        """Return a new id that begins with the prefix."""
        self._count += 1
        number, digits = self._count, ""
        while number:
            number, rest = divmod(number, 36)
            digits = ALPHABET[rest] + digits
        return f"{prefix}{digits.rjust(9, '0')}"

    def make_ts(self) -> str:
        """Return the present second and microsecond, pushed forward where two calls share a microsecond."""
        microsecond = max(time.time_ns() // 1000, self._last_microsecond + 1)
        self._last_microsecond = microsecond
        return f"{microsecond // 1_000_000}.{microsecond % 1_000_000:06d}"
