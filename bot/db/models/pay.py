"""Statements that close a month of a project's pay, and what is asked for beside the verdicts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, BigId, Row
from bot.db.types import enum_column
from bot.domain.pay import RequestKind, RequestState, StatementState

_VOID_STANDS = text("kind = 'void' AND state IN ('asked', 'approved')")


class Statement(Row):
    """What a project owes for a closed month ("2026-10" in the project's zone) and everything left before it."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("project_id", "month"),
        CheckConstraint(
            "(state = 'paid') = (paid_at IS NOT NULL) AND (state = 'paid') = (paid_by_id IS NOT NULL)",
            name="payment_known",
        ),
        CheckConstraint("period_end <= closed_at", name="month_over"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    month: Mapped[str] = mapped_column(String(7))
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    state: Mapped[StatementState] = mapped_column(enum_column(StatementState), default=StatementState.CLOSED)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    paid_at: Mapped[datetime | None]


class StatementLine(Base):
    """A ledger line's place in a statement; the key lets it have one only. Rows are only ever added."""

    __tablename__ = "statement_line"

    line_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("ledger_line.id"), primary_key=True, autoincrement=False
    )
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)


class StatementShare(Row):
    """What one person gets from a statement in one currency, never less than nothing. Rows are only ever added."""

    __tablename__ = "statement_share"
    __table_args__ = (
        UniqueConstraint("statement_id", "person_id", "currency"),
        Index("ix_statement_share_person", "person_id"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]


class PayRequest(Row):
    """An adjustment or a void that somebody asks for and a second person decides about.

    `person_id` is who would be paid more or less; `amount_minor` is what approval adds to their ledger.
    """

    __tablename__ = "pay_request"
    __table_args__ = (
        Index("ix_pay_request_project_state", "project_id", "state"),
        Index(
            "uq_pay_request_one_void",
            "verdict_id",
            unique=True,
            sqlite_where=_VOID_STANDS,
            postgresql_where=_VOID_STANDS,
        ),
        CheckConstraint(
            "(kind = 'void') = (verdict_id IS NOT NULL) AND (kind = 'void') = (assignment_id IS NOT NULL)",
            name="void_of_work",
        ),
        CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL) AND (state = 'asked') = (decided_by_id IS NULL)",
            name="decision_known",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'declined')"
            " OR (decided_by_id <> asked_by_id AND decided_by_id <> person_id)",
            name="second_person",
        ),
        CheckConstraint("amount_minor <> 0", name="amount_something"),
    )

    kind: Mapped[RequestKind] = mapped_column(enum_column(RequestKind))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState), default=RequestState.ASKED)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
