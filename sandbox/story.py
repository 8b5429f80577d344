"""`python -m sandbox.story`: a working day through real sockets, told as it happens and checked as it is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.bridging import engine_settings, phrase_server
from sandbox.client import Sandbox
from sandbox.crews import ADMIN, workspace
from sandbox.expecting import ActFailed
from sandbox.postgres import fresh_database, running_postgres
from sandbox.running import Bot, BotFailedError
from sandbox.server import serve_in_thread
from sandbox.storytelling import (
    afternoon,
    agreeing,
    belonging,
    bridge,
    day_end,
    morning,
    night,
    questions,
    sharing,
)
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.teller import StoryBrokenError, Teller
from sandbox.world import World

Chapter = Callable[[Cast], None]

CHAPTERS: tuple[Chapter, ...] = (
    morning.greet_and_join,
    morning.set_up,
    morning.take_and_hand_in,
    afternoon.return_and_rework,
    afternoon.fix_and_hand_over,
    afternoon.undo_and_press_twice,
    afternoon.let_time_run_out,
    questions.publish_and_confirm,
    questions.ask_and_hand_over,
    afternoon.look_around,
    bridge.twin_threads,
    bridge.put_it_right,
    bridge.lose_the_engine,
    bridge.give_notice,
    night.sleep_and_be_woken,
    night.hold_and_decide,
    night.guard_and_report,
    agreeing.object_and_be_right,
    agreeing.agree_by_vote,
    agreeing.decide_between,
    agreeing.check_the_checkers,
    belonging.be_qualified,
    belonging.see_what_one_chooses,
    sharing.run_dry_and_be_told,
    sharing.take_back,
    sharing.call_people_out,
    day_end.look_back_on_the_day,
    day_end.settle_up,
    day_end.open_home,
    day_end.take_the_results,
)

# Slack allows a message a second in a conversation; the sandbox takes them as they come, so the day is short.
SETTINGS = {
    "scheduler": {"tick_seconds": 0.5},
    "sender": {"channel_per_second": 50, "channel_burst": 50, "workspace_per_second": 500, "threads": 4},
}


def play(
    folder: Path,
    *,
    mode: str = "socket",
    database_url: str = "",
    teller: Teller | None = None,
    chapters: Iterable[Chapter] = CHAPTERS,
) -> list[str]:
    """Play the day on a sandbox and bot of its own and return what did not hold, a line each.

    Each chapter goes on where the one before it ended; what is left out can only be the end of the day.
    """
    teller = teller or Teller()
    world = World(seed=workspace())
    with serve_in_thread(world) as running, phrase_server() as engine:
        box = Sandbox(running.url)
        settings = SETTINGS | engine_settings(engine)
        bot = Bot(folder, box, mode=mode, database_url=database_url, settings=settings)
        try:
            bot.install()
            bot.run("add-admin", "--team", world.team.id, "--user", ADMIN.id, "--nickname", ADMIN.nickname)
            seconds = bot.start()
            database = bot.database_url.partition(":")[0]
            teller.note(
                f"the bot runs as its own process ({mode} mode, {database}), ready after {seconds:.1f} s"
            )
            cast = Cast(box, bot, engine, teller)
            for chapter in chapters:
                chapter(cast)
        except StoryBrokenError:
            pass
        except (ActFailed, LookupError, BotFailedError, TimeoutError) as error:
            teller.expect("the story goes on", held=False, seen=f"{type(error).__name__}: {error}")
        finally:
            _close(bot, teller)
            box.close()
    return teller.failures


def _close(bot: Bot, teller: Teller) -> None:
    """Stop the bot, have the doctor look at what it left, and look into its log."""
    teller.chapter("Closing time")
    try:
        bot.stop()
        verdict = bot.run("doctor")
        waiting = bot.run("outbox", "list", "--all")
    except BotFailedError as error:
        teller.expect("the bot stops and the doctor finds nothing", held=False, seen=error)
        return
    teller.note(f"python -m bot doctor: {verdict}")
    teller.expect("every invariant holds", verdict == "All invariants hold.", verdict)
    teller.expect("every message has been delivered", waiting == "0 messages", waiting)
    trouble = [line for line in bot.read_log(10_000).splitlines() if " ERROR " in line or "Traceback" in line]
    teller.expect("the log has no errors", not trouble, trouble[:3])


def main() -> None:
    """Play the story; exit 0 only if everything held."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.story", description=__doc__)
    parser.add_argument(
        "--mode", choices=("socket", "http"), default="socket", help="how Slack reaches the bot"
    )
    parser.add_argument(
        "--postgres", action="store_true", help="keep the work in PostgreSQL instead of SQLite"
    )
    options = parser.parse_args()
    teller = Teller()
    with TemporaryDirectory(prefix="gagyo-story-") as folder:
        if options.postgres:
            with running_postgres(durable=False) as server, fresh_database(server) as url:
                failures = play(Path(folder), mode=options.mode, database_url=url, teller=teller)
        else:
            failures = play(Path(folder), mode=options.mode, teller=teller)
    print(
        f"\n{teller.checked - len(failures)} of {teller.checked} expectations held in {teller.seconds:.0f} s."
    )
    for failure in failures:
        print(f"  ✗ {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
