"""The review of each submission, its verdicts, and the pay that follows from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.escalation import UndoneBy
from bot.domain.pay import LedgerKind
from bot.domain.review import Decision, ReasonCode, ReviewLevel, ReviewState

_WAITING = text("state = 'waiting'")
_STANDING = text("undone_at IS NULL")
_WRONG = text("undone_why <> 'reviewer'")


class Review(Row):
    """One submission's place in the review queue.

    `reviewer_id` is who has it or decided it; while WAITING it is whom a resubmission is reserved for.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        Index(
            "ix_review_waiting",
            "project_id",
            "level",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_review_reviewer_state", "reviewer_id", "state"),
        Index("ix_review_task_reviewer", "task_id", "reviewer_id"),
        Index(
            "ix_review_lease",
            "lease_until",
            sqlite_where=text("state <> 'decided'"),
            postgresql_where=text("state <> 'decided'"),
        ),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    level: Mapped[ReviewLevel] = mapped_column(enum_column(ReviewLevel), default=ReviewLevel.REVIEWER)
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState), default=ReviewState.WAITING)
    ver: Mapped[int] = mapped_column(default=1)
    claimed_at: Mapped[datetime | None]
    # While CLAIMED the end of the reviewer's lease, while WAITING the end of a reservation.
    lease_until: Mapped[datetime | None]
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_over_note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Verdict(Row):
    """What a reviewer decided. An undone verdict stays as history; at most one stands per review.

    Without a reviewer it is the acceptance of a submission that nobody was to review.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        Index(
            "uq_verdict_one_standing_per_review",
            "review_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        # Whoever gave such a verdict neither judges the work again nor does the task themselves.
        Index("ix_verdict_wrong", "review_id", "reviewer_id", sqlite_where=_WRONG, postgresql_where=_WRONG),
        Index("ix_verdict_assignment", "assignment_id", "id"),
        Index("ix_verdict_project_time", "project_id", "decided_at"),
        CheckConstraint(
            "decision <> 'reject' OR (reason IS NOT NULL AND guideline_section IS NOT NULL AND comment IS NOT NULL)",
            name="reject_explained",
        ),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[Decision] = mapped_column(enum_column(Decision))
    reason: Mapped[ReasonCode | None] = mapped_column(enum_column(ReasonCode))
    guideline_section: Mapped[str | None] = mapped_column(String(80))
    comment: Mapped[str | None] = mapped_column(Text)
    fixed_answer: Mapped[dict[str, str] | None]
    decided_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_why: Mapped[UndoneBy | None] = mapped_column(enum_column(UndoneBy))


class LedgerLine(Row):
    """One movement of pay; rows are only ever added (a trigger refuses anything else).

    `request_id` names the approved request behind a line that no verdict wrote; an adjustment has nothing else.
    """

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("verdict_id", "kind"),
        UniqueConstraint("request_id"),
        Index("ix_ledger_line_person", "person_id", "project_id", "created_at"),
        Index("ix_ledger_line_project_time", "project_id", "created_at"),
        CheckConstraint(
            "(kind = 'adjustment') = (verdict_id IS NULL)"
            " AND (kind = 'adjustment') = (submission_id IS NULL)"
            " AND (kind = 'adjustment') = (assignment_id IS NULL)",
            name="work_named",
        ),
        CheckConstraint("kind <> 'adjustment' OR request_id IS NOT NULL", name="adjustment_asked"),
        CheckConstraint("kind <> 'earned' OR request_id IS NULL", name="earned_by_verdict"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("pay_request.id"))
    kind: Mapped[LedgerKind] = mapped_column(enum_column(LedgerKind))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
