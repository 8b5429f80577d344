"""Full claims under concurrency on both databases, beside procrastinate's fetch on the same PostgreSQL.

A claim here is everything `/work next` stores: slot, assignment, audit line and outbox row in one transaction.
Procrastinate's fetch only marks one job as running, so the ratio says what the rest of a claim costs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import procrastinate
from sqlalchemy import func, select

from bench.crew import Ground, ground
from bench.report import Report, middle, quantile
from bot.db.models import Assignment
from bot.services.tasks import claim_next
from sandbox.postgres import fresh_database, running_postgres


def _race(threads: int, seconds: float, step: Callable[[int], None]) -> tuple[float, list[float]]:
    """Run `step(thread)` in a loop on every thread; return calls per second and every call's seconds."""
    taken: list[list[float]] = [[] for _ in range(threads)]
    start, stop = threading.Event(), threading.Event()

    def run(number: int) -> None:
        start.wait()
        while not stop.is_set():
            began = time.perf_counter()
            step(number)
            taken[number].append(time.perf_counter() - began)

    runners = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for runner in runners:
        runner.start()
    began = time.perf_counter()
    start.set()
    time.sleep(seconds)
    stop.set()
    for runner in runners:
        runner.join()
    spent = time.perf_counter() - began
    every = [t for per_thread in taken for t in per_thread]
    return len(every) / spent, every


def _double_claims(place: Ground) -> int:
    """Count slots that more than one assignment holds."""
    with place.transactions.reading() as session:
        held = select(Assignment.slot_id).group_by(Assignment.slot_id).having(func.count() > 1).subquery()
        return session.scalar(select(func.count()).select_from(held)) or 0


def _claims(place: Ground, threads: int, seconds: float) -> tuple[float, list[float]]:
    def step(number: int) -> None:
        with place.transactions(patience=30) as uow:
            claim_next(uow, person_id=place.workers[number])

    return _race(threads, seconds, step)


def _fetches(url: str, threads: int, seconds: float, jobs: int) -> tuple[float, list[float]]:
    """Measure procrastinate's own fetch of one job, through its synchronous connector with as large a pool."""
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    connector = procrastinate.SyncPsycopgConnector(conninfo=conninfo, min_size=1, max_size=8)
    app = procrastinate.App(connector=connector)
    with app.open():
        app.schema_manager.apply_schema()
        app.configure_task("bench").batch_defer(*({} for _ in range(jobs)))
        query = procrastinate.sql.queries["fetch_job"]
        worker = connector.execute_query_one(procrastinate.sql.queries["register_worker"])["worker_id"]

        def step(_number: int) -> None:
            row = connector.execute_query_one(query, queues=None, worker_id=worker)
            assert row["id"] is not None, "the queue ran dry"

        return _race(threads, seconds, step)


@click.command()
@click.option("--seconds", default=4.0, show_default=True, help="How long each measurement runs.")
@click.option("--rounds", default=3, show_default=True, help="Measurements per setting; the median counts.")
@click.option("--tasks", default=60_000, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(seconds: float, rounds: int, tasks: int, file: Path | None) -> None:
    """Measure claims at 8, 32 and 64 threads."""
    report = Report("claims")
    report.row("what", "threads", "per second", "p50 ms", "p99 ms", "double", "ratio")
    doubles = 0
    with running_postgres() as server:
        for threads in (8, 32, 64):
            for kind in ("sqlite", "postgres"):
                rates, peers, p99s = [], [], []
                for _ in range(rounds):
                    with ground(kind, server, tasks=tasks, workers=threads) as place:
                        rate, each = _claims(place, threads, seconds)
                        double = _double_claims(place)
                    doubles += double
                    rates.append(rate)
                    p99s.append(quantile(each, 0.99))
                    if kind == "postgres":
                        with fresh_database(server) as url:
                            peer, peer_each = _fetches(url, threads, seconds, tasks)
                        peers.append(peer)
                ratio = middle([a / b for a, b in zip(rates, peers, strict=True)]) if peers else 0.0
                report.row(
                    f"claim, {kind}", threads, middle(rates), quantile(each, 0.5) * 1e3, middle(p99s) * 1e3, doubles,
                    ratio or "",
                )  # fmt: skip
                report.figure(f"{kind}.{threads}.per_second", middle(rates))
                report.figure(f"{kind}.{threads}.p99_ms", middle(p99s) * 1e3)
                if peers:
                    report.row(
                        "procrastinate fetch", threads, middle(peers), quantile(peer_each, 0.5) * 1e3,
                        quantile(peer_each, 0.99) * 1e3, "", 1.0,
                    )  # fmt: skip
                    report.figure(f"postgres.{threads}.ratio", ratio)
                    report.at_least(f"postgres {threads} threads against procrastinate's fetch", ratio, 0.6)
                if kind == "sqlite" and threads == 64:
                    report.at_most("sqlite p99 at 64 threads, seconds", middle(p99s), 1.0)
    report.figure("double_claims", doubles)
    report.at_most("double claims", doubles, 0)
    report.finish(file)


if __name__ == "__main__":
    main()
