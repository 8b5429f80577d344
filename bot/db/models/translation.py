"""Bridged channels, what was written in them, its renditions in other languages, and what was learnt and used."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, BigId, Row
from bot.db.types import Json, OptionalJson, enum_column
from bot.domain.translation import RenditionState, Side, SourceKind

_CREW = text("side = 'crew'")
_PM = text("side = 'pm'")
_PENDING = text("state = 'pending'")
_DUE = text("due_at IS NOT NULL")
_REPORTED = text("reported_at IS NOT NULL")


class BridgedChannel(Row):
    """A Slack channel whose messages are translated; one CREW and one PM channel of a project are twins."""

    __tablename__ = "bridged_channel"
    __table_args__ = (
        UniqueConstraint("team_id", "channel"),
        Index(
            "uq_bridged_channel_one_crew",
            "project_id",
            unique=True,
            sqlite_where=_CREW,
            postgresql_where=_CREW,
        ),
        Index(
            "uq_bridged_channel_one_pm",
            "project_id",
            unique=True,
            sqlite_where=_PM,
            postgresql_where=_PM,
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    channel: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    side: Mapped[Side] = mapped_column(enum_column(Side))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class SourceText(Row):
    """Something that a person wrote, as they wrote it: a message, or a text that the bot passes on.

    A message has its `channel` and `ts`; with a `twin_channel` it is carried over there, else it is rendered
    in its own thread. `root_id` is the message whose twin thread a reply belongs into. A text of another kind
    has the row it belongs to as `ref_id`. `ver` grows with every edit, `changed_mark` is Slack's mark of the
    newest change. The words of a deleted message are forgotten. `characters` are those of its words. What was
    reported namelessly has no `author_id`.
    """

    __tablename__ = "source_text"
    __table_args__ = (
        UniqueConstraint("team_id", "channel", "ts"),
        UniqueConstraint("kind", "ref_id", "project_id"),
        Index("ix_source_text_same", "project_id", "digest"),
        Index("ix_source_text_thread", "channel", "thread_ts"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind))
    ref_id: Mapped[int | None] = mapped_column(BigId)
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    twin_channel: Mapped[str | None] = mapped_column(String(32))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("source_text.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document: Mapped[list[Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    characters: Mapped[int] = mapped_column(default=0)
    attachments: Mapped[int] = mapped_column(default=0)
    ver: Mapped[int] = mapped_column(default=1)
    changed_mark: Mapped[str] = mapped_column(String(32), default="")
    deleted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Rendition(Row):
    """A text in one language, made for its version `ver`.

    `due_at` is when it is tried next, None when nothing is to be done. Of those waiting in one `lane` the
    oldest text goes first; of those in one `place` it does so unless it takes long. `wanted` was asked for by
    somebody, so that no limit holds it back. `quiet` is a failure that stands beside another one. `then` are
    facts sent again once it is there.
    """

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("source_id", "language"),
        Index("ix_rendition_due", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_rendition_lane", "lane", "source_id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_rendition_place", "place", "source_id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_rendition_reported", "reported_at", sqlite_where=_REPORTED, postgresql_where=_REPORTED),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("source_text.id"))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[RenditionState] = mapped_column(enum_column(RenditionState), default=RenditionState.PENDING)
    ver: Mapped[int] = mapped_column(default=1)
    document: Mapped[list[Any] | None] = mapped_column(OptionalJson)
    engine: Mapped[str] = mapped_column(String(40), default="")
    flags: Mapped[list[str]] = mapped_column(default=list)
    characters: Mapped[int] = mapped_column(default=0)
    lane: Mapped[str] = mapped_column(String(80))
    place: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    wanted: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(40))
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    corrected_at: Mapped[datetime | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime | None]
    report_note: Mapped[str | None] = mapped_column(Text)
    then: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CachedTranslation(Base):
    """What an engine once answered, masked, found by a keyed hash of what it was asked."""

    __tablename__ = "translation_cache"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    scope: Mapped[int | None] = mapped_column(BigId)
    text: Mapped[str] = mapped_column(Text)
    engine: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TranslationMemory(Row):
    """How a person of the project rendered something; it goes before every engine."""

    __tablename__ = "translation_memory"
    __table_args__ = (UniqueConstraint("project_id", "source_language", "target_language", "key"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    source_language: Mapped[str] = mapped_column(String(8))
    target_language: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class TranslationUse(Row):
    """Characters of one person's words that engines were sent on a day of the project's zone.

    `avoided` are those that the cache, the memory or the phrase table answered.
    """

    __tablename__ = "translation_use"
    __table_args__ = (UniqueConstraint("project_id", "day", "person_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date] = mapped_column(Date)
    characters: Mapped[int] = mapped_column(default=0)
    avoided: Mapped[int] = mapped_column(default=0)
