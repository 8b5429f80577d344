"""Notices in two languages, and who has read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.translation import NoticeState


class Notice(Row):
    """An announcement to a project. A language that nobody has written yet is "", and drafted by machine.

    `ver` grows with every change of its words, so that a form opened for older ones can be told.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_project_state", "project_id", "state"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    english: Mapped[str] = mapped_column(Text, default="")
    korean: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState), default=NoticeState.DRAFT)
    ver: Mapped[int] = mapped_column(default=1)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class NoticeReceipt(Row):
    """Somebody has read a notice."""

    __tablename__ = "notice_receipt"
    __table_args__ = (UniqueConstraint("notice_id", "person_id"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]
