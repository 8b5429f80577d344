"""Writing facts into the outbox and moving its rows on; every step is one conditional UPDATE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import CursorResult, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.db.models import OutboxRow, OutboxState, PostedCard
from bot.db.unit_of_work import UnitOfWork
from bot.outbox.messages import Message

UNFINISHED = (OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN)


@dataclass(frozen=True)
class Claimed:
    """A row this sender has taken, detached from its session. `reconcile` is set when an earlier try is uncertain."""

    id: int
    team_id: int
    kind: str
    payload: dict[str, object]
    lane: str
    attempts: int
    first_sent_at: datetime | None
    reconcile: bool


def enqueue(uow: UnitOfWork, team_id: int, message: Message, *, dedupe: str | None = None) -> None:
    """Add a fact to the outbox of this transaction; the sender is woken after the commit.

    `dedupe` makes a fact that may be told only once; a second one with the same key is dropped by the caller's
    own check or refused by the unique constraint.
    """
    uow.session.add(
        OutboxRow(
            team_id=team_id,
            dedupe_key=dedupe or f"{message.kind}:{uuid4().hex}",
            kind=message.kind,
            payload=message.payload(),
            lane=message.lane,
            due_at=uow.now,
            created_at=uow.now,
        )
    )
    uow.told_somebody = True


def claim_head(
    session: Session, now: datetime, lease: timedelta, paused: frozenset[str] = frozenset()
) -> Claimed | None:
    """Take the oldest due row that is the head of its lane, or None.

    A row whose sender died (its lease ended) and an uncertain row whose quarantine ended are taken to be
    reconciled first. Rows of `paused` lanes are left alone. The caller commits.
    """
    ahead = aliased(OutboxRow)
    takeable = or_(
        OutboxRow.state.in_((OutboxState.NEW, OutboxState.UNCERTAIN)) & (OutboxRow.due_at <= now),
        (OutboxRow.state == OutboxState.SENDING) & (OutboxRow.lease_until <= now),
    )
    candidates = (
        select(OutboxRow)
        .where(
            OutboxRow.state.in_(UNFINISHED),
            takeable,
            ~exists().where(
                ahead.lane == OutboxRow.lane, ahead.id < OutboxRow.id, ahead.state.in_(UNFINISHED)
            ),
        )
        .order_by(OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if paused:
        candidates = candidates.where(OutboxRow.lane.not_in(paused))
    row = session.scalar(candidates)
    if row is None:
        return None
    reconcile = row.state is not OutboxState.NEW
    row.state = OutboxState.SENDING
    row.attempts += 1
    row.lease_until = now + lease
    row.first_sent_at = row.first_sent_at or now
    return Claimed(
        row.id,
        row.team_id,
        row.kind,
        row.payload,
        row.lane,
        row.attempts,
        row.first_sent_at if reconcile else None,
        reconcile,
    )


def _move(session: Session, claimed: Claimed, **values: object) -> bool:
    """Change the row only while it is still this sender's; False when somebody else took it over."""
    done = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == claimed.id,
            OutboxRow.state == OutboxState.SENDING,
            OutboxRow.attempts == claimed.attempts,
        )
        .values(**values)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def finish(session: Session, claimed: Claimed, now: datetime, channel: str | None, ts: str | None) -> bool:
    """Record that the message stands in Slack."""
    return _move(
        session, claimed, state=OutboxState.SENT, finished_at=now, channel=channel, ts=ts, error=None
    )


def retry_later(session: Session, claimed: Claimed, due_at: datetime, error: str) -> bool:
    """Put the row back: Slack certainly did not store the message."""
    return _move(session, claimed, state=OutboxState.NEW, due_at=due_at, error=error)


def quarantine(session: Session, claimed: Claimed, due_at: datetime, error: str) -> bool:
    """Set the row aside until it can be told whether Slack stored the message."""
    return _move(session, claimed, state=OutboxState.UNCERTAIN, due_at=due_at, error=error)


def park(session: Session, claimed: Claimed, now: datetime, error: str) -> bool:
    """Give up until a person decides; later rows of the lane go on."""
    return _move(session, claimed, state=OutboxState.PARKED, finished_at=now, error=error)


def remember_card(
    session: Session, key: str, channel: str, ts: str, fingerprint: str, now: datetime
) -> None:
    """Record where a card stands and what it shows, replacing an earlier record.

    The fingerprint lets a redraw that would change nothing be skipped.
    """
    session.merge(PostedCard(key=key, channel=channel, ts=ts, fingerprint=fingerprint, posted_at=now))


def forget_card(session: Session, key: str) -> None:
    """Forget a card that no longer exists in Slack, so that it is posted anew."""
    if (card := session.get(PostedCard, key)) is not None:
        session.delete(card)


def next_due(session: Session) -> datetime | None:
    """Return when the next unfinished row wants attention, None when there is none."""
    moment: datetime | None = session.scalar(
        select(func.min(func.coalesce(OutboxRow.lease_until, OutboxRow.due_at))).where(
            OutboxRow.state.in_(UNFINISHED)
        )
    )
    return moment


def lag_seconds(session: Session, now: datetime) -> float:
    """Return for how long the oldest unsent due row has been waiting, 0 when none waits."""
    oldest = session.scalar(
        select(func.min(OutboxRow.due_at)).where(OutboxRow.state.in_(UNFINISHED), OutboxRow.due_at <= now)
    )
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def listed(session: Session, states: tuple[OutboxState, ...], limit: int) -> list[OutboxRow]:
    """Return rows in these states, oldest first."""
    return list(
        session.scalars(
            select(OutboxRow).where(OutboxRow.state.in_(states)).order_by(OutboxRow.id).limit(limit)
        )
    )


def resolve_parked(uow: UnitOfWork, row_id: int, *, resend: bool) -> bool:
    """Send a parked row again or discard it; False when the row is not parked.

    A row sent again is looked for in Slack first, since an earlier try may have arrived after all.
    """
    row = uow.lock(OutboxRow, row_id)
    if row is None or row.state is not OutboxState.PARKED:
        return False
    before = row.state
    row.state = OutboxState.UNCERTAIN if resend else OutboxState.DISCARDED
    row.attempts, row.due_at, row.finished_at, row.lease_until = 0, uow.now, None, None
    uow.told_somebody = resend
    uow.audit(
        team_id=row.team_id,
        actor_id=None,
        action="outbox.retry" if resend else "outbox.discard",
        subject=("outbox", row.id),
        states=(before, row.state),
    )
    return True
