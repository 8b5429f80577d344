"""Keep forked processes at work, and kill one of them after the other until this process is ended."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

Work = Callable[[int], NoReturn]
"""What a process does until it is killed; it is given the number of processes there were before it."""


def kill_on_and_on(
    work: Work, *, count: int, kills: Path, rng: random.Random, between: tuple[float, float]
) -> None:
    """Keep `count` processes at `work`; each kill adds a byte to the file `kills`.

    From one kill to the next it takes as many seconds as `between` says. Returns, with every process killed, after
    SIGTERM or when the parent is gone. A process that ends by itself ends this one with an error.
    """
    parent, at_work, born = os.getppid(), list[int](), 0
    # Only a mark: an exception is lost where it is raised inside of a fork.
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    try:
        while not ended and os.getppid() == parent:
            while len(at_work) < count:
                at_work.append(_fork(work, born))
                born += 1
            time.sleep(rng.uniform(*between))
            if not ended:
                _kill(at_work.pop(rng.randrange(count)))
                with kills.open("ab") as file:
                    file.write(b"k")
    finally:
        for process in at_work:
            _kill(process)


def _fork(work: Work, number: int) -> int:
    process = os.fork()
    if process == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            work(number)
        finally:
            # Nothing of what the parent would tidy up is the child's.
            os._exit(1)
    return process


def _kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    _process, status = os.waitpid(process, 0)
    # One that ended by itself would be a worker that failed, and no kill.
    if not os.WIFSIGNALED(status):
        sys.exit("a process ended without being killed")
