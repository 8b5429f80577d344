"""How every bench ends: a table for people, one line of JSON for programs, and status 0 whatever the figures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Goal:
    """A figure held against what it should be; a bench measures, it does not judge."""

    name: str
    value: float
    goal: str
    met: bool


@dataclass
class Report:
    """Collects what one bench measured."""

    bench: str
    figures: dict[str, float] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def figure(self, key: str, value: float) -> float:
        """Keep a figure under its key, rounded for reading."""
        self.figures[key] = float(f"{value:.4g}")
        return value

    def at_least(self, name: str, value: float, goal: float) -> None:
        """Hold a figure against a lower bound."""
        self.goals.append(Goal(name, float(f"{value:.4g}"), f">= {goal:g}", value >= goal))

    def at_most(self, name: str, value: float, goal: float) -> None:
        """Hold a figure against an upper bound."""
        self.goals.append(Goal(name, float(f"{value:.4g}"), f"<= {goal:g}", value <= goal))

    def row(self, *cells: object) -> None:
        """Add a line to the table; the first one is its head."""
        self.rows.append(tuple(f"{c:.4g}" if isinstance(c, float) else str(c) for c in cells))

    def finish(self, file: Path | None) -> None:
        """Print the table, the goals and the JSON line; write the JSON to `file` too when it is given."""
        widths = [
            max(len(r[i]) for r in self.rows if i < len(r))
            for i in range(max(map(len, self.rows), default=0))
        ]
        for row in self.rows:
            print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False)))
        for goal in self.goals:
            print(f"{'met ' if goal.met else 'MISSED'}  {goal.name}: {goal.value:g} ({goal.goal})")
        line = json.dumps(
            {"bench": self.bench, "figures": self.figures, "goals": [asdict(g) for g in self.goals]}
        )
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(line + "\n", encoding="utf-8")
        print(line)


def quantile(seconds: list[float], share: float) -> float:
    """Return the value below which `share` of the measurements lie; 0 for none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def middle(values: list[float]) -> float:
    """Return the median, 0 for none."""
    return median(values) if values else 0.0
