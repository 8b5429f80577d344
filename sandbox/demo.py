"""`python -m sandbox.demo`: a crew at work on this computer, to be tried in the browser. Ctrl-C ends everything."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.bridging import engine_settings, phrase_server
from sandbox.client import Sandbox, list_actions
from sandbox.crews import ADMIN, PM, PROJECTS, REVIEWERS, WORKERS, clips, workspace
from sandbox.fair_work import appeal, call_out, vote
from sandbox.invitation import explain
from sandbox.opening import open_office
from sandbox.running import ROOT, Bot, BotFailedError
from sandbox.server import RunningSandbox, serve_in_thread
from sandbox.shapes import Json
from sandbox.small_talk import Channels, talk
from sandbox.world import World

FOLDER = ROOT / "var" / "demo"
PORTS = range(8090, 8190)

# Slack's own pace would make everybody wait for the greetings of twelve people.
SETTINGS = {
    "scheduler": {"tick_seconds": 2},
    "sender": {"channel_per_second": 20, "channel_burst": 40, "workspace_per_second": 200},
}

# Who has put the keys of a contracted service into the environment wants to see that one at work.
ENGINES = {"deepl": ("DEEPL_API_KEY",), "papago": ("PAPAGO_KEY_ID", "PAPAGO_KEY")}


@dataclass(frozen=True)
class Demo:
    """What runs; `engines` are the services that translate, none when it is the phrase book."""

    box: Sandbox
    bot: Bot
    engines: tuple[str, ...]
    channels: Channels | None


def real_engines(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the translation services whose keys are set."""
    return tuple(name for name, keys in ENGINES.items() if all(environ.get(key) for key in keys))


def serve_somewhere(world: World, ports: range = PORTS) -> RunningSandbox:
    """Start the sandbox on the first of the ports that is free."""
    for port in ports:
        with suppress(OSError):
            return serve_in_thread(world, port=port)
    raise BotFailedError(f"every port from {ports[0]} to {ports[-1]} is in use")


@contextmanager
def running_demo(folder: Path = FOLDER, ports: range = PORTS) -> Iterator[Demo]:
    """Run a sandbox and a bot in which everybody has joined and some work and talk is under way.

    Each port has a folder of its own below `folder`; what an earlier demo left in it is removed first.
    """
    world = World(seed=workspace())
    engines = real_engines(os.environ)
    with ExitStack() as stack:
        settings: Json = dict(SETTINGS)
        if engines:
            settings["translation"] = {"engines": list(engines)}
        else:
            settings |= engine_settings(stack.enter_context(phrase_server()))
        running = stack.enter_context(serve_somewhere(world, ports))
        box = Sandbox(running.url)
        home = folder / str(urlsplit(running.url).port)
        for left in (*home.glob("gagyo.db*"), home / "bot.log"):
            left.unlink(missing_ok=True)
        bot = Bot(home, box, settings=settings)
        try:
            bot.install()
            bot.run("add-admin", "--team", world.team.id, "--user", ADMIN.id, "--nickname", ADMIN.nickname)
            bot.start()
            open_office(box, PROJECTS)
            yield Demo(box, bot, engines, fill(box, patient=not engines))
        finally:
            bot.stop()
            box.close()


def fill(box: Sandbox, *, patient: bool) -> Channels | None:
    """Let people work and talk at the same time; None when a service did not translate what they said.

    The phrase book always does, so that with `patient` that is an error.
    """
    with ThreadPoolExecutor(2) as beside:
        talking, voting = beside.submit(talk, box), beside.submit(vote, box)
        begin_the_day(box)
        appeal(box)
        voting.result()
        try:
            channels = talking.result()
        except TimeoutError:
            if patient:
                raise
            return None
    call_out(box, channels.crew)
    return channels


def begin_the_day(box: Sandbox) -> None:
    """Let five workers hand in and a reviewer return one and accept one, so that every desk has something on it."""
    for member, key, values in (
        (WORKERS[2], "JEONNAM", {"text": "아따, 날이 아주 춥네. 보일러 좀 틀어야 하겠어."}),
        (WORKERS[0], "JEONNAM", {"text": clips()["jn-02"].words}),
        (WORKERS[1], "JEONNAM", {"text": clips()["jn-03"].words}),
        (
            WORKERS[7],
            "COMMENTS",
            {"label": "안전", "rationale": "노을을 칭찬하는 글이고 해로운 말이 없어요."},
        ),
        (WORKERS[3], "SENTENCES", {"text": "Please submit companion work again within 24 hours."}),
    ):
        worker = box.person(member.id)
        worker.command(f"/work next {key}")
        card = worker.wait_for_dm(lambda one: not one["ephemeral"] and "task:submit" in list_actions(one))
        worker.click(card, "task:submit")
        worker.submit(values)
    reviewer = box.person(REVIEWERS[1].id)
    reviewer.command("/review next JEONNAM")
    card = reviewer.wait_for_dm(lambda one: "review:reject" in list_actions(one))
    reviewer.click(card, "review:reject")
    comment = "“겁나게”, “잔”, “쓰겄어”를 들리는 대로 살려 주세요. 나머지는 아주 좋아요!"
    reviewer.submit({"reason": "dialect_changed", "section": "3.2 Never standardise", "comment": comment})
    reviewer.command("/review next JEONNAM")
    card = reviewer.wait_for_dm(lambda one: "review:accept" in list_actions(one) and one["ts"] != card["ts"])
    reviewer.click(card, "review:accept")
    # What the day has come to so far, to look at: the first one of its own comes tomorrow morning.
    box.person(PM.id).command("/pm digest now JEONNAM")


def main() -> None:
    """Run the demo until Ctrl-C or SIGTERM; exit 1 when the bot ends by itself."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, help="the page's port; without it the first free one from 8090 on"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the bot keeps database and log")
    options = parser.parse_args()
    ports = PORTS if options.port is None else range(options.port, options.port + 1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    begun = time.monotonic()
    try:
        with running_demo(options.folder, ports) as demo:
            seconds = time.monotonic() - begun
            url, bot = f"{demo.box.url}/", demo.bot
            print(explain(url, bot.log, seconds, demo.channels, demo.engines), flush=True)
            while bot.is_running:
                time.sleep(0.5)
            sys.exit(f"The bot has ended by itself:\n{bot.read_log()}")
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    except BotFailedError as error:
        sys.exit(str(error))


def _interrupt(*_: object) -> None:
    """Break off whatever is going on, once; what is stopping then is not to be disturbed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
