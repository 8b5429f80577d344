"""What engines answered and what people corrected, kept in the database."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.models import CachedTranslation, TranslationMemory
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork

KEPT_FOR = timedelta(days=30)
"""How long an engine's answer is kept: engines get better, and the terms of their owners change."""

_CHUNK = 500
_PURGED_AT_ONCE = 5_000
_PATIENCE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class DatabaseCache:
    """Engines' answers by key, masked; safe to use from several threads and processes."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def load(self, keys: Collection[str]) -> dict[str, str]:
        """Return those answers that are known and not too old, by key."""
        found: dict[str, str] = {}
        now = self._transactions.clock()
        with self._transactions.reading() as session:
            for chunk in _chunks(sorted(set(keys))):
                rows = session.execute(
                    select(CachedTranslation.key, CachedTranslation.text).where(
                        CachedTranslation.key.in_(chunk), CachedTranslation.expires_at > now
                    )
                )
                found.update((key, text) for key, text in rows)
        return found

    def save(self, entries: Mapping[str, str], *, scope: int | None, engine: str) -> None:
        """Keep answers by key; `scope` is the project that alone may use them, None for everybody.

        When the database is busy they are not kept: a translation that is there must not be lost over that.
        """
        try:
            for chunk in _chunks(sorted(entries)):
                with self._transactions(patience=_PATIENCE_SECONDS) as uow:
                    _write(uow, {key: entries[key] for key in chunk}, scope, engine)
        except DatabaseBusy:
            _log.info("%d answers of %s are not kept: the database is busy", len(entries), engine)


def _write(uow: UnitOfWork, entries: Mapping[str, str], scope: int | None, engine: str) -> None:
    insert = sqlite.insert if uow.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(CachedTranslation)
    changed = ("text", "engine", "created_at", "expires_at")
    rows = [
        {
            "key": key,
            "scope": scope,
            "text": text,
            "engine": engine,
            "created_at": uow.now,
            "expires_at": uow.now + KEPT_FOR,
        }
        for key, text in entries.items()
    ]
    renewed = new.on_conflict_do_update(
        index_elements=["key"], set_={name: new.excluded[name] for name in changed}
    )
    uow.session.execute(renewed, rows)


class DatabaseMemory:
    """People's corrections by project, languages and key."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def recall(self, scope: int, source: str, target: str, keys: Sequence[str]) -> dict[str, str]:
        """Return what people of the project `scope` made of these masked texts, JSON by key."""
        found: dict[str, str] = {}
        with self._transactions.reading() as session:
            for chunk in _chunks(sorted(set(keys))):
                rows = session.execute(
                    select(TranslationMemory.key, TranslationMemory.text).where(
                        TranslationMemory.project_id == scope,
                        TranslationMemory.source_language == source,
                        TranslationMemory.target_language == target,
                        TranslationMemory.key.in_(chunk),
                    )
                )
                found.update((key, text) for key, text in rows)
        return found


def purge_translations(uow: UnitOfWork) -> int:
    """Delete answers that are too old, some thousands at a time, and return how many."""
    old = select(CachedTranslation.key).where(CachedTranslation.expires_at <= uow.now).limit(_PURGED_AT_ONCE)
    done = uow.session.execute(delete(CachedTranslation).where(CachedTranslation.key.in_(old)))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
