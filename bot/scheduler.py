"""Looks at the clock: does what time brings, again and again. What is due is decided by rows alone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork, utc_now
from bot.services.alerts import tell_alerts, watch_projects
from bot.services.call_out_sweeps import draw_and_close, tend_call_outs
from bot.services.coaching import send_coaching
from bot.services.digests import purge_digests, send_digests
from bot.services.faq import age_answers
from bot.services.guideline_turns import begin_scheduled
from bot.services.issue_timers import SWEEPS as ISSUE_SWEEPS
from bot.services.issue_timers import TURNS
from bot.services.known import accept_known
from bot.services.leases import SWEEPS, refresh_medians
from bot.services.pausing import resume_old
from bot.services.qualifying import tell_expiries
from bot.services.questions import give_up_searches
from bot.services.requests import purge
from bot.services.suggesting import suggest_by_rules
from bot.services.translation_store import purge_translations
from bot.services.voting import follow_overlaps
from bot.services.wishing import tell_of_work

Chore = Callable[[UnitOfWork], int]

TICK = timedelta(seconds=10)
MISSED_TICKS = 6
"""After so many ticks without one that ended, the ticker counts as stuck."""
SILENCE = timedelta(seconds=10)
"""How long nobody is alarmed, however short the ticks are: in some of them every chore is due at once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rhythm:
    """A chore and how often it is done. Every chore must bear being done twice, by two processes at once.

    One with several `turns` is done again at once, each time in a transaction of its own, while it finds work.
    """

    chore: Chore
    every: timedelta
    turns: int = 1


def standard_rhythms(tick: timedelta = TICK) -> tuple[Rhythm, ...]:
    """Return what a Gagyo does by itself: the sweeps at each tick, the slow chores now and then."""
    return (
        *(Rhythm(sweep, tick) for sweep in SWEEPS),
        *(Rhythm(sweep, tick, TURNS) for sweep in ISSUE_SWEEPS),
        Rhythm(begin_scheduled, tick),
        Rhythm(draw_and_close, tick),
        Rhythm(tell_of_work, tick, turns=5),
        Rhythm(resume_old, max(tick, timedelta(minutes=1))),
        Rhythm(accept_known, max(tick, timedelta(minutes=1))),
        Rhythm(tell_expiries, max(tick, timedelta(minutes=10))),
        Rhythm(suggest_by_rules, max(tick, timedelta(hours=1))),
        Rhythm(follow_overlaps, tick, turns=20),
        Rhythm(refresh_medians, max(tick, timedelta(minutes=10))),
        Rhythm(purge, max(tick, timedelta(hours=1))),
        Rhythm(give_up_searches, max(tick, timedelta(minutes=1))),
        Rhythm(age_answers, max(tick, timedelta(hours=1))),
        Rhythm(purge_translations, max(tick, timedelta(hours=1))),
        *(
            Rhythm(chore, max(tick, timedelta(minutes=1)))
            for chore in (
                send_digests,
                watch_projects,
                tell_alerts,
                send_coaching,
                tend_call_outs,
            )
        ),
        Rhythm(purge_digests, max(tick, timedelta(hours=1))),
    )


class Scheduler:
    """Runs chores one after the other, each in a transaction of its own.

    APScheduler serves as a ticker only, without a store: two processes on one store run jobs twice and the
    loser dies silently. A watchdog notices a ticker that has died and starts another.
    """

    def __init__(
        self,
        transactions: Transactions,
        *,
        tick: timedelta = TICK,
        rhythms: Sequence[Rhythm] | None = None,
        clock: Callable[[], float] = monotonic,
        silence: timedelta = SILENCE,
    ) -> None:
        self._transactions = transactions
        self._silence = silence
        self._tick = tick
        self._rhythms = tuple(rhythms) if rhythms is not None else standard_rhythms(tick)
        self._clock = clock
        self._next = [0.0] * len(self._rhythms)
        self._turn = threading.Lock()
        self._last_tick: float | None = None
        self._started_at = clock()
        self._ticker: BackgroundScheduler | None = None
        self._watchdog: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin ticking, at once, in threads of its own."""
        self._stopping.clear()
        self._started_at = self._clock()
        self._ticker = self._start_ticker()
        self._watchdog = threading.Thread(target=self._watch, name="scheduler-watchdog", daemon=True)
        self._watchdog.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Begin no other chore and wait for the one in hand."""
        self._stopping.set()
        if self._watchdog is not None:
            self._watchdog.join(timeout)
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
        if self._turn.acquire(timeout=timeout):
            self._turn.release()

    @property
    def seconds_since_tick(self) -> float:
        """Seconds since a tick last ended, or since the start when none has."""
        return self._clock() - (self._started_at if self._last_tick is None else self._last_tick)

    @property
    def is_late(self) -> bool:
        """Whether ticks have stopped coming; chores are then not done by this process."""
        return self.seconds_since_tick > max(MISSED_TICKS * self._tick, self._silence).total_seconds()

    def run_due(self) -> None:
        """Do every chore whose time has come; what fails is logged and done again at the next tick."""
        # A tick that is still at work makes this one needless.
        if not self._turn.acquire(blocking=False):
            return
        try:
            for index, rhythm in enumerate(self._rhythms):
                if self._stopping.is_set():
                    return
                now = self._clock()
                if now >= self._next[index] and self._do_all(rhythm):
                    # Half a tick less, so that the tick which comes a millisecond early counts.
                    self._next[index] = now + rhythm.every.total_seconds() - self._tick.total_seconds() / 2
            self._last_tick = self._clock()
        finally:
            self._turn.release()

    def _do_all(self, rhythm: Rhythm) -> bool:
        for _turn in range(rhythm.turns):
            done = self._do(rhythm.chore)
            if not done or self._stopping.is_set():
                return done is not None
        return True

    def _do(self, chore: Chore) -> int | None:
        """Do a chore and return how much it did, None when it failed."""
        name = getattr(chore, "__name__", "chore")
        try:
            with self._transactions() as uow:
                done = chore(uow)
        except DatabaseBusy:
            _log.info("chore %s: the database is busy", name)
            return None
        # A database that restarts raises any driver error, and a ticker that dies of it dies silently.
        except Exception as error:
            _log.error("chore %s failed: %s", name, type(error).__name__)
            return None
        if done:
            _log.info("chore %s: %d", name, done)
        return done

    def _start_ticker(self) -> BackgroundScheduler:
        ticker = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        ticker.add_job(self.run_due, "interval", seconds=self._tick.total_seconds(), next_run_time=utc_now())
        ticker.start()
        return ticker

    def _watch(self) -> None:
        while not self._stopping.wait(self._tick.total_seconds()):
            if not self.is_late:
                continue
            if self._turn.locked():
                _log.error("a chore has been at work for %.0f s", self.seconds_since_tick)
                continue
            _log.error("no tick for %.0f s; starting another ticker", self.seconds_since_tick)
            if self._ticker is not None:
                self._ticker.shutdown(wait=False)
            self._ticker = self._start_ticker()
