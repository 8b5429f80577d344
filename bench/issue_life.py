"""Random lives of issues by two processes at once, with clocks that are set back and buttons pressed twice.

After every step the database is held against a plain model of issues, their chain and their clocks; after every
run the doctor looks at all of it. A timer that is lost or fires twice, a second owner or a step that is missing in
a history ends the bench with what was done last.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bench.places import empty_database
from bench.report import Report
from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from sandbox.postgres import running_postgres
from tests.integration.issue_play import Divergence, Play, Tally

KINDS = ("sqlite", "postgres")


@contextmanager
def _two(url: str) -> Iterator[tuple[Database, Database]]:
    first = open_database(url, pool_size=4)
    migrate(first)
    second = open_database(url, pool_size=4)
    try:
        yield first, second
    finally:
        first.dispose()
        second.dispose()


def play(kind: str, server: str, *, steps: int, run: int, seed: int) -> tuple[Tally, int]:
    """Take `steps` steps in runs of `run`, each on a database of its own; return what was tried and divergences."""
    total, divergences = Tally(), 0
    for number in range(-(-steps // run)):
        with empty_database(kind, server) as url, _two(url) as (first, second):
            game = Play(first, second, seed + number)
            try:
                total.add(game.run(min(run, steps - number * run)))
            except Divergence as difference:
                divergences += 1
                click.echo(f"{kind}, seed {seed + number}: {difference}", err=True)
    return total, divergences


@click.command()
@click.option("--steps", default=10_000, show_default=True, help="On each database.")
@click.option("--run", default=250, show_default=True, help="Steps on one database before it is thrown away.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, default=KINDS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(steps: int, run: int, kinds: tuple[str, ...], seed: int, file: Path | None) -> None:
    """Let issues live at random on both databases, and count what the model says otherwise."""
    report = Report("issue_life")
    report.row(
        "database", "steps", "acts", "refused", "at once", "twice", "clock back", "issues", "fired", "called",
        "busy", "divergences", "seconds",
    )  # fmt: skip
    with running_postgres() as server:
        for kind in kinds:
            began = time.monotonic()
            tally, divergences = play(kind, server, steps=steps, run=run, seed=seed)
            report.row(
                kind, tally.steps, tally.acts.total(), tally.refused, tally.races, tally.duplicates,
                tally.clock_back, tally.issues, tally.fired, tally.called, tally.busy, divergences,
                time.monotonic() - began,
            )  # fmt: skip
            for key in ("steps", "races", "duplicates", "clock_back", "issues", "fired", "called", "busy"):
                report.figure(f"{kind}.{key}", getattr(tally, key))
            report.at_least(f"{kind}: steps", tally.steps, steps)
            report.at_most(f"{kind}: divergences", divergences, 0)
    report.finish(file)


if __name__ == "__main__":
    main()
