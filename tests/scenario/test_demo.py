"""The demo starts by one command, shows a page worth trying, and leaves nothing behind when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from sandbox.client import Sandbox, list_actions, message_text, wait_for
from sandbox.crews import PM, REVIEWERS, SUPERVISOR, WORKERS
from sandbox.demo import ENGINES, real_engines
from sandbox.invitation import explain
from sandbox.running import ROOT, find_free_port

pytestmark = pytest.mark.slow

SETUP_SECONDS = 15
"""The promise, on a computer that has nothing else to do; a busy one is given more."""


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the demo as its command does; it has ended in good order when the block is left."""
    command = [sys.executable, "-m", "sandbox.demo", "--port", str(find_free_port()), "--folder", str(folder)]
    keys = {key for keys in ENGINES.values() for key in keys}
    environ = {name: value for name, value in os.environ.items() if name not in keys}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as demo:
        try:
            yield demo
        finally:
            # Only where the test has failed: the next signal finds it stopping already.
            demo.terminate()


def _bots(demo: subprocess.Popen[str]) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(demo.pid).children(recursive=True):
        # The commands that precede the bot's start may end at any moment.
        with suppress(psutil.NoSuchProcess):
            found += [child] if "app.py" in child.cmdline() else []
    return found


def _check_the_end(demo: subprocess.Popen[str], bots: list[psutil.Process]) -> None:
    assert demo.stdout is not None
    told = demo.stdout.read()
    assert demo.wait(30) == 0
    assert told.splitlines()[-1] == "Stopped."
    assert not psutil.wait_procs(bots, timeout=5)[1], "the bot has ended too"


def test_a_demo_that_is_looked_at_and_ended_by_ctrl_c(tmp_path: Path) -> None:
    begun = time.monotonic()
    with _started(tmp_path) as demo:
        assert demo.stdout is not None
        address = demo.stdout.readline().removeprefix("Gagyo demo: ").strip()
        took = time.monotonic() - begun
        assert address.startswith("http://127.0.0.1:")
        assert took < 4 * SETUP_SECONDS
        _look_around(address)
        bots = _bots(demo)
        assert bots
        demo.send_signal(signal.SIGINT)
        _check_the_end(demo, bots)


def test_a_demo_that_is_terminated_before_it_is_ready(tmp_path: Path) -> None:
    with _started(tmp_path) as demo:
        bots = wait_for(lambda: _bots(demo), 4 * SETUP_SECONDS, every=0.05)
        demo.send_signal(signal.SIGTERM)
        _check_the_end(demo, bots)


def test_a_real_service_is_used_only_with_its_whole_key() -> None:
    assert real_engines({"DEEPL_API_KEY": "k", "PAPAGO_KEY": "k"}) == ("deepl",)
    assert real_engines({"DEEPL_API_KEY": ""}) == ()
    told = explain("http://127.0.0.1:1/", Path("/log"), 3.0, None, ("deepl",))
    assert "what is said in bridged channels goes there" in told
    assert "Everything stays on this computer" not in told


def _look_around(address: str) -> None:
    with urllib.request.urlopen(address, timeout=5) as answer:
        assert b"<title>" in answer.read()
    for path, kind in (("media/audio/jn-01", "text/html"), ("media/tone/jn-01.wav", "audio/wav")):
        with urllib.request.urlopen(address + path, timeout=5) as answer:
            assert answer.headers["Content-Type"].startswith(kind)
    box = Sandbox(address)
    try:
        answer = box.person(WORKERS[0].id).command("/work 받기")
        assert "task:submit" in list_actions(answer["message"])
        assert "waiting for review" in str(box.person(PM.id).command("/pm status")["message"])
        box.person(REVIEWERS[0].id).command("/review 받기")
        box.person(REVIEWERS[0].id).wait_for_dm(lambda one: "review:accept" in list_actions(one))
        returned = box.person(WORKERS[2].id).wait_for_dm(lambda one: "쓰겄어" in str(one["blocks"]))
        assert "task:submit" in list_actions(returned), "a return waits for somebody"
        digest = box.person(PM.id).wait_for_dm(lambda one: "digest:ask" in list_actions(one))
        assert "1 of 2 tasks" in message_text(digest), "the day has come to something"
        assert "450원" in message_text(box.person(WORKERS[0].id).command("/pay")["message"])
        _share_work(box)
        _read_both_sides(box)
    finally:
        box.close()


def _share_work(box: Sandbox) -> None:
    """Votes wait for the supervisor, an appeal for a second reviewer, and a call-out has places left."""
    supervisor, second = box.person(SUPERVISOR.id), box.person(REVIEWERS[1].id)
    supervisor.wait_for_dm(
        lambda one: "gs-23" in message_text(one) and "vote:adjudicate" in list_actions(one)
    )
    supervisor.command("/sup 판정")
    form = supervisor.wait_for_modal()
    assert "3명 중 2명" in message_text(form), "the oldest comes first: two against one who knows the dialect"
    supervisor.close_modal(all=True)
    second.command("/review 받기 COMMENTS")
    second.wait_for_dm(lambda one: "appeal:uphold" in list_actions(one))
    worker = box.person(WORKERS[0].id)
    card = worker.wait_for_message("C0JEONNAM", lambda one: "callout:join" in list_actions(one))
    assert "3자리 중 2자리" in message_text(card)
    worker.click(card, "callout:join")
    worker.wait_for_message("C0JEONNAM", "3자리 중 1자리", 10)


def _read_both_sides(box: Sandbox) -> None:
    """A talk stands there in two languages, one translation waits to be corrected, and another talk can begin."""
    said = [message_text(one) for one in box.person(PM.id).messages("C0JEONNAMPM")]
    assert any("물결" in words and "mixes dialect and standard Korean" in words for words in said)
    box.person(SUPERVISOR.id).wait_for_dm(lambda one: "translation:correct" in list_actions(one))
    box.person(SUPERVISOR.id).wait_for_dm(lambda one: "issue:ack" in list_actions(one))
    issue = box.person(PM.id).wait_for_message("C0JEONNAMPM", "the endings are drawn out")
    in_twin = box.person(PM.id).messages("C0JEONNAMPM", thread_ts=issue["ts"])
    assert any("Issue #1" in message_text(one) for one in in_twin), "an issue stands open in both languages"
    box.person(PM.id).say("C0JEONNAMPM", "How is everybody getting on today?")
    box.person(WORKERS[0].id).wait_for_message("C0JEONNAM", "오늘 다들 어떠세요?", 15)
    box.person(WORKERS[0].id).say("C0JEONNAM", "이 문장은 아무도 준비하지 않았어요.")
    box.person(PM.id).wait_for_message("C0JEONNAMPM", "Not translated. Please see the original.", 15)
