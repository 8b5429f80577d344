"""Calling people out for work: places that are given once, a waitlist that moves up, and nothing kept of a no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, delete, func, select

from bot.db.models import Assignment, CallOut, CallOutEntry, Membership, Person, Price, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.call_outs import NOTE_LIMIT, Wish, check_call_out, hourly_minor, line_up
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.hours import is_working
from bot.domain.people import LANGUAGES, Role, WorkStatus
from bot.domain.policy import Action, Subject
from bot.domain.quality import DRAW_AFTER, CallOutMode, CallOutState, EntryState
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.messages import Message
from bot.outbox.quality_messages import CallOutCard, CallOutInvite, CallOutNews
from bot.outbox.queue import enqueue, enqueue_coalesced
from bot.reports.effort import rework_share
from bot.reports.hours import working_hours
from bot.services.access import require
from bot.services.qualifying import holders_of, is_qualified
from bot.services.relaying import relay
from bot.services.rules import rules_of

_AT_ONCE = 50


@dataclass(frozen=True)
class Place:
    """Where somebody stands: IN, WAITING as number `place` of those who wait, ASKED until `draws_at`, or LEFT."""

    call_out_id: int
    state: EntryState
    place: int | None = None
    draws_at: datetime | None = None


def call_out(
    uow: UnitOfWork,
    *,
    actor_id: int,
    project_id: int,
    headcount: int,
    mode: CallOutMode,
    deadline: datetime,
    note: str = "",
    channel: str | None = None,
) -> int:
    """Call people out and return the call-out's id; those who may come and are not resting are told in private.

    Price, qualification and the hourly estimate are frozen as they are now. Raises Invalid for a project without
    a price, a headcount or a deadline that makes no sense, and when nobody could come.
    """
    require(uow, Action.CALL_OUT, actor_id, project_id, Subject("project", project_id))
    check_call_out(headcount, deadline, uow.now)
    note = note.strip()
    check_text("note", note, NOTE_LIMIT, required=False)
    project = uow.session.get_one(Project, project_id)
    price = uow.session.scalar(
        select(Price)
        .where(Price.project_id == project_id, Price.role == Role.WORKER)
        .order_by(Price.id.desc())
        .limit(1)
    )
    if price is None:
        raise Invalid("price", "missing", project.key)
    rules = rules_of(uow.session, project_id)
    share = rework_share(uow.session, project_id, uow.now)
    made = CallOut(
        team_id=project.team_id,
        project_id=project_id,
        state=CallOutState.OPEN,
        mode=mode,
        headcount=headcount,
        channel=channel,
        note=note or None,
        gate=rules.gate,
        price_minor=price.amount_minor,
        currency=price.currency,
        hourly_minor=hourly_minor(price.amount_minor, project.median_seconds, share),
        made_by_id=actor_id,
        opened_at=uow.now,
        draws_at=None if mode is CallOutMode.FIRST else uow.now + DRAW_AFTER,
        deadline=deadline,
    )
    uow.session.add(made)
    uow.session.flush()
    invited = _invited(uow, made)
    if not invited and channel is None:
        raise Invalid("headcount", "nobody", project.key)
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.CALL_OUT,
        subject=("call_out", made.id),
        states=(None, CallOutState.OPEN),
        detail={"headcount": headcount, "mode": mode.value},
    )
    shown: list[Message] = [CallOutInvite(person_id, made.id) for person_id in invited]
    if channel is not None:
        shown.append(CallOutCard(actor_id, made.id, channel))
    for message in shown:
        enqueue(uow, made.team_id, message)
    if note:
        # Both sides may read the card, whoever wrote the note.
        for language in LANGUAGES:
            relay(
                uow,
                project_id=project_id,
                kind=SourceKind.CALL_OUT,
                ref_id=made.id,
                author_id=actor_id,
                text=note,
                shown=shown,
                into=language,
            )
    return made.id


def _invited(uow: UnitOfWork, made: CallOut) -> list[int]:
    """Return the project's workers who may come, are not resting and can be asked now, by id."""
    people = uow.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == made.project_id,
            Membership.role == Role.WORKER,
            Person.active.is_(True),
            Person.status == WorkStatus.WORKING,
        )
        .order_by(Person.id)
    ).all()
    fit = holders_of(uow.session, made.team_id, made.gate, uow.now) if made.gate else None
    return [
        person.id
        for person in people
        if (fit is None or person.id in fit) and is_working(working_hours(person), uow.now)
    ]


def join(uow: UnitOfWork, *, person_id: int, call_out_id: int) -> Place:
    """Give somebody a place, the next one on the waitlist, or a lot in the draw; pressing again changes nothing.

    Raises StaleAction when it is over and Invalid("qualification") for who lacks what it asks for.
    """
    made = _running(uow, Action.JOIN_CALL_OUT, person_id, call_out_id)
    if made.gate and not is_qualified(uow.session, person_id, made.gate, uow.now):
        raise Invalid("qualification", "missing", made.gate)
    queue = _queue(uow, made.id, person_id)
    entry = uow.session.get_one(CallOutEntry, queue.own) if queue.own is not None else None
    if entry is not None and entry.state is not EntryState.LEFT:
        return _stands(uow, made, entry)
    number = None
    if made.draws_at is not None and made.drawn_at is None:
        state, place = EntryState.ASKED, None
    elif queue.taken < made.headcount:
        state, place = EntryState.IN, None
        queue = replace(queue, taken=queue.taken + 1)
    else:
        state, place, number = EntryState.WAITING, queue.last_place + 1, queue.waiting + 1
    if entry is None:
        entry = CallOutEntry(call_out_id=made.id, person_id=person_id, state=state, asked_at=uow.now)
        uow.session.add(entry)
    entry.state, entry.place, entry.asked_at = state, place, uow.now
    entry.won_at = uow.now if state is EntryState.IN else None
    made.state = CallOutState.FULL if queue.taken >= made.headcount else CallOutState.OPEN
    _redraw(uow, made, person_id)
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
    """Give a place back, or a lot; whoever waits longest moves up at once and is told. Nothing else follows."""
    made = _running(uow, Action.JOIN_CALL_OUT, person_id, call_out_id)
    entry = _entry(uow, made.id, person_id)
    if entry is None or entry.state is EntryState.LEFT:
        return Place(made.id, EntryState.LEFT)
    entry.state, entry.place, entry.won_at = EntryState.LEFT, None, None
    uow.session.flush()
    if made.draws_at is None or made.drawn_at is not None:
        _refill(uow, made)
    _show(uow, made, person_id)
    return Place(made.id, EntryState.LEFT)


def close(uow: UnitOfWork, *, actor_id: int, call_out_id: int, ver: int | None = None) -> None:
    """End a call-out by hand: places that are taken stay, those who wait are told."""
    made = uow.lock(CallOut, call_out_id)
    if made is None:
        raise NotFound("call_out", str(call_out_id))
    require(uow, Action.CALL_OUT, actor_id, made.project_id, Subject("call_out", made.id))
    if made.state is CallOutState.CLOSED or (ver is not None and ver != made.ver):
        raise StaleAction(Action.CALL_OUT, "call_out", made.id, made.state)
    _close(uow, made, actor_id)


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
        .with_for_update(skip_locked=True)
    ).all()
    for made in due:
        if made.draws_at is not None and made.drawn_at is None and made.draws_at <= uow.now:
            _draw(uow, made)
        if made.deadline <= uow.now:
            _close(uow, made, None)
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
    wishes = [
        Wish(
            person_id,
            entry.asked_at,
            _last_won(uow, made, person_id),
            uow.session.scalar(
                select(func.max(Assignment.claimed_at)).where(Assignment.person_id == person_id)
            ),
        )
        for person_id, entry in entries.items()
    ]
    made.drawn_at = uow.now
    for number, person_id in enumerate(line_up(wishes, made.mode, uow.now, made.id)):
        entry = entries[person_id]
        if number < made.headcount:
            entry.state, entry.won_at = EntryState.IN, uow.now
        else:
            entry.state, entry.place = EntryState.WAITING, number - made.headcount + 1
        enqueue(uow, made.team_id, CallOutNews(person_id, made.id, entry.state.value))
    uow.session.flush()
    _show(uow, made, *entries)


def _last_won(uow: UnitOfWork, made: CallOut, person_id: int) -> datetime | None:
    return uow.session.scalar(
        select(func.max(CallOutEntry.won_at))
        .join(CallOut, CallOut.id == CallOutEntry.call_out_id)
        .where(
            CallOutEntry.person_id == person_id,
            CallOutEntry.state == EntryState.IN,
            CallOut.draws_at.is_not(None),
            CallOut.id != made.id,
        )
    )


def _refill(uow: UnitOfWork, made: CallOut) -> None:
    while _count(uow, made.id, EntryState.IN) < made.headcount:
        following = uow.session.scalar(
            select(CallOutEntry)
            .where(CallOutEntry.call_out_id == made.id, CallOutEntry.state == EntryState.WAITING)
            .order_by(CallOutEntry.place, CallOutEntry.id)
            .limit(1)
        )
        if following is None:
            return
        following.state, following.place, following.won_at = EntryState.IN, None, uow.now
        uow.session.flush()
        enqueue(uow, made.team_id, CallOutNews(following.person_id, made.id, "moved_up"))
        _redraw(uow, made, following.person_id)


def _close(uow: UnitOfWork, made: CallOut, actor_id: int | None) -> None:
    before, made.state, made.closed_at = made.state, CallOutState.CLOSED, uow.now
    made.ver += 1
    waiting = uow.session.scalars(
        select(CallOutEntry.person_id)
        .where(
            CallOutEntry.call_out_id == made.id,
            CallOutEntry.state.in_((EntryState.WAITING, EntryState.ASKED)),
        )
        .order_by(CallOutEntry.id)
    ).all()
    for person_id in waiting:
        enqueue(uow, made.team_id, CallOutNews(person_id, made.id, "closed"))
    pressed = uow.session.scalars(
        select(CallOutEntry.person_id).where(CallOutEntry.call_out_id == made.id).order_by(CallOutEntry.id)
    ).all()
    # Who did not come, or came and went, leaves no trace.
    uow.session.execute(
        delete(CallOutEntry).where(CallOutEntry.call_out_id == made.id, CallOutEntry.state != EntryState.IN)
    )
    uow.audit(
        team_id=made.team_id,
        actor_id=actor_id,
        action="callout.close",
        subject=("call_out", made.id),
        states=(before, CallOutState.CLOSED),
    )
    _redraw(uow, made, *pressed)


def _show(uow: UnitOfWork, made: CallOut, *people: int) -> None:
    """Bring the state in line with the places taken, and have the counter and people's own cards drawn."""
    full = _count(uow, made.id, EntryState.IN) >= made.headcount
    made.state = CallOutState.FULL if full else CallOutState.OPEN
    _redraw(uow, made, *people)


def _redraw(uow: UnitOfWork, made: CallOut, *people: int) -> None:
    shown: list[Message] = [CallOutInvite(person_id, made.id) for person_id in people]
    if made.channel is not None:
        shown.append(CallOutCard(made.made_by_id, made.id, made.channel))
    enqueue_coalesced(uow, made.team_id, *shown)


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


def _entry(uow: UnitOfWork, call_out_id: int, person_id: int) -> CallOutEntry | None:
    return uow.session.scalar(
        select(CallOutEntry).where(
            CallOutEntry.call_out_id == call_out_id, CallOutEntry.person_id == person_id
        )
    )


def _count(uow: UnitOfWork, call_out_id: int, state: EntryState) -> int:
    return (
        uow.session.scalar(
            select(func.count()).where(CallOutEntry.call_out_id == call_out_id, CallOutEntry.state == state)
        )
        or 0
    )


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
