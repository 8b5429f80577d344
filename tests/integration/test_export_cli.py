"""`python -m bot export`: to a file or to standard output, and never over a file unasked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.db.engine import Database
from bot.db.unit_of_work import Transactions
from tests.conftest import MovableClock
from tests.integration.exported import a_day


@pytest.fixture
def ready(
    transactions: Transactions,
    database: Database,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    """A project with a day's work, and the settings that lead to it."""
    for name in os.environ:
        if name.startswith(("BOT_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE__URL", database.writer.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-test")
    a_day(transactions, clock)
    return tmp_path


def run(*words: str, ok: bool = True) -> Result:
    result = CliRunner().invoke(main, ["export", *words])
    assert (result.exit_code == 0) is ok, result.output
    return result


def test_to_a_file(ready: Path) -> None:
    out = ready / "out.csv"
    words = ("--project", "dial", "--what", "answers", "--format", "csv", "--out", str(out))
    assert "7 rows in" in run(*words).output
    first = out.read_bytes()
    assert first.startswith(b"task,data_audio")
    assert "--force" in run(*words, ok=False).output
    run(*words, "--bom", "--force")
    assert out.read_bytes() == b"\xef\xbb\xbf" + first
    assert list(ready.iterdir()) == [out]
    nowhere = run("--project", "DIAL", "--out", str(ready / "no" / "x.jsonl"), ok=False)
    assert "No such file" in nowhere.output
    assert "Traceback" not in nowhere.output


def test_to_standard_output(ready: Path) -> None:
    result = run("--project", "DIAL")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["task"] for row in rows] == [f"seg-000{n}" for n in range(1, 6)]
    assert "5 rows" in result.stderr
    studio = run("--project", "DIAL", "--format", "label-studio").stdout
    assert len(json.loads(studio)) == 5


def test_pay_of_a_month(ready: Path) -> None:
    rows = run("--project", "DIAL", "--what", "pay", "--month", "2026-11").stdout.splitlines()
    assert sum(json.loads(row)["amount_minor"] for row in rows) == 5 * 350
    assert (
        "csv or jsonl"
        in run("--project", "DIAL", "--what", "pay", "--format", "label-studio", ok=False).output
    )
    run("--project", "DIAL", "--what", "pay", "--month", "soon", ok=False)
    assert "no project NOPE" in run("--project", "nope", ok=False).output
