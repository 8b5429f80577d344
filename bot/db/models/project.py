"""Projects, who has which role in them, and what they pay."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.domain.translation import TranslationMode


class Project(Row):
    """One client's work of one type, with its zone, confidentiality and policy."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        CheckConstraint("overlap >= 1", name="overlap_positive"),
        CheckConstraint("max_in_hand >= 1", name="max_in_hand_positive"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    key: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    type: Mapped[TaskType] = mapped_column(enum_column(TaskType))
    zone: Mapped[str] = mapped_column(String(64))
    confidential: Mapped[bool] = mapped_column(default=True)
    translation: Mapped[TranslationMode] = mapped_column(
        enum_column(TranslationMode),
        default=TranslationMode.CLOUD,
        server_default=TranslationMode.CLOUD.value,
    )
    currency: Mapped[str] = mapped_column(String(3), default="KRW")
    guideline_url: Mapped[str | None] = mapped_column(String(500))
    guideline_version: Mapped[str] = mapped_column(String(40), default="1")
    labels: Mapped[list[str]] = mapped_column(default=list)
    overlap: Mapped[int] = mapped_column(default=1)
    max_in_hand: Mapped[int] = mapped_column(default=3)
    # Whether its rules ask something of whoever takes a task, so that most claims need not look.
    gated: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Kept by the scheduler so that a claim need not look at history; None until somebody has submitted.
    median_seconds: Mapped[int | None]
    # The project's local date by the end of which everything is to be final, None while nobody has named one.
    deadline: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Membership(Row):
    """A role of a person in a project; somebody may hold several."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "project_id", "role"),
        Index("ix_membership_project_role", "project_id", "role"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    created_at: Mapped[datetime]


class Price(Row):
    """What a role is paid per accepted task from an instant on; the newest row counts for new claims."""

    __tablename__ = "price"
    __table_args__ = (
        Index("ix_price_newest", "project_id", "role", "id"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
