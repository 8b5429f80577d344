"""A process that forks processes which make digests, and kills one of them after the other until it is ended."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

from bot.db.engine import open_database
from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.services.digests import send_digests

_SHORTEST, _LONGEST = 0.02, 0.5
"""Seconds from one kill to the next."""


def make_digests(transactions: Transactions) -> None:
    """Do what the scheduler does at each tick, at once."""
    try:
        with transactions(patience=5) as uow:
            send_digests(uow)
    except DatabaseBusy:
        # As for the scheduler: the next tick does it.
        time.sleep(0.01)


def main(url: str, clock: str, kills: str, count: int, seed: int) -> None:
    """Keep `count` processes at work; each kill adds a byte to the file `kills`, the file `clock` has the time."""
    database = open_database(url, pool_size=2)
    transactions = Transactions(
        database, clock=lambda: datetime.fromisoformat(Path(clock).read_text("ascii"))
    )
    # What is compiled here need not be compiled by every child, of which most have little time to live.
    make_digests(transactions)
    database.dispose()
    rng, parent, at_work = random.Random(seed), os.getppid(), list[int]()
    # Only a mark: an exception is lost where it is raised inside of a fork.
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    try:
        while not ended and os.getppid() == parent:
            while len(at_work) < count:
                at_work.append(_fork(transactions))
            time.sleep(rng.uniform(_SHORTEST, _LONGEST))
            _kill(at_work.pop(rng.randrange(count)))
            with Path(kills).open("ab") as file:
                file.write(b"k")
    finally:
        for process in at_work:
            _kill(process)


def _fork(transactions: Transactions) -> int:
    process = os.fork()
    if process == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            while True:
                make_digests(transactions)
                time.sleep(0.005)
        finally:
            # Nothing of what the parent would tidy up is the child's.
            os._exit(1)
    return process


def _kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    _process, status = os.waitpid(process, 0)
    # One that ended by itself would be a digest maker that failed, and no kill.
    if not os.WIFSIGNALED(status):
        sys.exit("a process ended without being killed")


if __name__ == "__main__":
    _url, _clock, _kills, _count, _seed = sys.argv[1:]
    main(_url, _clock, _kills, int(_count), int(_seed))
