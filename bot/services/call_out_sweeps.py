"""What time brings to call-outs: the draw, the end, and telling those who wake up while there is room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.db.models import Assignment, CallOut, CallOutEntry, OutboxRow
from bot.db.unit_of_work import UnitOfWork
from bot.domain.call_outs import Wish, line_up
from bot.domain.quality import COOL_DOWN, CallOutState, EntryState
from bot.outbox.quality_messages import CallOutNews
from bot.outbox.queue import enqueue
from bot.services.call_out_places import refill
from bot.services.call_outs import end, first_invite, invite, may_come, show, to_invite

_AT_ONCE = 50


def draw_and_close(uow: UnitOfWork) -> int:
    """Draw what is due and end what has passed its deadline; returns how many call-outs changed."""
    due = uow.session.scalars(
        select(CallOut)
        .where(
            CallOut.state != CallOutState.CLOSED,
            (CallOut.deadline <= uow.now)
            | (CallOut.draws_at.is_not(None) & CallOut.drawn_at.is_(None) & (CallOut.draws_at <= uow.now)),
        )
        .order_by(CallOut.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for made in due:
        if made.draws_at is not None and made.drawn_at is None and made.draws_at <= uow.now:
            _draw(uow, made)
        if made.deadline <= uow.now:
            end(uow, made, None)
    return len(due)


def _draw(uow: UnitOfWork, made: CallOut) -> None:
    entries = {
        entry.person_id: entry
        for entry in uow.session.scalars(
            select(CallOutEntry).where(
                CallOutEntry.call_out_id == made.id, CallOutEntry.state == EntryState.ASKED
            )
        )
    }
    # Who has left the project since, or lost what it asks for, could not use a place.
    fit = may_come(uow, made)
    for person_id in entries.keys() - fit:
        uow.session.delete(entries.pop(person_id))
    won, served = _last_won(uow, made, list(entries)), _last_served(uow, list(entries))
    wishes = [
        Wish(person_id, entry.asked_at, won.get(person_id), served.get(person_id))
        for person_id, entry in entries.items()
    ]
    made.drawn_at = uow.now
    # The instant at which it was opened is kept, so that anybody can draw again, and nobody knew it to the
    # microsecond who pressed.
    seed = round(made.opened_at.timestamp() * 1_000_000)
    for number, person_id in enumerate(line_up(wishes, made.mode, uow.now, seed)):
        entry = entries[person_id]
        if number < made.headcount:
            entry.state, entry.won_at = EntryState.IN, uow.now
        else:
            entry.state, entry.place = EntryState.WAITING, number - made.headcount + 1
        enqueue(uow, made.team_id, CallOutNews(person_id, made.id, entry.state.value))
    uow.session.flush()
    show(uow, made, *entries)


def _last_won(uow: UnitOfWork, made: CallOut, people: list[int]) -> dict[int, datetime]:
    rows = uow.session.execute(
        select(CallOutEntry.person_id, func.max(CallOutEntry.won_at))
        .join(CallOut, CallOut.id == CallOutEntry.call_out_id)
        .where(
            CallOutEntry.person_id.in_(people),
            CallOutEntry.state == EntryState.IN,
            CallOutEntry.won_at > uow.now - COOL_DOWN,
            CallOut.draws_at.is_not(None),
            CallOut.id != made.id,
        )
        .group_by(CallOutEntry.person_id)
    )
    return {person_id: moment for person_id, moment in rows if moment is not None}


def _last_served(uow: UnitOfWork, people: list[int]) -> dict[int, datetime]:
    rows = uow.session.execute(
        select(Assignment.person_id, func.max(Assignment.claimed_at))
        .where(Assignment.person_id.in_(people))
        .group_by(Assignment.person_id)
    )
    return {row[0]: row[1] for row in rows}


def tend_call_outs(uow: UnitOfWork) -> int:
    """Keep running call-outs in step with who can come; returns how many people that concerned.

    The places of those who work in the project no more, or lost what it asks for, are free again. Who waits and
    was passed over for their rest moves up. While there is room, those are told whose hours have begun since the
    call, or whose rest has ended.
    """
    running = uow.session.scalars(
        select(CallOut)
        .where(CallOut.state != CallOutState.CLOSED, CallOut.deadline > uow.now)
        .order_by(CallOut.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return sum(_tend(uow, made) for made in running)


def _tend(uow: UnitOfWork, made: CallOut) -> int:
    fit = may_come(uow, made)
    came = uow.session.scalars(select(CallOutEntry).where(CallOutEntry.call_out_id == made.id)).all()
    gone = [entry for entry in came if entry.person_id not in fit]
    for entry in gone:
        uow.session.delete(entry)
    uow.session.flush()
    changed = [entry.person_id for entry in gone] + refill(uow, made, fit)
    if changed:
        show(uow, made, *changed)
    if made.state is CallOutState.OPEN:
        keys = {
            first_invite(made.id, person_id): person_id
            for person_id in to_invite(uow, made)
            if person_id not in {entry.person_id for entry in came}
        }
        told = uow.session.scalars(select(OutboxRow.dedupe_key).where(OutboxRow.dedupe_key.in_(list(keys))))
        late = sorted(set(keys.values()) - {keys[key] for key in told})
        invite(uow, made, late)
        changed += late
    return len(changed)
