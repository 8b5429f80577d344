"""Guideline versions with their sections, who has read which, and the vectors they are searched by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, Row
from bot.db.types import Json, enum_column
from bot.domain.guideline import GuidelineState

_CURRENT = text("state = 'current'")
_DRAFT = text("state = 'draft'")
_SCHEDULED = text("state = 'scheduled'")


class GuidelineVersion(Row):
    """One version of a project's guideline.

    `ver` grows with every change, so that a button drawn for an older draft can be told. `effective_at` is
    when it is meant to begin, `began_at` and `ended_at` are when it really did.
    """

    __tablename__ = "guideline_version"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        Index(
            "uq_guideline_version_one_current",
            "project_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index(
            "uq_guideline_version_one_draft",
            "project_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "ix_guideline_version_scheduled",
            "effective_at",
            sqlite_where=_SCHEDULED,
            postgresql_where=_SCHEDULED,
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    state: Mapped[GuidelineState] = mapped_column(enum_column(GuidelineState), default=GuidelineState.DRAFT)
    ver: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200))
    source_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    words: Mapped[int]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class GuidelineSection(Row):
    """A section of a version in reading order; `key` names its path and content, equal in every version."""

    __tablename__ = "guideline_section"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("guideline_version.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(255))
    path: Mapped[list[str]]
    anchor: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    line: Mapped[int | None]
    page: Mapped[int | None]
    lead_in: Mapped[bool] = mapped_column(default=False)


class Acknowledgement(Row):
    """A person has read what is new in a version."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("version_id", "person_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("guideline_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    acknowledged_at: Mapped[datetime]


class Embedding(Base):
    """The vector of a text by one model: little-endian float32, found by the sha256 of the text."""

    __tablename__ = "embedding"

    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
