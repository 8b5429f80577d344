"""The story of a working day holds, over both ways to hear Slack and on both databases."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from sandbox.story import play
from sandbox.storytelling.teller import Teller

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("mode", "database"), [("socket", "sqlite"), ("http", "postgres")])
def test_a_working_day(mode: str, database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = str(request.getfixturevalue("postgres_url")) if database == "postgres" else ""
    told = StringIO()
    failures = play(tmp_path, mode=mode, database_url=url, teller=Teller(told))
    assert not failures, told.getvalue()
