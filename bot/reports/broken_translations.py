"""Statements that find broken rows of bridges, renditions and notices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from bot.db.models import BridgedChannel, Notice, NoticeReceipt, Project, Rendition, SourceText
from bot.db.types import UtcDateTime
from bot.domain.translation import NoticeState, RenditionState, SourceKind

Rows = Select[*tuple[Any, ...]]

SENDING_CUTOFF = bindparam("sending_cutoff", type_=UtcDateTime())
"""What waits for nobody but us since before this instant has been forgotten."""


def find_unsettled() -> Rows:
    """Find renditions whose state does not fit what they hold or when they are due."""
    state, due = Rendition.state, Rendition.due_at
    return select(Rendition.id.label("row_id"), state).where(
        or_(
            and_(state == RenditionState.PENDING, due.is_(None)),
            and_(state.not_in((RenditionState.PENDING, RenditionState.FAILED)), due.is_not(None)),
            and_(due.is_(None), Rendition.lease_until.is_not(None)),
            and_(state == RenditionState.DONE, Rendition.document.is_(None)),
            and_(state.in_((RenditionState.DONE, RenditionState.FAILED)), Rendition.finished_at.is_(None)),
            Rendition.reported_at.is_not(None) != Rendition.reported_by_id.is_not(None),
            Rendition.corrected_at.is_not(None) != Rendition.corrected_by_id.is_not(None),
        )
    )


def find_outdated() -> Rows:
    """Find renditions of another version of their text, and words kept of a text that was taken back."""
    return (
        select(Rendition.id.label("row_id"), Rendition.ver, SourceText.ver.label("of"))
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(
            or_(
                Rendition.ver != SourceText.ver,
                and_(
                    SourceText.deleted.is_(True),
                    or_(Rendition.document.is_not(None), Rendition.due_at.is_not(None)),
                ),
            )
        )
    )


def find_forgotten() -> Rows:
    """Find renditions that nobody has taken, or finished, for minutes."""
    return select(Rendition.id.label("row_id"), Rendition.state, Rendition.attempts).where(
        Rendition.due_at < SENDING_CUTOFF,
        or_(Rendition.lease_until.is_(None), Rendition.lease_until < SENDING_CUTOFF),
    )


def find_misplaced() -> Rows:
    """Find texts without a place, an author or a row they belong to, and replies whose root is of another project."""
    root = aliased(SourceText)
    message = SourceText.kind == SourceKind.MESSAGE
    return (
        select(SourceText.id.label("row_id"), SourceText.kind)
        .join(Project, Project.id == SourceText.project_id)
        .outerjoin(root, root.id == SourceText.root_id)
        .where(
            or_(
                SourceText.team_id != Project.team_id,
                and_(message, or_(SourceText.channel.is_(None), SourceText.ts.is_(None))),
                and_(SourceText.author_id.is_(None), SourceText.kind != SourceKind.ISSUE),
                and_(~message, SourceText.ref_id.is_(None)),
                root.project_id != SourceText.project_id,
                and_(SourceText.root_id.is_not(None), SourceText.twin_channel.is_(None)),
            )
        )
    )


def find_strange_bridges() -> Rows:
    """Find bridged channels of another team than their project's."""
    return (
        select(BridgedChannel.id.label("row_id"), BridgedChannel.side)
        .join(Project, Project.id == BridgedChannel.project_id)
        .where(BridgedChannel.team_id != Project.team_id)
    )


def find_unapproved() -> Rows:
    """Find notices that were posted without a language or an approval, or read without having been posted."""
    posted = Notice.posted_at.is_not(None)
    read = select(NoticeReceipt.id).where(NoticeReceipt.notice_id == Notice.id)
    return select(Notice.id.label("row_id"), Notice.state).where(
        or_(
            and_(Notice.state == NoticeState.POSTED, ~posted),
            and_(Notice.state == NoticeState.DRAFT, or_(posted, read.exists())),
            and_(
                posted,
                or_(
                    Notice.approved_by_id.is_(None),
                    Notice.channel.is_(None),
                    Notice.korean == "",
                    Notice.english == "",
                ),
            ),
        )
    )
