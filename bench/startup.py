"""Memory of the all-in-one process after its start, and how long a person waits from start to first answer.

Beside it stands a bare Python that only imports slack_bolt and sqlalchemy, so that a slow machine shows in both.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from bench.report import Report, middle
from sandbox.client import Sandbox, message_text
from sandbox.crews import ADMIN, workspace
from sandbox.running import Bot
from sandbox.server import serve_in_thread
from sandbox.world import World

_MB = 1024 * 1024
_IMPORTS = "import slack_bolt, sqlalchemy.orm"


def _bare() -> float:
    """Return the seconds a Python takes that imports the two libraries and ends."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
    return time.perf_counter() - began


def _start(mode: str) -> tuple[float, float, float]:
    """Start the bot anew; return seconds to hearing Slack, seconds to its first answer, and MB it then holds."""
    with (
        TemporaryDirectory(prefix="gagyo-bench-") as folder,
        serve_in_thread(World(seed=workspace())) as running,
    ):
        box = Sandbox(running.url)
        bot = Bot(Path(folder), box, mode=mode)
        bot.install()
        began = time.perf_counter()
        try:
            bot.start()
            heard = time.perf_counter() - began
            answer = box.person(ADMIN.id).command("/work")["message"]
            answered = time.perf_counter() - began
            assert message_text(answer), "an answer has words"
            assert bot.process is not None
            return heard, answered, psutil.Process(bot.process.pid).memory_info().rss / _MB
        finally:
            bot.stop()
            box.close()


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Starts per mode; the median counts.")
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(rounds: int, file: Path | None) -> None:
    """Start the bot on an empty SQLite file, over Socket Mode and over HTTP."""
    report = Report("startup")
    report.row("mode", "hears Slack s", "first answer s", "against bare imports", "RSS MB")
    for mode in ("socket", "http"):
        starts, bare = [], []
        for _ in range(rounds):
            bare.append(_bare())
            starts.append(_start(mode))
        heard, answered, memory = (middle([start[n] for start in starts]) for n in range(3))
        ratio = middle([start[1] / seconds for start, seconds in zip(starts, bare, strict=True)])
        report.row(mode, heard, answered, ratio, memory)
        report.figure(f"{mode}.heard_s", heard)
        report.figure(f"{mode}.first_answer_s", answered)
        report.figure(f"{mode}.first_answer_ratio", ratio)
        report.figure(f"{mode}.rss_mb", memory)
        report.at_most(f"{mode}: seconds to the first answer", answered, 3.0)
        report.at_most(f"{mode}: MB after the first answer", memory, 150)
    report.finish(file)


if __name__ == "__main__":
    main()
