"""The rules that hold in a project."""

from __future__ import annotations

from dataclasses import fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Project, ProjectRules
from bot.domain.rules import USUAL, Rules

KEPT = tuple(field.name for field in fields(Rules) if field.name != "overlap")
"""What a row of rules holds; the overlap stands on the project itself."""


def rules_of(session: Session, project_id: int) -> Rules:
    """Return what holds in the project now."""
    project = session.get_one(Project, project_id)
    row = session.scalar(select(ProjectRules).where(ProjectRules.project_id == project_id))
    if row is None:
        return replace(USUAL, overlap=project.overlap, overlap_max=project.overlap)
    return Rules(overlap=project.overlap, **{name: getattr(row, name) for name in KEPT})
