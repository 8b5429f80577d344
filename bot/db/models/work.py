"""Batches, tasks with their answer slots, the assignments that hold a slot, and what was submitted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.assignment import AssignmentState
from bot.domain.task import SlotState, TaskState


class Batch(Row):
    """One import: which file brought which tasks."""

    __tablename__ = "batch"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    source_name: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    task_count: Mapped[int]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


_FINAL = text("final_at IS NOT NULL")
_UNFINISHED = text("state = 'open'")
_UNDECIDED = text("state = 'adjudication'")


class Task(Row):
    """One item of work as the PM imported it."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("project_id", "external_id"),
        Index(
            "ix_task_undecided",
            "project_id",
            "id",
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        # Tells at once whether any task has yet to follow a changed overlap.
        Index("ix_task_overlap", "project_id", "overlap"),
        Index("ix_task_final", "project_id", "final_at", sqlite_where=_FINAL, postgresql_where=_FINAL),
        Index(
            "ix_task_unfinished",
            "project_id",
            "created_at",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    external_id: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, str]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(default=0)
    overlap: Mapped[int] = mapped_column(default=1)
    # Answers wanted beyond the overlap, because those there are do not agree.
    extra: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[TaskState] = mapped_column(enum_column(TaskState), default=TaskState.OPEN)
    created_at: Mapped[datetime]
    final_at: Mapped[datetime | None]
    # Since when it is on hold, for whatever reasons; None while it is not.
    held_at: Mapped[datetime | None]


class AnswerSlot(Row):
    """One wanted answer of a task.

    Project, rank and hold repeat what the task says so that a claim reads one index, and a slot that comes free
    while its task is on hold stays out of it; the lowest rank is worked first (`slot_rank`, because an
    ascending index serves both databases).
    """

    __tablename__ = "answer_slot"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        Index(
            "ix_answer_slot_claimable",
            "project_id",
            "rank",
            "id",
            sqlite_where=text("state = 'open' AND held_at IS NULL"),
            postgresql_where=text("state = 'open' AND held_at IS NULL"),
        ),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int] = mapped_column(default=1)
    rank: Mapped[int] = mapped_column(default=0)
    state: Mapped[SlotState] = mapped_column(enum_column(SlotState), default=SlotState.OPEN)
    held_at: Mapped[datetime | None]


_LIVE = text("state IN ('claimed', 'in_review', 'returned', 'appealed', 'accepted')")
# Whoever let a lease pass may take the task again, but not whoever let the time for a rework pass.
_KEEPS_PERSON_OUT = text("state <> 'expired' OR submitted_at IS NOT NULL")
_UNDER_WAY = text("ended_at IS NULL")
_TRIAL = text("gold_id IS NOT NULL")
_ASKED = text("asked_id IS NOT NULL")
_TO_WARN = text("state = 'claimed' AND warn_at IS NOT NULL")


class Assignment(Row):
    """One person's attempt at a slot, with its lease and the price and guideline version frozen at the claim.

    `ver` grows with every change, so that a button drawn earlier can be told from one that still fits. `warn_at`
    is when the holder is told that the lease ends soon, None once they have been told. While the task is on hold
    (`held_at`) no clock runs: lease and rework are prolonged by that time when it ends, and `held_seconds` says
    how much of the time since the claim was no working time. `rework_until` is when returned work goes to
    somebody else; with `last_word` that was the last reject and its author can only appeal until then.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("slot_id", "attempt"),
        Index(
            "uq_assignment_one_live_per_slot",
            "slot_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_assignment_person_once_per_task",
            "task_id",
            "person_id",
            unique=True,
            sqlite_where=_KEEPS_PERSON_OUT,
            postgresql_where=_KEEPS_PERSON_OUT,
        ),
        Index("ix_assignment_person_project", "person_id", "project_id", "state"),
        Index("ix_assignment_project_newest", "project_id", "id"),
        Index(
            "ix_assignment_lease",
            "lease_until",
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        Index(
            "ix_assignment_rework",
            "rework_until",
            sqlite_where=text("state = 'returned'"),
            postgresql_where=text("state = 'returned'"),
        ),
        Index(
            "ix_assignment_under_way",
            "project_id",
            "state",
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        Index(
            "ix_assignment_gold",
            "project_id",
            sqlite_where=_TRIAL,
            postgresql_where=_TRIAL,
        ),
        Index("ix_assignment_asked", "asked_id", sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index(
            "ix_assignment_warning",
            "warn_at",
            sqlite_where=_TO_WARN,
            postgresql_where=_TO_WARN,
        ),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )

    slot_id: Mapped[int] = mapped_column(ForeignKey("answer_slot.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    attempt: Mapped[int]
    state: Mapped[AssignmentState] = mapped_column(
        enum_column(AssignmentState), default=AssignmentState.CLAIMED
    )
    ver: Mapped[int] = mapped_column(default=1)
    claimed_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    warn_at: Mapped[datetime | None]
    extended: Mapped[bool] = mapped_column(default=False)
    held_at: Mapped[datetime | None]
    held_seconds: Mapped[int | None]
    rework_until: Mapped[datetime | None]
    last_word: Mapped[bool] = mapped_column(default=False, server_default=false())
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # What a supervisor wrote who took it back.
    ended_why: Mapped[str | None] = mapped_column(Text)
    # Set for a task whose answer is known; nobody who works on it is told.
    gold_id: Mapped[int | None] = mapped_column(ForeignKey("gold.id"))
    # The lease stands still while this question of the holder waits for a reply.
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"))
    asked_at: Mapped[datetime | None]
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    guideline_version: Mapped[str] = mapped_column(String(40))


class Submission(Row):
    """One round of an assignment: the answer exactly as the worker gave it. A draft is late work kept aside."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("assignment_id", "round"),
        Index("ix_submission_project_time", "project_id", "submitted_at"),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]
    answer: Mapped[dict[str, str]]
    draft: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime]
