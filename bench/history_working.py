"""A process that forks processes of many threads at work, and kills one of them after the other until it is ended.

Each thread writes what it is about to do into its process's log, does it, and writes what it was answered: what a
killed process had no time to write down may have happened or not.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from bench.history_acts import Act, choose, perform
from bench.history_ground import Cast, FastClock, read_cast
from bench.killing import kill_on_and_on
from bot.db.engine import open_database
from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.domain.errors import DomainError

_BETWEEN = (0.3, 1.6)
"""Seconds from one kill to the next, at least and at most."""

_PATIENCE = 20.0
"""Seconds that an act waits for its turn: people would hear that there is no room, which is no history."""


class Log:
    """Lines of one process; each is whole or missing, and there once `write` has returned."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, **line: Any) -> None:
        os.write(self.file, json.dumps(line, ensure_ascii=True).encode() + b"\n")


def attempt(transactions: Transactions, cast: Cast, act: Act) -> dict[str, Any]:
    """Do one act and return what there is to write down of its end."""
    try:
        with transactions(patience=_PATIENCE) as uow:
            answer = perform(uow, act, cast)
    except DomainError as error:
        return {"refused": type(error).__name__}
    except DatabaseBusy:
        return {"busy": True}
    except Exception:
        # Whatever it is, it is a finding, and the thread goes on as the app would.
        return {"failed": traceback.format_exc()[-3000:]}
    return {"done": answer}


def work(transactions: Transactions, cast: Cast, log: Log, name: str, seed: int) -> None:
    """Act at random for as long as the process lives."""
    rng, number = random.Random(seed), 0
    while True:
        number += 1
        try:
            with transactions.reading() as session:
                act = choose(rng, session, cast, f"{name}-{number}")
        except (DatabaseBusy, SQLAlchemyError):
            # Only the choice failed, for want of a connection.
            time.sleep(0.05)
            continue
        if act is None:
            continue
        log.write(call=act.key, name=act.name, who=act.who, row=act.row)
        log.write(end=act.key, **attempt(transactions, cast, act))


def main(url: str, folder: str, processes: int, threads: int, began: float, seed: int) -> None:
    """Keep `processes` processes of `threads` threads at work; each kill adds a byte to the file `kills`."""
    place = Path(folder)
    database = open_database(url, pool_size=6)
    transactions = Transactions(database, clock=FastClock(began, place / "step"))
    cast = read_cast(place / "cast")
    # What is compiled here need not be compiled by every child, of which most have little time to live.
    rng = random.Random(seed)
    warming = Log(place / "warm.log")
    for number in range(60):
        with transactions.reading() as session:
            act = choose(rng, session, cast, f"warm-{number}")
        if act is not None:
            warming.write(call=act.key, name=act.name, who=act.who, row=act.row)
            warming.write(end=act.key, **attempt(transactions, cast, act))
    database.dispose()

    def begin(number: int) -> NoReturn:
        log = Log(place / f"p{number}.log")
        for n in range(threads):
            args = (transactions, cast, log, f"p{number}-{n}", (seed * 1000 + number) * 100 + n)
            threading.Thread(target=work, args=args, daemon=True).start()
        while True:
            signal.pause()

    kill_on_and_on(begin, count=processes, kills=place / "kills", rng=rng, between=_BETWEEN)


if __name__ == "__main__":
    _url, _folder, _processes, _threads, _began, _seed = sys.argv[1:]
    main(_url, _folder, int(_processes), int(_threads), float(_began), int(_seed))
