"""`python -m sandbox.demo`: a crew at work on this computer, to be tried in the browser. Ctrl-C ends everything."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox.client import Sandbox, list_actions
from sandbox.crews import ADMIN, PM, PROJECTS, REVIEWERS, STRANGER, SUPERVISOR, WORKERS, clips, workspace
from sandbox.opening import open_office
from sandbox.running import ROOT, Bot, BotFailedError
from sandbox.server import RunningSandbox, serve_in_thread
from sandbox.world import World

FOLDER = ROOT / "var" / "demo"
PORTS = range(8090, 8190)

# Slack's own pace would make everybody wait for the greetings of twelve people.
SETTINGS = {
    "scheduler": {"tick_seconds": 2},
    "sender": {"channel_per_second": 20, "channel_burst": 40, "workspace_per_second": 200},
}


def serve_somewhere(world: World, ports: range = PORTS) -> RunningSandbox:
    """Start the sandbox on the first of the ports that is free."""
    for port in ports:
        with suppress(OSError):
            return serve_in_thread(world, port=port)
    raise BotFailedError(f"every port from {ports[0]} to {ports[-1]} is in use")


@contextmanager
def running_demo(folder: Path = FOLDER, ports: range = PORTS) -> Iterator[tuple[Sandbox, Bot]]:
    """Run a sandbox and a bot in which everybody has joined and some work is under way; the folder is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    world = World(seed=workspace())
    with serve_somewhere(world, ports) as running:
        box = Sandbox(running.url)
        bot = Bot(folder, box, settings=SETTINGS)
        try:
            bot.install()
            bot.run("add-admin", "--team", world.team.id, "--user", ADMIN.id, "--nickname", ADMIN.nickname)
            bot.start()
            open_office(box, PROJECTS)
            begin_the_day(box)
            yield box, bot
        finally:
            bot.stop()
            box.close()


def begin_the_day(box: Sandbox) -> None:
    """Let two workers hand something in and a reviewer return one of it, so that every desk has something on it."""
    words = list(clips().values())
    answers = {WORKERS[1]: words[0].words, WORKERS[2]: "오메, 아주 눈이 많이 와 버렸네. 마당을 다 덮어 버렸어."}
    for member, answer in answers.items():
        worker = box.person(member.id)
        worker.command("/work next JEONNAM")
        card = worker.wait_for_dm(lambda one: not one["ephemeral"] and "task:submit" in list_actions(one))
        worker.click(card, "task:submit")
        worker.submit({"text": answer})
    reviewer = box.person(REVIEWERS[1].id)
    for _ in answers:
        reviewer.command("/review next JEONNAM")
    card = reviewer.wait_for_dm(lambda one: "review:reject" in list_actions(one) and "jn-02" in str(one["blocks"]))
    reviewer.click(card, "review:reject")
    comment = "“징하게도”와 “와부렀네”를 들리는 대로 살려 주세요. 나머지는 아주 좋아요!"
    reviewer.submit({"reason": "dialect_changed", "section": "3.2 사투리", "comment": comment})


def explain(url: str, bot: Bot, seconds: float) -> str:
    """Return what is printed under the address: whom to be and what to type, in both languages."""

    def desk(*members: object) -> str:
        ids = [getattr(member, "id", "") for member in members]
        return f"{url}?as={ids[0]}" + (f"&with={ids[1]}" if len(ids) > 1 else "")

    w, r = WORKERS[0], REVIEWERS[0]
    return "\n".join(
        (
            f"Gagyo demo: {url}",
            f"  worker 작업자 {w.nickname}      {desk(w)}    /work 받기   ·  /work 목록  ·  /my",
            f"  reviewer 검수자 {r.nickname}    {desk(r)}   /review 받기",
            f"  supervisor 수퍼바이저 {SUPERVISOR.nickname}  {desk(SUPERVISOR)}   /review next",
            f"  PM Alex (English)    {desk(PM)}   /pm status   ·  /pm import",
            f"  admin Sam (English)  {desk(ADMIN)}    /admin",
            f"  newcomer 새로 온 분 {STRANGER.nickname}  {desk(STRANGER)}   안녕하세요",
            f"  worker and reviewer side by side 나란히 보기: {desk(w, r)}",
            "  Type in the conversation with 가교. The work under way starts anew with each demo and stays on this computer.",
            "  가교와의 대화창에 입력해 보세요. 데모를 켤 때마다 처음부터 새로 시작하고, 모든 것이 이 컴퓨터 안에만 있어요.",
            f"  Ready after {seconds:.0f} s; the bot's log: {_near(bot.log)}. Ctrl-C stops everything. 끄려면 Ctrl-C.",
        )
    )


def _near(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def main() -> None:
    """Run the demo until Ctrl-C or SIGTERM; exit 1 when the bot ends by itself."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--port", type=int, help="the page's port; without it the first free one from 8090 on")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the bot keeps its database; emptied first")
    options = parser.parse_args()
    ports = PORTS if options.port is None else range(options.port, options.port + 1)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt(stopping))
    begun = time.monotonic()
    try:
        with running_demo(options.folder, ports) as (box, bot):
            print(explain(f"{box.url}/", bot, time.monotonic() - begun), flush=True)
            while not stopping.wait(0.5):
                if not bot.is_running:
                    raise BotFailedError(f"the bot has ended:\n{bot.read_log()}")
    except KeyboardInterrupt:
        # Only while everything was still being set up; what had started has been stopped by now.
        pass
    except BotFailedError as error:
        sys.exit(str(error))


def _interrupt(stopping: threading.Event) -> None:
    """Ask the demo to end; in the middle of setting up there is nobody to ask, so it is broken off."""
    if stopping.is_set():
        return
    stopping.set()
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
