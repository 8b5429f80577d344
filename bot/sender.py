"""Takes what waits in the outbox to Slack: in order within a lane, no faster than Slack wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic

from bot.db.unit_of_work import Transactions
from bot.domain.pacing import Rate
from bot.i18n.catalogs import Catalogs
from bot.looping import Loop, log_stop
from bot.metrics import Metrics
from bot.outbox import claims
from bot.outbox.claims import Claimed
from bot.outbox.pacing import Pacing
from bot.outbox.patience import Patience
from bot.outbox.queue import next_due
from bot.outbox.standstill import Reason, Standstill
from bot.slack.delivery import Delivery, Render, Result
from bot.slack.failures import AuthLost, RateLimited, Uncertain, Unreachable
from bot.slack.gateway import Gateway

LONGEST_REST = 1.0
"""Seconds after which the outbox is looked at unasked: another process may have put something there."""

_log = logging.getLogger(__name__)


# Slack publishes the first; of the second it only says that it exists.
LANE_RATE = Rate(per_second=1.0, burst=3.0)
WORKSPACE_RATE = Rate(per_second=20.0, burst=40.0)


@dataclass(frozen=True)
class Pace:
    """How many messages are under way at once, and how fast they leave; for one process."""

    threads: int = 2
    lane: Rate = LANE_RATE
    workspace: Rate = WORKSPACE_RATE


class Sender(Loop):
    """One thread looks for rows, `threads` others take them to Slack; several processes may do so at once.

    A row is never lost: whatever happens to a sender, the row's lease ends and another looks in Slack whether
    the message arrived. It may arrive twice only when Slack stores a post later than `patience.quarantine`.
    `on_delivered` hears of each row that needs nothing more, in the loop's own thread: it has to be quick.
    """

    name = "sender"

    def __init__(
        self,
        transactions: Transactions,
        gateway: Gateway,
        render: Render,
        catalogs: Catalogs,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
        metrics: Metrics | None = None,
        on_delivered: Callable[[Claimed], None] = lambda _claimed: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._transactions = transactions
        self._pace = pace or Pace()
        self._patience = patience or Patience()
        self._delivery = Delivery(
            transactions, gateway, render, catalogs, patience=self._patience, metrics=metrics
        )
        self._on_delivered = on_delivered
        self._clock = clock
        self._pacing = Pacing(lane=self._pace.lane, workspace=self._pace.workspace, now=clock())
        self._standstill = Standstill()
        self._under_way = 0
        self._done: SimpleQueue[tuple[Claimed, Result]] = SimpleQueue()

    @property
    def standstill(self) -> Reason | None:
        """Why nothing is sent at present, None when all is well."""
        return self._standstill.reason

    def _run(self) -> None:
        with ThreadPoolExecutor(self._pace.threads, thread_name_prefix="sender") as crew:
            while not self._stopping.is_set():
                try:
                    rest = self._step(crew)
                # Any driver error can come out of a database that restarts; the loop must outlive it.
                except Exception as error:
                    log_stop(_log, "the outbox can't be read", error)
                    rest = LONGEST_REST
                if rest > 0:
                    self._sleep(rest)
                self._settle()
        self._settle()

    def _step(self, crew: ThreadPoolExecutor) -> float:
        """Start one delivery and return 0, or return the seconds to rest unless the bell rings."""
        now = self._clock()
        if self._under_way >= self._pace.threads:
            return LONGEST_REST
        if (wait := max(self._standstill.wait(now), self._pacing.wait(now))) > 0:
            return min(wait, LONGEST_REST)
        resting = self._pacing.resting(now)
        claimed = self._claim(resting)
        if claimed is None:
            return self._rest(now)
        self._under_way += 1
        self._standstill.begin()
        self._pacing.take(claimed.lane, now)
        crew.submit(self._deliver, claimed)
        return 0.0

    def _claim(self, resting: frozenset[str]) -> Claimed | None:
        with self._transactions.reading() as session:
            # Asked first, because on SQLite looking in vain would take the writer's turn from somebody.
            if not claims.anything_claimable(session, self._transactions.clock(), resting):
                return None
        with self._transactions() as uow:
            return claims.claim_head(uow.session, uow.now, self._patience.lease, resting)

    def _rest(self, now: float) -> float:
        with self._transactions.reading() as session:
            wall = self._transactions.clock()
            due = next_due(session, wall)
        waits = [LONGEST_REST]
        if due is not None:
            waits.append((due - wall).total_seconds())
        if (rested := self._pacing.next_rested(now)) is not None:
            waits.append(rested)
        return max(0.001, min(waits))

    def _deliver(self, claimed: Claimed) -> None:
        result = Result(asked=False)
        try:
            result = self._attempt(claimed)
        # The database, most likely. The row keeps its lease and is looked for in Slack when that has ended.
        except Exception as error:
            _log.error("outbox row %d (%s) is left: %s", claimed.id, claimed.kind, type(error).__name__)
        finally:
            self._done.put((claimed, result))
            self._bell.set()

    def _attempt(self, claimed: Claimed) -> Result:
        try:
            worded = self._delivery.prepare(claimed)
        # A view can fail in any way on facts it did not expect; one message must not stop the others.
        except Exception as error:
            return self._delivery.refuse(claimed, f"render_{type(error).__name__}")
        return self._delivery.send(worded) if worded else self._delivery.drop(claimed)

    def _settle(self) -> None:
        """Draw the lessons of the deliveries that have ended; only the loop's own thread does so."""
        while True:
            try:
                claimed, result = self._done.get_nowait()
            except Empty:
                return
            self._under_way -= 1
            now = self._clock()
            if result.failure is None:
                self._on_delivered(claimed)
            if not result.asked:
                self._pacing.give_back(claimed.lane, now)
            match result:
                case Result(asked=False) | Result(failure=RateLimited()):
                    self._standstill.untried()
                case Result(failure=Uncertain() | Unreachable()):
                    self._standstill.unanswered(now)
                case Result(failure=AuthLost()):
                    self._standstill.refused(now)
                case _:
                    self._standstill.answered()
