"""A process that forks processes which make digests, and kills one of them after the other until it is ended."""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from bench.killing import kill_on_and_on
from bot.db.engine import open_database
from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.services.digests import send_digests

_BETWEEN = (0.02, 0.5)
"""Seconds from one kill to the next, at least and at most."""


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

    def work(_number: int) -> NoReturn:
        while True:
            make_digests(transactions)
            time.sleep(0.005)

    kill_on_and_on(work, count=count, kills=Path(kills), rng=random.Random(seed), between=_BETWEEN)


if __name__ == "__main__":
    _url, _clock, _kills, _count, _seed = sys.argv[1:]
    main(_url, _clock, _kills, int(_count), int(_seed))
