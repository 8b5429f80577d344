"""The story of a working day holds, over both ways to hear Slack and on both databases.

Played whole where no other scenario plays, and before a release everywhere.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from bot.db.engine import open_database
from bot.db.unit_of_work import Transactions
from sandbox.story import CHAPTERS, Chapter, play
from sandbox.storytelling import afternoon
from sandbox.storytelling.teller import Teller
from tests.conftest import LONG, copy_sqlite
from tests.shared_vectors import seed_background

pytestmark = pytest.mark.slow

SHORT = CHAPTERS if LONG else CHAPTERS[: CHAPTERS.index(afternoon.let_time_run_out) + 1]
"""All other scenarios are told over Socket Mode on SQLite: there the day ends when the first lease does."""


def _seed(url: str) -> None:
    database = open_database(url)
    seed_background(Transactions(database))
    database.dispose()


@pytest.mark.parametrize(
    ("mode", "database", "chapters"),
    [("socket", "sqlite", SHORT), ("http", "postgres", CHAPTERS)],
    ids=["socket-sqlite", "http-postgres"],
)
def test_a_working_day(
    mode: str,
    database: str,
    chapters: tuple[Chapter, ...],
    tmp_path: Path,
    sqlite_template: Path,
    request: pytest.FixtureRequest,
) -> None:
    if database == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    else:
        url = f"sqlite:///{tmp_path / 'gagyo.db'}"
        copy_sqlite(sqlite_template, url)
    # The demo computes all of it from nothing.
    _seed(url)
    told = StringIO()
    failures = play(tmp_path, mode=mode, database_url=url, teller=Teller(told), chapters=chapters)
    assert not failures, told.getvalue()
