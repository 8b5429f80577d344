"""A thread that looks for work again and again until it is told to stop."""

from __future__ import annotations

import logging
import threading

from bot.db.unit_of_work import DatabaseBusy


def log_stop(log: logging.Logger, what: str, error: Exception) -> None:
    """Log by its type what ended a turn of a loop.

    A database that is merely busy is no error: the next turn asks again.
    """
    level = logging.INFO if isinstance(error, DatabaseBusy) else logging.ERROR
    log.log(level, "%s: %s", what, type(error).__name__)


class Loop:
    """Runs `_run` in a thread of its own, which rests on `_bell` and ends once `_stopping` is set."""

    name = "loop"

    def __init__(self) -> None:
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look for work now; cheap, from any thread."""
        self._bell.set()

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 30.0) -> bool:
        """Take nothing more and finish what is in hand; False when `timeout` seconds were too few."""
        self._stopping.set()
        self._bell.set()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_running(self) -> bool:
        """Whether the thread that looks for work is alive."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        """Look for work until `_stopping` is set; must outlive whatever a database raises."""
        raise NotImplementedError

    def _sleep(self, seconds: float | None) -> None:
        """Wait for the bell, at most so long; with None, until it rings."""
        self._bell.wait(seconds)
        self._bell.clear()
