"""Tasks that are on hold: nobody takes or judges them, and no clock runs on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row

_ON = text("released_at IS NULL")


class Hold(Row):
    """One reason why a task is on hold: an issue, or a person's own. A task may have several at a time."""

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_on_task", "task_id", sqlite_where=_ON, postgresql_where=_ON),
        Index(
            "uq_hold_one_per_issue",
            "task_id",
            "issue_id",
            unique=True,
            sqlite_where=_ON,
            postgresql_where=_ON,
        ),
        Index("ix_hold_issue", "issue_id"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]
