"""When digests are wanted, which were made, and what people were told of between them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import Json, OptionalJson, enum_column
from bot.domain.alerts import AlertKind

_OPEN = text("closed_at IS NULL")


class DigestPlan(Row):
    """When an audience of a project wants its digests, where that is not the usual time.

    `audience_key` names all of an audience ("worker") or one person of it ("worker:9"), whose own row goes first.
    `zone` is None while the audience's own is meant, `weekdays` a set with Monday as bit 0. Nothing that was due
    before `since` is sent; `changed_at` is when the time was last set.
    """

    __tablename__ = "digest_plan"
    __table_args__ = (UniqueConstraint("project_id", "audience_key"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    audience_key: Mapped[str] = mapped_column(String(40))
    hhmm: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str | None] = mapped_column(String(64))
    weekdays: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[str | None] = mapped_column(String(32))
    since: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class DigestRun(Row):
    """One digest, made once: the unique constraint decides among processes, restarts and changes of the clock.

    `local_date` is the reader's date it is for, `reported` the project's day it tells of. `payload` keeps the
    figures as they were. `told` is False for a worker's day without work, of which nobody is told.
    """

    __tablename__ = "digest_run"
    __table_args__ = (
        UniqueConstraint("project_id", "audience_key", "local_date"),
        Index("ix_digest_run_made", "made_at"),
        Index("ix_digest_run_date", "local_date"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    audience_key: Mapped[str] = mapped_column(String(40))
    local_date: Mapped[date] = mapped_column(Date)
    reported: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    week: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bool] = mapped_column(default=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)


class AlertIncident(Row):
    """Something that PMs and supervisors are told of once. `figures` are those it was opened with."""

    __tablename__ = "alert_incident"
    __table_args__ = (
        Index(
            "uq_alert_incident_one_open",
            "project_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_alert_incident_newest", "project_id", "kind", "id"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[AlertKind] = mapped_column(enum_column(AlertKind))
    subject: Mapped[str] = mapped_column(String(40), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


class AlertTold(Row):
    """Somebody was told of an incident."""

    __tablename__ = "alert_told"
    __table_args__ = (UniqueConstraint("incident_id", "person_id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("alert_incident.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]


class CoachNote(Row):
    """A private word to a worker about the reasons that most of their rejects share."""

    __tablename__ = "coach_note"
    __table_args__ = (Index("ix_coach_note_person", "person_id", "sent_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reasons: Mapped[str] = mapped_column(String(240))
    sent_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
