"""When nothing at all should be sent: Slack does not answer, or does not accept the token. Pure."""

from __future__ import annotations

from enum import StrEnum

TOLERATED = 5
"""Calls in a row without an answer that are put down to chance."""

SHORTEST, LONGEST = 1.0, 60.0
AUTH_PAUSE = 60.0


class Reason(StrEnum):
    """Why sending stands still."""

    UNREACHABLE = "slack_unreachable"
    AUTH_LOST = "auth_lost"


class Standstill:
    """Lets one message through now and then while sending stands still, until one gets an answer.

    Without it an outage would use up every message's tries and set thousands of rows aside as uncertain.
    Not thread-safe: one thread owns it. `now` is a monotonic count of seconds.
    """

    def __init__(self) -> None:
        self.reason: Reason | None = None
        self._silences = 0
        self._until = 0.0
        self._probing = False

    def wait(self, now: float) -> float:
        """Return the seconds until a message may be tried: 0 for now, infinity while one is on its way."""
        if self.reason is None:
            return 0.0
        return float("inf") if self._probing else max(0.0, self._until - now)

    def begin(self) -> None:
        """Note that a message is tried."""
        self._probing = self.reason is not None

    def answered(self) -> None:
        """Go on: Slack answered, whatever it said."""
        self.reason, self._silences, self._probing = None, 0, False

    def untried(self) -> None:
        """Learn nothing: the message needed no call."""
        self._probing = False

    def unanswered(self, now: float) -> None:
        """Count a call that got no answer or a server error."""
        if self.reason is not None and now < self._until:
            # It was under way when the standstill began and says nothing new.
            return
        self._silences += 1
        self._probing = False
        if self.reason is None and self._silences < TOLERATED:
            return
        self.reason = self.reason or Reason.UNREACHABLE
        doublings = min(10, max(0, self._silences - TOLERATED))
        self._until = now + min(LONGEST, SHORTEST * 2.0**doublings)

    def refused(self, now: float) -> None:
        """Stop: Slack does not accept the token."""
        self.reason, self._until, self._probing = Reason.AUTH_LOST, now + AUTH_PAUSE, False
