"""Each report's time and memory over months of work, beside SQL written by hand and pandas over the same rows.

A project's digest must cost what its day costs and not what its history costs: the same days are measured once at
the end of a short and once at the end of a long history.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from bench.report import Report, middle, quantile
from bench.reports_floor import FLOORS, Floor, Pandas
from bench.reports_ground import LAST, OVERLAPPED, ZONE, Ground, ground, now_of
from bot.domain.digests import Audience
from bot.reports.agreement import read_agreement
from bot.reports.digest import read_digest
from bot.reports.pay import read_pay
from bot.reports.progress import coach, worker_day, worker_days
from bot.reports.rejections import read_rejections, top_reasons
from bot.reports.throughput import per_day, read_throughput
from bot.reports.window import day_of
from bot.reports.workload import eta, read_backlog, reviewers
from sandbox.postgres import running_postgres

DAY = day_of(ZONE, LAST)
WORKER = 7
SHORT, LONG = 30, 90
KINDS = ("sqlite", "postgres")

ReportCall = Callable[[Session, int], Any]

REPORTS: dict[str, ReportCall] = {
    "throughput": lambda session, project: read_throughput(session, project, DAY),
    "rejections": lambda session, project: read_rejections(session, project, DAY),
    "reasons": lambda session, project: top_reasons(session, project, DAY),
    "per_day": lambda session, project: per_day(session, project, LAST, 8),
    "backlog": lambda session, project: read_backlog(session, project),
    "eta": lambda session, project: eta(session, project, LAST),
    "reviewers": lambda session, project: reviewers(session, project, DAY),
    "agreement": lambda session, project: read_agreement(session, project, DAY),
    "worker day": lambda session, project: worker_day(session, WORKER, project, DAY),
    "all workers": lambda session, project: worker_days(session, project, DAY),
    "coach": lambda session, _project: coach(session, WORKER, now_of()),
    "pay": lambda session, _project: read_pay(session, WORKER),
    "digest": lambda session, project: read_digest(session, project, LAST, Audience.PM, now=now_of()),
    "worker digest": lambda session, project: read_digest(
        session, project, LAST, Audience.WORKER, now=now_of(), person_id=WORKER
    ),
}


def _ours(place: Ground, name: str, project: int) -> Callable[[], Any]:
    def call() -> Any:
        with place.transactions.reading() as session:
            return REPORTS[name](session, project)

    return call


def _by(kind: type[Floor | Pandas], place: Ground, name: str, project: int) -> Callable[[], Any]:
    def call() -> Any:
        with place.database.reader.connect() as connection:
            return getattr(kind(connection, project), name)()

    return call


def _check(place: Ground, project: int) -> None:
    """Hold our figures against those by hand: a wrong report needs no stopwatch."""
    done, judged = _ours(place, "throughput", project)(), _ours(place, "rejections", project)()
    assert (done.final, done.submitted_first, done.submitted_again) == tuple(
        _by(Floor, place, "throughput", project)()
    )
    by_hand = tuple(_by(Floor, place, "rejections", project)())
    ours = (judged.first_judged, judged.first_rejected, judged.verdicts, judged.rejects, judged.fixed)
    assert ours == by_hand == _by(Pandas, place, "rejections", project)()
    days = [(d.final, d.judged_first, d.rejected_first) for d in _ours(place, "per_day", project)()]
    assert days == [tuple(row) for row in _by(Floor, place, "per_day", project)()]


def _spent(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _peak(call: Callable[[], Any]) -> float:
    """Return the most memory the call held at once, in megabytes; measured apart, because it takes time."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _measure(report: Report, kind: str, places: dict[int, Ground], rounds: int) -> None:
    project, place = 1, places[LONG]
    for days in places:
        for each in (project, OVERLAPPED):
            _check(places[days], each)
    calls: dict[tuple[str, str], Callable[[], Any]] = {}
    for name in REPORTS:
        whose = OVERLAPPED if name == "agreement" else project
        calls[name, "ours"] = _ours(place, name, whose)
        if name in FLOORS:
            calls[name, "floor"] = _by(Floor, place, name, whose)
        if hasattr(Pandas, name):
            calls[name, "pandas"] = _by(Pandas, place, name, whose)
    calls["digest", "short"] = _ours(places[SHORT], "digest", project)
    times: dict[tuple[str, str], list[float]] = {key: [] for key in calls}
    # In turns, so that a noisy machine touches all alike; the first turns warm caches and prepared statements.
    for turn in range(rounds + 3):
        for key, call in calls.items():
            spent = _spent(call)
            if turn >= 3:
                times[key].append(spent)
    for name in REPORTS:
        ours = middle(times[name, "ours"]) * 1e3
        floor, frame = (middle(times.get((name, who), [])) * 1e3 for who in ("floor", "pandas"))
        report.row(
            kind, name, ours, quantile(times[name, "ours"], 0.9) * 1e3, _peak(calls[name, "ours"]),
            floor or "", ours / floor if floor else "", frame or "",
            _peak(calls[name, "pandas"]) if frame else "",
        )  # fmt: skip
        report.figure(f"{kind}.{name.replace(' ', '_')}.ms", ours)
    digest, floor = middle(times["digest", "ours"]), middle(times["digest", "floor"])
    # The quietest turns, because a busy machine only ever adds.
    best = min(times["digest", "ours"])
    growth = best / min(times["digest", "short"])
    report.figure(f"{kind}.digest.best_ms", best * 1e3)
    report.figure(f"{kind}.digest.ratio", digest / floor)
    report.figure(f"{kind}.digest.growth", growth)
    report.at_most(f"{kind}: the PM's digest, milliseconds", digest * 1e3, 300)
    report.at_most(f"{kind}: the PM's digest against its floor", digest / floor, 3)
    report.at_most(f"{kind}: {LONG} days of history against {SHORT}", growth, 1.3)


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Submissions over the 90 days.")
@click.option("--rounds", default=15, show_default=True)
@click.option("--only", type=click.Choice(KINDS), help="Measure one of the databases.")
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(rows: int, rounds: int, only: str | None, file: Path | None) -> None:
    """Measure every report on both databases, or one of them."""
    report = Report("reports")
    report.row("database", "report", "p50 ms", "p90 ms", "MB", "SQL ms", "ratio", "pandas ms", "pandas MB")
    with running_postgres() as server:
        for kind in (only,) if only else KINDS:
            with ExitStack() as stack:
                began = time.perf_counter()
                places = {
                    days: stack.enter_context(
                        ground(kind, server, submissions=rows * days // LONG, days=days)
                    )
                    for days in (SHORT, LONG)
                }
                report.figure(f"{kind}.build_s", time.perf_counter() - began)
                _measure(report, kind, places, rounds)
    report.finish(file)


if __name__ == "__main__":
    main()
