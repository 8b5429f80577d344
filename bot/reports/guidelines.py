"""Guideline versions as they are read: their sections, their outline, and what is new in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Acknowledgement, GuidelineSection, GuidelineVersion, Person, Project
from bot.domain.guideline import GuidelineState
from bot.guidelines.changes import Change, changes
from bot.guidelines.document import Block, Section


@dataclass(frozen=True)
class VersionFacts:
    """A version as views show it; `effective_at` is None for a draft."""

    version_id: int
    ver: int
    project_id: int
    project_key: str
    project_name: str
    guideline_url: str | None
    number: int
    state: GuidelineState
    title: str
    source_name: str
    words: int
    effective_at: datetime | None


@dataclass(frozen=True)
class Outline:
    """A version with its sections in reading order."""

    version: VersionFacts
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class News:
    """What is new in a version since the one numbered `since`; 0 when there is nothing to compare with."""

    version: VersionFacts
    since: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class NewsFor(News):
    """What is new to one person, and when they said that they have read it."""

    acknowledged_at: datetime | None


def read_version(session: Session, version_id: int) -> VersionFacts | None:
    """Return a version's facts, None when there is no such version."""
    row = session.execute(
        select(GuidelineVersion, Project)
        .join(Project, Project.id == GuidelineVersion.project_id)
        .where(GuidelineVersion.id == version_id)
    ).one_or_none()
    if row is None:
        return None
    version, project = row
    return VersionFacts(
        version.id,
        version.ver,
        project.id,
        project.key,
        project.name,
        project.guideline_url,
        version.number,
        version.state,
        version.title,
        version.source_name,
        version.words,
        version.effective_at,
    )


def read_sections(session: Session, version_id: int) -> tuple[Section, ...]:
    """Return the sections of a version in reading order, as they were read from the file."""
    rows = session.scalars(
        select(GuidelineSection)
        .where(GuidelineSection.version_id == version_id)
        .order_by(GuidelineSection.position)
    )
    return tuple(_section(row) for row in rows)


def _section(row: GuidelineSection) -> Section:
    return Section(
        id=row.key,
        path=tuple(row.path),
        anchor=row.anchor,
        level=row.level,
        blocks=tuple(_blocks(row.blocks)),
        order=row.position,
        line=row.line,
        page=row.page,
        lead_in=row.lead_in,
    )


def _blocks(stored: Iterable[dict[str, Any]]) -> Iterable[Block]:
    return (Block(block["kind"], block["text"], block.get("depth", 0)) for block in stored)


def current_version(session: Session, project_id: int) -> GuidelineVersion | None:
    """Return the version in effect, None before the first one."""
    return session.scalar(
        select(GuidelineVersion).where(
            GuidelineVersion.project_id == project_id, GuidelineVersion.state == GuidelineState.CURRENT
        )
    )


def current_sections(session: Session, project_id: int) -> tuple[int, tuple[Section, ...]] | None:
    """Return number and sections of the version in effect, None before the first one."""
    version = current_version(session, project_id)
    return (version.number, read_sections(session, version.id)) if version else None


def newest_version(session: Session, project_id: int, *states: GuidelineState) -> int | None:
    """Return the id of the project's highest version, among those states if any are named."""
    query = select(GuidelineVersion.id).where(GuidelineVersion.project_id == project_id)
    if states:
        query = query.where(GuidelineVersion.state.in_(states))
    return session.scalar(query.order_by(GuidelineVersion.number.desc()).limit(1))


def outline(session: Session, version_id: int) -> Outline | None:
    """Return a version with its sections, None when there is no such version."""
    version = read_version(session, version_id)
    return Outline(version, read_sections(session, version_id)) if version else None


def changed(session: Session, version_id: int, *, since: int | None = None) -> News | None:
    """Return what is new in a version since the version `since` (an id).

    By default since the one it follows: the version in effect for one that is not yet, else the one before.
    """
    version = read_version(session, version_id)
    if version is None:
        return None
    base = session.get(GuidelineVersion, since) if since else _followed(session, version)
    if base is None:
        return News(version, 0, ())
    new, old = read_sections(session, version_id), read_sections(session, base.id)
    return News(version, base.number, changes(old, new))


def _followed(session: Session, version: VersionFacts) -> GuidelineVersion | None:
    """Return the version that stands, stood or will stand until this one begins."""
    return session.scalar(
        select(GuidelineVersion)
        .where(
            GuidelineVersion.project_id == version.project_id,
            GuidelineVersion.number < version.number,
            # A version that was overtaken before its time was never read by anybody.
            (GuidelineVersion.began_at.is_not(None)) | (GuidelineVersion.state == GuidelineState.SCHEDULED),
        )
        .order_by(GuidelineVersion.number.desc())
        .limit(1)
    )


def news_for(session: Session, version_id: int, person_id: int) -> NewsFor | None:
    """Return what is new in a version since the last one the person has acknowledged, if there is one."""
    read = session.execute(
        select(GuidelineVersion.id, Acknowledgement.acknowledged_at)
        .join(Acknowledgement, Acknowledgement.version_id == GuidelineVersion.id)
        .join(Person, Person.id == Acknowledgement.person_id)
        .where(
            Person.id == person_id,
            GuidelineVersion.project_id
            == select(GuidelineVersion.project_id).where(GuidelineVersion.id == version_id).scalar_subquery(),
            GuidelineVersion.number
            < select(GuidelineVersion.number).where(GuidelineVersion.id == version_id).scalar_subquery(),
        )
        .order_by(GuidelineVersion.number.desc())
        .limit(1)
    ).first()
    news = changed(session, version_id, since=read.id if read else None)
    if news is None:
        return None
    acknowledged_at = session.scalar(
        select(Acknowledgement.acknowledged_at).where(
            Acknowledgement.version_id == version_id, Acknowledgement.person_id == person_id
        )
    )
    return NewsFor(news.version, news.since, news.changes, acknowledged_at)
