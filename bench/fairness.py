"""Scarce work shared among 200 people of different speed: how unevenly places and waiting fall, by mode.

A simulation on the live rule that gives places (`bot.domain.call_outs.line_up`); nothing is asked of a database.
Every round somebody calls out fewer places than there are people who want one. People differ in how fast they
press (a slow phone, a full-time job, a screen reader) and in how often they look; both stay theirs for all rounds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import click

from bench.report import Report, middle, quantile
from bot.domain.call_outs import Wish, line_up
from bot.domain.quality import DRAW_AFTER, CallOutMode


@dataclass
class Somebody:
    """One of the crew: the median seconds until they press, the share of call-outs they see in time at all."""

    id: int
    reaction: float
    sees: float
    won: list[datetime] = field(default_factory=list)
    asked: int = 0


def gini(values: Sequence[float]) -> float:
    """Return the Gini coefficient: 0 when all have the same, towards 1 when one has everything.

    Half of the mean absolute difference of all pairs over the mean, by the sorted sum.
    """
    ordered, n = sorted(values), len(values)
    total = sum(ordered)
    if not total:
        return 0.0
    return 2 * sum((place + 1) * value for place, value in enumerate(ordered)) / (n * total) - (n + 1) / n


def make_crew(people: int, rng: random.Random) -> list[Somebody]:
    """Return people whose speeds are spread as those of people are: log-normally, some ten times slower."""
    return [
        Somebody(id, rng.lognormvariate(2.5, 1.0), min(0.95, max(0.2, rng.gauss(0.7, 0.15))))
        for id in range(people)
    ]


def play(mode: CallOutMode, *, people: int, rounds: int, places: int, seed: int) -> list[Somebody]:
    """Let the rounds pass, six hours apart, and return the crew with what they got."""
    rng = random.Random(seed)
    crew = make_crew(people, rng)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(rounds):
        opened = start + timedelta(hours=6 * number)
        wishes = []
        for one in crew:
            pressed = rng.lognormvariate(0, 0.6) * one.reaction
            if rng.random() > one.sees or pressed > DRAW_AFTER.total_seconds() * 5:
                continue
            if mode is not CallOutMode.FIRST and pressed > DRAW_AFTER.total_seconds():
                # Who presses after the draw waits behind those who were in it.
                continue
            last = one.won[-1] if one.won else None
            wishes.append(Wish(one.id, opened + timedelta(seconds=pressed), last, last))
            one.asked += 1
        for person_id in line_up(wishes, mode, opened + DRAW_AFTER, seed * 100_003 + number)[:places]:
            crew[person_id].won.append(opened)
    return crew


def waits(crew: Sequence[Somebody], rounds: int) -> list[float]:
    """Return each person's longest time without a place, in days; the first and the last stretch count."""
    start, end = (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=6 * rounds),
    )
    found = []
    for one in crew:
        moments = [start, *one.won, end]
        gaps = [(b - a).total_seconds() / 86_400 for a, b in pairwise(moments)]
        found.append(max(gaps))
    return found


@click.command()
@click.option("--people", default=200, show_default=True)
@click.option("--rounds", default=400, show_default=True, help="Call-outs, six hours apart.")
@click.option("--places", default=10, show_default=True, help="Places a call-out.")
@click.option("--seeds", default=5, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False))
def main(people: int, rounds: int, places: int, seeds: int, file: Path | None) -> None:
    """Print the Gini of places and the longest waits for each way of giving them."""
    report = Report("fairness")
    report.row("mode", "gini places", "gini waits", "median wait d", "p95 wait d", "never served")
    for mode in CallOutMode:
        figures: list[tuple[float, ...]] = []
        for seed in range(seeds):
            crew = play(mode, people=people, rounds=rounds, places=places, seed=seed)
            longest = waits(crew, rounds)
            figures.append(
                (
                    gini([len(one.won) for one in crew]),
                    gini(longest),
                    middle(longest),
                    quantile(longest, 0.95),
                    sum(not one.won for one in crew) / people,
                )
            )
        row = [middle([one[n] for one in figures]) for n in range(5)]
        for name, value in zip(("gini_places", "gini_waits", "wait", "wait_p95", "never"), row, strict=True):
            report.figure(f"{mode}.{name}", value)
        report.row(mode.value, *row)
    report.finish(file)


if __name__ == "__main__":
    main()
