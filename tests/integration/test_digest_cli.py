"""`python -m bot digest` on both databases: the same figures and words as in Slack, and nobody is told."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bot.cli import main
from bot.db.engine import Database
from bot.db.models import DigestRun, OutboxRow
from bot.db.unit_of_work import Transactions
from tests.conftest import MovableClock
from tests.integration.exported import a_day


@pytest.fixture
def told(
    transactions: Transactions,
    database: Database,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> int:
    """A project with a day's work, and the settings that lead to it; how many messages there are."""
    for name in os.environ:
        if name.startswith(("BOT_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE__URL", database.writer.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-test")
    a_day(transactions, clock)
    return _count(transactions)


def _count(transactions: Transactions) -> int:
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(DigestRun)) == 0
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def _run(*words: str, ok: bool = True) -> Result:
    result = CliRunner().invoke(main, ["digest", "--project", "dial", "--date", "2026-11-23", *words])
    assert (result.exit_code == 0) is ok, result.output
    return result


def _timeless(words: str) -> str:
    """Return a digest without the minute up to which it counts: the next one may have begun by the next call."""
    return re.sub(r"\d\d:\d\d", "", words)


def test_each_audience_as_text_and_as_json(transactions: Transactions, told: int) -> None:
    for audience, theirs in (("pm", True), ("supervisor", True), ("crew", True), ("worker:mina", False)):
        shown = json.loads(_run("--audience", audience, "--format", "json").stdout)
        assert shown["audience"] == audience.partition(":")[0]
        assert shown["window"]["date"] == "2026-11-23"
        assert (shown["throughput"] is not None) is theirs
        assert (shown["mine"] is not None) is not theirs
        assert len(_run("--audience", audience).stdout) > 40
    asked = (("--audience", "pm", "--language", "ko"), ("--audience", "pm", "--language", "en"), ())
    korean, english, usual = (_timeless(_run(*words).stdout) for words in asked)
    assert korean != english == usual
    assert json.loads(_run("--week", "--format", "json").stdout)["window"]["days"] == 7
    assert _count(transactions) == told


def test_what_there_is_not(told: int) -> None:
    assert told
    assert "worker:NICKNAME" in _run("--audience", "everybody", ok=False).output
    assert "worker:NICKNAME" in _run("--audience", "worker", ok=False).output
    assert "alex" in _run("--audience", "worker:alex", ok=False).output
    assert "0001-01-01" in _run("--date", "0001-01-01", ok=False).output
    assert "no project" in CliRunner().invoke(main, ["digest", "--project", "NONE"]).output
