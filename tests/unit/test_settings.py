"""Settings: the example is whole and true, unknown names are refused, secrets never come from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.bootstrap import problems_of
from bot.settings import BadConfig, Mode, Settings, SlackSecrets, load_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in os.environ:
        if name.startswith(("BOT_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _keys(value: Any, prefix: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {prefix}
    return {key for name, inner in value.items() for key in _keys(inner, f"{prefix}.{name}".lstrip("."))}


def _use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("BOT_CONFIG", str(tmp_path / "mine.yaml"))


def test_the_example_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load_settings()
    monkeypatch.setenv("BOT_CONFIG", str(EXAMPLE))
    assert load_settings() == defaults
    written = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    assert _keys(written) == _keys(defaults.model_dump())


def test_every_setting_has_a_comment_above_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("  ") and ":" in line and not line.strip().startswith("#"):
            section = next(x for x in reversed(lines[:number]) if x and not x.startswith((" ", "#")))
            if section != "commands:":
                assert lines[number - 1].strip().startswith("#"), line


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _use(monkeypatch, tmp_path, "sender:\n  threads: 3\n  channel_burst: 5\ncommands:\n  work: /il\n")
    monkeypatch.setenv("BOT_SENDER__THREADS", "7")
    settings = load_settings()
    assert (settings.sender.threads, settings.sender.channel_burst) == (7, 5)
    assert settings.commands["work"] == "/il"
    assert settings.commands["review"] == "/review"


def test_everything_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _use(
        monkeypatch,
        tmp_path,
        "sendr: 1\nhttp:\n  prot: 1\n  port: 99999\ndatabase:\n  url: mysql://x:secretpw@h\n",
    )
    monkeypatch.setenv("BOT_TYPO", "1")
    with pytest.raises(BadConfig) as refused:
        load_settings()
    told = "\n".join(refused.value.problems)
    for name in ("BOT_TYPO", "sendr", "http.prot", "http.port", "database.url"):
        assert name in told
    assert "secretpw" not in told


@pytest.mark.parametrize("text", ["slack_bot_token: xoxb-1-secret\n", "signing_secret: abc\n", "a: [1\n"])
def test_secrets_and_broken_files_are_refused_without_repeating_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    _use(monkeypatch, tmp_path, text)
    with pytest.raises(BadConfig) as refused:
        load_settings()
    assert "xoxb-1-secret" not in str(refused.value)


@pytest.mark.parametrize("names", ["{work: /Work}", "{wrk: /work}", "{work: /review}"])
def test_command_names_are_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: str) -> None:
    _use(monkeypatch, tmp_path, f"commands: {names}\n")
    with pytest.raises(BadConfig, match="commands"):
        load_settings()


def test_a_hosting_services_postgres_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATABASE__URL", "postgres://u:p@h/d")
    assert load_settings().database.url == "postgresql+psycopg://u:p@h/d"


def test_secrets_are_needed_by_mode_and_hidden_when_printed() -> None:
    secrets = SlackSecrets.from_environment({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://h/api"})
    assert secrets.missing(Mode.SOCKET) == ["SLACK_APP_TOKEN"]
    assert secrets.missing(Mode.HTTP) == ["SLACK_SIGNING_SECRET"]
    assert secrets.api_url == "http://h/api/"
    assert "xoxb-1" not in repr(secrets)


def test_check_config_names_tokens_and_database_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_MODE", "http")
    told = "\n".join(problems_of())
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "migrate"):
        assert name in told
    assert "SLACK_APP_TOKEN" not in told


def test_check_config_names_the_keys_of_configured_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TRANSLATION__ENGINES", '["deepl", "papago"]')
    monkeypatch.setenv("DEEPL_API_KEY", "secret:fx")
    monkeypatch.delenv("PAPAGO_KEY_ID", raising=False)
    monkeypatch.delenv("PAPAGO_KEY", raising=False)
    told = "\n".join(problems_of())
    assert "PAPAGO_KEY_ID" in told
    assert "DEEPL_API_KEY" not in told
    assert "secret" not in told


def test_every_section_refuses_unknown_keys() -> None:
    for field in Settings.model_fields.values():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            assert kind.model_config["extra"] == "forbid"
