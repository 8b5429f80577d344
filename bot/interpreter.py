"""Translates what waits for it: takes a rendition, asks the engines with no transaction open, keeps what came."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from typing import Protocol

from bot.db.unit_of_work import Transactions
from bot.domain.translation import Limits
from bot.log import describe
from bot.looping import Loop, log_stop
from bot.services import renditions
from bot.services.policies import as_policy
from bot.services.renditions import Job, Translated
from bot.slack.failures import SlackFailure
from bot.translation.detect import detect
from bot.translation.document import Document
from bot.translation.pipeline import Policy, Rendered, TranslationFailed

LONGEST_REST = 1.0
"""Seconds after which the database is looked at unasked: another process may have put something there."""

SLOW = 3.0
"""Seconds after which the author is shown that a translation is under way."""

LEASE = timedelta(seconds=90)
"""How long a rendition is in one process's hands: an engine's longest deadline, and the wait for the database."""

WAITING = "hourglass_flowing_sand"
FAILED = "warning"

_PATIENCE_SECONDS = 20.0
_SHORT_REST = 0.05
"""Seconds before looking again when another process was quicker."""

_log = logging.getLogger(__name__)


class Marks(Protocol):
    """Whoever can put an emoji under a message and take it away again; both raise SlackFailure."""

    def react(self, channel: str, ts: str, name: str) -> None:
        """Put it there."""
        ...

    def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take it away."""
        ...


class Translating(Protocol):
    """Whoever translates; safe to be asked from several threads."""

    def translate(
        self, document: Document, *, target: str, policy: Policy, prior: str | None = None
    ) -> Rendered:
        """Return the document in the target language. Raises TranslationFailed."""
        ...


class Interpreter(Loop):
    """One thread looks for work, `threads` others do it; several processes may do so at once.

    Nothing is lost with a process: the lease of what it had in hand ends, and another one takes it. Nothing is
    said twice either: what comes late counts only while that lease stands and the words are still the same.
    """

    name = "interpreter"

    def __init__(
        self,
        transactions: Transactions,
        translator: Translating,
        marks: Marks,
        *,
        limits: Limits | None = None,
        threads: int = 2,
        slow: float = SLOW,
        lease: timedelta = LEASE,
    ) -> None:
        super().__init__()
        self._transactions = transactions
        self._translator = translator
        self._marks = marks
        self._limits = limits or Limits()
        self._slow = slow
        self._lease = lease
        self._threads = threads
        self._free = threading.Semaphore(threads)

    def _run(self) -> None:
        with ThreadPoolExecutor(self._threads, thread_name_prefix="interpreter") as crew:
            # The first Latin text of a process would wait for the model that tells languages apart.
            crew.submit(detect, "Nobody waits for this sentence.")
            while not self._stopping.is_set():
                try:
                    rest = self._step(crew)
                # Any driver error can come out of a database that restarts; the loop must outlive it.
                except Exception as error:
                    log_stop(_log, "nothing can be taken to translate", error)
                    rest = LONGEST_REST
                if rest > 0:
                    self._sleep(rest)

    def _step(self, crew: ThreadPoolExecutor) -> float:
        """Set one translation going and return 0, or return the seconds to rest unless the bell rings."""
        if not self._free.acquire(blocking=False):
            return LONGEST_REST
        job: Job | None = None
        try:
            now = self._transactions.clock()
            with self._transactions.reading() as session:
                # Asked first, because on SQLite looking in vain would take the writer's turn from somebody.
                if not renditions.anything_due(session, now):
                    due = renditions.next_due(session, now)
                    rest = LONGEST_REST if due is None else (due - now).total_seconds()
                    return max(0.001, min(rest, LONGEST_REST))
            with self._transactions() as uow:
                job = renditions.take(uow, limits=self._limits, lease=self._lease)
        finally:
            if job is None:
                self._free.release()
        if job is None:
            return _SHORT_REST
        crew.submit(self._work, job)
        return 0.0

    def _work(self, job: Job) -> None:
        hourglass = Hourglass(self._marks, job, self._slow)
        try:
            self._keep(job, *self._translate(job))
        # The database, most likely. The lease ends some time, and then it is taken again.
        except Exception as error:
            _log.error("rendition %d is left: %s at %s", job.rendition_id, *describe(error))
        finally:
            hourglass.stop()
            self._free.release()
            self._bell.set()

    def _translate(self, job: Job) -> tuple[Translated | None, str]:
        """Return the translation, or None and the reason there is none."""
        began = monotonic()
        try:
            rendered = self._translator.translate(
                Document.load(job.document),
                target=job.target,
                policy=as_policy(job.policy),
                prior=job.source_language or job.prior,
            )
        except TranslationFailed as failure:
            _log.warning("rendition %d: no translation (%s)", job.rendition_id, failure.reason)
            return None, failure.reason
        # A message nobody foresaw must end in a visible state like any other failure.
        except Exception as error:
            _log.error("rendition %d: %s at %s", job.rendition_id, *describe(error))
            return None, "broken"
        _log.info(
            "rendition %d: %s, %d characters, %.1f s",
            job.rendition_id,
            rendered.engine or "no engine",
            rendered.characters,
            monotonic() - began,
        )
        return _translated(rendered), ""

    def _keep(self, job: Job, done: Translated | None, reason: str) -> None:
        with self._transactions(patience=_PATIENCE_SECONDS) as uow:
            if done is None:
                counts = renditions.fail(uow, job=job, reason=reason)
            else:
                counts = renditions.finish(uow, job=job, done=done, limits=self._limits)
        if counts and done is None:
            mark(self._marks.react, job, FAILED)
        elif counts and job.failed_before:
            mark(self._marks.unreact, job, FAILED)


def _translated(rendered: Rendered) -> Translated:
    return Translated(
        rendered.document.dump(),
        rendered.source,
        rendered.engine,
        rendered.flags,
        rendered.characters,
        withheld=rendered.withheld,
    )


class Hourglass:
    """Shows under a message that its translation takes longer than `after` seconds, until it is stopped."""

    def __init__(self, marks: Marks, job: Job, after: float) -> None:
        self._marks = marks
        self._job = job
        self._turn = threading.Lock()
        self._over = False
        # Whoever had this in hand before may have died over it and left theirs behind.
        self._shown = job.attempts > 1 and not job.failed_before
        self._timer = threading.Timer(after, self._show)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Take it away again, if it was there at all."""
        self._timer.cancel()
        with self._turn:
            self._over = True
            if self._shown:
                mark(self._marks.unreact, self._job, WAITING)

    def _show(self) -> None:
        with self._turn:
            if not self._over:
                mark(self._marks.react, self._job, WAITING)
                self._shown = True


class Mark(Protocol):
    """One of the two things that are done with an emoji."""

    def __call__(self, channel: str, ts: str, name: str, /) -> None:
        """Do it."""
        ...


def mark(change: Mark, job: Job, name: str) -> None:
    """Put or take an emoji where there is a message for it; the words beside it matter more than it does."""
    if job.channel is None or job.ts is None:
        return
    try:
        change(job.channel, job.ts, name)
    except SlackFailure as failure:
        _log.info("an emoji could not be changed: %s", failure.code)
