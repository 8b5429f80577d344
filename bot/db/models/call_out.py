"""Call-outs and who has a place in them, wishes for work, and what people agreed to see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.quality import CallOutMode, CallOutState, EntryState

_WISHED = text("ended_at IS NULL")
_GIVEN = text("ended_at IS NULL")
_RUNNING = text("state <> 'closed'")


class CallOut(Row):
    """A call for so many people: the price, the qualification as it was then, until when, how places are given."""

    __tablename__ = "call_out"
    __table_args__ = (
        Index("ix_call_out_running", "project_id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    state: Mapped[CallOutState] = mapped_column(enum_column(CallOutState), default=CallOutState.OPEN)
    mode: Mapped[CallOutMode] = mapped_column(enum_column(CallOutMode))
    ver: Mapped[int] = mapped_column(default=1)
    headcount: Mapped[int]
    channel: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Text)
    gate: Mapped[str | None] = mapped_column(String(40))
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    hourly_minor: Mapped[int | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    draws_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    deadline: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CallOutEntry(Row):
    """Somebody's wish for a place. Who never pressed has no row, and who left has none any more."""

    __tablename__ = "call_out_entry"
    __table_args__ = (
        UniqueConstraint("call_out_id", "person_id"),
        Index("ix_call_out_entry_person", "person_id", "state"),
    )

    call_out_id: Mapped[int] = mapped_column(ForeignKey("call_out.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[EntryState] = mapped_column(enum_column(EntryState))
    place: Mapped[int | None]
    asked_at: Mapped[datetime]
    won_at: Mapped[datetime | None]


class WorkWish(Row):
    """Somebody wants to be told when there is work in any of their projects.

    `project_id` is where they were told of some, at `ended_at`; what they made of it is forgotten soon after.
    """

    __tablename__ = "work_wish"
    __table_args__ = (
        Index("ix_work_wish_person", "person_id", sqlite_where=_WISHED, postgresql_where=_WISHED),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Consent(Row):
    """Somebody agreed to see a project's sensitive content; they may stop at any moment and nothing is asked."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_one",
            "person_id",
            "project_id",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
