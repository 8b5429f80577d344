"""What somebody sees who looks at accepted work again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Project, Submission, Task, Verdict
from bot.domain.answers import Answer
from bot.reports.cards import TaskFacts, task_facts


@dataclass(frozen=True)
class CheckFacts:
    """Accepted work to be looked at again: neither its author nor its reviewer is named.

    `fixed` is the answer as a reviewer corrected it, None where it was accepted as it was.
    """

    submission_id: int
    task: TaskFacts
    guideline_version: str
    answer: Answer
    fixed: Answer | None


def read_check(session: Session, submission_id: int) -> CheckFacts | None:
    """Return what the window of a spot check shows, None when the work is accepted no more."""
    row = session.execute(
        select(Submission, Assignment, Task, Project, Verdict)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Task, Task.id == Submission.task_id)
        .join(Project, Project.id == Submission.project_id)
        .join(Verdict, and_(Verdict.assignment_id == Assignment.id, Verdict.submission_id == Submission.id))
        .where(Submission.id == submission_id, Verdict.undone_at.is_(None), Verdict.decision != "reject")
    ).one_or_none()
    if row is None:
        return None
    submission, assignment, task, project, verdict = row
    return CheckFacts(
        submission.id,
        task_facts(task, project),
        assignment.guideline_version,
        submission.answer,
        verdict.fixed_answer,
    )
