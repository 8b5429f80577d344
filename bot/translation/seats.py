"""A call that ends on time even when the function does not: on a thread of its own, in one of so many seats."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from bot.translation.engines.engine import EngineFailed, Fault

T = TypeVar("T")


class Seats:
    """Calls of one engine at the same time; a stuck one keeps its seat until its connection dies."""

    def __init__(self, seats: int = 64) -> None:
        self._free = threading.BoundedSemaphore(seats)

    def call(self, function: Callable[[], T], seconds: float) -> T:
        """Return what the function returns; raises EngineFailed, TIMEOUT after `seconds`, and nothing else."""
        until = time.monotonic() + seconds
        if not self._free.acquire(timeout=max(0.0, seconds)):
            raise EngineFailed(Fault.TIMEOUT)
        done: Future[T] = Future()
        # A daemon: a server that drips its answer for ever must not keep the process from ending.
        threading.Thread(target=self._run, args=(function, done), name="engine-call", daemon=True).start()
        try:
            return done.result(max(0.0, until - time.monotonic()))
        except TimeoutError:
            failed = EngineFailed(Fault.TIMEOUT)
        raise failed

    def _run(self, function: Callable[[], T], done: Future[T]) -> None:
        try:
            done.set_result(function())
        except EngineFailed as failed:
            done.set_exception(EngineFailed(failed.fault, failed.retry_after))
        # Engines promise EngineFailed only, but they read foreign answers with foreign libraries. Whatever else
        # escapes quotes addresses, keys and texts, and would leave the caller waiting, so its kind is all we keep.
        except Exception:
            done.set_exception(EngineFailed(Fault.NONSENSE))
        finally:
            self._free.release()
