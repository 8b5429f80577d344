"""How fast calls may leave: token buckets. Pure; seconds are given."""

from __future__ import annotations

from dataclasses import dataclass

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rate:
    """Up to `burst` at once, then `per_second`."""

    per_second: float
    burst: float


class Bucket:
    """Tokens that come back with time; `now` is any monotonic count of seconds."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._level = float(rate.burst)
        self._at = now

    def wait(self, now: float) -> float:
        """Return the seconds until there is a token, 0 when there is one."""
        short = 1.0 - self._refill(now)
        # A token short by a rounding error would be waited for in steps too small to pass.
        return short / self._rate.per_second if short > _ROUNDING else 0.0

    def take(self, now: float) -> None:
        """Use up a token; what was taken beyond the last one is waited for."""
        self._level = self._refill(now) - 1.0

    def give_back(self, now: float) -> None:
        """Return a token that was taken for nothing."""
        self._level = min(self._rate.burst, self._refill(now) + 1.0)

    def is_full(self, now: float) -> bool:
        """Whether the bucket is as good as a new one."""
        return self._refill(now) >= self._rate.burst

    def _refill(self, now: float) -> float:
        self._level = min(self._rate.burst, self._level + max(0.0, now - self._at) * self._rate.per_second)
        self._at = max(now, self._at)
        return self._level
