"""Opening the database: one writer and several readers on SQLite, one pool on PostgreSQL."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

# Slack waits 3 s for an answer; whoever waits for another process must hear "busy" before that.
_LOCK_WAIT_MS = 800
LOCK_WAIT_OPTION = "lock_wait_seconds"
"""Execution option of a connection: how long its BEGIN may wait for another process on SQLite, and each of its
statements for a lock on PostgreSQL if that is longer than a person waits."""
_POOL_WAIT_SECONDS = 2


class WriterQueue:
    """Lets `places` threads write at a time, in the order of arrival.

    SQLite's own lock retry sleeps and is unfair, and a connection pool wakes whoever is quickest: under 64
    threads the slowest writer waits seconds. Handing the turn over keeps it within the sum of those before it.
    """

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._free = places

    def acquire(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for a turn; False when none came."""
        with self._guard:
            if self._free > 0:
                self._free -= 1
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
                self._free += 1


@dataclass(frozen=True)
class Database:
    """The engines of one process, and the queue before the writer; PostgreSQL has one engine for both."""

    writer: Engine
    reader: Engine
    queue: WriterQueue

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.writer.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


def open_database(url: str, *, pool_size: int = 8) -> Database:
    """Open the database at a SQLAlchemy URL (`sqlite:///file` or `postgresql+psycopg://…`); connects lazily.

    `pool_size` is how many may read at once on SQLite, and how many may write at once on PostgreSQL.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return Database(
            writer=_sqlite(url, "BEGIN IMMEDIATE", 1),
            reader=_sqlite(url, "BEGIN", pool_size),
            queue=WriterQueue(),
        )
    # Writers never need more than their places; the overflow is for readers.
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_POOL_WAIT_SECONDS,
        hide_parameters=True,
        connect_args={"options": f"-c lock_timeout={_LOCK_WAIT_MS}", "connect_timeout": _POOL_WAIT_SECONDS},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        wait = connection.get_execution_options().get(LOCK_WAIT_OPTION)
        # For whoever has a person waiting the usual time stands, and costs no statement.
        if wait is not None and wait > _POOL_WAIT_SECONDS:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")

    return Database(writer=engine, reader=engine, queue=WriterQueue(pool_size))


def _sqlite(url: str, begin: str, pool_size: int) -> Engine:
    # Errors would quote what people wrote; hidden parameters keep that out of every log.
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=pool_size, max_overflow=0, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling would begin late and DEFERRED; SQLAlchemy emits BEGIN instead.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            # FULL syncs at each commit: what a worker was told is saved survives a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_LOCK_WAIT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        wait = connection.get_execution_options().get(LOCK_WAIT_OPTION)
        if wait is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait * 1000)}")
        connection.exec_driver_sql(begin)

    return engine
