"""Call-outs as their cards show them: counts for everybody, names only for whoever made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db.models import CallOut, CallOutEntry, Membership, Person, Project, Qualification
from bot.domain.pay import Money
from bot.domain.people import Role
from bot.domain.quality import CallOutMode, CallOutState, EntryState
from bot.domain.task import TaskType
from bot.domain.translation import SourceKind
from bot.reports.issue_words import Words, read_words

MOST_SHOWN = 5
"""Call-outs Home shows; the others are in their channels."""


@dataclass(frozen=True)
class CallOutFacts:
    """A call-out as it stands: `taken` places are given, `waiting` and `asked` people wait for one or for the draw.

    `hourly` is what an hour brings at the project's real pace with its rework, None while nobody knows.
    `gate` is the qualification it asks for and `how` the way to get it.
    """

    call_out_id: int
    ver: int
    state: CallOutState
    mode: CallOutMode
    project_id: int
    project_key: str
    project_name: str
    type: TaskType
    headcount: int
    taken: int
    waiting: int
    asked: int
    price: Money
    hourly: Money | None
    gate: str | None
    how: str
    deadline: datetime
    draws_at: datetime | None
    drawn: bool
    note: Words | None
    channel: str | None
    made_by_id: int

    @property
    def left(self) -> int:
        """How many places nobody has yet."""
        return max(0, self.headcount - self.taken)

    @property
    def to_draw(self) -> bool:
        """Say whether places are still to be drawn, so that everybody who asks takes part in that."""
        return self.draws_at is not None and not self.drawn


@dataclass(frozen=True)
class OwnEntry:
    """Where one person stands in a call-out; `place` is their number among those who wait."""

    state: EntryState
    place: int | None = None


NOT_IN = OwnEntry(EntryState.LEFT)
"""Somebody who has not asked for a place, or has given it back."""


@dataclass(frozen=True)
class WhoCame:
    """The nicknames behind a call-out, for whoever steers it: who has a place and who waits, in their order."""

    taken: tuple[str, ...]
    waiting: tuple[str, ...]
    asked: int


def read_call_out(session: Session, call_out_id: int) -> CallOutFacts | None:
    """Return a call-out, None when there is none."""
    made = session.get(CallOut, call_out_id)
    return _facts(session, made) if made is not None else None


def own_entry(session: Session, call_out_id: int, person_id: int) -> OwnEntry:
    """Return where somebody stands in a call-out."""
    entry = session.scalar(
        select(CallOutEntry).where(
            CallOutEntry.call_out_id == call_out_id, CallOutEntry.person_id == person_id
        )
    )
    if entry is None or entry.state is EntryState.LEFT:
        return NOT_IN
    if entry.state is not EntryState.WAITING:
        return OwnEntry(entry.state)
    before = (
        CallOutEntry.call_out_id == call_out_id,
        CallOutEntry.state == EntryState.WAITING,
        CallOutEntry.place <= entry.place,
    )
    # Those who moved up or left leave gaps in the numbers that nobody should count.
    return OwnEntry(entry.state, session.scalar(select(func.count()).where(*before)))


def who_came(session: Session, call_out_id: int) -> WhoCame:
    """Return who has a place and who waits for one."""
    rows = session.execute(
        select(CallOutEntry.state, Person.nickname)
        .join(Person, Person.id == CallOutEntry.person_id)
        .where(CallOutEntry.call_out_id == call_out_id)
        .order_by(CallOutEntry.place, CallOutEntry.won_at, CallOutEntry.id)
    ).all()
    by_state = {state: tuple(name for at, name in rows if at is state) for state in EntryState}
    return WhoCame(by_state[EntryState.IN], by_state[EntryState.WAITING], len(by_state[EntryState.ASKED]))


def call_outs_for(
    session: Session, person_id: int, now: datetime
) -> tuple[tuple[CallOutFacts, OwnEntry], ...]:
    """Return the running call-outs of the projects somebody works in, those that end first at the front."""
    rows = session.scalars(
        select(CallOut)
        .join(Membership, Membership.project_id == CallOut.project_id)
        .where(
            Membership.person_id == person_id,
            Membership.role == Role.WORKER,
            CallOut.state != CallOutState.CLOSED,
            CallOut.deadline > now,
        )
        .order_by(CallOut.deadline, CallOut.id)
        .limit(MOST_SHOWN)
    )
    return tuple((_facts(session, made), own_entry(session, made.id, person_id)) for made in rows)


def call_outs_steered(session: Session, project_ids: tuple[int, ...]) -> tuple[CallOutFacts, ...]:
    """Return the running call-outs of these projects, those that end first at the front."""
    rows = session.scalars(
        select(CallOut)
        .where(CallOut.project_id.in_(project_ids), CallOut.state != CallOutState.CLOSED)
        .order_by(CallOut.deadline, CallOut.id)
        .limit(MOST_SHOWN)
    )
    return tuple(_facts(session, made) for made in rows)


def _facts(session: Session, made: CallOut) -> CallOutFacts:
    project = session.get_one(Project, made.project_id)
    taken, waiting, asked = session.execute(
        select(
            *(
                func.coalesce(func.sum(case((CallOutEntry.state == state, 1), else_=0)), 0)
                for state in (EntryState.IN, EntryState.WAITING, EntryState.ASKED)
            )
        ).where(CallOutEntry.call_out_id == made.id)
    ).one()
    return CallOutFacts(
        made.id,
        made.ver,
        made.state,
        made.mode,
        project.id,
        project.key,
        project.name,
        project.type,
        made.headcount,
        int(taken),
        int(waiting),
        int(asked),
        Money(made.price_minor, made.currency),
        Money(made.hourly_minor, made.currency) if made.hourly_minor is not None else None,
        made.gate,
        _how(session, made),
        made.deadline,
        made.draws_at,
        made.drawn_at is not None,
        read_words(session, SourceKind.CALL_OUT, made.id, made.note) if made.note else None,
        made.channel,
        made.made_by_id,
    )


def _how(session: Session, made: CallOut) -> str:
    if made.gate is None:
        return ""
    how = select(Qualification.how).where(
        Qualification.team_id == made.team_id, Qualification.key == made.gate
    )
    return session.scalar(how) or ""
