"""Taking a row to send it and saying what became of it; every step is one conditional UPDATE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, Update, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.db.models import OutboxRow, OutboxState
from bot.outbox.queue import unfinished


@dataclass(frozen=True)
class Claimed:
    """A row this sender has taken, detached from its session.

    `attempts` counts this try too. `lease_until` names the claim: nobody else's has the same. `reconcile` is
    set when an earlier try may have arrived; it was made at `first_sent_at` or later.
    """

    id: int
    team_id: int
    kind: str
    payload: dict[str, Any]
    lane: str
    attempts: int
    lease_until: datetime
    first_sent_at: datetime
    reconcile: bool


# To make an alias takes most of the time of putting the statement together, and the loop does it all day.
_AHEAD = aliased(OutboxRow)


def _claimable(now: datetime, resting: frozenset[str]) -> Select[OutboxRow]:
    found = (
        select(OutboxRow)
        .where(
            unfinished(OutboxRow),
            OutboxRow.due_at <= now,
            or_(OutboxRow.state != OutboxState.SENDING, OutboxRow.lease_until <= now),
            ~exists().where(_AHEAD.lane == OutboxRow.lane, _AHEAD.id < OutboxRow.id, unfinished(_AHEAD)),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
    )
    return found.where(OutboxRow.lane.not_in(resting)) if resting else found


def anything_claimable(session: Session, now: datetime, resting: frozenset[str] = frozenset()) -> bool:
    """Whether `claim_head` would find a row; needs no writer's turn."""
    return session.scalar(_claimable(now, resting).with_only_columns(OutboxRow.id)) is not None


def claim_head(
    session: Session, now: datetime, lease: timedelta, resting: frozenset[str] = frozenset()
) -> Claimed | None:
    """Take the row due longest among the heads of all lanes, or None. The caller commits.

    A row whose sender died (its lease ended) and an uncertain row whose quarantine ended are taken to be
    reconciled first. Rows of `resting` lanes are left alone. Several senders may call this at once: a head
    stays the head until it is finished, so a lane is in one sender's hands at a time.
    """
    row = session.scalar(
        _claimable(now, resting).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if row is None:
        return None
    claimed = Claimed(
        row.id,
        row.team_id,
        row.kind,
        row.payload,
        row.lane,
        row.attempts + 1,
        now + lease,
        row.first_sent_at or now,
        reconcile=row.state is not OutboxState.NEW and row.first_sent_at is not None,
    )
    taken = _changed(
        session,
        update(OutboxRow)
        .where(
            OutboxRow.id == row.id,
            OutboxRow.state == row.state,
            OutboxRow.lease_until.is_not_distinct_from(row.lease_until),
        )
        .values(
            state=OutboxState.SENDING,
            attempts=claimed.attempts,
            lease_until=claimed.lease_until,
            first_sent_at=claimed.first_sent_at,
        ),
    )
    return claimed if taken else None


def _changed(session: Session, change: Update) -> bool:
    done = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _move(session: Session, claimed: Claimed, **values: object) -> bool:
    """Change the row only while this claim stands; False when somebody else took it over."""
    return _changed(
        session,
        update(OutboxRow)
        .where(
            OutboxRow.id == claimed.id,
            OutboxRow.state == OutboxState.SENDING,
            OutboxRow.lease_until == claimed.lease_until,
        )
        .values(lease_until=None, **values),
    )


def finish(session: Session, claimed: Claimed, now: datetime, channel: str, ts: str) -> bool:
    """Record that the message stands in Slack."""
    return _move(
        session, claimed, state=OutboxState.SENT, finished_at=now, channel=channel, ts=ts, error=None
    )


def drop(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Record that there is nothing to say any more."""
    return _move(session, claimed, state=OutboxState.DISCARDED, finished_at=now, error="nothing_to_say")


def put_back(
    session: Session,
    claimed: Claimed,
    due_at: datetime,
    error: str,
    *,
    uncertain: bool,
    counted: bool = True,
) -> bool:
    """Put the row back to be tried again when it is due.

    `uncertain` says that Slack may have stored the message, so that it is looked for first. A try that is not
    `counted` does not bring the row nearer to being parked.
    """
    return _move(
        session,
        claimed,
        state=OutboxState.UNCERTAIN if uncertain else OutboxState.NEW,
        attempts=claimed.attempts if counted else claimed.attempts - 1,
        due_at=due_at,
        error=error,
    )


def park(session: Session, claimed: Claimed, now: datetime, error: str) -> bool:
    """Give up until a person decides; later rows of the lane go on."""
    return _move(session, claimed, state=OutboxState.PARKED, finished_at=now, error=error)


def park_lane(session: Session, claimed: Claimed, now: datetime, error: str) -> int:
    """Park the row and everything that waits behind it, because nobody can be reached there.

    Returns how many rows that are when it is news, else 0: when the claim is lost, or when a row of the lane was
    parked for the same reason before and still waits for a person.
    """
    told_before = session.scalar(
        select(OutboxRow.id)
        .where(
            OutboxRow.state == OutboxState.PARKED, OutboxRow.lane == claimed.lane, OutboxRow.error == error
        )
        .limit(1)
    )
    if not park(session, claimed, now, error):
        return 0
    behind = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.lane == claimed.lane,
            OutboxRow.state.in_((OutboxState.NEW, OutboxState.UNCERTAIN)),
        )
        .values(state=OutboxState.PARKED, finished_at=now, error=error)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(behind, CursorResult)
    return 0 if told_before else 1 + behind.rowcount
