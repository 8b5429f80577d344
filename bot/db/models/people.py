"""Teams and the people in them. No real name and no e-mail address is ever stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.people import WorkStatus


class Team(Row):
    """A Slack workspace."""

    __tablename__ = "team"

    slack_id: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime]


class Person(Row):
    """Somebody who has joined: a Slack user under a nickname, with a language and a zone."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("team_id", "slack_id"), UniqueConstraint("team_id", "nickname"))

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    slack_id: Mapped[str] = mapped_column(String(32))
    nickname: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    # What they want translations in, "both" or "off"; None while that is the language the bot speaks to them.
    reads: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64))
    status: Mapped[WorkStatus] = mapped_column(enum_column(WorkStatus), default=WorkStatus.WORKING)
    # When they can be asked for something, in minutes of their day; None while they have not said.
    hours_from: Mapped[int | None]
    hours_until: Mapped[int | None]
    work_days: Mapped[int | None]
    admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    dm_channel: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]

    team: Mapped[Team] = relationship()
