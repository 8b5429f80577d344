"""Four processes of sixteen threads at the same work, killed all the time, and a checker that reads their logs after.

Each thread writes down what it is about to do and what it was answered. In the end every answer must be found in
the database once, nothing of what was refused, no slot with two holders at a time, no work paid twice; and the
doctor must find nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench.history_check import Call, find_broken, read_logs
from bench.history_ground import FastClock, make_cast
from bench.places import empty_database
from bench.report import Report
from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.unit_of_work import Transactions
from bot.reports.invariants import check
from bot.services.leases import SWEEPS
from sandbox.postgres import running_postgres

KINDS = ("sqlite", "postgres")
PATIENCE_SECONDS = 3600
_STEP = 3600.0


@dataclass
class Outcome:
    """What became of a history. `broken` are promises that were not kept, `findings` what the doctor says."""

    calls: list[Call]
    kills: int
    steps: int
    seconds: float
    broken: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def ends(self) -> Counter[str]:
        """How acts ended: done, refused, busy, failed, or open when their process was killed before it was known."""
        return Counter(next(iter(call.answer)) if call.answer else "open" for call in self.calls)


def play(
    url: str, *, operations: int, kills: int = 1, processes: int, threads: int, tasks: int, seed: int = 1
) -> Outcome:
    """Let at least so many acts be answered, and processes be killed, on an empty, migrated database.

    Returns what the checker says of it.
    """
    database = open_database(url)
    began = time.monotonic()
    with TemporaryDirectory(prefix="gagyo-bench-") as folder:
        place = Path(folder)
        clock = FastClock(began, place / "step")
        clock.set(0.0)
        transactions = Transactions(database, clock=clock)
        make_cast(transactions, tasks).write(place / "cast")
        steps = 0
        with _working(url, place, processes, threads, began, seed) as nursery:
            until = began + PATIENCE_SECONDS
            while nursery.poll() is None and time.monotonic() < until:
                if _answered(place) >= operations and _killed(place) >= kills:
                    break
                # An hour back, then on again: clocks of hosts are set, and everybody's at once.
                steps += 1
                clock.set((0.0, -_STEP, 0.0, _STEP)[steps % 4])
                time.sleep(0.8)
        seconds = time.monotonic() - began
        outcome = _judge(database, transactions, place, steps, seconds)
    database.dispose()
    return outcome


def _killed(place: Path) -> int:
    return (place / "kills").stat().st_size


def _answered(place: Path) -> int:
    """Count what was done or refused; who found no room has to come again."""
    return sum(
        text.count(b'"done"') + text.count(b'"refused"')
        for text in (file.read_bytes() for file in place.glob("*.log"))
    )


@contextmanager
def _working(
    url: str, place: Path, processes: int, threads: int, began: float, seed: int
) -> Iterator[subprocess.Popen[bytes]]:
    (place / "kills").touch()
    command = [sys.executable, "-m", "bench.history_working", url, str(place)]
    numbers = [str(processes), str(threads), str(began), str(seed)]
    with subprocess.Popen([*command, *numbers]) as nursery:
        try:
            yield nursery
        finally:
            nursery.terminate()
    if nursery.returncode:
        raise RuntimeError("the process that forks the others has failed")


def _judge(
    database: Database, transactions: Transactions, place: Path, steps: int, seconds: float
) -> Outcome:
    calls = read_logs(place)
    outcome = Outcome(calls, _killed(place), steps, seconds)
    outcome.failed = [call.answer["failed"] for call in calls if call.answer and "failed" in call.answer]
    now = transactions.clock()
    still = Transactions(database, clock=lambda: now)
    for sweep in SWEEPS:
        with still(patience=30) as uow:
            while sweep(uow):
                pass
    with still.reading() as session:
        outcome.broken = list(find_broken(session, calls))
        outcome.findings = [
            f"{one.invariant} {one.table} {one.row_id}: {one.detail}" for one in check(session, now=now)
        ]
    return outcome


@click.command()
@click.option("--operations", default=10_000, show_default=True, help="Acts that are answered, per database.")
@click.option("--processes", default=4, show_default=True)
@click.option("--threads", default=16, show_default=True)
@click.option("--tasks", default=400, show_default=True)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, default=KINDS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(
    operations: int,
    processes: int,
    threads: int,
    tasks: int,
    kinds: tuple[str, ...],
    seed: int,
    file: Path | None,
) -> None:
    """Make a history on each database and count what its checker finds."""
    report = Report("history")
    report.row(
        "database", "answered", "done", "refused", "busy", "failed", "open", "kills", "clock steps", "broken",
        "findings", "seconds",
    )  # fmt: skip
    with running_postgres() as server:
        for kind in kinds:
            with empty_database(kind, server) as url:
                made = open_database(url)
                migrate(made)
                made.dispose()
                outcome = play(
                    url, operations=operations, processes=processes, threads=threads, tasks=tasks, seed=seed
                )
            ends = outcome.ends
            answered = ends["done"] + ends["refused"]
            report.row(
                kind, answered, *(ends[end] for end in ("done", "refused", "busy", "failed", "open")), outcome.kills,
                outcome.steps, len(outcome.broken), len(outcome.findings), outcome.seconds,
            )  # fmt: skip
            for line in [*outcome.broken[:20], *outcome.findings[:20], *outcome.failed[:5]]:
                click.echo(f"{kind}: {line}", err=True)
            acts = Counter(call.name for call in outcome.calls if call.done is not None)
            click.echo(f"{kind}: " + ", ".join(f"{name} {n}" for name, n in acts.most_common()))
            for end in ("done", "refused", "busy", "failed", "open"):
                report.figure(f"{kind}.{end}", ends[end])
            report.figure(f"{kind}.kills", outcome.kills)
            report.at_least(f"{kind}: acts that were answered", answered, operations)
            report.at_most(f"{kind}: promises that were not kept", len(outcome.broken), 0)
            report.at_most(f"{kind}: findings of the doctor", len(outcome.findings), 0)
            report.at_most(f"{kind}: acts that failed otherwise", ends["failed"], 0)
    report.finish(file)


if __name__ == "__main__":
    main()
