"""`python -m sandbox.demo`: a crew at work on this computer, to be tried in the browser. Ctrl-C ends everything."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.client import Sandbox, list_actions
from sandbox.crews import (
    ADMIN,
    PM,
    PROJECTS,
    REVIEWERS,
    STRANGER,
    SUPERVISOR,
    WORKERS,
    clips,
    workspace,
)
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
    """Run a sandbox and a bot in which everybody has joined and some work is under way.

    Each port has a folder of its own below `folder`; what an earlier demo left in it is removed first.
    """
    world = World(seed=workspace())
    with serve_somewhere(world, ports) as running:
        box = Sandbox(running.url)
        home = folder / str(urlsplit(running.url).port)
        for left in (*home.glob("gagyo.db*"), home / "bot.log"):
            left.unlink(missing_ok=True)
        bot = Bot(home, box, settings=SETTINGS)
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
    """Let four workers hand something in and a reviewer return one of it, so that every desk has something on it."""
    for member, key, values in (
        (WORKERS[2], "JEONNAM", {"text": "아따, 날이 아주 춥네. 보일러 좀 틀어야 하겠어."}),
        (WORKERS[1], "JEONNAM", {"text": clips()["jn-02"].words}),
        (
            WORKERS[7],
            "COMMENTS",
            {"label": "안전", "rationale": "노을을 칭찬하는 글이고 해로운 말이 없어요."},
        ),
        (WORKERS[6], "SENTENCES", {"text": "Please submit companion work again within 24 hours."}),
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


def explain(url: str, bot: Bot, seconds: float) -> str:
    """Return what is printed: the address first, then whom to be and what to type, in both languages."""
    worker, reviewer = WORKERS[0], REVIEWERS[0]
    desks = (
        (f"?as={worker.id}", f"{worker.nickname} · worker 작업자", "/work 받기   /work 목록   /my"),
        (f"?as={WORKERS[2].id}", f"{WORKERS[2].nickname} · worker 작업자", "reads a return · 반려된 작업"),
        (f"?as={reviewer.id}", f"{reviewer.nickname} · reviewer 검수자", "/review 받기"),
        (f"?as={SUPERVISOR.id}", f"{SUPERVISOR.nickname} · supervisor 수퍼바이저", "/review next"),
        (f"?as={PM.id}", "Alex · PM, English", "/pm status   /pm import"),
        (f"?as={ADMIN.id}", "Sam · admin, English", "/admin"),
        (f"?as={STRANGER.id}", f"{STRANGER.nickname} · newcomer 새로 온 분", "안녕하세요"),
        (
            f"?as={worker.id}&with={reviewer.id}",
            "side by side",
            "worker and reviewer · 작업자와 검수자 나란히",
        ),
    )
    width = max(len(address) for address, _, _ in desks)
    return "\n".join(
        (
            f"Gagyo demo: {url}",
            "",
            "Open one of these and type in the conversation with 가교.",
            "하나를 열어 가교와의 대화창에 입력해 보세요.",
            "",
            *(f"  {url}{address:{width}}  {who}: {what}" for address, who, what in desks),
            "",
            "Everything stays on this computer, and each demo starts anew. Ctrl-C stops it.",
            "모든 것이 이 컴퓨터 안에만 있고, 켤 때마다 새로 시작해요. 끄려면 Ctrl-C를 누르세요.",
            f"(ready after {seconds:.0f} s; the bot's log is {_near(bot.log)})",
        )
    )


def _near(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


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
        with running_demo(options.folder, ports) as (box, bot):
            print(explain(f"{box.url}/", bot, time.monotonic() - begun), flush=True)
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
