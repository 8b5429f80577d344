"""Sending files to Slack: in three steps, from disk, to nobody else, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.failures import Final, SlackFailure, Transient, Uncertain
from bot.slack.gateway import Gateway
from bot.slack.uploads import send
from sandbox.client import Sandbox
from sandbox.server import serve_in_thread

WHO = "U0HANEUL"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread() as running:
        yield running.url


@pytest.fixture
def box(url: str) -> Iterator[Sandbox]:
    box = Sandbox(url)
    yield box
    box.control("reset")
    box.close()


@pytest.fixture
def gateway(box: Sandbox) -> Gateway:
    return Gateway("xoxb-sandbox", f"{box.url}/api/", timeout=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.write_bytes("과제,답\r\n".encode() * 100_000)
    return path


def _shared(box: Sandbox, channel: str) -> list[dict[str, object]]:
    return [file for message in box.messages(channel) for file in message.get("files") or ()]


def test_a_file_arrives_whole(gateway: Gateway, box: Sandbox, path: Path) -> None:
    channel = gateway.open_dm(WHO)
    gateway.upload_file(channel, path, "DIAL-results.csv", words="Final answers of DIAL: 3 rows")
    (file,) = _shared(box, channel)
    assert file["name"] == file["title"] == "DIAL-results.csv"
    assert box.person(WHO).download(file) == path.read_bytes()
    assert box.messages(channel)[-1]["text"] == "Final answers of DIAL: 3 rows"


@pytest.mark.parametrize(
    ("method", "fault", "expected", "shared"),
    [
        ("files.getUploadURLExternal", "500", Transient, 0),
        ("upload", "500", Transient, 0),
        ("upload", "reset_before", Transient, 0),
        ("upload", "500_after", Transient, 0),
        ("files.completeUploadExternal", "500", Uncertain, 0),
        ("files.completeUploadExternal", "500_after", Uncertain, 1),
    ],
)
def test_every_step_may_fail(
    gateway: Gateway,
    box: Sandbox,
    path: Path,
    method: str,
    fault: str,
    expected: type[SlackFailure],
    shared: int,
) -> None:
    channel = gateway.open_dm(WHO)
    box.faults(rules=[{"method": method, "kind": fault}])
    with pytest.raises(expected):
        gateway.upload_file(channel, path, "x.csv", words="x")
    assert len(box.calls(method)) == 1
    assert len(_shared(box, channel)) == shared


@pytest.mark.parametrize(
    "address",
    [
        "http://files.slack.com/upload/v1/x",
        "https://files.slack.com.evil.example/upload",
        "https://user@evil.example/upload",
        "https://files.slack.com:8443/upload",
        "file:///etc/passwd",
        "https://[broken/",
    ],
)
def test_bytes_go_to_slack_only(path: Path, address: str) -> None:
    with pytest.raises(Final, match="foreign_host"):
        send(address, path, timeout=1)


def test_a_slack_of_ones_own_takes_its_own_only(box: Sandbox, path: Path) -> None:
    with pytest.raises(Final, match="foreign_host"):
        send("https://files.slack.com/upload/v1/x", path, timeout=1, own=f"{box.url}/api/")
    with pytest.raises(Transient, match="http_404"):
        send(f"{box.url}/upload/F404", path, timeout=2, own=f"{box.url}/api/")
