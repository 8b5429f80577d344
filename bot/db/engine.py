"""Opening the database: one writer and several readers on SQLite, one pool on PostgreSQL."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

_SQLITE_BUSY_MS = 5_000


class WriterQueue:
    """Lets one thread at a time write, in the order of arrival.

    SQLite's own lock retry sleeps and is unfair: under 64 threads its slowest writer waits seconds. Handing the
    turn over directly keeps the slowest within the sum of those before it.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the turn; False when it did not come."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        # The turn arrived between the timeout and the guard: it is ours and must not be lost.
        return True

    def release(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


@dataclass(frozen=True)
class Database:
    """The engines of one process. On PostgreSQL writer and reader are the same engine and there is no queue."""

    writer: Engine
    reader: Engine
    queue: WriterQueue | None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.queue is not None

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


def open_database(url: str, *, pool_size: int = 8) -> Database:
    """Open the database at a SQLAlchemy URL (`sqlite:///file` or `postgresql+psycopg://…`); connects lazily."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(
            writer=_sqlite(url, "BEGIN IMMEDIATE", 1),
            reader=_sqlite(url, "BEGIN", pool_size),
            queue=WriterQueue(),
        )
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    return Database(writer=engine, reader=engine, queue=None)


def _sqlite(url: str, begin: str, pool_size: int) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=pool_size, max_overflow=0)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling would begin late and DEFERRED; SQLAlchemy emits BEGIN instead.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            # FULL syncs at each commit: what a worker was told is saved survives a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_SQLITE_BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
