"""When Slack was last heard: a connection that only looks alive is found out by its silence."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Pulse:
    """The moment of the last event, for probes; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last: float | None = None

    def beat(self) -> None:
        """Note that Slack was heard just now."""
        self._last = self._clock()

    def seconds_since(self) -> float | None:
        """Return the seconds since the last event, None before the first."""
        return None if self._last is None else self._clock() - self._last
