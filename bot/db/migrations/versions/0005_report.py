"""Let a day's figures be read without reading history: indexes only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    op.create_index(
        "ix_task_final",
        "task",
        ["project_id", "final_at"],
        unique=False,
        sqlite_where=sa.text("final_at IS NOT NULL"),
        postgresql_where=sa.text("final_at IS NOT NULL"),
    )
    op.create_index(
        "ix_task_unfinished",
        "task",
        ["project_id", "created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_assignment_under_way",
        "assignment",
        ["project_id", "state"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
