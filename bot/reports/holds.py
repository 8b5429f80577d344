"""What people with work on tasks that were put on hold, released or reviewed anew are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Issue, Project, Task
from bot.domain.escalation import IssueSource
from bot.reports.issue_parts import RulingFacts, newest_ruling


@dataclass(frozen=True)
class HoldNewsFacts:
    """The tasks behind somebody's own assignments, as (number, the PM's id), and the issue that did it.

    `issue_id` is None where there is none or the issue is not for everybody's eyes.
    """

    project_key: str
    tasks: tuple[tuple[int, str], ...]
    issue_id: int | None
    ruling: RulingFacts | None


def read_hold_news(
    session: Session, assignment_ids: Sequence[int], issue_id: int | None
) -> HoldNewsFacts | None:
    """Return what there is to say about these assignments, None when none of them is there."""
    rows = session.execute(
        select(Task.id, Task.external_id, Project.key)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Project, Project.id == Task.project_id)
        .where(Assignment.id.in_(list(assignment_ids)))
        .distinct()
        .order_by(Task.id)
    ).all()
    if not rows:
        return None
    issue = session.get(Issue, issue_id) if issue_id is not None else None
    return HoldNewsFacts(
        rows[0].key,
        tuple((row.id, row.external_id) for row in rows),
        issue.id if issue is not None and issue.source is IssueSource.THREAD else None,
        newest_ruling(session, issue.id) if issue is not None else None,
    )
