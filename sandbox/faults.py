"""Faults on purpose: rules for Web API calls, disturbed deliveries and Slack's message rate limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from random import Random
from time import monotonic

from sandbox.chance import Chance
from sandbox.shapes import Json, SlackError

KINDS = {
    "429", "500", "502", "503", "504", "500_after", "reset_before", "reset_after",
    "delay", "delay_after", "hang", "error",
}  # fmt: skip


@dataclass
class Rule:
    """One fault rule; `times` counts down, None means for ever."""

    method: str
    kind: str
    channel: str | None = None
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.1
    retry_after: float = 1
    error: str = "internal_error"
    random: Random = field(default_factory=Random)

    @classmethod
    def read(cls, rule: Json) -> Rule:
        """Read the JSON of the control API; unknown words are refused."""
        kind = str(rule.get("kind"))
        if kind not in KINDS:
            raise SlackError("unknown_fault", detail=kind)
        return cls(
            method=rule.get("method", "*"),
            kind=kind,
            channel=rule.get("channel"),
            times=rule.get("times"),
            probability=rule.get("probability", 1.0),
            seconds=rule.get("seconds", 0.1),
            retry_after=rule.get("retry_after", 1),
            error=rule.get("error", "internal_error"),
            random=Random(rule.get("seed", 0)),
        )

    def strikes(self, method: str, channel: str | None) -> bool:
        """Decide whether this call is hit, counting `times` down."""
        if self.method not in ("*", method) or self.times == 0 or self.channel not in (None, channel):
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Delivery:
    """How deliveries of events are disturbed."""

    duplicate_times: int = 0
    duplicate: Chance = field(default_factory=lambda: Chance(None))
    reorder_seconds: float = 0.0
    drop_ack: Chance = field(default_factory=lambda: Chance(None))
    drop: Chance = field(default_factory=lambda: Chance(None))
    delay: float = 0.0
    random: Random = field(default_factory=lambda: Random(0))

    @classmethod
    def read(cls, settings: Json) -> Delivery:
        """Read the JSON of the control API; unknown words are refused."""
        seed = settings.get("seed", 0)
        duplicate = settings.get("duplicate")
        reorder = settings.get("reorder", 0)
        return cls(
            duplicate_times=duplicate if isinstance(duplicate, int) else 0,
            duplicate=Chance(duplicate if isinstance(duplicate, float) else None, seed),
            reorder_seconds=0.05 if reorder is True else float(reorder),
            drop_ack=Chance(settings.get("drop_ack"), seed + 1),
            drop=Chance(settings.get("drop"), seed + 2),
            delay=settings.get("delay", 0.0),
            random=Random(seed),
        )

    def count_copies(self) -> int:
        """Return how many extra times an event is delivered."""
        return self.duplicate_times + (1 if self.duplicate.strikes() else 0)

    def choose_delay(self) -> float:
        """Return the seconds to wait before an event is sent."""
        return self.delay + (self.random.uniform(0, self.reorder_seconds) if self.reorder_seconds else 0.0)


@dataclass
class RateLimit:
    """Slack's message limit: `per_second` messages a channel with a small burst."""

    per_second: float = 1.0
    burst: float = 3.0
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, channel: str) -> int:
        """Return 0 when the message may pass, else the Retry-After seconds."""
        now = monotonic()
        level, at = self.buckets.get(channel, (self.burst, now))
        level = min(self.burst, level + (now - at) * self.per_second)
        if level >= 1:
            self.buckets[channel] = (level - 1, now)
            return 0
        self.buckets[channel] = (level, now)
        return max(1, ceil((1 - level) / self.per_second))


class Faults:
    """Everything switched on through `/_control/faults`."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.delivery = Delivery()
        self.rate_limit: RateLimit | None = None

    def configure(self, settings: Json) -> None:
        """Take over what `/_control/faults` says; what it leaves out stays."""
        if settings.get("clear"):
            self.rules, self.delivery, self.rate_limit = [], Delivery(), None
        if "rules" in settings:
            self.rules = [Rule.read(rule) for rule in settings["rules"]]
        if "delivery" in settings:
            self.delivery = Delivery.read(settings["delivery"] or {})
        if "rate_limit" in settings:
            limit = settings["rate_limit"]
            self.rate_limit = RateLimit(**(limit if isinstance(limit, dict) else {})) if limit else None

    def find(self, method: str, channel: str | None) -> Rule | None:
        """Return the first rule that hits this call."""
        return next((rule for rule in self.rules if rule.strikes(method, channel)), None)
