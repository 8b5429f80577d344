"""Issues that people raise, their history, the timers that keep them moving, and who is told when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import BigId, Row
from bot.db.types import Json, enum_column
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    NoteState,
    RulingState,
    Severity,
    Step,
    TimerKind,
    TimerState,
)

_NOT_CLOSED = text("state <> 'closed'")
_SET = text("state = 'set'")
_UNTOLD = text("told_at IS NULL")
_ON = text("until IS NULL")
_STANDING = text("state = 'standing'")


class Issue(Row):
    """Something that only people can settle, bound to a thread or, without one, to its opener's own cards.

    `opener_id` is None for a nameless report. `round` grows whenever timers are set anew, so that an older one
    is known to be over. `acked_at` is when it was first acknowledged. While somebody is waited for the clock
    stands: `paused_at` is since when, `waited_seconds` how long it stood before. Where the twin channel knew
    nothing of its thread, its own card begins one there: `twin_ts` in `twin_channel`.
    """

    __tablename__ = "issue"
    __table_args__ = (
        Index(
            "uq_issue_one_per_thread",
            "team_id",
            "channel",
            "thread_ts",
            unique=True,
            sqlite_where=_NOT_CLOSED,
            postgresql_where=_NOT_CLOSED,
        ),
        Index("ix_issue_project_state", "project_id", "state"),
        Index("ix_issue_project_opened", "project_id", "opened_at"),
        Index("ix_issue_thread", "channel", "thread_ts"),
        Index("ix_issue_twin", "twin_channel", "twin_ts"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    state: Mapped[IssueState] = mapped_column(enum_column(IssueState), default=IssueState.OPEN)
    source: Mapped[IssueSource] = mapped_column(enum_column(IssueSource))
    asked: Mapped[Asked] = mapped_column(enum_column(Asked))
    level: Mapped[Level] = mapped_column(enum_column(Level))
    round: Mapped[int] = mapped_column(default=0)
    ver: Mapped[int] = mapped_column(default=1)
    opener_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str | None] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    twin_channel: Mapped[str | None] = mapped_column(String(32))
    twin_ts: Mapped[str | None] = mapped_column(String(32))
    request: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    acked_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    waited_seconds: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str | None] = mapped_column(Text)
    remedy: Mapped[str | None] = mapped_column(Text)
    section: Mapped[str | None] = mapped_column(String(80))


class IssueStep(Row):
    """One line of an issue's history; `note` is what a person wrote with it. Without an actor time did it."""

    __tablename__ = "issue_step"
    __table_args__ = (Index("ix_issue_step_issue", "issue_id", "id"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    step: Mapped[Step] = mapped_column(enum_column(Step))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[IssueState] = mapped_column(enum_column(IssueState))
    note: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class IssueTask(Row):
    """A task that an issue is about."""

    __tablename__ = "issue_task"
    __table_args__ = (UniqueConstraint("issue_id", "task_id"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)


class IssueTimer(Row):
    """What time will do to an issue; it fires once, and only while its `round` is the issue's own."""

    __tablename__ = "issue_timer"
    __table_args__ = (
        UniqueConstraint("issue_id", "round", "kind"),
        Index("ix_issue_timer_due", "due_at", sqlite_where=_SET, postgresql_where=_SET),
    )

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    round: Mapped[int]
    kind: Mapped[TimerKind] = mapped_column(enum_column(TimerKind))
    state: Mapped[TimerState] = mapped_column(enum_column(TimerState), default=TimerState.SET)
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class IssueAlert(Row):
    """Who is told of an issue at a level, from when on, and when they were."""

    __tablename__ = "issue_alert"
    __table_args__ = (
        UniqueConstraint("issue_id", "round", "person_id"),
        Index("ix_issue_alert_due", "due_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level: Mapped[Level] = mapped_column(enum_column(Level))
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    dropped: Mapped[bool] = mapped_column(default=False)


class Duty(Row):
    """Who looks after a project's issues first, from when until when, and what the next one should know."""

    __tablename__ = "duty"
    __table_args__ = (
        Index("uq_duty_one_on", "project_id", unique=True, sqlite_where=_ON, postgresql_where=_ON),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)


class EscalationPlan(Row):
    """A project's own delays for a severity, in minutes, where they are not the usual ones."""

    __tablename__ = "escalation_plan"
    __table_args__ = (UniqueConstraint("project_id", "severity"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    ack_minutes: Mapped[int]
    step_minutes: Mapped[int]
    resolve_minutes: Mapped[int]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Ruling(Row):
    """What a supervisor decides for the time being, so that work can go on, and what the PM says to it."""

    __tablename__ = "ruling"
    __table_args__ = (
        Index(
            "uq_ruling_one_standing",
            "issue_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    state: Mapped[RulingState] = mapped_column(enum_column(RulingState), default=RulingState.STANDING)
    ver: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class GuidelineNote(Row):
    """What an issue has taught, proposed for the guideline: the PM takes it up or not."""

    __tablename__ = "guideline_note"
    __table_args__ = (Index("ix_guideline_note_project_state", "project_id", "state"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    section: Mapped[str | None] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[NoteState] = mapped_column(enum_column(NoteState), default=NoteState.PROPOSED)
    ver: Mapped[int] = mapped_column(default=1)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Leak(Row):
    """A public message that held task content, or may; none of its words are kept.

    `issue_id` is None while its author has not yet said what a picture shows.
    """

    __tablename__ = "leak"
    __table_args__ = (UniqueConstraint("team_id", "channel", "ts"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    picture: Mapped[bool] = mapped_column(default=False)
    ver: Mapped[int] = mapped_column(default=1)
    found_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    harmless_at: Mapped[datetime | None]


class ContentPrint(Row):
    """A keyed hash of a stretch of a task's content, so that a copy of it can be known without keeping words."""

    __tablename__ = "content_print"
    __table_args__ = (Index("ix_content_print_mark", "mark"), Index("ix_content_print_task", "task_id"))

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    mark: Mapped[int] = mapped_column(BigId)


class PrintProgress(Row):
    """How far an import's tasks, or without a batch everybody's submissions, have their prints.

    Up to `reached`, an id; `sign` tells which key the prints were made with: under another one they are void.
    """

    __tablename__ = "print_progress"
    __table_args__ = (
        Index(
            "uq_print_progress_submissions",
            "ended",
            unique=True,
            sqlite_where=text("batch_id IS NULL"),
            postgresql_where=text("batch_id IS NULL"),
        ),
    )

    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)
    sign: Mapped[int] = mapped_column(BigId)
    reached: Mapped[int] = mapped_column(BigId, default=0)
    ended: Mapped[bool] = mapped_column(default=False)
