"""Months of work of a large crew, written by plain SQL: a row of a plan for each answer, then all tables from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from string import Template

from sqlalchemy import Connection, text

from bench.places import empty_database
from bench.reports_rows import STATEMENTS
from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.unit_of_work import Transactions
from bot.reports.window import day_of

WORKERS = 500
REVIEWERS = 30
PROJECTS = 5
OVERLAPPED = 5
"""The project whose tasks are answered three times each; the others want one answer."""

ZONE = "Asia/Seoul"
LAST = date(2026, 11, 20)
"""The last whole day of the history."""

_ROUNDS = 1.22
"""Submissions for each answer: 18 % come back once, 4 % twice."""

_WAITING_TASKS = 10_000


@dataclass(frozen=True)
class Ground:
    """A filled database; the projects' ids are 1 to 5, the workers' 1 to 500, reviewers' from 501 on."""

    database: Database
    transactions: Transactions
    days: int


@contextmanager
def ground(kind: str, postgres: str, *, submissions: int, days: int) -> Iterator[Ground]:
    """Yield a migrated database of `kind` (sqlite or postgres) with so many submissions over so many days."""
    with empty_database(kind, postgres) as url:
        yield from _filled(url, submissions, days)


def _filled(url: str, submissions: int, days: int) -> Iterator[Ground]:
    database = open_database(url)
    migrate(database)
    with database.writer.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("BEGIN")
        else:
            # The rows refer to each other by construction; to check it would take most of the time.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        _fill(connection, sqlite=database.is_sqlite, answers=round(submissions / _ROUNDS), days=days)
        connection.commit()
    database.dispose()
    if not database.is_sqlite:
        with database.writer.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            # The server may have begun to clean up by itself; that is worth waiting for.
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
    yield Ground(database, Transactions(database), days)
    database.dispose()


def _fill(connection: Connection, *, sqlite: bool, answers: int, days: int) -> None:
    end = int(day_of(ZONE, LAST).end.timestamp())
    words = {
        "answers": answers,
        "end": end,
        "start": end - days * 86400,
        "span": days * 86400,
        "workers": WORKERS,
        "reviewers": REVIEWERS,
        "projects": PROJECTS,
        "overlapped": OVERLAPPED,
        "first_open": answers + 1,
        "last_open": answers + _WAITING_TASKS,
        "no_list": "'[]'",
        "no_object": "'{}'",
    }
    for statement in STATEMENTS:
        connection.exec_driver_sql(_written(statement, sqlite=sqlite, words=words))


def _written(statement: str, *, sqlite: bool, words: Mapping[str, object]) -> str:
    """Return the statement for one kind of database: $names are put in, and what is said in brackets spelt out."""
    statement = Template(statement).substitute(words)
    # A number of 16 bits that looks random and is the same on both databases.
    statement = re.sub(r"CHANCE\[(\d+)]", r"((n * \1) % 4294967291 / 65536)", statement)
    if sqlite:
        series = r"(WITH RECURSIVE s(n) AS (SELECT \1 UNION ALL SELECT n + 1 FROM s WHERE n < \2) SELECT n FROM s) s"
        instant, json = r"strftime('%Y-%m-%d %H:%M:%S.000000', \1, 'unixepoch')", r"\1"
    else:
        series = r"generate_series(CAST(\1 AS bigint), CAST(\2 AS bigint)) AS s(n)"
        instant, json = r"to_timestamp(\1)", r"CAST(\1 AS jsonb)"
        # The driver takes a single one for the beginning of a parameter.
        statement = statement.replace("%", "%%")
    statement = re.sub(r"SERIES\[(.*?) TO (.*?)]", series, statement)
    statement = re.sub(r"AT\[(.*?)]", instant, statement, flags=re.DOTALL)
    return re.sub(r"JSON\[(.*?)]", json, statement, flags=re.DOTALL)


def now_of(last: date = LAST) -> datetime:
    """Return nine o'clock of the morning after, when the digest is due."""
    return (day_of(ZONE, last).end + timedelta(hours=9)).astimezone(UTC)
