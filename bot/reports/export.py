"""Writing a project's results, answers, pay or issues as a file: row after row, the same bytes for the same work."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TextIO, TypeVar

from sqlalchemy.orm import Session

from bot.db.models import Project
from bot.domain.consensus import Counting
from bot.domain.exports import Format, Order, What
from bot.domain.task import TaskType
from bot.reports.counted import counting_of
from bot.reports.export_issues import COLUMNS, count_issues, issue_cells, issue_records
from bot.reports.export_label_studio import studio_task
from bot.reports.export_records import Record, answer_records, cells_of, columns_of, result_records
from bot.reports.export_rows import AnswerRow, count_answers, stream_tasks
from bot.reports.pay_export import read_pay_rows
from bot.reports.pay_export import write_csv as write_pay_table
from bot.reports.pay_export import write_jsonl as write_pay_lines
from bot.reports.rules import rules_of

Progress = Callable[[int], object]
T = TypeVar("T")

_TOLD_EVERY = 1000
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def count_steps(session: Session, order: Order) -> int:
    """Return how far the `progress` of `write_export` will count; 0 where nobody knows before."""
    if order.what is What.ISSUES:
        return count_issues(session, order.project_id)
    return 0 if order.what is What.PAY else count_answers(session, order.project_id, order.what)


def write_export(
    session: Session, order: Order, out: TextIO, progress: Progress = lambda _steps: None
) -> int:
    """Write the whole export and return its rows, heads aside: results, answers, lines, issues or Label Studio tasks.

    `progress` is told now and then how many answers or issues more were read. What others change meanwhile is not
    seen: the session must not have been used before.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite keeps to one state of the database within a transaction by itself.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    if order.what is What.PAY:
        return _write_pay(session, order, out, progress)
    if order.what is What.ISSUES:
        return _write_issues(session, order, out, progress)
    kind = session.get_one(Project, order.project_id).type
    counting = counting_of(rules_of(session, order.project_id))
    tasks = _counted(stream_tasks(session, order.project_id, order.what), len, progress)
    if order.format is Format.LABEL_STUDIO:
        return _write_list((studio_task(rows, kind, order.what, counting) for rows in tasks), out)
    records = _records(tasks, kind, order.what, counting)
    if order.format is Format.JSONL:
        return _write_lines(records, out)
    table = csv.writer(out)
    table.writerow(columns_of(kind, answers=order.what is What.ANSWERS))
    return _count(table.writerow, (cells_of(record, kind) for record in records))


def _records(
    tasks: Iterable[list[AnswerRow]], kind: TaskType, what: What, counting: Counting
) -> Iterator[Record]:
    make = result_records if what is What.RESULTS else answer_records
    return chain.from_iterable(make(rows, kind, counting) for rows in tasks)


def _write_pay(session: Session, order: Order, out: TextIO, progress: Progress) -> int:
    assert order.month is not None
    lines = _counted(read_pay_rows(session, order.project_id, order.month), lambda _line: 1, progress)
    write = write_pay_table if order.format is Format.CSV else write_pay_lines
    return write(lines, out)


def _write_issues(session: Session, order: Order, out: TextIO, progress: Progress) -> int:
    records = _counted(issue_records(session, order.project_id), lambda _record: 1, progress)
    if order.format is Format.JSONL:
        return _write_lines(records, out)
    table = csv.writer(out)
    table.writerow(COLUMNS)
    return _count(table.writerow, map(issue_cells, records))


def _write_lines(records: Iterable[Record], out: TextIO) -> int:
    return _count(out.write, (_JSON.encode(record) + "\n" for record in records))


def _write_list(tasks: Iterable[Record], out: TextIO) -> int:
    written = _count(
        out.write, (f"{',' if number else '['}\n{_JSON.encode(task)}" for number, task in enumerate(tasks))
    )
    out.write("\n]\n" if written else "[]\n")
    return written


def _count(write: Callable[[T], object], pieces: Iterable[T]) -> int:
    number = 0
    for piece in pieces:
        write(piece)
        number += 1
    return number


def _counted(pieces: Iterable[T], steps_of: Callable[[T], int], progress: Progress) -> Iterator[T]:
    """Pass everything on, telling how much it was."""
    steps = 0
    for piece in pieces:
        yield piece
        steps += steps_of(piece)
        if steps >= _TOLD_EVERY:
            progress(steps)
            steps = 0
    progress(steps)
