"""What a translation bench counts, and how it is written down: ids and invariants, never anybody's words."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

INVARIANTS = tuple(f"I{number}" for number in range(1, 13))

_COUNTED = (
    "pii_leaks", "messages", "outputs", "engine_calls", "not_translated", "unneeded", "known",
    "replayed_exactly",
)  # fmt: skip


@dataclass(frozen=True)
class Violation:
    """Which invariant a message violated, and how often; `form` is how the message arrived."""

    invariant: str
    message: str
    form: str
    seed: int
    count: int = 1


@dataclass
class Tally:
    """What was counted; tallies of several seeds are added up."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    engines: Counter[str] = field(default_factory=Counter)

    def violate(self, invariant: str, message: str, form: str = "", seed: int = 0, count: int = 1) -> None:
        """Note a violation."""
        self.counts[invariant] += count
        self.violations.append(Violation(invariant, message, form, seed, count))

    def add(self, other: Tally) -> None:
        """Add another seed's tally to this one."""
        self.counts.update(other.counts)
        self.violations += other.violations
        self.latencies += other.latencies
        self.engines.update(other.engines)

    def broken(self) -> dict[str, int]:
        """Return the invariants that are violated, and how often."""
        return {name: self.counts[name] for name in INVARIANTS if self.counts[name]}

    def figures(self) -> dict[str, Any]:
        """Return everything as JSON values; latencies are seconds until something was visible."""
        ordered = sorted(self.latencies) or [0.0]
        states = {name[6:]: count for name, count in sorted(self.counts.items()) if name[:6] == "state:"}
        return {
            **{name: self.counts[name] for name in (*INVARIANTS, *_COUNTED)},
            "states": states,
            "engines": dict(self.engines),
            "visible_after_s": {
                "median": round(ordered[len(ordered) // 2], 3),
                "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 3),
                "max": round(ordered[-1], 3),
            },
            "violations": [asdict(one) for one in self.violations],
        }
