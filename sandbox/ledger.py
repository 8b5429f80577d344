"""Logs of API calls and deliveries for tests and the page: numbered, bounded, without tokens."""

from __future__ import annotations

from collections import deque
from time import time
from typing import Any

from sandbox.shapes import Json

KEPT = 20_000


class Ledger:
    """A numbered list that forgets its oldest entries."""

    def __init__(self) -> None:
        self.total = 0
        self._entries: deque[Json] = deque(maxlen=KEPT)

    def note(self, **entry: Any) -> Json:
        """Keep an entry, adding `n` (from 1) and `at` (epoch seconds); the caller may complete it later."""
        self.total += 1
        kept = {"n": self.total, "at": time(), **entry}
        self._entries.append(kept)
        return kept

    def read(self, *, since: int = 0, **where: str | None) -> list[Json]:
        """Return entries numbered above `since` whose fields equal every given word that is not None."""
        if since >= self.total:
            return []
        return [
            entry
            for entry in self._entries
            if entry["n"] > since
            and all(value is None or entry.get(key) == value for key, value in where.items())
        ]

    def clear(self) -> None:
        """Forget the entries; numbers go on."""
        self._entries.clear()
