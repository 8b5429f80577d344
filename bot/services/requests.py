"""Answers remembered by request key, so that a redelivery has no second effect and gets the same words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete

from bot.db.models import RequestKey
from bot.db.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=1)


def recall(uow: UnitOfWork, key: str) -> dict[str, Any] | None:
    """Return the answer given to this request before, or None the first time."""
    row = uow.session.get(RequestKey, key)
    return row.answer if row else None


def remember(uow: UnitOfWork, key: str, answer: dict[str, Any]) -> None:
    """Store the answer in the same transaction as the effect.

    When two deliveries of one request run side by side on PostgreSQL the second fails on the key at its flush
    and rolls back whole; asking again then recalls the first one's answer.
    """
    uow.session.add(RequestKey(key=key, answer=answer, created_at=uow.now))
    uow.session.flush()


def purge(uow: UnitOfWork) -> int:
    """Delete keys older than a day and return how many; Slack redelivers for minutes only."""
    done = uow.session.execute(delete(RequestKey).where(RequestKey.created_at < uow.now - KEPT_FOR))
    assert isinstance(done, CursorResult)
    return done.rowcount
