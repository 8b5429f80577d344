"""Writing facts into the outbox, looking at what waits there, and deciding about what was parked."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from sqlalchemy import ColumnElement, Insert, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.models import OutboxRow, OutboxState
from bot.db.unit_of_work import UnitOfWork
from bot.outbox.messages import Message

UNFINISHED = (OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN)


def enqueue(uow: UnitOfWork, team_id: int, message: Message, *, dedupe: str | None = None) -> None:
    """Add a fact to the outbox of this transaction; the sender is woken after the commit.

    `dedupe` makes a fact that may be told only once; a second one with the same key is dropped by the
    caller's own check or refused by the unique constraint.
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


def enqueue_coalesced(uow: UnitOfWork, team_id: int, *messages: Message) -> None:
    """Have cards drawn again with the end of this second, once however often they change until then.

    Slack takes about one change of a message in a second; a counter that many press would wait behind itself.
    What has gone out by now was drawn without this change, so that the next second is asked for.
    """
    wanted = {str(message.card): message for message in messages}
    end = uow.now.replace(microsecond=0)
    uow.session.flush()
    while wanted:
        end += timedelta(seconds=1)
        values = [
            {
                "team_id": team_id,
                "dedupe_key": f"{card}:{int(end.timestamp())}",
                "kind": message.kind,
                "payload": message.payload(),
                "lane": message.lane,
                "state": OutboxState.NEW,
                "attempts": 0,
                "due_at": end,
                "created_at": uow.now,
            }
            for card, message in sorted(wanted.items())
        ]
        # The values go beside the statement, so that it is compiled once for all.
        kept = uow.session.connection().execute(_coalesce(uow.session.connection().dialect.name), values)
        for key in kept.scalars():
            del wanted[key.rpartition(":")[0]]
    uow.told_somebody = True


@cache
def _coalesce(dialect: str) -> Insert:
    """Build an insert that returns the keys of the rows which nobody has begun to send.

    A row that waits already is written anew: so nobody can take it before this change is committed.
    """
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = insert(OutboxRow)
    return row.on_conflict_do_update(
        index_elements=[OutboxRow.dedupe_key],
        set_={"due_at": OutboxRow.due_at},
        where=OutboxRow.state == OutboxState.NEW,
    ).returning(OutboxRow.dedupe_key)


def unfinished(row: type[OutboxRow]) -> ColumnElement[bool]:
    """Return the condition that a row still has to be sent, in the words of the partial indexes."""
    # Written out and not as parameters: the partial indexes serve only a condition the planner can read.
    states = bindparam(None, UNFINISHED, type_=OutboxRow.state.type, expanding=True, literal_execute=True)
    return row.state.in_(states)


def next_due(session: Session, now: datetime) -> datetime | None:
    """Return when the next row that still has to wait falls due, None when none does."""
    moment: datetime | None = session.scalar(
        select(func.min(OutboxRow.due_at)).where(unfinished(OutboxRow), OutboxRow.due_at > now)
    )
    return moment


def count_pending(session: Session) -> int:
    """Return how many rows are not yet sent, parked or discarded."""
    return session.scalar(select(func.count()).where(unfinished(OutboxRow))) or 0


def lag_seconds(session: Session, now: datetime) -> float:
    """Return for how long the oldest unsent due row has been waiting, 0 when none waits."""
    oldest = session.scalar(
        select(func.min(OutboxRow.due_at)).where(unfinished(OutboxRow), OutboxRow.due_at <= now)
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
    _resolve(uow, row, resend=resend)
    return True


def resend_lane(uow: UnitOfWork, lane: str) -> int:
    """Send every parked row of a conversation again, in the order they were written; returns how many."""
    rows = uow.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.lane == lane, OutboxRow.state == OutboxState.PARKED)
        .order_by(OutboxRow.id)
        .with_for_update()
    ).all()
    for row in rows:
        _resolve(uow, row, resend=True)
    return len(rows)


def _resolve(uow: UnitOfWork, row: OutboxRow, *, resend: bool) -> None:
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
