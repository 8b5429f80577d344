"""How long to wait before a message is tried again, and when to stop trying."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Patience:
    """The waiting times of a sender; all in seconds.

    `quarantine` must be longer than the timeout of a post plus the latest that Slack may still store one
    that got no answer: what is looked for earlier can arrive afterwards and stand twice.
    """

    quarantine: float = 30.0
    preparation: float = 30.0
    tries: int = 8
    first: float = 1.0
    longest: float = 900.0
    silence: float = 60.0

    @property
    def lease(self) -> timedelta:
        """How long a row is one sender's own.

        A post begins only while more than the quarantine is left of it, so that whoever takes a dead sender's
        row over may look for the message at once.
        """
        return timedelta(seconds=self.preparation + self.quarantine)

    @property
    def quarantine_length(self) -> timedelta:
        """How long a post that may stand in Slack is left alone."""
        return timedelta(seconds=self.quarantine)

    def backoff(self, tries: int, *, silence: bool = False) -> timedelta:
        """Return a random wait whose upper bound triples with each try (full jitter).

        What failed together would otherwise come back together. After a `silence` of Slack the bound stays
        low: the sender as a whole holds back then, and the first row should leave soon after Slack is back.
        """
        longest = min(self.longest, self.silence) if silence else self.longest
        bound = min(longest, self.first * 3.0 ** (min(max(1, tries), 20) - 1))
        # Spreading retries needs no unpredictable numbers.
        return timedelta(seconds=random.uniform(0, bound))  # noqa: S311

    def after_limit(self, retry_after: float) -> timedelta:
        """Return the wait Slack asked for and a little more, so that its own clock has passed it too."""
        return timedelta(seconds=retry_after + random.uniform(0.05, 0.25))  # noqa: S311 -- as above
