"""Time and memory of exporting 1,000,000 answers on both databases, beside a bare cursor that only reads them.

Every export runs in a process of its own, whose peak memory is the kernel's own figure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from sqlalchemy import insert, literal, select, text, update
from sqlalchemy.orm import Session

from bench.crew import Ground, ground
from bench.report import Report
from bot.db.engine import open_database
from bot.db.models import AnswerSlot, Assignment, Review, Submission, Task, Verdict
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.exports import Format, Order, What
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.domain.task import TaskState
from bot.exporting import export_to_file
from bot.reports import export_rows
from sandbox.postgres import running_postgres

GOAL_MB = 300
_WORDS = "아니 그랑께 거시기 혀야 쓰겄는디 워째 그라고 있당가, 싸게싸게 와불소잉"
_BARE = "cursor"
_RUNS = (
    (_BARE, ""),
    (What.RESULTS, Format.JSONL),
    *((What.ANSWERS, form) for form in Format),
)
_QUICK = ((_BARE, ""), (What.ANSWERS, Format.CSV))


def _answer_all(place: Ground) -> None:
    """Have every task answered, accepted and final, in bulk and past the services."""
    claimed = datetime(2026, 10, 1, tzinfo=UTC)
    submitted, decided = claimed + timedelta(minutes=4), claimed + timedelta(minutes=9)
    with place.transactions(patience=600) as uow:
        session = uow.session
        _copy(
            session, Assignment, AnswerSlot,
            id=AnswerSlot.id, slot_id=AnswerSlot.id, task_id=AnswerSlot.task_id,
            project_id=AnswerSlot.project_id, attempt=1, ver=3, extended=False, price_minor=350,
            person_id=AnswerSlot.id % len(place.workers) + place.workers[0], state=AssignmentState.ACCEPTED,
            claimed_at=claimed, lease_until=decided, submitted_at=submitted, ended_at=decided,
            currency="KRW", guideline_version="1",
        )  # fmt: skip
        _copy(
            session, Submission, Assignment,
            id=Assignment.id, assignment_id=Assignment.id, task_id=Assignment.task_id, round=1, draft=False,
            project_id=Assignment.project_id, author_id=Assignment.person_id, answer={"text": _WORDS},
            late=False, submitted_at=submitted,
        )  # fmt: skip
        _copy(
            session, Review, Submission,
            id=Submission.id, submission_id=Submission.id, assignment_id=Submission.assignment_id, ver=2,
            task_id=Submission.task_id, project_id=Submission.project_id, author_id=Submission.author_id,
            reviewer_id=place.workers[0], level=ReviewLevel.REVIEWER, state=ReviewState.DECIDED,
            claimed_at=submitted, created_at=submitted,
        )  # fmt: skip
        _copy(
            session, Verdict, Review,
            id=Review.id, review_id=Review.id, submission_id=Review.submission_id, decided_at=decided,
            assignment_id=Review.assignment_id, project_id=Review.project_id,
            reviewer_id=place.workers[0], decision=Decision.ACCEPT,
        )  # fmt: skip
        session.execute(update(Task).values(state=TaskState.FINAL, final_at=decided))
    with place.database.writer.connect() as connection:
        plain = connection if place.database.is_sqlite else connection.execution_options(
            isolation_level="AUTOCOMMIT"
        )  # fmt: skip
        plain.execute(text("ANALYZE" if place.database.is_sqlite else "VACUUM ANALYZE"))


def _copy(session: Session, model: Any, source: Any, **values: Any) -> None:
    """Insert a row of `model` for each of `source`, from its columns and constants."""
    table = model.__table__
    chosen = [
        value if hasattr(value, "compile") else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    session.execute(insert(model).from_select(list(values), select(*chosen).select_from(source)))


def _run_bare(url: str, project_id: int) -> int:
    """Read the rows of the export with the driver's own cursor and do nothing with them."""
    database = open_database(url)
    query = export_rows.select_answers(project_id, What.ANSWERS)
    statement = str(query.compile(database.reader, compile_kwargs={"literal_binds": True}))
    connection = database.reader.raw_connection()
    try:
        # psycopg keeps the rows of a named cursor on the server.
        cursor = connection.cursor("bare") if not database.is_sqlite else connection.cursor()
        cursor.execute(statement)
        rows = 0
        while some := cursor.fetchmany(500):
            rows += len(some)
        return rows
    finally:
        connection.close()
        database.dispose()


def _peak_mb() -> float:
    """Return the most memory this process has held: unlike getrusage, without what its parent had."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _measure(url: str, project_id: int, what: str, form: str) -> None:
    """Do one run in this process and print its figures as JSON."""
    idle = _peak_mb()
    began, busy = time.perf_counter(), time.process_time()
    size = 0
    if what == _BARE:
        rows = _run_bare(url, project_id)
    else:
        with TemporaryDirectory(prefix="gagyo-bench-") as folder:
            database = open_database(url)
            order = Order(project_id, "BENCH", What(what), Format(form))
            done = export_to_file(Transactions(database), order, Path(folder) / "out")
            rows, size = done.rows, done.size
            database.dispose()
    spent, busy = time.perf_counter() - began, time.process_time() - busy
    figures = {"rows": rows, "seconds": spent, "cpu": busy, "peak": _peak_mb(), "idle": idle, "size": size}
    print(json.dumps(figures))


@click.command()
@click.option("--tasks", default=1_000_000, show_default=True, help="Answers, one a task.")
@click.option("--quick", is_flag=True, help="Only all answers as CSV, and the cursor.")
@click.option("--json", "file", type=click.Path(path_type=Path))
@click.option("--one", nargs=4, hidden=True, help="URL, project, what and format: one run in this process.")
def main(tasks: int, quick: bool, file: Path | None, one: tuple[str, str, str, str] | None) -> None:
    """Export everything in each format and compare with a cursor that only reads."""
    if one:
        _measure(one[0], int(one[1]), one[2], one[3])
        return
    report = Report("export")
    report.row(
        "database",
        "what",
        "format",
        "rows",
        "MB",
        "seconds",
        "CPU s",
        "of the cursor's",
        "peak MB",
        "idle MB",
    )
    with running_postgres() as server:
        for kind in ("sqlite", "postgres"):
            with ground(kind, server, tasks=tasks, workers=500) as place:
                _answer_all(place)
                url = place.database.writer.url.render_as_string(hide_password=False)
                floor = 0.0
                for what, form in _QUICK if quick else _RUNS:
                    command = [sys.executable, "-m", "bench.export", "--one", url, str(place.project_id)]
                    run = subprocess.run([*command, what, form], check=True, capture_output=True, text=True)
                    got = json.loads(run.stdout)
                    assert got["rows"] == tasks
                    floor = floor or got["cpu"]
                    report.row(
                        kind, what, form or "-", f"{got['rows']:,}", got["size"] / 1e6, got["seconds"],
                        got["cpu"], got["cpu"] / floor, got["peak"], got["idle"],
                    )  # fmt: skip
                    name = f"{kind}.{what}.{form}".rstrip(".")
                    report.figure(f"{name}.seconds", got["seconds"])
                    report.figure(f"{name}.cpu_s", got["cpu"])
                    report.figure(f"{name}.peak_mb", got["peak"])
                    if what != _BARE:
                        report.at_most(f"{kind}, {what}, {form}: MB for {tasks:,}", got["peak"], GOAL_MB)
    report.finish(file)


if __name__ == "__main__":
    main()
