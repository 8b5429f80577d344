"""Reads documents of strangers in a child process, so that a bad one costs time and memory only there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from bot.guidelines.child import MAX_OUTPUT, OUT_OF_MEMORY
from bot.guidelines.codec import restore
from bot.guidelines.document import Guideline
from bot.guidelines.limits import MAX_BYTES
from bot.guidelines.problems import BadGuideline, GuidelineProblem

ROOT = Path(__file__).parents[2]
ENDING_SECONDS = 2
# What a Python process needs to start; secrets of ours are not among it.
PASSED_ON = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def read_guideline_safely(data: bytes, name: str, *, seconds: int = 20, megabytes: int = 512) -> Guideline:
    """`read_guideline` in a child process, ended after `seconds` or when it needs more than `megabytes`.

    Raises BadGuideline and nothing else: also too_slow, and broken when the child ends without an answer.
    Blocks for up to `seconds`; where the platform has no memory limits only time is limited.
    """
    if len(data) > MAX_BYTES:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, megabytes=str(MAX_BYTES // 1024 // 1024))
    orders = json.dumps({"name": name, "seconds": seconds, "megabytes": megabytes}).encode()
    with subprocess.Popen(
        [sys.executable, "-m", "bot.guidelines.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(),
    ) as child:
        try:
            answer = converse(child, orders + b"\n" + data, seconds)
        finally:
            child.kill()
    if answer == b"" and child.returncode == OUT_OF_MEMORY:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, part="memory")
    return judge(answer, seconds)


def environment() -> dict[str, str]:
    """The variables of the child."""
    passed_on = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    return {**passed_on, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def converse(child: subprocess.Popen[bytes], sent: bytes, seconds: int) -> bytes | None:
    """Writes everything, reads at most one answer; None if the child was not done in time."""
    assert child.stdin is not None
    assert child.stdout is not None
    received: list[bytes] = []
    # Both ends need a thread: a child that reads nothing, or writes without end, must not hold us.
    writer = threading.Thread(target=send, args=(child.stdin, sent), daemon=True)
    reader = threading.Thread(target=receive, args=(child.stdout, received), daemon=True)
    writer.start()
    reader.start()
    reader.join(seconds)
    if reader.is_alive():
        child.kill()
        reader.join()
        writer.join()
        return None
    try:
        child.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
    writer.join()
    return received[0] if received else b""


def send(pipe: IO[bytes], data: bytes) -> None:
    """Writes all of `data`; a child that has ended early has said why on its other pipe."""
    try:
        pipe.write(data)
        pipe.close()
    except OSError:
        return


def receive(pipe: IO[bytes], received: list[bytes]) -> None:
    """Reads one answer, stopping where no honest one is that long; characters may be 4 bytes."""
    received.append(pipe.read(4 * MAX_OUTPUT + 1024))


def judge(answer: bytes | None, seconds: int) -> Guideline:
    """The guideline in an answer, or why there is none."""
    if answer is None:
        raise BadGuideline(GuidelineProblem.TOO_SLOW, seconds=str(seconds))
    try:
        facts: dict[str, Any] = json.loads(answer)
        if "guideline" in facts:
            return restore(facts["guideline"])
        problem = GuidelineProblem(facts["problem"])
        named = {str(key): str(value) for key, value in facts["facts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        # The child was killed by its limits or by a crash inside a parser written in C.
        raise BadGuideline(GuidelineProblem.BROKEN, part="reader") from None
    raise BadGuideline(problem, **named)
