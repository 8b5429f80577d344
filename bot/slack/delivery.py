"""One row of the outbox: worded, taken to Slack, and what became of it written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.db.models import Person
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.i18n.catalogs import Catalogs
from bot.metrics import Metrics
from bot.outbox import cards, claims
from bot.outbox.claims import Claimed
from bot.outbox.messages import Message, MessageParked, load
from bot.outbox.patience import Patience
from bot.outbox.queue import enqueue
from bot.reports.members import admins_of
from bot.slack.content import Content
from bot.slack.failures import (
    BLOCKS_REFUSED,
    MESSAGE_GONE,
    THREAD_GONE,
    UNREACHABLE_RECIPIENT,
    AuthLost,
    Final,
    RateLimited,
    SlackFailure,
    Transient,
    Uncertain,
    Unreachable,
)
from bot.slack.gateway import Gateway, Posted
from bot.slack.rendered import Rendered

Answered = TypeVar("Answered")
Render = Callable[[Session, Message, Catalogs, datetime], Rendered | None]

RECORDING_PATIENCE = 20.0
"""Seconds a result waits for the writer's turn: losing it would cost a lease and a search in Slack."""

SLACK_IS_WELL = 60.0
"""A post that succeeded this many seconds ago shows that failures are one message's own."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a try taught about Slack. `asked` is False when no call was needed."""

    asked: bool
    failure: SlackFailure | None = None


@dataclass
class Worded:
    """A row on its way. `maybe_stored` says whether Slack may hold it already."""

    claimed: Claimed
    rendered: Rendered
    standing: cards.Standing | None
    fingerprint: str
    maybe_stored: bool
    dm_opened: str | None = None


class Delivery:
    """Takes claimed rows to Slack. Safe to use from several threads."""

    def __init__(
        self,
        transactions: Transactions,
        gateway: Gateway,
        render: Render,
        catalogs: Catalogs,
        *,
        patience: Patience,
        metrics: Metrics | None = None,
    ) -> None:
        self._transactions = transactions
        self._gateway = gateway
        self._render = render
        self._catalogs = catalogs
        self._patience = patience
        self._metrics = metrics

    def prepare(self, claimed: Claimed) -> Worded | None:
        """Word the row from the facts as they are now; None when there is nothing to say any more.

        Raises whatever a broken payload or view raises; nothing was sent then.
        """
        message = load(claimed.kind, claimed.payload)
        with self._transactions.reading() as session:
            rendered = self._render(session, message, self._catalogs, self._transactions.clock())
            if rendered is None:
                return None
            return Worded(
                claimed,
                rendered,
                cards.find_card(session, rendered.card),
                cards.fingerprint_of(rendered.content.text, rendered.content.blocks),
                maybe_stored=claimed.reconcile,
            )

    def drop(self, claimed: Claimed) -> Result:
        """Close a row that has nothing to say."""
        with self._recording() as uow:
            claims.drop(uow.session, claimed, uow.now)
        return Result(asked=False)

    def refuse(self, claimed: Claimed, code: str) -> Result:
        """Put back, or park in the end, a row that our own code could not word."""
        self._record(claimed, Transient(code), uncertain=claimed.reconcile)
        return Result(asked=False)

    def send(self, worded: Worded) -> Result:
        """Update the card, find the message of an earlier try, or post it; then record how that ended."""
        claimed, standing = worded.claimed, worded.standing
        if worded.rendered.gone:
            return self._take_away(worded)
        if standing and standing.fingerprint == worded.fingerprint and not claimed.reconcile:
            self._finish(worded, Posted(standing.channel, standing.ts), worded.fingerprint)
            return Result(asked=False)
        try:
            if standing is None or not self._redraw(worded, standing):
                self._find_or_post(worded)
        except SlackFailure as failure:
            if failure.code == THREAD_GONE and worded.rendered.only_there:
                self.drop(claimed)
                return Result(asked=True)
            self._record(claimed, failure, uncertain=worded.maybe_stored, worded=worded)
            return Result(asked=True, failure=failure)
        if self._metrics:
            self._metrics.outbox_sent.inc()
        return Result(asked=True)

    def _take_away(self, worded: Worded) -> Result:
        """Delete a card whose matter is gone, also where an earlier try may have left it unrecorded."""
        asked = worded.standing is not None or worded.maybe_stored
        try:
            if (stands := self._find_standing(worded)) is not None:
                self._delete(worded, stands)
        except SlackFailure as failure:
            self._record(worded.claimed, failure, uncertain=worded.maybe_stored, worded=worded)
            return Result(asked=True, failure=failure)
        with self._recording() as uow:
            if claims.drop(uow.session, worded.claimed, uow.now):
                cards.forget_card(uow.session, worded.rendered.card or "")
                self._tell_on(uow, worded)
        return Result(asked=asked)

    def _find_standing(self, worded: Worded) -> Posted | None:
        if worded.standing is not None:
            return Posted(worded.standing.channel, worded.standing.ts)
        channel, thread = worded.rendered.channel, worded.rendered.thread_ts
        if not worded.maybe_stored or channel is None:
            return None
        try:
            ts = self._find(worded.claimed, channel, thread)
        except Final as failure:
            # With the conversation or the thread everything that stood there is gone.
            if failure.code not in MESSAGE_GONE and failure.code != THREAD_GONE:
                raise
            return None
        return Posted(channel, ts) if ts else None

    def _delete(self, worded: Worded, stands: Posted) -> None:
        try:
            self._gateway.delete(stands.channel, stands.ts)
        except Uncertain as failure:
            # Doing it again does no harm; until it is known the row must not look like one never sent.
            worded.maybe_stored = True
            raise Unreachable(failure.code) from None
        except Final as failure:
            if failure.code not in MESSAGE_GONE:
                raise

    def _redraw(self, worded: Worded, standing: cards.Standing) -> bool:
        """Return False when the card is gone from Slack, so that it must be posted anew."""
        try:
            self._in_any_dress(
                worded, lambda content: self._gateway.update(standing.channel, standing.ts, content)
            )
        except Uncertain as failure:
            # Nobody knows what the card shows now: as an uncertain row, it will not be skipped as unchanged.
            # Doing it again does no harm, so it needs no quarantine.
            worded.maybe_stored = True
            raise Unreachable(failure.code) from None
        except Final as failure:
            if failure.code not in MESSAGE_GONE:
                raise
            # Forgotten before the new post, so that whoever takes over after a crash looks for that one.
            with self._recording() as uow:
                cards.forget_card(uow.session, worded.rendered.card or "")
            return False
        self._finish(worded, Posted(standing.channel, standing.ts), worded.fingerprint)
        return True

    def _find_or_post(self, worded: Worded) -> None:
        known = worded.rendered.channel
        if known is not None:
            try:
                return self._find_or_post_in(worded, known)
            except Final as failure:
                if failure.code != "channel_not_found" or not worded.claimed.lane.startswith("person:"):
                    raise
        # Never opened, or the conversation we remember is gone: a person can be reached in a new one.
        try:
            worded.dm_opened = self._gateway.open_dm(worded.rendered.user)
        except Uncertain as failure:
            raise Unreachable(failure.code) from None
        return self._find_or_post_in(worded, worded.dm_opened)

    def _find_or_post_in(self, worded: Worded, channel: str) -> None:
        claimed = worded.claimed
        thread = worded.rendered.thread_ts
        if worded.maybe_stored and (ts := self._find(claimed, channel, thread)):
            # What the earlier try said is not known; the next redraw of a card must not be skipped.
            return self._finish(worded, Posted(channel, ts), cards.UNKNOWN)
        worded.maybe_stored = False
        try:
            posted = self._in_any_dress(worded, lambda content: self._post(claimed, channel, content, thread))
        except Uncertain:
            worded.maybe_stored = True
            raise
        return self._finish(worded, posted, worded.fingerprint)

    def _post(self, claimed: Claimed, channel: str, content: Content, thread: str | None) -> Posted:
        if claimed.lease_until - self._transactions.clock() < timedelta(seconds=self._patience.quarantine):
            # Somebody might take the row over before this post could be found.
            raise Transient("too_slow")
        return self._gateway.post(channel, content, claimed.id, thread_ts=thread)

    def _in_any_dress(self, worded: Worded, say: Callable[[Content], Answered]) -> Answered:
        """Say it in its richest dress that Slack takes; raises what Slack answers to the plainest.

        What is remembered is the fingerprint of the richest: it stands for the facts, and those are the same.
        """
        for content in (worded.rendered.content, *worded.rendered.fallbacks)[:-1]:
            try:
                return say(content)
            except Final as failure:
                if failure.code not in BLOCKS_REFUSED:
                    raise
                _log.info(
                    "outbox row %d (%s): %s, said more plainly",
                    worded.claimed.id,
                    worded.claimed.kind,
                    failure.code,
                )
        return say((worded.rendered.content, *worded.rendered.fallbacks)[-1])

    def _find(self, claimed: Claimed, channel: str, thread_ts: str | None) -> str | None:
        try:
            return self._gateway.find_posted(channel, claimed.first_sent_at, claimed.id, thread_ts=thread_ts)
        except Uncertain as failure:
            raise Unreachable(failure.code) from None

    def _finish(self, worded: Worded, posted: Posted, fingerprint: str) -> None:
        with self._recording() as uow:
            now, card = uow.now, worded.rendered.card
            self._keep_dm(uow, worded)
            # A claim that is lost leaves the rest to whoever has it now.
            if not claims.finish(uow.session, worded.claimed, now, posted.channel, posted.ts):
                return
            if card:
                cards.remember_card(uow.session, card, posted.channel, posted.ts, fingerprint, now)
            if (placed := worded.rendered.placed) is not None:
                placed(uow.session, posted.channel, posted.ts)
            self._tell_on(uow, worded)

    def _tell_on(self, uow: UnitOfWork, worded: Worded) -> None:
        for message in worded.rendered.then:
            enqueue(uow, worded.claimed.team_id, message)

    def _record(
        self, claimed: Claimed, failure: SlackFailure, *, uncertain: bool, worded: Worded | None = None
    ) -> None:
        """Write down a try that failed: park the row or put it back, each as its failure asks for."""
        _log.warning("outbox row %d (%s): %s", claimed.id, claimed.kind, failure.code)
        if self._metrics and isinstance(failure, Uncertain):
            self._metrics.outbox_uncertain.inc()
        with self._recording() as uow:
            if worded:
                self._keep_dm(uow, worded)
            if self._is_hopeless(claimed, failure):
                self._park(uow, claimed, failure)
                return
            claims.put_back(
                uow.session,
                claimed,
                uow.now + self._wait_after(failure, claimed.attempts),
                failure.code,
                uncertain=uncertain,
                counted=not isinstance(failure, RateLimited | AuthLost),
            )

    def _is_hopeless(self, claimed: Claimed, failure: SlackFailure) -> bool:
        if isinstance(failure, Final):
            return True
        if isinstance(failure, RateLimited | AuthLost) or claimed.attempts < self._patience.tries:
            return False
        if isinstance(failure, Uncertain | Unreachable):
            # While nothing gets through it is Slack's failure and not this message's.
            return self._gateway.wrote_within(SLACK_IS_WELL)
        return True

    def _wait_after(self, failure: SlackFailure, tries: int) -> timedelta:
        if isinstance(failure, RateLimited):
            return self._patience.after_limit(failure.retry_after)
        if isinstance(failure, Uncertain):
            return self._patience.quarantine_length
        if isinstance(failure, AuthLost):
            # The sender as a whole stands still; this row may be the first to try again.
            return timedelta(0)
        return self._patience.backoff(tries, silence=isinstance(failure, Unreachable))

    def _park(self, uow: UnitOfWork, claimed: Claimed, failure: SlackFailure) -> None:
        park = claims.park_lane if failure.code in UNREACHABLE_RECIPIENT else claims.park
        count = int(park(uow.session, claimed, uow.now, failure.code))
        if self._metrics:
            self._metrics.outbox_failed.inc()
        if not count or claimed.kind == MessageParked.kind:
            # A notice about a notice could go round for ever.
            return
        for admin_id in admins_of(uow.session, claimed.team_id):
            notice = MessageParked(
                admin_id, claimed.id, claimed.kind, failure.code, count=count, parked_lane=claimed.lane
            )
            enqueue(uow, claimed.team_id, notice)

    def _keep_dm(self, uow: UnitOfWork, worded: Worded) -> None:
        if worded.dm_opened:
            person = update(Person).where(Person.id == worded.rendered.person_id)
            uow.session.execute(person.values(dm_channel=worded.dm_opened))

    def _recording(self) -> AbstractContextManager[UnitOfWork]:
        return self._transactions(patience=RECORDING_PATIENCE)
