"""The operator's commands on a real database of each kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.cli import main
from bot.db.engine import open_database
from bot.db.unit_of_work import Transactions
from bot.outbox.messages import LeaseEnding
from bot.outbox.queue import enqueue
from tests.factories import make_crew
from tests.shared_vectors import seed_background


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url_of: str) -> Runner:
    import os

    for name in os.environ:
        if name.startswith(("BOT_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE__URL", database_url_of)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-test")
    return Runner(database_url_of)


class Runner:
    """Runs commands and opens the same database beside them."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str, ok: bool = True) -> Result:
        result = CliRunner().invoke(main, list(words))
        assert (result.exit_code == 0) is ok, result.output
        return result

    def transactions(self) -> Transactions:
        return Transactions(open_database(self.url))


def test_from_an_empty_database_to_an_admin(run: Runner) -> None:
    if "sqlite" in run.url:  # The PostgreSQL template is migrated already.
        assert "python -m bot migrate" in run("check-config", ok=False).output
        assert "check-config" in run("doctor", ok=False).output
    run("migrate")
    assert "already there" in run("migrate").output
    checked = run("check-config").output
    assert "complete" in checked
    assert "no engine is configured" in checked
    words = ("add-admin", "--team", "T1", "--user", "U1", "--nickname", "보스", "--language", "ko")
    assert "보스 is an admin" in run(*words).output
    run(*words)
    taken = run("add-admin", "--team", "T1", "--user", "U2", "--nickname", "보스", ok=False)
    assert "taken" in taken.output


def test_a_guideline_from_a_file(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    transactions = run.transactions()
    make_crew(transactions, tasks=0)
    seed_background(transactions)
    transactions.database.dispose()
    file = tmp_path / "guide.md"
    file.write_text("# Guide\n\n## Spelling\n\nWrite what you hear.\n", "utf-8")
    first = run("import-guideline", str(file), "--project", "dial").output
    assert "  Spelling" in first
    assert "Version 1 is a draft" in first
    assert (
        "Version 1 is in effect; 3 workers"
        in run("import-guideline", str(file), "--project", "DIAL", "--publish").output
    )
    again = run("import-guideline", str(file), "--project", "DIAL", "--publish").output
    assert "version 1 already (current)" in again
    file.write_text("# Guide\n\n## Spelling\n\nWrite all you hear.\n\n## Names\n\nNone.\n", "utf-8")
    second = run("import-guideline", str(file), "--project", "DIAL").output
    assert "Beside version 1: 1 added, 1 changed." in second
    file.write_bytes(b"  ")
    bad = run("import-guideline", str(file), "--project", "DIAL", ok=False).output
    assert "no text in the file" in bad
    assert "Nothing was stored" in bad
    assert "no project NOPE" in run("import-guideline", str(file), "--project", "NOPE", ok=False).output
    assert "All invariants hold" in run("doctor").output


def test_import_is_all_or_nothing_and_idempotent(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    transactions = run.transactions()
    make_crew(transactions, tasks=0)
    transactions.database.dispose()
    file = tmp_path / "tasks.csv"
    file.write_text("id,audio\na,https://m.example/1.wav\n,https://m.example/2.wav\nc,\n", "utf-8")
    bad = run("import-tasks", str(file), "--project", "DIAL", ok=False)
    assert "nothing was imported" in bad.output
    assert all(f"ine {n}" in bad.output for n in (3, 4)), bad.output
    file.write_text("id,audio\na,https://m.example/1.wav\nb,https://m.example/2.wav\n", "utf-8")
    assert "2 tasks added, 0 were there" in run("import-tasks", str(file), "--project", "dial").output
    assert "0 tasks added, 2 were there" in run("import-tasks", str(file), "--project", "DIAL").output
    file.write_text("id,audio\na,https://m.example/other.wav\nz,https://m.example/3.wav\n", "utf-8")
    assert "nothing was imported" in run("import-tasks", str(file), "--project", "DIAL", ok=False).output
    assert "no project NOPE" in run("import-tasks", str(file), "--project", "nope", ok=False).output
    assert "All invariants hold" in run("doctor").output


def test_parked_messages_are_listed_retried_and_discarded(run: Runner) -> None:
    run("migrate")
    transactions = run.transactions()
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        uow.session.execute(text("DELETE FROM outbox"))
        for n in (1, 2):
            enqueue(uow, crew.team_id, LeaseEnding(crew["mina"], n))
        uow.session.flush()
        uow.session.execute(text("UPDATE outbox SET state = 'parked', error = 'channel_not_found'"))
        ids = [str(i) for i in uow.session.scalars(text("SELECT id FROM outbox ORDER BY id"))]
    transactions.database.dispose()
    listed = run("outbox", "list").output
    assert "channel_not_found" in listed
    assert "2 messages" in listed
    assert "sent again" in run("outbox", "retry", ids[0]).output
    assert "discarded" in run("outbox", "discard", ids[1]).output
    assert "not parked" in run("outbox", "retry", ids[1], ok=False).output
    assert "0 messages" in run("outbox", "list").output
    assert "1 messages" in run("outbox", "list", "--all").output


def test_a_busy_database_ends_in_plain_words(run: Runner) -> None:
    run("migrate")
    transactions = run.transactions()
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        enqueue(uow, crew.team_id, LeaseEnding(crew["mina"], 1))
        uow.session.flush()
        uow.session.execute(text("UPDATE outbox SET state = 'parked'"))
        row = uow.session.scalars(text("SELECT max(id) FROM outbox")).one()
    with transactions() as uow:
        uow.session.execute(text("UPDATE outbox SET error = 'held'"))
        refused = run("outbox", "retry", str(row), ok=False)
    transactions.database.dispose()
    assert "busy" in refused.output
    assert "Traceback" not in refused.output


def test_a_parked_conversation_is_retried_in_its_order(run: Runner) -> None:
    run("migrate")
    transactions = run.transactions()
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        uow.session.execute(text("DELETE FROM outbox"))
        for nickname, n in (("mina", 1), ("jun", 2), ("mina", 3)):
            enqueue(uow, crew.team_id, LeaseEnding(crew[nickname], n))
        uow.session.flush()
        uow.session.execute(text("UPDATE outbox SET state = 'parked', error = 'channel_not_found'"))
    lane = f"person:{crew['mina']}"
    assert "2 messages of" in run("outbox", "retry", "--lane", lane).output
    assert "1 messages" in run("outbox", "list").output, "those of others stay parked"
    assert "No message" in run("outbox", "retry", "--lane", lane, ok=False).output
    for words in ((), ("1", "--lane", lane)):
        assert "either" in run("outbox", "retry", *words, ok=False).output
    with transactions.reading() as session:
        states = session.scalars(text("SELECT state FROM outbox ORDER BY id")).all()
        audited = session.scalars(
            text("SELECT subject_id FROM audit WHERE action = 'outbox.retry' ORDER BY id")
        ).all()
        ids = session.scalars(text("SELECT id FROM outbox WHERE state = 'uncertain' ORDER BY id")).all()
    transactions.database.dispose()
    assert states == ["uncertain", "parked", "uncertain"]
    assert audited == ids


def test_wrong_settings_end_in_plain_words(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SENDER__THREDS", "2")
    for words in (("doctor",), ("manifest",), ("check-config",)):
        assert "BOT_SENDER__THREDS" in run(*words, ok=False).output


def test_manifest_is_for_socket_mode_or_a_url(run: Runner) -> None:
    socket = json.loads(run("manifest").output)
    http = json.loads(run("manifest", "--url", "https://h.example/slack/events").output)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://h.example/slack/events"


def test_a_database_of_newer_code_is_left_alone(run: Runner) -> None:
    run("migrate")
    transactions = run.transactions()
    with transactions() as uow:
        uow.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    transactions.database.dispose()
    assert "newer code" in run("migrate", ok=False).output
