"""Letting a column take more than before: further words of its closed list, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def widen(table: str, constraint: str, column: str, before: Sequence[str], after: Sequence[str]) -> None:
    """Let the check `ck_<table>_<constraint>` allow the words `after` in place of `before`.

    SQLite can't change a constraint, and a copy of the table can't be made in a transaction that others refer to.
    Its manual allows for this case to write the table's definition anew: what is stored is not touched.
    Raises LookupError when the definition is not the one expected.
    """
    name = f"ck_{table}_{constraint}"
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({_listed(after)}))")
        return
    old, new = (f"CHECK ({column} IN ({_listed(listed)}))" for listed in (before, after))
    if not _rewrite(connection, table, old, new):
        raise LookupError(name)


def let_be_null(table: str, column: str) -> None:
    """Let a column of numbers that had to hold one be empty. Raises LookupError as `widen` does."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
    elif not _rewrite(connection, table, f"{column} INTEGER NOT NULL", f"{column} INTEGER"):
        raise LookupError(f"{table}.{column}")


def _rewrite(connection: sa.Connection, table: str, old: str, new: str) -> bool:
    """Write SQLite's definition of a table anew; False when it does not say `old` exactly once."""
    words = connection.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :t"), {"t": table}
    )
    if not words or words.count(old) != 1:
        return False
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :t"),
        {"sql": words.replace(old, new), "t": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={int(version or 0) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
    return True


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
