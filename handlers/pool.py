"""A bounded pool of threads that turns work away rather than beginning it too late."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from prometheus_client import Gauge

T = TypeVar("T")


class TooBusyError(Exception):
    """No dispatch thread was free in time, and the work was never begun."""


class Pool:
    """Runs sync calls in a few threads and turns work away rather than beginning it too late."""

    def __init__(
        self, size: int, *, max_waiting: int, patience_seconds: float, gauge: Gauge | None = None
    ) -> None:
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="dispatch")
        self._max_waiting = max_waiting
        self._patience = patience_seconds
        self._gauge = gauge
        # Only the event loop touches this; the pool is FIFO, so whatever has begun stands on the left.
        self._queue: deque[tuple[float, Future[Any]]] = deque()

    async def run(self, call: Callable[[], T], patience_seconds: float | None = None) -> T:
        """Give the call's result or its exception; raise TooBusyError if it could not begin in time.

        `patience_seconds` stands in for the pool's own.
        """
        self._forget_begun()
        now = time.monotonic()
        # A long queue that moves is fine; one whose head has waited half the patience is stuck.
        if len(self._queue) > self._max_waiting and now - self._queue[0][0] > self._patience / 2:
            raise TooBusyError
        future = self._threads.submit(call)
        self._queue.append((now, future))
        self._forget_begun()
        wrapped = asyncio.wrap_future(future)
        try:
            await asyncio.wait({wrapped}, timeout=patience_seconds or self._patience)
            if not wrapped.done() and future.cancel():
                raise TooBusyError
            return await wrapped
        finally:
            # Without this an exception nobody waits for any more would be printed by asyncio, text and all.
            wrapped.cancel()
            self._forget_begun()

    def close(self) -> None:
        """Let running calls finish and drop the waiting ones."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _forget_begun(self) -> None:
        while self._queue and (self._queue[0][1].running() or self._queue[0][1].done()):
            self._queue.popleft()
        if self._gauge is not None:
            self._gauge.set(len(self._queue))
