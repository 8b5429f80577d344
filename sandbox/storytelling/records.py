"""What the story does in the database itself: letting time go by, counting pay, and looking answers up."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

_OF_USER = "person_id IN (SELECT id FROM person WHERE slack_id = ?)"
# Only fixed pieces are put together here; every value is bound.
# Nobody is warned twice, so an empty moment of warning stays empty.
_MOMENTS = "claimed_at = ?, lease_until = ?, warn_at = CASE WHEN warn_at IS NOT NULL THEN ? END"
_LEASE = f"UPDATE assignment SET {_MOMENTS} WHERE state = 'claimed' AND {_OF_USER}"  # noqa: S608 -- fixed pieces, see above
_DUE = (
    "UPDATE issue_timer SET due_at = ? WHERE state = 'set' AND due_at <= ?",
    "UPDATE issue_alert SET due_at = ? WHERE told_at IS NULL AND due_at <= ?",
)
_PAY = f"SELECT COUNT(*), COALESCE(SUM(amount_minor), 0) FROM ledger_line WHERE {_OF_USER}"  # noqa: S608 -- as above
_QUIZ = f"SELECT questions FROM quiz WHERE {_OF_USER} ORDER BY id DESC LIMIT 1"  # noqa: S608 -- as above


def leave_minutes(database_url: str, user: str, minutes: float) -> int:
    """Make a Slack user's running leases look like 30 minutes old with so many left; return how many there were.

    Nothing in the bot can shorten a lease, so the stored moments are changed.
    """
    now = datetime.now(UTC)
    begun, end = now - timedelta(minutes=30), now + timedelta(minutes=minutes)
    # The bot warns when 80 % of the lease has passed.
    moments = [begun, end, begun + (end - begun) * 0.8]
    return _run(database_url, _LEASE, [*moments, user]).rowcount


def bring_issues_forward(database_url: str, span: timedelta) -> int:
    """Let the timers of issues that would be due within `span` be due now; return how many there were."""
    now = datetime.now(UTC)
    return sum(_run(database_url, statement, [now, now + span]).rowcount for statement in _DUE)


def count_pay(database_url: str, user: str) -> tuple[int, int]:
    """Return how many ledger lines a Slack user has and their sum in minor units."""
    lines, amount = _run(database_url, _PAY, [user]).row
    return int(lines), int(amount)


def right_answers(database_url: str, user: str) -> dict[str, str]:
    """Return the right answers of the quiz a Slack user began last, by the fields of its window."""
    (kept,) = _run(database_url, _QUIZ, [user]).row
    questions = json.loads(kept) if isinstance(kept, str) else kept
    # A question is kept as its kind, id, words, choices, the right one of them, and more.
    return {f"q{number}": str(question[4]) for number, question in enumerate(questions)}


class _Result:
    def __init__(self, cursor: Any) -> None:
        self.rowcount: int = cursor.rowcount
        self.row: tuple[Any, ...] = (cursor.fetchone() or ()) if cursor.description else ()


def _run(database_url: str, statement: str, values: list[Any]) -> _Result:
    if database_url.startswith("sqlite:///"):
        # SQLite has no type for moments; the bot keeps them there as UTC without a zone.
        plain = [v.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(v, datetime) else v for v in values]
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=10)) as file, file:
            return _Result(file.execute(statement, plain))
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as server:
        return _Result(server.execute(statement.replace("?", "%s"), values))
