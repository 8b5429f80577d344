"""What keeps effects single and traceable: outbox, posted cards, request keys and the audit trail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, BigId, Row
from bot.db.types import enum_column


class OutboxState(StrEnum):
    """NEW -claim-> SENDING -> SENT | NEW again | UNCERTAIN (reconcile) | PARKED (needs a person) | DISCARDED."""

    NEW = "new"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    PARKED = "parked"
    DISCARDED = "discarded"


class AuditOutcome(StrEnum):
    """Whether the audited action happened or was refused."""

    DONE = "done"
    DENIED = "denied"


_UNFINISHED = text("state IN ('new', 'sending', 'uncertain')")


class OutboxRow(Row):
    """A typed fact that somebody must be told of. Rows of one lane are delivered in the order of their ids.

    A lane is one conversation: `person:<id>` for a DM or `channel:<slack id>`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_lane", "lane", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_outbox_due", "due_at", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index(
            "ix_outbox_parked",
            "id",
            sqlite_where=text("state = 'parked'"),
            postgresql_where=text("state = 'parked'"),
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    lane: Mapped[str] = mapped_column(String(64))
    state: Mapped[OutboxState] = mapped_column(enum_column(OutboxState), default=OutboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    first_sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]


class PostedCard(Base):
    """Where a card that is updated in place stands in Slack."""

    __tablename__ = "posted_card"
    __table_args__ = (Index("ix_posted_card_message", "channel", "ts"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(64))
    posted_at: Mapped[datetime]


class RequestKey(Base):
    """The answer given to a request, kept so that a redelivery has no second effect and gets the same words."""

    __tablename__ = "request_key"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    delivery: Mapped[str] = mapped_column(String(200))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Audit(Row):
    """Who did what to which row when; ids and states only, never content. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject_type", "subject_id", "id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[AuditOutcome] = mapped_column(enum_column(AuditOutcome), default=AuditOutcome.DONE)
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
