"""Work that follows an answer: anything that talks to a network and may take longer than Slack waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from handlers.errors import survive


class Afterwards:
    """A few threads. What waits in them is lost with the process, so it never is all that carries a result."""

    def __init__(self, threads: int = 4, name: str = "afterwards") -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._changed = threading.Condition()
        self._unfinished = 0

    def run(self, what: str, call: Callable[[], object]) -> None:
        """Do it soon; a failure is logged under the name `what`. After `close` nothing is done any more."""
        try:
            future = self._pool.submit(survive, what, call)
        except RuntimeError:
            # Closed already: the process is about to end.
            return
        with self._changed:
            self._unfinished += 1
        # Called for dropped work as well, and at once if it is done already.
        future.add_done_callback(self._finish)

    def _finish(self, _future: Future[None]) -> None:
        with self._changed:
            self._unfinished -= 1
            self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to do; False when that took longer than `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._unfinished == 0, timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Let what has begun finish, for at most `timeout` seconds, and drop the rest."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.wait(timeout)
