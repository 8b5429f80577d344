"""Everything a card shows, read in one go: assignment cards, review cards and reject cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Hold, Project, Review, Submission, Task, Verdict
from bot.domain.answers import Answer
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.pay import Money
from bot.domain.review import UNDO_WINDOW, Decision, ReasonCode, ReviewLevel, ReviewState
from bot.domain.task import TaskType
from bot.domain.translation import SourceKind
from bot.reports.rules import rules_of
from bot.reports.translations import RelayFacts, read_relay


@dataclass(frozen=True)
class TaskFacts:
    """The task behind a card, as the PM imported it, and its project."""

    task_id: int
    external_id: str
    payload: dict[str, str]
    project_key: str
    project_name: str
    type: TaskType
    labels: tuple[str, ...]
    confidential: bool
    guideline_url: str | None


@dataclass(frozen=True)
class HeldFacts:
    """Since when a task is on hold, and because of which issue, if it is because of one."""

    since: datetime
    issue_id: int | None = None


@dataclass(frozen=True)
class VerdictFacts:
    """A verdict and the round it was about. `undone` verdicts no longer stand, `overturned` ones were wrong.

    `relay` is the comment in the language of the work's author, if they read another one than it is in. With
    `unreviewed` nobody looked at the work.
    """

    verdict_id: int
    decision: Decision
    round: int
    reason: ReasonCode | None
    section: str | None
    comment: str | None
    fixed_answer: Answer | None
    decided_at: datetime
    undone: bool
    relay: RelayFacts | None = None
    overturned: bool = False
    unreviewed: bool = False

    @property
    def undo_until(self) -> datetime:
        """The instant after which the reviewer can no longer take it back."""
        return self.decided_at + UNDO_WINDOW


@dataclass(frozen=True)
class AssignmentFacts:
    """A worker's card. `round` is the one a form opened now would be for; `last_answer` is the newest given.

    `kept_aside` says that this one came too late to count. `rework_until` is when returned work goes to somebody
    else, and with `last_word` there is no other round before. While the task is `held`, or a person has yet to
    reply to what was `asked` about it, no clock runs. A task of a `sensitive` project can be given back for good.
    """

    assignment_id: int
    ver: int
    person_id: int
    state: AssignmentState
    task: TaskFacts
    price: Money
    guideline_version: str
    claimed_at: datetime
    lease_until: datetime
    extended: bool
    round: int
    last_answer: Answer | None
    verdict: VerdictFacts | None
    rework_until: datetime | None = None
    kept_aside: bool = False
    held: HeldFacts | None = None
    asked: bool = False
    sensitive: bool = False
    last_word: bool = False


@dataclass(frozen=True)
class ReviewFacts:
    """A reviewer's card. The author is not named: work is judged, not people.

    `previous_answer` and `previous_verdict` belong to the round before, for the before/after comparison.
    """

    review_id: int
    ver: int
    state: ReviewState
    level: ReviewLevel
    reviewer_id: int | None
    author_id: int
    task: TaskFacts
    guideline_version: str
    round: int
    answer: Answer
    submitted_at: datetime
    lease_until: datetime | None
    previous_answer: Answer | None
    previous_verdict: VerdictFacts | None
    verdict: VerdictFacts | None
    handed_over_note: str | None
    handed_over_by_id: int | None
    held: HeldFacts | None = None


@dataclass(frozen=True)
class RejectFacts:
    """A reject as its author sees it. `answered` is set once a newer round was handed in.

    With `last_word` there can be none: they may appeal until `rework_until`.
    """

    assignment_id: int
    ver: int
    state: AssignmentState
    task: TaskFacts
    guideline_version: str
    price: Money
    verdict: VerdictFacts
    answer: Answer
    answered: bool
    rework_until: datetime | None = None
    held: HeldFacts | None = None
    last_word: bool = False


def read_assignment(session: Session, assignment_id: int) -> AssignmentFacts | None:
    """Return what the worker's card of this assignment shows, or None when there is no such assignment."""
    row = session.execute(_assignment_row(), {"assignment": assignment_id}).one_or_none()
    if row is None:
        return None
    assignment, task, project = row
    # A fresh claim, the commonest card of all, has no rounds to look for; late drafts only follow an expiry.
    fresh = assignment.state is AssignmentState.CLAIMED
    last = [] if fresh else _rounds(session, assignment.id)
    verdicts = [] if fresh else _verdicts(session, assignment.id)
    return AssignmentFacts(
        assignment.id,
        assignment.ver,
        assignment.person_id,
        assignment.state,
        task_facts(task, project),
        Money(assignment.price_minor, assignment.currency),
        assignment.guideline_version,
        assignment.claimed_at,
        assignment.lease_until,
        assignment.extended,
        last[-1].round + 1 if last else 1,
        last[-1].answer if last else None,
        _as_read(session, _standing(verdicts), assignment.person_id),
        assignment.rework_until,
        bool(last) and last[-1].draft,
        _held(session, assignment),
        assignment.asked_id is not None,
        project.gated and rules_of(session, project.id).sensitive,
        assignment.last_word,
    )


@cache
def _assignment_row() -> Select[Assignment, Task, Project]:
    return (
        select(Assignment, Task, Project)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .where(Assignment.id == bindparam("assignment"))
    )


def read_review(session: Session, review_id: int) -> ReviewFacts | None:
    """Return what the reviewer's card of this review shows, or None when there is no such review."""
    row = session.execute(
        select(Review, Submission, Assignment, Task, Project)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Task, Task.id == Review.task_id)
        .join(Project, Project.id == Review.project_id)
        .where(Review.id == review_id)
    ).one_or_none()
    if row is None:
        return None
    review, submission, assignment, task, project = row
    before = [s for s in _rounds(session, assignment.id) if s.round < submission.round and not s.draft]
    verdicts = _verdicts(session, assignment.id)
    return ReviewFacts(
        review.id,
        review.ver,
        review.state,
        review.level,
        review.reviewer_id,
        review.author_id,
        task_facts(task, project),
        assignment.guideline_version,
        submission.round,
        submission.answer,
        submission.submitted_at,
        review.lease_until,
        before[-1].answer if before else None,
        _standing([v for v in verdicts if v.round < submission.round]),
        _standing([v for v in verdicts if v.round == submission.round]),
        review.handed_over_note,
        review.handed_over_by_id,
        _held(session, assignment),
    )


def read_reject(session: Session, verdict_id: int) -> RejectFacts | None:
    """Return what the author's card of this reject shows, or None when there is no such verdict."""
    row = session.execute(
        select(Verdict, Submission, Assignment, Task, Project)
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Assignment, Assignment.id == Verdict.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .where(Verdict.id == verdict_id)
    ).one_or_none()
    if row is None:
        return None
    verdict, submission, assignment, task, project = row
    newest = _rounds(session, assignment.id)[-1].round
    return RejectFacts(
        assignment.id,
        assignment.ver,
        assignment.state,
        task_facts(task, project),
        assignment.guideline_version,
        Money(assignment.price_minor, assignment.currency),
        _verdict(verdict, submission),
        submission.answer,
        newest > submission.round,
        assignment.rework_until,
        _held(session, assignment),
        assignment.last_word,
    )


def task_facts(task: Task, project: Project) -> TaskFacts:
    """Return a task as cards show it."""
    return TaskFacts(
        task.id,
        task.external_id,
        task.payload,
        project.key,
        project.name,
        project.type,
        tuple(project.labels),
        project.confidential,
        project.guideline_url,
    )


def _held(session: Session, assignment: Assignment) -> HeldFacts | None:
    """Return the hold that was placed last, if there is one."""
    if assignment.held_at is None:
        return None
    issue_id = session.scalar(
        select(Hold.issue_id)
        .where(Hold.task_id == assignment.task_id, Hold.released_at.is_(None))
        .order_by(Hold.id.desc())
        .limit(1)
    )
    return HeldFacts(assignment.held_at, issue_id)


def _rounds(session: Session, assignment_id: int) -> list[Submission]:
    return list(
        session.scalars(
            select(Submission).where(Submission.assignment_id == assignment_id).order_by(Submission.round)
        )
    )


def _verdicts(session: Session, assignment_id: int) -> list[VerdictFacts]:
    rows = session.execute(
        select(Verdict, Submission)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Verdict.assignment_id == assignment_id)
        .order_by(Verdict.id)
    )
    return [_verdict(verdict, submission) for verdict, submission in rows]


def _verdict(verdict: Verdict, submission: Submission) -> VerdictFacts:
    # What was accepted by time alone is a known task, which must look like any that a person reviewed.
    at_once = verdict.decided_at == submission.submitted_at
    round = submission.round
    return VerdictFacts(
        verdict.id,
        verdict.decision,
        round,
        verdict.reason,
        verdict.guideline_section,
        verdict.comment,
        verdict.fixed_answer,
        verdict.decided_at,
        verdict.undone_at is not None,
        overturned=verdict.undone_why not in (None, UndoneBy.REVIEWER),
        unreviewed=verdict.reviewer_id is None and at_once,
    )


def _standing(verdicts: list[VerdictFacts]) -> VerdictFacts | None:
    standing = [v for v in verdicts if not v.undone]
    return standing[-1] if standing else None


def _as_read(session: Session, verdict: VerdictFacts | None, person_id: int) -> VerdictFacts | None:
    if verdict is None or not verdict.comment:
        return verdict
    return replace(verdict, relay=read_relay(session, SourceKind.COMMENT, verdict.verdict_id, person_id))
