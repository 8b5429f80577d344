"""Statements that find broken rows of guideline versions and of what was claimed under them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, and_, bindparam, cast, or_, select

from bot.db.models import Acknowledgement, Assignment, GuidelineVersion, Project
from bot.db.types import UtcDateTime
from bot.domain.guideline import GuidelineState

Rows = Select[*tuple[Any, ...]]

LEASE_CUTOFF = bindparam("lease_cutoff", type_=UtcDateTime())
"""What should have happened before this instant has been missed by the scheduler."""


def find_unpinned() -> Rows:
    """Find current versions that new claims are not pinned to."""
    return (
        select(GuidelineVersion.id.label("row_id"), GuidelineVersion.number, Project.guideline_version)
        .join(Project, Project.id == GuidelineVersion.project_id)
        .where(
            GuidelineVersion.state == GuidelineState.CURRENT,
            Project.guideline_version != cast(GuidelineVersion.number, String),
        )
    )


def find_misdated() -> Rows:
    """Find versions whose instants do not fit their state, and scheduled ones whose time has passed."""
    state, began, ended = GuidelineVersion.state, GuidelineVersion.began_at, GuidelineVersion.ended_at
    return select(GuidelineVersion.id.label("row_id"), state).where(
        or_(
            and_(state == GuidelineState.CURRENT, or_(began.is_(None), ended.is_not(None))),
            and_(state.in_((GuidelineState.DRAFT, GuidelineState.SCHEDULED)), began.is_not(None)),
            and_(state == GuidelineState.PAST, began.is_not(None), ended.is_(None)),
            and_(
                state == GuidelineState.SCHEDULED,
                or_(
                    GuidelineVersion.effective_at.is_(None),
                    GuidelineVersion.effective_at < LEASE_CUTOFF,
                ),
            ),
        )
    )


def find_unread() -> Rows:
    """Find tasks that were given under a version their holder had not acknowledged.

    Version 1 is left out: projects are pinned to "1" before they have any guideline.
    """
    read = (
        select(Acknowledgement.id)
        .where(
            Acknowledgement.version_id == GuidelineVersion.id,
            Acknowledgement.person_id == Assignment.person_id,
        )
        .exists()
    )
    return (
        select(Assignment.id.label("row_id"), GuidelineVersion.number)
        .join(
            GuidelineVersion,
            and_(
                GuidelineVersion.project_id == Assignment.project_id,
                cast(GuidelineVersion.number, String) == Assignment.guideline_version,
            ),
        )
        .where(GuidelineVersion.number > 1, ~read)
    )
