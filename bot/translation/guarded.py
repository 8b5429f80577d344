"""One engine as the chain uses it: at its rate, tried again when that may help, left alone when it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from bot.domain.pacing import Bucket, Rate
from bot.translation.breaker import Breaker, Limits
from bot.translation.engines.engine import Engine, EngineFailed, Fault
from bot.translation.seats import Seats

LONGEST_WAIT = 5.0
"""Seconds of a Retry-After that are waited for; beyond, the next engine is quicker."""

_PASSING = frozenset({Fault.TIMEOUT, Fault.UNREACHABLE, Fault.LIMITED, Fault.SERVER})
_LEAST = 0.05
_TRIAL = 3.0
"""Seconds for which the one call that tries after a rest is awaited; beyond, another engine is quicker."""

OnTrouble = Callable[[str, Fault], None]


class Guarded:
    """Safe to call from several threads. `patience` is the most seconds of a single call."""

    def __init__(
        self, engine: Engine, *, patience: float, retries: int, limits: Limits, on_trouble: OnTrouble | None
    ) -> None:
        self.engine = engine
        self.traits = engine.traits
        self._patience = patience
        self._retries = retries
        self._on_trouble = on_trouble
        self._refused = False
        self._breaker = Breaker(limits)
        self._seats = Seats()
        # One at a time: a burst would put more calls into a second than the engine allows in one.
        self._bucket = Bucket(Rate(self.traits.rate, 1), time.monotonic())
        self._lock = threading.Lock()
        self._gate = threading.Lock()
        self._left_at = 0.0

    def translate(self, texts: Sequence[str], *, source: str, target: str, until: float) -> list[str]:
        """Return one answer a text, raw, before `until` (monotonic seconds); raises EngineFailed."""

        def is_passing(error: BaseException) -> bool:
            return isinstance(error, EngineFailed) and error.fault in _PASSING

        def is_over(state: RetryCallState) -> bool:
            wait = state.upcoming_sleep
            late = time.monotonic() + wait + _LEAST >= until
            return state.attempt_number > self._retries or wait > LONGEST_WAIT or late

        trying = Retrying(
            retry=retry_if_exception(is_passing), stop=is_over, wait=_wait, sleep=time.sleep, reraise=True
        )
        return trying(self._attempt, texts, source, target, until)

    def _attempt(self, texts: Sequence[str], source: str, target: str, until: float) -> list[str]:
        self._require_awake(until)
        self._wait_for_turn(until)
        seconds = min(self._patience, until - time.monotonic())
        if seconds < _LEAST:
            raise EngineFailed(Fault.TIMEOUT)
        # Who is admitted after a rest must really call, so nothing may come in between.
        if not self._breaker.admit():
            self._require_awake(until)
            seconds = max(_LEAST, min(seconds, until - time.monotonic()))
        fault: Fault | None = Fault.NONSENSE
        try:
            answers = self._call(texts, source, target, seconds)
            fault = None
        except EngineFailed as failed:
            fault = failed.fault
            raise
        finally:
            self._breaker.report(fault)
            self._tell(fault)
        return answers

    def _call(self, texts: Sequence[str], source: str, target: str, seconds: float) -> list[str]:
        def ask() -> list[str]:
            return self.engine.translate(texts, source=source, target=target, timeout=seconds)

        answers = self._seats.call(ask, seconds)
        if len(answers) != len(texts):
            raise EngineFailed(Fault.NONSENSE)
        return answers

    def _require_awake(self, until: float) -> None:
        """Raise the fault because of which the engine is left alone, unless the call that tries ends that soon."""
        if self._breaker.is_resting(min(_TRIAL, until - time.monotonic())):
            raise EngineFailed(self._breaker.last_fault, retry_after=2 * LONGEST_WAIT)

    def _wait_for_turn(self, until: float) -> None:
        with self._lock:
            now = time.monotonic()
            wait = self._bucket.wait(now)
            if now + wait + _LEAST >= until:
                raise EngineFailed(Fault.LIMITED, retry_after=2 * LONGEST_WAIT)
            self._bucket.take(now)
        if wait > 0:
            time.sleep(wait)
        # On a busy machine several sleepers wake together; their calls must be apart all the same.
        with self._gate:
            if (gap := self._left_at + 1 / self.traits.rate - time.monotonic()) > 0:
                time.sleep(gap)
            self._left_at = time.monotonic()

    def _tell(self, fault: Fault | None) -> None:
        """Say once that the engine refuses us, and again only when it has worked in between."""
        with self._lock:
            news = fault is Fault.REFUSED and not self._refused
            self._refused = fault is Fault.REFUSED or (self._refused and fault is not None)
        if news and self._on_trouble is not None:
            self._on_trouble(self.traits.name, Fault.REFUSED)


_jitter = wait_random_exponential(multiplier=0.3, max=2.0)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, EngineFailed) and error.retry_after is not None:
        return error.retry_after
    return _jitter(state)
