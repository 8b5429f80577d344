"""The probe says truly what an engine keeps and loses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.probing import ProbeLine, probe, read_probe
from bot.translation.engines.libre import LibreTranslate
from bot.translation.engines.papago import Papago
from sandbox.engines.modes import Mishap
from sandbox.engines.server import ProviderServer

LINES = [
    ProbeLine("<@U1>님 14번 배치 `seg_1` 반려했습니다. 다시 확인해 주세요.", "ko"),
    ProbeLine("Please check <@U2> and <https://example.com/a|this page> by Friday.", "en"),
    ProbeLine("제 번호는 900101-1234567 입니다", "ko"),
]


def test_an_engine_that_keeps_everything_looks_so() -> None:
    with ProviderServer(lambda text, *_: text.replace("check", "확인")) as server:
        survival = probe(LibreTranslate(server.url("libre"), rate=1e5), LINES)
        sent = " ".join(server.texts())
    assert survival.lines == 2, "a line with a resident number stays at home"
    assert "U1" not in sent
    assert "900101" not in sent
    assert survival.slots_kept == survival.slots >= 4
    assert survival.terms_kept == survival.terms >= 1
    assert len(survival.seconds) == 2


def test_an_engine_that_loses_codes_or_fails_looks_so() -> None:
    with ProviderServer(lambda *_: "All is well with the batch and with everything in it.") as server:
        engine = Papago("id", "key", base_url=server.url("papago"), rate=1e5)
        survival = probe(engine, LINES[:1])
        assert (survival.slots_kept, survival.sound, survival.troubles["slots"]) == (0, 0, 1)
        server.answer = lambda *_: Mishap(500, body="")
        survival = probe(engine, LINES[:1])
    assert (survival.lines, survival.troubles["server"], survival.seconds) == (1, 1, [])
    assert dict(survival.rows())["troubles"] == "server 1"


def test_the_shipped_lines_are_fit_to_be_sent() -> None:
    lines = read_probe()
    assert len(lines) == 20
    assert {line.language for line in lines} == {"ko", "en"}
    assert {line.target for line in lines} == {"ko", "en"}


def test_a_file_that_is_none_of_messages_is_refused() -> None:
    assert read_probe(['{"lang": "ko", "text": "네", "action": "skip"}', ""]) == []
    for line in ("[", "[]", '{"lang": "ko"}', '{"lang": 1, "text": "a"}'):
        with pytest.raises(ValueError, match="line 1"):
            read_probe([line])


def test_the_command_prints_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ProviderServer() as server:
        config = {
            "translation": {
                "engines": ["libre"],
                "libre_url": server.url("libre"),
                "calls_per_second": {"libre": 1000},
            }
        }
        (tmp_path / "config.yaml").write_text(json.dumps(config))
        (tmp_path / "lines.jsonl").write_text('{"lang": "en", "text": "Hello <@U1>, how are you today?"}\n')
        monkeypatch.setenv("BOT_CONFIG", str(tmp_path / "config.yaml"))
        result = CliRunner().invoke(main, ["probe-translation", "--messages", str(tmp_path / "lines.jsonl")])
        assert result.exit_code == 0, result.output
        assert "libre (cloud)" in result.output
        assert "slots kept     1/1" in result.output
        (tmp_path / "lines.jsonl").write_text("nonsense\n")
        bad = CliRunner().invoke(main, ["probe-translation", "--messages", str(tmp_path / "lines.jsonl")])
        assert "line 1" in bad.output
    (tmp_path / "config.yaml").write_text("{}")
    result = CliRunner().invoke(main, ["probe-translation"])
    assert result.exit_code == 1
    assert "No engine is configured" in result.output
