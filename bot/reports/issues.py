"""Issues as their cards show them, and their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueStep, Person, Project
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    Severity,
    Step,
)
from bot.domain.translation import SourceKind
from bot.reports.issue_parts import (
    Called,
    LeakFacts,
    LinkedTask,
    NextStep,
    NoteFacts,
    RulingFacts,
    called_people,
    is_exhausted,
    leak_of,
    linked_tasks,
    newest_ruling,
    next_step,
    nickname,
    notes_of,
)
from bot.reports.issue_targets import Targets, targets_of
from bot.reports.issue_words import Words, read_words


@dataclass(frozen=True)
class IssueFacts:
    """An issue with all that a card may show of it.

    `opener` is "" and `opener_id` None for a nameless report, as `owner` is while nobody has taken it.
    `owner_since` is when its present owner took it or got it. `waiting_since` is set while somebody is waited
    for. `exhausted`: nobody has taken it and everybody was told. `ruling` is the standing or last decided one.
    """

    issue_id: int
    ver: int
    project_id: int
    project_key: str
    project_name: str
    confidential: bool
    severity: Severity
    state: IssueState
    source: IssueSource
    asked: Asked
    level: Level
    opener_id: int | None
    opener: str
    owner_id: int | None
    owner: str
    owner_since: datetime | None
    channel: str | None
    thread_ts: str | None
    request: Words
    tasks: tuple[LinkedTask, ...]
    opened_at: datetime
    acked_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    waited_seconds: int
    targets: Targets
    next: NextStep | None
    called: tuple[Called, ...]
    exhausted: bool
    ruling: RulingFacts | None
    notes: tuple[NoteFacts, ...]
    leak: LeakFacts | None
    cause: str
    remedy: str
    section: str | None

    @property
    def private(self) -> bool:
        """Whether it has no thread and only some people see it."""
        return self.source is not IssueSource.THREAD

    @property
    def held(self) -> int:
        """How many of its tasks are on hold because of it."""
        return sum(task.held_here for task in self.tasks)


def read_issue(session: Session, issue_id: int, now: datetime) -> IssueFacts | None:
    """Return an issue as it stands at `now`, None when there is none. Who may see it is not asked here."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        return None
    project = session.get_one(Project, issue.project_id)
    opener = session.get(Person, issue.opener_id) if issue.opener_id is not None else None
    owner = session.get(Person, issue.owner_id) if issue.owner_id is not None else None
    step, called = next_step(session, issue), called_people(session, issue.id)
    return IssueFacts(
        issue.id,
        issue.ver,
        project.id,
        project.key,
        project.name,
        project.confidential,
        issue.severity,
        issue.state,
        issue.source,
        issue.asked,
        issue.level,
        issue.opener_id,
        opener.nickname if opener else "",
        issue.owner_id,
        owner.nickname if owner else "",
        owned_since(session, issue) if owner else None,
        issue.channel,
        issue.thread_ts,
        read_words(session, SourceKind.ISSUE, issue.id, issue.request),
        linked_tasks(session, issue.id),
        issue.opened_at,
        issue.acked_at,
        issue.resolved_at,
        issue.closed_at,
        issue.paused_at,
        issue.waited_seconds,
        targets_of(session, (issue,), now)[issue.id],
        step,
        called,
        is_exhausted(issue, step, called),
        newest_ruling(session, issue.id),
        notes_of(session, issue.id),
        leak_of(session, issue.id),
        issue.cause or "",
        issue.remedy or "",
        issue.section,
    )


def owned_since(session: Session, issue: Issue) -> datetime:
    """Return when the present owner of an issue took it or got it."""
    # Whoever lets one wait, or settles it, that nobody has taken becomes its owner by that.
    untaken = IssueStep.from_state == IssueState.OPEN.value
    taken = select(IssueStep.at).where(
        IssueStep.issue_id == issue.id,
        IssueStep.step.in_((Step.ACKED, Step.REASSIGNED))
        | (IssueStep.step.in_((Step.WAIT_PM, Step.WAIT_WORKER, Step.RESOLVED)) & untaken),
    )
    last = session.scalar(taken.order_by(IssueStep.id.desc()).limit(1))
    return last or issue.acked_at or issue.opened_at


@dataclass(frozen=True)
class StepFacts:
    """One line of an issue's history. `actor` is "" where time did it or the actor is nameless.

    `words` are those of the person who did it, None where they wrote none.
    """

    step_id: int
    issue_id: int
    at: datetime
    actor_id: int | None
    actor: str
    step: Step
    from_state: IssueState | None
    to_state: IssueState
    words: Words | None
    detail: dict[str, Any]


def read_history(session: Session, issue_id: int) -> tuple[StepFacts, ...]:
    """Return all that has happened to an issue, the oldest first."""
    rows = session.scalars(
        select(IssueStep).where(IssueStep.issue_id == issue_id).order_by(IssueStep.at, IssueStep.id)
    ).all()
    return tuple(_step(session, row) for row in rows)


def _step(session: Session, row: IssueStep) -> StepFacts:
    return StepFacts(
        row.id,
        row.issue_id,
        row.at,
        row.actor_id,
        nickname(session, row.actor_id),
        row.step,
        IssueState(row.from_state) if row.from_state else None,
        row.to_state,
        read_words(session, SourceKind.ISSUE_STEP, row.id, row.note) if row.note else None,
        dict(row.detail),
    )
