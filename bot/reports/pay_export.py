"""A statement's lines as a table for the person who pays: by nickname, one line of the ledger in each row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TextIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, LedgerLine, PayRequest, Person, Project, StatementLine, Task
from bot.domain.cells import neutral
from bot.domain.pay import LedgerKind, Money, Month, plain_amount
from bot.domain.zones import zone_of
from bot.reports.pay_sums import pay_state, with_statements
from bot.reports.statements import find_statement, loose_lines, loose_sums

_AT_ONCE = 1000


@dataclass(frozen=True)
class PayRow:
    """One ledger line. `amount` is a decimal number of the currency, `earned_at` is ISO 8601 in the project's zone.

    An adjustment has neither a task nor an assignment; `reason` is that of a request, in the words of who asked.
    """

    project: str
    month: str
    nickname: str
    task: str
    assignment_id: int | None
    kind: str
    amount_minor: int
    currency: str
    amount: str
    earned_at: str
    state: str
    reason: str


def read_pay_rows(session: Session, project_id: int, month: Month) -> Iterator[PayRow]:
    """Read the month's statement row by row, by nickname; while it is not closed, what closing now would take.

    Rows are fetched a thousand at a time, so that memory does not grow with them.
    """
    project = session.get_one(Project, project_id)
    zone = zone_of(project.zone)
    query = _lines(_chosen(session, project, month)).execution_options(yield_per=_AT_ONCE)
    for nickname, task, assignment_id, kind, minor, currency, at, state, reason in session.execute(query):
        yield PayRow(
            project.key,
            str(month),
            nickname,
            task or "",
            assignment_id,
            kind.value,
            minor,
            currency,
            plain_amount(Money(minor, currency)),
            at.astimezone(zone).isoformat(timespec="seconds"),
            state,
            reason or "",
        )


def _chosen(session: Session, project: Project, month: Month) -> Select[int]:
    statement_id = find_statement(session, project.id, month)
    if statement_id is not None:
        return select(StatementLine.line_id).where(StatementLine.statement_id == statement_id)
    end = month.bounds(project.zone)[1]
    lines, sums = loose_lines(project.id, end).subquery(), loose_sums(project.id, end).subquery()
    whose = (sums.c.person_id == lines.c.person_id) & (sums.c.currency == lines.c.currency)
    return select(lines.c.id).join(sums, whose).where(sums.c.minor >= 0)


def _lines(
    chosen: Select[int],
) -> Select[str, str | None, int | None, LedgerKind, int, str, datetime, str, str | None]:
    query = with_statements(
        select(
            Person.nickname,
            Task.external_id,
            LedgerLine.assignment_id,
            LedgerLine.kind,
            LedgerLine.amount_minor,
            LedgerLine.currency,
            LedgerLine.created_at,
            pay_state(),
            PayRequest.reason,
        )
    )
    return (
        query.join(Person, Person.id == LedgerLine.person_id)
        .outerjoin(Assignment, Assignment.id == LedgerLine.assignment_id)
        .outerjoin(Task, Task.id == Assignment.task_id)
        .outerjoin(PayRequest, PayRequest.id == LedgerLine.request_id)
        .where(LedgerLine.id.in_(chosen))
        .order_by(Person.nickname, LedgerLine.id)
    )


def write_csv(rows: Iterable[PayRow], out: TextIO) -> int:
    """Write a header and the rows, and return their number.

    Words of people can't become formulas; numbers stay numbers. Open `out` with newline="" and "utf-8-sig", so
    that a spreadsheet reads the Korean.
    """
    writer = csv.writer(out)
    writer.writerow(field.name for field in fields(PayRow))
    count = 0
    for row in rows:
        cells = vars(row)
        words = {name: neutral(cells[name]) for name in ("project", "nickname", "task", "reason")}
        writer.writerow((cells | words).values())
        count += 1
    return count


def write_jsonl(rows: Iterable[PayRow], out: TextIO) -> int:
    """Write one JSON object a line and return their number."""
    count = 0
    for row in rows:
        out.write(json.dumps(vars(row), ensure_ascii=False) + "\n")
        count += 1
    return count
