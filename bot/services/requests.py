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


def recall(
    uow: UnitOfWork, key: str, delivery: str, *, again_after: timedelta | None = None
) -> dict[str, Any] | None:
    """Return the answer given to this request before; None the first time, and then the key is held.

    With `again_after` another delivery of the same key counts as a first time again once that long has passed;
    the same delivery never does. Of two running side by side on PostgreSQL the second waits here until the first
    has committed, and then gets its answer; on SQLite there is one writer anyway.
    """
    connection = uow.session.connection()
    since = uow.now - (again_after if again_after is not None else KEPT_FOR * 2)
    values = {"key": key, "delivery": delivery, "answer": {}, "created_at": uow.now, "since": since}
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
    held = insert(RequestKey)
    return held.on_conflict_do_update(
        index_elements=[RequestKey.key],
        set_={"delivery": held.excluded.delivery, "answer": {}, "created_at": held.excluded.created_at},
        where=(RequestKey.created_at <= bindparam("since", type_=RequestKey.created_at.type))
        & (RequestKey.delivery != held.excluded.delivery),
    ).returning(RequestKey.key)


@cache
def _fill() -> Update:
    given = bindparam("given", type_=RequestKey.answer.type)
    return update(RequestKey).where(RequestKey.key == bindparam("held")).values(answer=given)


def purge(uow: UnitOfWork) -> int:
    """Delete keys older than a day and return how many; Slack redelivers for minutes only."""
    done = uow.session.execute(delete(RequestKey).where(RequestKey.created_at < uow.now - KEPT_FOR))
    assert isinstance(done, CursorResult)
    return done.rowcount
