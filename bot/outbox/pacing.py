"""How fast messages may leave: token buckets for each lane and for the workspace. Pure; seconds are given."""

from __future__ import annotations

from bot.domain.pacing import Bucket, Rate


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
