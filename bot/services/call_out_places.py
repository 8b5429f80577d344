"""The places of call-outs: given once, given back without a word, and passed on to whoever waits longest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, select

from bot.db.models import CallOut, CallOutEntry, Person
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.people import WorkStatus
from bot.domain.policy import Action, Subject
from bot.domain.quality import CallOutState, EntryState
from bot.outbox.quality_messages import CallOutNews
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.call_outs import count, may_come, redraw, show
from bot.services.qualifying import is_qualified


@dataclass(frozen=True)
class Place:
    """Where somebody stands: IN, WAITING as number `place` of those who wait, ASKED until `draws_at`, or LEFT."""

    call_out_id: int
    state: EntryState
    place: int | None = None
    draws_at: datetime | None = None


def join(uow: UnitOfWork, *, person_id: int, call_out_id: int) -> Place:
    """Give somebody a place, the next one on the waitlist, or a lot in the draw; pressing again changes nothing.

    Raises StaleAction when it is over and Invalid("qualification") for who lacks what it asks for.
    """
    made = _running(uow, Action.JOIN_CALL_OUT, person_id, call_out_id)
    if made.gate and not is_qualified(uow.session, person_id, made.gate, uow.now):
        raise Invalid("qualification", "missing", made.gate)
    queue = _queue(uow, made.id, person_id)
    if queue.own is not None:
        return _stands(uow, made, uow.session.get_one(CallOutEntry, queue.own))
    number = place = None
    if made.draws_at is not None and made.drawn_at is None:
        state = EntryState.ASKED
    elif queue.taken < made.headcount:
        state = EntryState.IN
        queue = replace(queue, taken=queue.taken + 1)
    else:
        state, place, number = EntryState.WAITING, queue.last_place + 1, queue.waiting + 1
    uow.session.add(
        CallOutEntry(
            call_out_id=made.id,
            person_id=person_id,
            state=state,
            place=place,
            asked_at=uow.now,
            won_at=uow.now if state is EntryState.IN else None,
        )
    )
    made.state = CallOutState.FULL if queue.taken >= made.headcount else CallOutState.OPEN
    redraw(uow, made, person_id)
    return Place(made.id, state, number, made.draws_at if state is EntryState.ASKED else None)


def _stands(uow: UnitOfWork, made: CallOut, entry: CallOutEntry) -> Place:
    if entry.state is not EntryState.WAITING:
        return Place(made.id, entry.state, None, made.draws_at if entry.state is EntryState.ASKED else None)
    # Those who moved up or left leave gaps in the numbers that nobody should count.
    number = uow.session.scalar(
        select(func.count()).where(
            CallOutEntry.call_out_id == made.id,
            CallOutEntry.state == EntryState.WAITING,
            CallOutEntry.place <= entry.place,
        )
    )
    return Place(made.id, entry.state, number)


def leave(uow: UnitOfWork, *, person_id: int, call_out_id: int) -> Place:
    """Give a place back, or a lot; whoever waits longest moves up at once and is told. Nothing is kept of it."""
    made = _running(uow, Action.JOIN_CALL_OUT, person_id, call_out_id)
    entry = uow.session.scalar(
        select(CallOutEntry).where(CallOutEntry.call_out_id == made.id, CallOutEntry.person_id == person_id)
    )
    if entry is not None:
        uow.session.delete(entry)
        uow.session.flush()
        moved = refill(uow, made, may_come(uow, made))
        show(uow, made, person_id, *moved)
    return Place(made.id, EntryState.LEFT)


def refill(uow: UnitOfWork, made: CallOut, fit: frozenset[int]) -> list[int]:
    """Let those of `fit` move up who wait longest, and tell them; returns whom. The call-out is locked.

    Who rests is passed over and keeps their number.
    """
    if made.draws_at is not None and made.drawn_at is None:
        return []
    left = made.headcount - count(uow, made.id, EntryState.IN)
    if left <= 0:
        return []
    waiting = uow.session.scalars(
        select(CallOutEntry)
        .join(Person, Person.id == CallOutEntry.person_id)
        .where(
            CallOutEntry.call_out_id == made.id,
            CallOutEntry.state == EntryState.WAITING,
            CallOutEntry.person_id.in_(fit),
            Person.status == WorkStatus.WORKING,
        )
        .order_by(CallOutEntry.place, CallOutEntry.id)
        .limit(left)
    ).all()
    for entry in waiting:
        entry.state, entry.place, entry.won_at = EntryState.IN, None, uow.now
        enqueue(uow, made.team_id, CallOutNews(entry.person_id, made.id, "moved_up"))
    uow.session.flush()
    return [entry.person_id for entry in waiting]


def _running(uow: UnitOfWork, action: Action, person_id: int, call_out_id: int) -> CallOut:
    """Return the locked call-out: places are given one after the other."""
    seen = uow.session.get(CallOut, call_out_id)
    if seen is None:
        raise NotFound("call_out", str(call_out_id))
    # Everybody waits for the lock, so whatever can be found out before it is.
    require(uow, action, person_id, seen.project_id, Subject("call_out", seen.id))
    made = uow.lock(CallOut, call_out_id)
    assert made is not None
    if made.state is CallOutState.CLOSED or made.deadline <= uow.now:
        raise StaleAction(action, "call_out", made.id, CallOutState.CLOSED)
    return made


@dataclass(frozen=True)
class _Queue:
    taken: int
    waiting: int
    last_place: int
    own: int | None


def _queue(uow: UnitOfWork, call_out_id: int, person_id: int) -> _Queue:
    """Return how many have a place, how many wait, the last number that was given, and the person's own row."""
    taken, waiting, last, own = uow.session.execute(
        select(
            func.sum(case((CallOutEntry.state == EntryState.IN, 1), else_=0)),
            func.sum(case((CallOutEntry.state == EntryState.WAITING, 1), else_=0)),
            func.max(CallOutEntry.place),
            func.max(case((CallOutEntry.person_id == person_id, CallOutEntry.id))),
        ).where(CallOutEntry.call_out_id == call_out_id)
    ).one()
    return _Queue(int(taken or 0), int(waiting or 0), int(last or 0), own)
