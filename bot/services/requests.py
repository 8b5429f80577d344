"""Answers remembered by request key, so that a redelivery has no second effect and gets the same words."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Insert, Update, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.models import RequestKey
from bot.db.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=1)


def recall(uow: UnitOfWork, key: str) -> dict[str, Any] | None:
    """Return the answer given to this request before; None the first time, and then the key is held.

    Of two deliveries running side by side on PostgreSQL the second waits here until the first has committed,
    and then gets its answer; on SQLite there is one writer anyway.
    """
    connection = uow.session.connection()
    values = {"key": key, "answer": {}, "created_at": uow.now}
    if connection.execute(_hold(connection.dialect.name), values).first() is not None:
        return None
    return uow.session.get_one(RequestKey, key).answer


def remember(uow: UnitOfWork, key: str, answer: dict[str, Any]) -> None:
    """Store the answer in the same transaction as the effect, under the key `recall` holds."""
    uow.session.connection().execute(_fill(), {"held": key, "given": answer})


@cache
def _hold(dialect: str) -> Insert:
    # Built once a dialect: every request runs it, and building costs more than running.
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(RequestKey).on_conflict_do_nothing().returning(RequestKey.key)


@cache
def _fill() -> Update:
    given = bindparam("given", type_=RequestKey.answer.type)
    return update(RequestKey).where(RequestKey.key == bindparam("held")).values(answer=given)


def purge(uow: UnitOfWork) -> int:
    """Delete keys older than a day and return how many; Slack redelivers for minutes only."""
    done = uow.session.execute(delete(RequestKey).where(RequestKey.created_at < uow.now - KEPT_FOR))
    assert isinstance(done, CursorResult)
    return done.rowcount
