"""Equal requests at the same time are one request: the first asks, the others wait for its answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from bot.translation.engines.engine import EngineFailed, Fault
from bot.translation.masked import Masked

Flight = Future[Masked]


@dataclass
class Flights:
    """What is being asked right now, by cache key."""

    _flying: dict[str, Flight] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def board(self, keys: Iterable[str]) -> tuple[dict[str, Flight], dict[str, Flight]]:
        """Return the flights this caller must end, and those of others; each key is in one of the two."""
        own: dict[str, Flight] = {}
        others: dict[str, Flight] = {}
        with self._lock:
            for key in keys:
                if key in self._flying:
                    others[key] = self._flying[key]
                else:
                    own[key] = self._flying[key] = Flight()
        return own, others

    def land(self, own: dict[str, Flight], answers: dict[str, Masked], fault: Fault) -> None:
        """End flights with their answers; what has none failed with `fault`."""
        with self._lock:
            for key in own:
                del self._flying[key]
        for key, flight in own.items():
            if key in answers:
                flight.set_result(answers[key])
            else:
                flight.set_exception(EngineFailed(fault))


def wait_for(flight: Flight, seconds: float) -> Masked:
    """Return another caller's answer; raises EngineFailed as it did for that caller, or TIMEOUT."""
    try:
        return flight.result(max(0.0, seconds))
    except TimeoutError:
        failed = EngineFailed(Fault.TIMEOUT)
    except EngineFailed as error:
        failed = EngineFailed(error.fault)
    raise failed
