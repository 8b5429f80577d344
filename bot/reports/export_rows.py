"""A project's answers one after the other, task by task, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Batch, Consensus, Person, Project, Review, Submission, Task, Verdict
from bot.domain.answers import Answer
from bot.domain.assignment import AssignmentState
from bot.domain.consensus import Outcome
from bot.domain.exports import What
from bot.domain.review import Decision, ReasonCode
from bot.domain.task import TaskState
from bot.reports.expressions import no_trial

_AT_A_TIME = 500
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


class AnswerRow(NamedTuple):
    """One round of somebody's answer with the verdict that stands on it; verdicts taken back are left out.

    People are their nicknames. `seconds` is the time the round took its author: from the claim, or from the
    reject before it; None where that is not known. What the task's answers agree on or a supervisor decided stands
    on every row of it, from `outcome` to `decision_note`.
    """

    task_id: int
    task: str
    payload: dict[str, str]
    final_at: datetime | None
    assignment_id: int
    author: str
    state: AssignmentState
    guideline_version: str
    claimed_at: datetime
    submission_id: int
    round: int
    answer: Answer
    draft: bool
    late: bool
    submitted_at: datetime
    review_claimed_at: datetime | None
    reviewer: str | None
    decision: Decision | None
    reason: ReasonCode | None
    section: str | None
    comment: str | None
    fixed_answer: Answer | None
    decided_at: datetime | None
    outcome: Outcome | None
    winner_id: int | None
    own_words: Answer | None
    share: float | None
    decided_by_id: int | None
    decision_note: str | None
    seconds: int | None = None

    @property
    def counts(self) -> bool:
        """Whether this is the round by which the answer was accepted."""
        accepted = self.decision in (Decision.ACCEPT, Decision.FIX_ACCEPT)
        return accepted and self.state is AssignmentState.ACCEPTED and not self.draft

    @property
    def words(self) -> Answer:
        """The answer as it was accepted: with the reviewer's corrections, if there are any."""
        return self.fixed_answer or self.answer

    @property
    def review_seconds(self) -> int | None:
        """How long the reviewer had it until the verdict."""
        return _seconds(self.review_claimed_at, self.decided_at)


_COLUMNS = (
    Task.id, Task.external_id, Task.payload, Task.final_at,
    Assignment.id, Submission.author_id, Assignment.state, Assignment.guideline_version, Assignment.claimed_at,
    Submission.id, Submission.round, Submission.answer, Submission.draft, Submission.late,
    Submission.submitted_at,
    Review.claimed_at, Verdict.reviewer_id, Verdict.decision, Verdict.reason, Verdict.guideline_section,
    Verdict.comment, Verdict.fixed_answer, Verdict.decided_at,
    Consensus.outcome, Consensus.submission_id, Consensus.words, Consensus.share, Consensus.decided_by_id,
    Consensus.note,
)  # fmt: skip


def stream_tasks(session: Session, project_id: int, what: What) -> Iterator[list[AnswerRow]]:
    """Yield the answers of each task that has any, in the order of import, as they were handed in.

    RESULTS are those of final tasks only. Rows are fetched a few at a time, so memory holds one task.
    """
    people = _People(session, project_id)
    rows = session.execute(select_answers(project_id, what).execution_options(yield_per=_AT_A_TIME))
    for _task, group in groupby(rows, itemgetter(0)):
        yield list(_timed(people, group))


def count_answers(session: Session, project_id: int, what: What) -> int:
    """Return how many rows `stream_tasks` gives in all."""
    query = (
        select(func.count())
        .select_from(Submission)
        .where(Submission.project_id == project_id, no_trial(Submission.assignment_id, project_id))
    )
    if what is What.RESULTS:
        query = query.join(Task, Task.id == Submission.task_id).where(Task.state == TaskState.FINAL)
    return session.scalar(query) or 0


def select_answers(project_id: int, what: What) -> Select[*tuple[Any, ...]]:
    """Build: the rows of which `stream_tasks` makes its own, one for each answer and verdict, in its order."""
    # By way of the imports, whose order is that of the indexes, the embedded database need not sort.
    query = (
        select(*_COLUMNS)
        .select_from(Batch)
        .join(Task, Task.batch_id == Batch.id)
        .join(Submission, Submission.task_id == Task.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(Consensus, and_(Consensus.task_id == Task.id, Consensus.superseded_at.is_(None)))
        .outerjoin(Review, Review.submission_id == Submission.id)
        .outerjoin(Verdict, and_(Verdict.review_id == Review.id, Verdict.undone_at.is_(None)))
        .where(Batch.project_id == project_id, Assignment.gold_id.is_(None))
        .order_by(Batch.id, Task.id, Submission.id)
    )
    return query.where(Task.state == TaskState.FINAL) if what is What.RESULTS else query


class _People:
    """Everybody's nickname in the project's team, by our id and by Slack's."""

    def __init__(self, session: Session, project_id: int) -> None:
        query = (
            select(Person.id, Person.slack_id, Person.nickname)
            .join(Project, Project.team_id == Person.team_id)
            .where(Project.id == project_id)
        )
        self.names: dict[int, str] = {}
        self._by_slack_id: dict[str, str] = {}
        for person_id, slack_id, nickname in session.execute(query):
            self.names[person_id] = self._by_slack_id[slack_id] = nickname

    def without_ids(self, text: str | None) -> str | None:
        """Return a comment in which people who were mentioned stand by their nickname."""
        if text is None or "<@" not in text:
            return text
        return _MENTION.sub(lambda found: f"@{self._by_slack_id.get(found[1], '?')}", text)


def _timed(people: _People, rows: Iterator[Any]) -> Iterator[AnswerRow]:
    """Name the people of one task's rows and say how long each round took."""
    began: dict[int, datetime | None] = {}
    names = people.names
    for raw in rows:
        row = AnswerRow._make((*raw[:5], names[raw[5]], *raw[6:16], names.get(raw[16]), *raw[17:], None))
        start = began.get(row.assignment_id, row.claimed_at if row.round == 1 else None)
        # What came after a lease had ended may have lain about for days.
        spent = None if row.draft else _seconds(start, row.submitted_at)
        began[row.assignment_id] = row.decided_at
        yield row._replace(seconds=spent, comment=people.without_ids(row.comment))


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(0, round((end - start).total_seconds())) if start and end else None
