"""How fast messages may leave: token buckets for each lane and for the workspace. Pure; seconds are given."""

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


class Pacing:
    """Slack takes about a message a second in a conversation, with short bursts, and so many in a workspace.

    Not thread-safe: one thread owns it.
    """

    def __init__(self, *, lane: Rate, workspace: Rate, now: float) -> None:
        self._lane_rate = lane
        self._lanes: dict[str, Bucket] = {}
        self._workspace = Bucket(workspace, now)

    def wait(self, now: float) -> float:
        """Return the seconds until the workspace may get another message."""
        return self._workspace.wait(now)

    def resting(self, now: float) -> frozenset[str]:
        """Return the lanes that had their share; forgets those that have rested long enough."""
        for lane in [lane for lane, bucket in self._lanes.items() if bucket.is_full(now)]:
            del self._lanes[lane]
        return frozenset(lane for lane, bucket in self._lanes.items() if bucket.wait(now) > 0)

    def next_rested(self, now: float) -> float | None:
        """Return the seconds until the first resting lane may go on, None when none rests."""
        return min((wait for bucket in self._lanes.values() if (wait := bucket.wait(now)) > 0), default=None)

    def take(self, lane: str, now: float) -> None:
        """Count a message to this lane."""
        if lane not in self._lanes:
            self._lanes[lane] = Bucket(self._lane_rate, now)
        self._lanes[lane].take(now)
        self._workspace.take(now)

    def give_back(self, lane: str, now: float) -> None:
        """Uncount a message that needed no call after all."""
        if lane in self._lanes:
            self._lanes[lane].give_back(now)
        self._workspace.give_back(now)
