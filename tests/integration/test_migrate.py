"""The schema: equal to the models, reached once however many ask for it, never by halves."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from bot.db import migrate as migration
from bot.db.engine import Database, open_database
from bot.db.migrate import UnknownSchema, current_revision, head_revision, migrate
from bot.db.models import Base
from sandbox.postgres import fresh_database

_EMPTY_NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None


def upgrade() -> None:
    op.create_table("thing", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""

Opener = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgres"])
def open_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """A way to databases with nothing in them, each call another one."""
    with ExitStack() as stack:
        count = 0

        def empty() -> Database:
            nonlocal count
            count += 1
            if request.param == "sqlite":
                url = f"sqlite:///{tmp_path / f'empty{count}.db'}"
            else:
                url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server")))
            database = open_database(url)
            stack.callback(database.dispose)
            return database

        yield empty


def _describe(database: Database) -> set[str]:
    """Return every clause of the schema, checks, partial indexes and column types included."""
    if database.is_sqlite:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
    else:
        query = (
            "SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length,"
            " is_nullable, column_default, is_identity) FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
    with database.reader.connect() as connection:
        rows = connection.exec_driver_sql(query).all()
    return {
        f"{name}: {clause}" for name, sql in rows if name != "alembic_version" for clause in _clauses(sql)
    }


def _clauses(sql: str) -> Iterator[str]:
    """Cut a CREATE TABLE into columns and constraints; a column that was added later brings its check along."""
    flat = " ".join(sql.split())
    if not flat.startswith("CREATE TABLE"):
        yield flat
        return
    depth, clause = 0, ""
    for char in flat[flat.index("(") + 1 : flat.rindex(")")]:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            yield from _constraints(clause)
            clause = ""
        else:
            clause += char
    yield from _constraints(clause)


def _constraints(clause: str) -> Iterator[str]:
    column, *checks = clause.split("CONSTRAINT ")
    for part in (column, *checks):
        # A reference means the same beside its column and at the end of the table.
        if words := re.sub(r"FOREIGN KEY ?\(\w+\) (?=REFERENCES)", "", part).strip():
            yield words


def test_migrated_schema_equals_the_models(open_empty: Opener) -> None:
    migrated, created = open_empty(), open_empty()
    migrate(migrated)
    with created.writer.begin() as connection:
        Base.metadata.create_all(connection)
    with migrated.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    # Alembic compares neither checks nor the conditions of partial indexes.
    assert _describe(migrated) == _describe(created)


def test_migrating_twice_changes_nothing(open_empty: Opener) -> None:
    database = open_empty()
    assert current_revision(database) is None
    assert migrate(database) == head_revision() == current_revision(database)
    before = _describe(database)
    assert migrate(database) == head_revision()
    assert _describe(database) == before


def test_several_processes_at_once(open_empty: Opener) -> None:
    database = open_empty()
    url = database.writer.url.render_as_string(hide_password=False)
    code = (
        "import sys\nfrom bot.db.engine import open_database\nfrom bot.db.migrate import migrate\n"
        "print('ready', flush=True)\nsys.stdin.read()\nprint(migrate(open_database(sys.argv[1])))"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", code, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.close()
        racer.stdin = None
    answers = []
    for racer in racers:
        out, err = racer.communicate(timeout=60)
        answers.append((racer.returncode, out.strip(), err[-300:]))
    assert answers == [(0, head_revision(), "")] * len(racers)
    assert current_revision(database) == head_revision()


def test_a_newer_schema_is_refused_and_left_alone(open_empty: Opener) -> None:
    database = open_empty()
    migrate(database)
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    before = _describe(database)
    with pytest.raises(UnknownSchema, match="from_the_future"):
        migrate(database)
    assert _describe(database) == before
    assert current_revision(database) == "from_the_future"


def _add_migration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, then: str) -> None:
    """Let the newest revision be one more than the code's own."""
    folder = tmp_path / "migrations"
    shutil.copytree(migration._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    script = _EMPTY_NEXT.format(head=head_revision(), then=then)
    (folder / "versions" / "next.py").write_text(script)
    monkeypatch.setattr(migration, "_MIGRATIONS", folder)


def test_the_next_revision_keeps_rows_and_copies_the_file(
    open_empty: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = open_empty()
    head = migrate(database)
    with database.writer.begin() as connection:
        connection.execute(
            text("INSERT INTO team (slack_id, created_at) VALUES ('T1', '2026-11-23 01:00:00')")
        )
    _add_migration(monkeypatch, tmp_path, "pass")
    assert migrate(database) == "next"
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT slack_id FROM team")).scalars().all() == ["T1"]
    copies = list(tmp_path.glob(f"*.before-{head}-*"))
    assert len(copies) == (1 if database.is_sqlite else 0)
    for copy in copies:
        old = open_database(f"sqlite:///{copy}")
        assert current_revision(old) == head
        with old.reader.connect() as connection:
            assert connection.execute(text("SELECT slack_id FROM team")).scalars().all() == ["T1"]
        old.dispose()


def test_projects_of_before_may_be_translated_by_contracted_services(open_empty: Opener) -> None:
    database = open_empty()
    with database.writer.begin() as connection:
        command.upgrade(migration._config(connection), "0003")
        connection.execute(
            text("INSERT INTO team (slack_id, created_at) VALUES ('T1', '2026-11-23 01:00:00')")
        )
        connection.execute(
            text(
                "INSERT INTO project (team_id, key, name, type, zone, confidential, currency,"
                " guideline_version, labels, overlap, max_in_hand, active, created_at) SELECT id, 'DIAL', 'x',"
                " 'transcription', 'UTC', true, 'KRW', '1', '[]', 1, 3, true, created_at FROM team"
            )
        )
    migrate(database)
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT translation FROM project")).scalars().all() == ["cloud"]


_BEFORE_STATEMENTS = (
    "INSERT INTO team (id, slack_id, created_at) VALUES (1, 'T1', :at)",
    (
        "INSERT INTO person (id, team_id, slack_id, nickname, language, zone, status, admin, active, created_at)"
        " VALUES (1, 1, 'U1', 'mina', 'ko', 'UTC', 'working', false, true, :at)"
    ),
    (
        "INSERT INTO project (id, team_id, key, name, type, zone, confidential, currency, guideline_version, labels,"
        " overlap, max_in_hand, active, created_at) VALUES (1, 1, 'DIAL', 'x', 'transcription', 'UTC', true, 'KRW',"
        " '1', '[]', 1, 3, true, :at)"
    ),
    (
        "INSERT INTO batch (id, project_id, source_name, fingerprint, task_count, created_at)"
        " VALUES (1, 1, 'x', 'x', 1, :at)"
    ),
    (
        "INSERT INTO task (id, project_id, batch_id, external_id, payload, fingerprint, priority, overlap, state,"
        " created_at) VALUES (1, 1, 1, 'seg-1', '{}', 'x', 0, 1, 'final', :at)"
    ),
    "INSERT INTO answer_slot (id, task_id, project_id, number, rank, state) VALUES (1, 1, 1, 1, 0, 'accepted')",
    (
        "INSERT INTO assignment (id, slot_id, task_id, project_id, person_id, attempt, state, ver, claimed_at,"
        " lease_until, extended, price_minor, currency, guideline_version)"
        " VALUES (1, 1, 1, 1, 1, 1, 'accepted', 1, :at, :at, false, 350, 'KRW', '1')"
    ),
    (
        "INSERT INTO submission (id, assignment_id, task_id, project_id, author_id, round, answer, draft, late,"
        " submitted_at) VALUES (1, 1, 1, 1, 1, 1, '{}', false, false, :at)"
    ),
    (
        "INSERT INTO review (id, submission_id, assignment_id, task_id, project_id, author_id, level, state, ver,"
        " created_at) VALUES (1, 1, 1, 1, 1, 1, 'reviewer', 'decided', 1, :at)"
    ),
    (
        "INSERT INTO verdict (id, review_id, submission_id, assignment_id, project_id, reviewer_id, decision,"
        " decided_at) VALUES (1, 1, 1, 1, 1, 1, 'accept', :at)"
    ),
    (
        "INSERT INTO ledger_line (id, project_id, person_id, assignment_id, submission_id, verdict_id, kind,"
        " amount_minor, currency, created_at) VALUES (7, 1, 1, 1, 1, 1, 'earned', 350, 'KRW', :at)"
    ),
)


def test_the_ledger_of_before_is_kept_and_still_only_grows(open_empty: Opener) -> None:
    database = open_empty()
    with database.writer.begin() as connection:
        command.upgrade(migration._config(connection), "0005")
        for statement in _BEFORE_STATEMENTS:
            connection.execute(text(statement), {"at": "2026-11-23 01:00:00.000000"})
    migrate(database)
    with database.reader.connect() as connection:
        lines = text("SELECT id, verdict_id, request_id, kind, amount_minor FROM ledger_line")
        assert connection.execute(lines).all() == [(7, 1, None, "earned", 350)]
    for change in ("UPDATE ledger_line SET amount_minor = 1", "DELETE FROM ledger_line"):
        with pytest.raises(DBAPIError, match="append-only"), database.writer.begin() as connection:
            connection.execute(text(change))


def test_a_revision_that_fails_leaves_nothing_behind(
    open_empty: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = open_empty()
    head = migrate(database)
    _add_migration(monkeypatch, tmp_path, "op.execute('INSERT INTO nowhere VALUES (1)')")
    with pytest.raises(Exception, match="nowhere"):
        migrate(database)
    assert current_revision(database) == head
    with database.reader.connect() as connection:
        assert not inspect(connection).has_table("thing")
