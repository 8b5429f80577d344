"""One short transaction per request: the session, the instant it happens at, and its traces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.db.engine import LOCK_WAIT_OPTION, Database
from bot.db.models import Audit, AuditOutcome, Base

Clock = Callable[[], datetime]
RowT = TypeVar("RowT", bound=Base)
ResultT = TypeVar("ResultT")

# With the wait for a thread at the edge and a lock on PostgreSQL this stays below Slack's 3 seconds.
WRITER_PATIENCE_SECONDS = 1.2


class DatabaseBusy(Exception):
    """Another writer did not make room in time; nothing was saved and the person may try again."""


def utc_now() -> datetime:
    """Return the instant now, aware, in UTC."""
    return datetime.now(UTC)


def _worded(error: OperationalError) -> Exception:
    """Return DatabaseBusy for a lock that was held for too long, else the error itself."""
    return DatabaseBusy() if _is_locked(error) else error


def _is_locked(error: OperationalError) -> bool:
    """Say whether another process held a lock for too long: lock_timeout on PostgreSQL, busy on SQLite."""
    if getattr(error.orig, "sqlstate", None) == "55P03":
        return True
    return getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@dataclass
class UnitOfWork:
    """What a service works with. Services flush as they need; only `Transactions` commits."""

    session: Session
    now: datetime
    told_somebody: bool = False
    reading: bool = False
    """Whether nothing will be changed, so that nothing needs to be locked either."""

    def lock(self, model: type[RowT], key: int) -> RowT | None:
        """Return the row, freshly read and locked against other writers until the commit; None if absent.

        On PostgreSQL the lock is FOR NO KEY UPDATE: the plain one also stops everybody who only refers to the
        row, and two transactions that refer to a task before they lock it would wait for each other for ever.
        """
        # Reading afresh would throw away what this unit of work has changed and not yet written.
        self.session.flush()
        how = None if self.reading else {"key_share": True}
        return self.session.get(model, key, with_for_update=how, populate_existing=True)

    def attempt(self, work: Callable[[], ResultT | None]) -> ResultT | None:
        """Return what `work` returns; when that is None, everything it did is undone and its locks are let go."""
        savepoint = self.session.begin_nested()
        result = work()
        if result is None:
            savepoint.rollback()
        else:
            savepoint.commit()
        return result

    def audit(
        self,
        *,
        team_id: int,
        actor_id: int | None,
        action: str,
        subject: tuple[str, int | None],
        states: tuple[str | None, str | None] = (None, None),
        detail: dict[str, Any] | None = None,
        outcome: AuditOutcome = AuditOutcome.DONE,
    ) -> None:
        """Add a line to the audit trail: ids and states, never content."""
        self.session.add(
            Audit(
                team_id=team_id,
                at=self.now,
                actor_id=actor_id,
                action=action,
                outcome=outcome,
                subject_type=subject[0],
                subject_id=subject[1],
                from_state=states[0],
                to_state=states[1],
                detail=detail or {},
            )
        )


class Transactions:
    """Opens units of work on one database. `on_told` is called after a commit that enqueued messages."""

    def __init__(
        self, database: Database, *, clock: Clock = utc_now, on_told: Callable[[], None] = lambda: None
    ) -> None:
        self.database = database
        self.clock = clock
        self.on_told = on_told

    @contextmanager
    def __call__(self, *, patience: float = WRITER_PATIENCE_SECONDS) -> Iterator[UnitOfWork]:
        """Commit when the block ends, roll back when it raises.

        The writer's turn is awaited for `patience` seconds, then DatabaseBusy is raised, as it is when another
        process holds a lock for too long: on SQLite within the same seconds, on PostgreSQL after its lock_timeout, or
        after the same seconds for each lock if they are more than a person waits.
        """
        queue = self.database.queue
        began = time.monotonic()
        if not queue.acquire(patience):
            raise DatabaseBusy
        left = max(0.0, patience - (time.monotonic() - began))
        try:
            with Session(self.database.writer, expire_on_commit=False) as session:
                session.connection(execution_options={LOCK_WAIT_OPTION: left})
                uow = UnitOfWork(session, self.clock())
                yield uow
                session.commit()
        except OperationalError as error:
            raise _worded(error) from None
        finally:
            queue.release()
        if uow.told_somebody:
            self.on_told()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading only; whatever it changed is rolled back."""
        try:
            with Session(self.database.reader, expire_on_commit=False) as session:
                yield session
        except OperationalError as error:
            raise _worded(error) from None
