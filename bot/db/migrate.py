"""Bringing a database to the schema of this code: Alembic, configured here and not in a file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.db.engine import LOCK_WAIT_OPTION, Database

_MIGRATIONS = Path(__file__).parent / "migrations"
# One arbitrary number, shared by every process that migrates the same PostgreSQL database.
_ADVISORY_LOCK = 4_707_015_221
_LOCK_SECONDS = 60


class UnknownSchema(Exception):
    """The database was migrated by newer code than this; starting on it could damage it."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """Return the revision this code is written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current_revision(database: Database) -> str | None:
    """Return the database's revision, None when it is empty."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> str:
    """Upgrade to the newest revision and return it; safe to call from several processes at once.

    A SQLite file that already holds tables is copied aside first. Raises UnknownSchema when the database is
    ahead of this code.
    """
    script = ScriptDirectory.from_config(_config())
    current = current_revision(database)
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise UnknownSchema(current)
    head = head_revision()
    if current == head:
        return head
    if database.is_sqlite and current is not None:
        _copy_aside(database, current)
    # Whoever migrates waits for another who does; nobody in Slack waits for it.
    patient = database.writer.execution_options(**{LOCK_WAIT_OPTION: _LOCK_SECONDS})
    with patient.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
        # Read again under the lock: another process may just have done it.
        if MigrationContext.configure(connection).get_current_revision() != head:
            command.upgrade(_config(connection), "head")
    return head


def _copy_aside(database: Database, revision: str) -> None:
    name = database.writer.url.database
    if name and name != ":memory:":
        with database.writer.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        shutil.copy2(name, f"{name}.before-{revision}-{stamp}")
