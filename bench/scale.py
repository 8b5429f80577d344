"""Claim and list latency with 1,000, 100,000 and 1,000,000 open tasks on both databases.

The sizes are measured in turns within one process, round after round, so that a noisy machine touches all alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from bench.crew import Ground, ground
from bench.report import Report, middle, quantile
from bot.reports.desk import held_tasks, read_desk
from bot.services.tasks import claim_next, release
from sandbox.postgres import running_postgres

SIZES = (1_000, 100_000, 1_000_000)


def _claim(place: Ground, worker: int) -> float:
    began = time.perf_counter()
    with place.transactions() as uow:
        claim = claim_next(uow, person_id=worker)
    spent = time.perf_counter() - began
    # Given back outside of the measurement, so that the hand stays small and the backlog stays what it is.
    with place.transactions() as uow:
        release(uow, person_id=worker, assignment_id=claim.assignment_id)
    return spent


def _list(place: Ground, worker: int) -> float:
    began = time.perf_counter()
    with place.transactions.reading() as session:
        held_tasks(session, worker)
    return time.perf_counter() - began


def _home(place: Ground, worker: int) -> float:
    began = time.perf_counter()
    with place.transactions.reading() as session:
        read_desk(session, worker)
    return time.perf_counter() - began


STEPS: dict[str, Callable[[Ground, int], float]] = {"claim": _claim, "list": _list, "home": _home}


@click.command()
@click.option("--rounds", default=40, show_default=True, help="Turns over all sizes.")
@click.option("--largest", default=SIZES[-1], show_default=True, help="Leave larger sizes out.")
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(rounds: int, largest: int, file: Path | None) -> None:
    """Measure claim, list and Home at each size and compare the largest with the smallest."""
    report = Report("scale")
    report.row("database", "tasks", "step", "p50 ms", "p90 ms", "ratio to the smallest")
    sizes = [size for size in SIZES if size <= largest]
    with running_postgres() as server:
        for kind in ("sqlite", "postgres"):
            with ExitStack() as stack:
                places = {
                    size: stack.enter_context(ground(kind, server, tasks=size, workers=rounds + 5))
                    for size in sizes
                }
                times: dict[tuple[int, str], list[float]] = {}
                for turn in range(rounds + 5):
                    for size, place in places.items():
                        for name, step in STEPS.items():
                            spent = step(place, place.workers[turn])
                            if turn >= 5:  # The first turns warm caches and prepared statements.
                                times.setdefault((size, name), []).append(spent)
            for name in STEPS:
                base = middle(times[sizes[0], name])
                for size in sizes:
                    ratio = middle(times[size, name]) / base
                    report.row(
                        kind, f"{size:,}", name, middle(times[size, name]) * 1e3,
                        quantile(times[size, name], 0.9) * 1e3, ratio,
                    )  # fmt: skip
                    report.figure(f"{kind}.{name}.{size}.ms", middle(times[size, name]) * 1e3)
                report.figure(f"{kind}.{name}.ratio", ratio)
                if name != "home":
                    report.at_most(f"{kind}, {name}: {sizes[-1]:,} tasks against {sizes[0]:,}", ratio, 1.3)
    report.finish(file)


if __name__ == "__main__":
    main()
