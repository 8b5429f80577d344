"""When an engine is left alone: after a run of failures for a minute, after a refusal for half an hour."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitBreakerError, CircuitMemoryStorage

from bot.translation.engines.engine import EngineFailed, Fault

_HEALTHY = frozenset({None, Fault.UNSUPPORTED})
"""An engine that can't do a language is well."""


@dataclass(frozen=True)
class Limits:
    """So many failures in a row, then so many seconds of rest; a wrong key or a used-up quota rests longer."""

    failures: int = 5
    rest: float = 60.0
    refused_rest: float = 1800.0


class Breaker:
    """pybreaker's states, asked before a call and told after it; after a rest one call tries for all who wait.

    pybreaker's own `call` holds its lock while the function runs, so all calls of an engine would queue up.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stored = CircuitMemoryStorage(STATE_CLOSED)
        self._states = CircuitBreaker(limits.failures, limits.rest, state_storage=self._stored)
        self._lock = threading.Condition()
        self._trying = False
        self.last_fault = Fault.SERVER

    def is_resting(self, patience: float = 0.0) -> bool:
        """Say whether calls would be turned away; how the one that tries ends is awaited for `patience` seconds.

        Without that, everything that failed during an outage and is asked again at its end would fail again.
        """
        with self._lock:
            self._lock.wait_for(lambda: not self._trying, max(0.0, patience))
            return self._stored.state != STATE_CLOSED and (self._trying or self._is_resting())

    def admit(self) -> bool:
        """Say whether a call may be made; each yes must be followed by `report`."""
        with self._lock:
            if self._stored.state == STATE_CLOSED:
                return True
            if self._trying or self._is_resting():
                return False
            self._trying = True
            self._states.half_open()
            return True

    def report(self, fault: Fault | None) -> None:
        """Count how an admitted call went; None is a success."""
        with self._lock:
            self._trying = False
            if fault is not None:
                self.last_fault = fault
            if fault is Fault.REFUSED:
                self._states.reset_timeout = self._limits.refused_rest
                self._states.open()
            # A call that began before the engine was left alone has no say any more.
            elif self._stored.state != STATE_OPEN:
                self._states.reset_timeout = self._limits.rest
                with suppress(EngineFailed, CircuitBreakerError):
                    self._states.call(_pass if fault in _HEALTHY else _fail)
            self._lock.notify_all()

    def _is_resting(self) -> bool:
        since = self._stored.opened_at
        rest = timedelta(seconds=self._states.reset_timeout)
        return self._stored.state == STATE_OPEN and since is not None and datetime.now(UTC) < since + rest


def _pass() -> None:
    return None


def _fail() -> NoReturn:
    raise EngineFailed(Fault.SERVER)
