"""Digests made by several processes that are killed all the time: each is made once, and none is missing.

Each process runs the chore of the scheduler again and again. The bench moves the day on when all of a day's digests
stand, and kills one process after the other with SIGKILL meanwhile. The rule itself, which date is due when, is
checked for every zone, every half-hour and every change of a clock in five years.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select, update

from bench.crew import ground
from bench.report import Report
from bot.db.engine import open_database
from bot.db.models import DigestPlan, DigestRun, Membership, OutboxRow, Person, Project
from bot.db.unit_of_work import Transactions
from bot.domain.digests import EVERY_DAY, Audience, Due, due_moment, newest_due
from bot.domain.people import Role, WorkStatus
from bot.domain.zones import known_zones
from bot.outbox.report_messages import DigestCard
from bot.reports.digest_plans import read_readings
from sandbox.postgres import running_postgres

# On the day before these digests are sent for the first time.
BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ZONES = ("Asia/Seoul", "Europe/Berlin", "America/New_York")
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """What became of `slots` digests that had to be made, while processes were killed `kills` times.

    A `lone` digest stands without its message, or the other way round.
    """

    kills: int
    slots: int
    missing: int
    duplicates: int
    lone: int
    seconds: float


def play(url: str, *, project_id: int, days: int, kills: int, processes: int = 4, seed: int = 1) -> Outcome:
    """Let `days` days pass under at least `kills` kills and count what stands in the database afterwards.

    A day goes on for as long as its share of the kills has not happened or a digest of it is missing, at most
    PATIENCE_SECONDS; what is missing then stays missing.
    """
    done, began = 0, time.monotonic()
    database = open_database(url)
    transactions = Transactions(database)
    readers = _prepare(transactions, project_id)
    with TemporaryDirectory(prefix="gagyo-bench-") as folder:
        clock = Path(folder) / "clock"
        _set(clock, BEGIN)
        with _killing(url, clock, processes, seed) as kills_so_far:
            for number in range(1, days + 1):
                # After the last zone's nine o'clock, so that everybody's digest of the day is due.
                now = BEGIN.replace(hour=15) + timedelta(days=number)
                _set(clock, now)
                until = time.monotonic() + PATIENCE_SECONDS
                while time.monotonic() < until:
                    done = kills_so_far()
                    if done * days >= kills * number and _made(transactions, now.date()) == readers:
                        break
                    time.sleep(0.05)
    outcome = _count(transactions, readers, days, done, time.monotonic() - began)
    database.dispose()
    return outcome


def _set(clock: Path, now: datetime) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(now.isoformat(), "ascii")
    # Nobody may read half a time.
    fresh.replace(clock)


@contextmanager
def _killing(url: str, clock: Path, processes: int, seed: int) -> Iterator[Callable[[], int]]:
    """Have processes make digests and be killed; yield how to ask for the kills so far."""
    kills = clock.with_name("kills")
    kills.touch()
    command = [
        sys.executable,
        "-m",
        "bench.digest_killing",
        url,
        str(clock),
        str(kills),
        str(processes),
        str(seed),
    ]
    with subprocess.Popen(command) as nursery:
        try:
            yield lambda: kills.stat().st_size
        finally:
            nursery.terminate()


def _prepare(transactions: Transactions, project_id: int) -> int:
    """Give the project a PM in each zone, a supervisor and a crew channel; return how many read its digests."""
    with transactions(patience=10) as uow:
        project = uow.session.get_one(Project, project_id)
        project.created_at = BEGIN
        uow.session.execute(update(Membership).values(created_at=BEGIN))
        people = [(Role.PM, zone) for zone in ZONES] + [(Role.SUPERVISOR, "Asia/Seoul")]
        for number, (role, zone) in enumerate(people):
            person = Person(
                team_id=project.team_id,
                slack_id=f"UREADER{number}",
                nickname=f"reader {number}",
                language="en",
                zone=zone,
                status=WorkStatus.WORKING,
                created_at=BEGIN,
            )
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(
                Membership(project_id=project_id, person_id=person.id, role=role, created_at=BEGIN)
            )
        for key, channel in (("crew", "C0CREW"), ("pm", None)):
            uow.session.add(
                DigestPlan(
                    project_id=project_id,
                    audience_key=key,
                    hhmm="09:00",
                    weekdays=EVERY_DAY,
                    channel=channel,
                    since=BEGIN,
                    changed_at=BEGIN,
                    changed_by_id=person.id,
                )
            )
        uow.session.flush()
        readings = read_readings(uow.session)
        return sum(reading.plan.audience is not Audience.WORKER for reading in readings)


def _made(transactions: Transactions, day: date) -> int:
    with transactions.reading() as session:
        query = select(DigestRun.id).where(DigestRun.local_date == day, DigestRun.told.is_(True))
        return len(session.scalars(query).all())


def _count(transactions: Transactions, readers: int, days: int, kills: int, seconds: float) -> Outcome:
    with transactions.reading() as session:
        runs = session.execute(
            select(DigestRun.id, DigestRun.audience_key, DigestRun.local_date).where(DigestRun.told.is_(True))
        ).all()
        cards = Counter(
            (payload["run_id"], payload["person_id"], payload["channel"])
            for payload in session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == DigestCard.kind))
        )
    made = Counter((key, day) for _id, key, day in runs)
    ids = {id for id, *_rest in runs}
    return Outcome(
        kills,
        readers * days,
        max(0, readers * days - len(made)),
        sum(count - 1 for count in (*made.values(), *cards.values())),
        len(ids ^ {run_id for run_id, *_whom in cards}),
        seconds,
    )


def check_rule(years: int = 5) -> tuple[int, int, int]:
    """Check every zone x 48 half-hours around each change of its clock; return changes, digests and faults."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    changes = checked = faults = 0
    for zone in sorted(known_zones()):
        where = ZoneInfo(zone)
        days = (first + timedelta(days=n) for n in range(365 * years))
        moved = [
            day
            for day in days
            if day.astimezone(where).utcoffset() != (day + timedelta(days=1)).astimezone(where).utcoffset()
        ]
        changes += len(moved)
        for day, half in product(moved or [first], range(48)):
            hhmm = f"{half // 2:02}:{half % 2 * 30:02}"
            for n in range(-2, 3):
                local = day.astimezone(where).date() + timedelta(days=n)
                at = due_moment(zone, local, hhmm)
                before = newest_due(zone, hhmm, EVERY_DAY, at - timedelta(seconds=1))
                fine = newest_due(zone, hhmm, EVERY_DAY, at) == Due(local, at)
                faults += not (fine and before is not None and before.date == local - timedelta(days=1))
                checked += 1
    return changes, checked, faults


@click.command()
@click.option("--kills", default=150, show_default=True, help="On each database.")
@click.option("--days", default=30, show_default=True, help="Days that pass on each database.")
@click.option("--processes", default=4, show_default=True)
@click.option("--rule/--no-rule", default=True, help="Check the rule for every zone; takes minutes.")
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(kills: int, days: int, processes: int, rule: bool, file: Path | None) -> None:
    """Kill processes that make digests, on both databases, and count what they made."""
    report = Report("digests")
    report.row("database", "kills", "digests", "missing", "duplicate", "without message", "seconds")
    total = Counter[str]()
    with running_postgres() as server:
        for kind in ("sqlite", "postgres"):
            with ground(kind, server, tasks=100, workers=4) as place:
                url = place.database.writer.url.render_as_string(hide_password=False)
                outcome = play(url, project_id=place.project_id, days=days, kills=kills, processes=processes)
            report.row(
                kind, outcome.kills, outcome.slots, outcome.missing, outcome.duplicates, outcome.lone,
                outcome.seconds,
            )  # fmt: skip
            total.update(
                kills=outcome.kills,
                digests=outcome.slots,
                missing=outcome.missing,
                duplicates=outcome.duplicates,
                lone=outcome.lone,
            )
    for key, value in total.items():
        report.figure(key, value)
    report.at_least("kills", total["kills"], 300)
    for key in ("missing", "duplicates", "lone"):
        report.at_most(key, total[key], 0)
    if rule:
        changes, checked, faults = check_rule()
        report.row("rule", "", checked, "", "", "", "")
        report.figure("rule.changes", changes)
        report.figure("rule.digests", checked)
        report.at_most("dates with another number of digests than one", faults, 0)
    report.finish(file)


if __name__ == "__main__":
    main()
