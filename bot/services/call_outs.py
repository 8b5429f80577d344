"""Calling people out for work: who is told of it, what it pays, and its end. Nothing is kept of a no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select

from bot.db.models import CallOut, CallOutEntry, Membership, Person, Price, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.call_outs import NOTE_LIMIT, check_call_out, hourly_minor
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.hours import is_working
from bot.domain.people import LANGUAGES, Role, WorkStatus
from bot.domain.policy import Action, Subject
from bot.domain.quality import DRAW_AFTER, CallOutMode, CallOutState, EntryState
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.cards import standing_among
from bot.outbox.messages import Message
from bot.outbox.quality_messages import CallOutCard, CallOutInvite, CallOutNews
from bot.outbox.queue import enqueue, enqueue_coalesced
from bot.reports.effort import pace, rework_share
from bot.reports.hours import working_hours
from bot.services.access import require
from bot.services.qualifying import holders_of
from bot.services.relaying import relay
from bot.services.rules import rules_of


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

    The qualification is frozen as it is now; the price and what it brings in an hour follow `reprice`. Raises
    Invalid for a project without a price, a headcount or a deadline that makes no sense, and when nobody could come.
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
    made = CallOut(
        team_id=project.team_id,
        project_id=project_id,
        state=CallOutState.OPEN,
        mode=mode,
        headcount=headcount,
        channel=channel,
        note=note or None,
        gate=rules_of(uow.session, project_id).gate,
        price_minor=price.amount_minor,
        currency=price.currency,
        hourly_minor=_hourly(uow, project_id, price.amount_minor),
        made_by_id=actor_id,
        opened_at=uow.now,
        draws_at=None if mode is CallOutMode.FIRST else uow.now + DRAW_AFTER,
        deadline=deadline,
    )
    uow.session.add(made)
    uow.session.flush()
    invited = to_invite(uow, made)
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
    shown = invite(uow, made, invited)
    if channel is not None:
        shown.append(CallOutCard(actor_id, made.id, channel))
        enqueue(uow, made.team_id, shown[-1])
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


def _hourly(uow: UnitOfWork, project_id: int, price_minor: int) -> int | None:
    share = rework_share(uow.session, project_id, uow.now)
    return hourly_minor(price_minor, pace(uow.session, project_id), share)


def reprice(uow: UnitOfWork, project: Project, amount_minor: int) -> None:
    """Let the running call-outs of a project say what its tasks pay from now on; a stale promise would be a lie."""
    running = uow.session.scalars(
        select(CallOut)
        .where(CallOut.project_id == project.id, CallOut.state != CallOutState.CLOSED)
        .order_by(CallOut.id)
        .with_for_update(key_share=True)
    ).all()
    for made in running:
        made.price_minor, made.currency = amount_minor, project.currency
        made.hourly_minor = _hourly(uow, project.id, amount_minor)
        redraw(uow, made, *_holding_cards(uow, made))


def invite(uow: UnitOfWork, made: CallOut, people: Iterable[int]) -> list[Message]:
    """Tell people of a call-out in private; returns the facts. The same person is never told twice."""
    messages: list[Message] = []
    for person_id in people:
        messages.append(CallOutInvite(person_id, made.id))
        enqueue(uow, made.team_id, messages[-1], dedupe=first_invite(made.id, person_id))
    return messages


def first_invite(call_out_id: int, person_id: int) -> str:
    """Return the outbox key of the one invitation that somebody gets; later rows draw the same card again."""
    return f"{CallOutInvite.kind}:{call_out_id}:{person_id}:first"


def to_invite(uow: UnitOfWork, made: CallOut) -> list[int]:
    """Return who may come, is not resting and can be asked now, by id."""
    people = uow.session.scalars(
        select(Person)
        .where(Person.id.in_(may_come(uow, made)), Person.status == WorkStatus.WORKING)
        .order_by(Person.id)
    )
    return [person.id for person in people if is_working(working_hours(person), uow.now)]


def may_come(uow: UnitOfWork, made: CallOut) -> frozenset[int]:
    """Return who may have a place now: the project's active workers with the qualification it asks for."""
    workers = frozenset(
        uow.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == made.project_id,
                Membership.role == Role.WORKER,
                Person.active.is_(True),
            )
        )
    )
    return workers & holders_of(uow.session, made.team_id, made.gate, uow.now) if made.gate else workers


def close(uow: UnitOfWork, *, actor_id: int, call_out_id: int, ver: int | None = None) -> None:
    """End a call-out by hand: places that are taken stay, those who wait are told."""
    made = uow.lock(CallOut, call_out_id)
    if made is None:
        raise NotFound("call_out", str(call_out_id))
    require(uow, Action.CALL_OUT, actor_id, made.project_id, Subject("call_out", made.id))
    if made.state is CallOutState.CLOSED or (ver is not None and ver != made.ver):
        raise StaleAction(Action.CALL_OUT, "call_out", made.id, made.state)
    end(uow, made, actor_id)


def end(uow: UnitOfWork, made: CallOut, actor_id: int | None) -> None:
    """End a locked call-out, tell those who wait, and draw every card of it a last time."""
    before, made.state, made.closed_at = made.state, CallOutState.CLOSED, uow.now
    made.ver += 1
    waiting = uow.session.scalars(
        select(CallOutEntry.person_id)
        .where(CallOutEntry.call_out_id == made.id, CallOutEntry.state != EntryState.IN)
        .order_by(CallOutEntry.id)
    ).all()
    for person_id in waiting:
        enqueue(uow, made.team_id, CallOutNews(person_id, made.id, "closed"))
    # Who waited in vain leaves no trace.
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
    redraw(uow, made, *_holding_cards(uow, made))


def _holding_cards(uow: UnitOfWork, made: CallOut) -> list[int]:
    """Return whose card about a call-out stands in Slack, whether they pressed it or not, by id."""
    people = uow.session.scalars(
        select(Membership.person_id).where(
            Membership.project_id == made.project_id, Membership.role == Role.WORKER
        )
    )
    cards = {CallOutInvite(person_id, made.id).card: person_id for person_id in people}
    return sorted(cards[key] for key in standing_among(uow.session, cards))


def show(uow: UnitOfWork, made: CallOut, *people: int) -> None:
    """Bring the state in line with the places taken, and have the counter and people's own cards drawn."""
    full = count(uow, made.id, EntryState.IN) >= made.headcount
    made.state = CallOutState.FULL if full else CallOutState.OPEN
    redraw(uow, made, *people)


def redraw(uow: UnitOfWork, made: CallOut, *people: int) -> None:
    """Have the card in the channel and those of these people drawn again, at most once a second."""
    shown: list[Message] = [CallOutInvite(person_id, made.id) for person_id in people]
    if made.channel is not None:
        shown.append(CallOutCard(made.made_by_id, made.id, made.channel))
    enqueue_coalesced(uow, made.team_id, *shown)


def count(uow: UnitOfWork, call_out_id: int, state: EntryState) -> int:
    """Return how many people stand so in a call-out."""
    return (
        uow.session.scalar(
            select(func.count()).where(CallOutEntry.call_out_id == call_out_id, CallOutEntry.state == state)
        )
        or 0
    )
