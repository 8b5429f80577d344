"""Runs the bot as an operator does: its own process, configured by a file and the environment, nothing imported."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.client import Sandbox
from sandbox.shapes import Json
from sandbox.world import App

ROOT = Path(__file__).resolve().parent.parent
"""The folder the bot is started in; `app.py` lies here."""

_SLACK_VARIABLES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")


class BotFailedError(Exception):
    """The bot did not do what it was started for; the message has the end of what it wrote."""


@dataclass
class Bot:
    """A bot in a folder of its own: configuration, log and (unless another database is named) SQLite file.

    `settings` overrides single settings, shaped like config.example.yaml. `mode` is "socket" or "http".
    `program` is what Python is given to start it.
    """

    folder: Path
    box: Sandbox
    database_url: str = ""
    mode: str = "socket"
    settings: Json = field(default_factory=dict)
    program: tuple[str, ...] = ("app.py",)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'gagyo.db'}"
        self.port = find_free_port()
        self._write_config()

    @property
    def config(self) -> Path:
        """The configuration file; JSON is YAML too."""
        return self.folder / "config.yaml"

    @property
    def log(self) -> Path:
        """Where the process writes."""
        return self.folder / "bot.log"

    def _write_config(self) -> None:
        settings: dict[str, Any] = {
            "mode": self.mode,
            "database": {"url": self.database_url},
            "http": {"port": self.port},
        }
        for section, values in self.settings.items():
            settings[section] = settings.get(section, {}) | values
        self.config.write_text(json.dumps(settings, ensure_ascii=False, indent=2) + "\n", "utf-8")

    def environment(self) -> dict[str, str]:
        """Return the variables the bot is started with: ours, and of the caller's only what is not the bot's."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "SLACK_"))}
        app = App()
        values = (app.bot_token, app.app_token, app.signing_secret, f"{self.box.url}/api/")
        secrets = dict(zip(_SLACK_VARIABLES, values, strict=True))
        return ours | secrets | {"BOT_CONFIG": str(self.config), "PYTHONUNBUFFERED": "1"}

    def run(self, *words: str, timeout: float = 120.0) -> str:
        """Run `python -m bot …` and return what it printed. Raises BotFailedError with it when it failed."""
        done = subprocess.run(  # noqa: S603 -- our own program with words we chose
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise BotFailedError(
                f"python -m bot {words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}".strip()
            )
        return done.stdout.strip()

    def install(self) -> None:
        """Do what precedes the first start: the schema, and the manifest for the workspace."""
        with ThreadPoolExecutor(1) as beside:
            manifest = beside.submit(self.run, "manifest")
            self.run("migrate")
        self.box.control("app", manifest=json.loads(manifest.result()))

    def start(self, timeout: float = 30.0) -> float:
        """Start the process, wait until it hears Slack, and return the seconds that took."""
        begun = time.monotonic()
        # It stands in a group of its own, so that Ctrl-C reaches only us and we end it in good order.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, *self.program],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        while not self.is_ready():
            if self.process.poll() is not None:
                raise BotFailedError(f"app.py ended with {self.process.returncode}:\n{self.read_log()}")
            if time.monotonic() - begun > timeout:
                self.kill()
                raise BotFailedError(f"app.py was not ready within {timeout:g} s:\n{self.read_log()}")
            time.sleep(0.02)
        seconds = time.monotonic() - begun
        if self.mode == "http":
            # As in Slack, the address can be named only while somebody answers there.
            self.box.control("app", events_url=f"http://127.0.0.1:{self.port}/slack/events")
        return seconds

    def is_ready(self) -> bool:
        """Say whether the process answers its probe and, in Socket Mode, is connected."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                healthy = answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
        return healthy and (self.mode == "http" or bool(self.box.get("/_control/sockets")["connections"]))

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self, timeout: float = 20.0) -> int | None:
        """Ask the process to end, wait for it, and return its exit code; None when it was not running."""
        return self._end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """End the process without a word to it, as a crash or a power cut does."""
        self._end(signal.SIGKILL, 10)

    def _end(self, number: signal.Signals, timeout: float) -> int | None:
        process, self.process = self.process, None
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise BotFailedError(f"app.py did not stop within {timeout:g} s:\n{self.read_log()}") from None

    def read_log(self, lines: int = 30) -> str:
        """Return the last lines the process wrote."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def find_free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
