"""Random work of a crew held against a plain model, operation by operation, and looked at by the doctor.

Votes of several answers, supervisors who decide, rules and prices that change under the work, appeals, holds,
people who come and go, and a clock that is set back. What the database has otherwise than the model ends the run and
is shown with what was done last.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import text

from bench.report import Report
from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.models import Base
from sandbox.postgres import fresh_database, running_postgres
from tests.integration.work_play import Play
from tests.integration.work_trial import Divergence, Tally

KINDS = ("sqlite", "postgres")

Empty = Callable[[], Database]


@contextmanager
def _place(kind: str, server: str) -> Iterator[Empty]:
    """Yield what returns the same migrated database, empty again each time: its statements stay compiled."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="gagyo-bench-") as folder:
            template, file = Path(folder) / "template.db", Path(folder) / "bench.db"
            made = open_database(f"sqlite:///{template}")
            migrate(made)
            made.dispose()
            database = open_database(f"sqlite:///{file}", pool_size=2)

            def copied() -> Database:
                database.dispose()
                for leftover in Path(folder).glob("bench.db*"):
                    leftover.unlink()
                shutil.copyfile(template, file)
                return database

            yield copied
            database.dispose()
        return
    with fresh_database(server) as url:
        database = open_database(url, pool_size=2)
        migrate(database)
        tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)

        def emptied() -> Database:
            with database.writer.begin() as connection:
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            return database

        yield emptied
        database.dispose()


def play(
    kind: str, server: str, *, operations: int, run: int, look_every: int, seed: int
) -> tuple[Tally, int]:
    """Do so many operations in runs of `run`, each on an empty database; return what was tried and divergences."""
    total, divergences = Tally(), 0
    with _place(kind, server) as empty:
        number = 0
        while total.operations < operations:
            game = Play(empty(), seed + number)
            try:
                game.run(min(run, operations - total.operations), look_every=look_every)
            except Divergence as difference:
                divergences += 1
                click.echo(f"{kind}, seed {seed + number}: {difference}", err=True)
            total.add(game.tally)
            number += 1
    return total, divergences


@click.command()
@click.option("--sqlite", default=25_000, show_default=True, help="Operations on SQLite.")
@click.option("--postgres", default=5_000, show_default=True, help="Operations on PostgreSQL.")
@click.option("--run", default=250, show_default=True, help="Operations before the database is thrown away.")
@click.option(
    "--look-every", default=25, show_default=True, help="Operations from one look of the doctor on."
)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(sqlite: int, postgres: int, run: int, look_every: int, seed: int, file: Path | None) -> None:
    """Let work live at random on both databases, and count what the model and the doctor say otherwise."""
    report = Report("life_cycle")
    report.row(
        "database", "operations", "kinds", "refused", "clock back", "doctor's looks", "findings",
        "divergences", "seconds",
    )  # fmt: skip
    kinds: dict[str, Tally] = {}
    with running_postgres() as server:
        for kind, operations in zip(KINDS, (sqlite, postgres), strict=True):
            began = time.monotonic()
            tally, divergences = play(
                kind, server, operations=operations, run=run, look_every=look_every, seed=seed
            )
            kinds[kind] = tally
            report.row(
                kind, tally.operations, len(tally.done), tally.refused, tally.clock_back, tally.looked,
                tally.findings, divergences, time.monotonic() - began,
            )  # fmt: skip
            for key in ("operations", "refused", "clock_back", "looked", "findings"):
                report.figure(f"{kind}.{key}", getattr(tally, key))
            report.at_least(f"{kind}: operations", tally.operations, operations)
            report.at_most(f"{kind}: divergences", divergences, 0)
            report.at_most(f"{kind}: findings of the doctor", tally.findings, 0)
    for kind, tally in kinds.items():
        click.echo(f"{kind}: " + ", ".join(f"{name} {n}" for name, n in tally.done.most_common()))
    report.finish(file)


if __name__ == "__main__":
    main()
