"""The answers of a task that vote, and what a project declared about counting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Submission, Verdict
from bot.domain.answers import Answer
from bot.domain.assignment import AssignmentState
from bot.domain.consensus import Counting
from bot.domain.review import Decision
from bot.domain.rules import Rules


@dataclass(frozen=True)
class CountedAnswer:
    """An accepted answer of a task, with the words that count: a reviewer's correction where there is one."""

    submission_id: int
    assignment_id: int
    author_id: int
    words: Answer
    submitted_at: datetime


def counted_answers(session: Session, task_id: int) -> list[CountedAnswer]:
    """Return the accepted answers of a task in the order they were handed in; known tasks' trials don't count."""
    rows = session.execute(
        select(Submission, Verdict.assignment_id, Verdict.fixed_answer)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        # By the assignment too, for the index that has it: there is none of submissions.
        .join(Verdict, and_(Verdict.assignment_id == Assignment.id, Verdict.submission_id == Submission.id))
        .where(
            Submission.task_id == task_id,
            Assignment.state == AssignmentState.ACCEPTED,
            Assignment.gold_id.is_(None),
            Verdict.undone_at.is_(None),
            Verdict.decision != Decision.REJECT,
        )
        .order_by(Submission.submitted_at, Submission.id)
    )
    return [
        CountedAnswer(said.id, assignment_id, said.author_id, fixed or said.answer, said.submitted_at)
        for said, assignment_id, fixed in rows
    ]


def counting_of(rules: Rules) -> Counting:
    """Return what a project's rules leave out of account when votes are counted."""
    return Counting(rules.ignore_spaces, rules.ignore_punctuation, rules.majority)
