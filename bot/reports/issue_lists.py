"""The issues that somebody may see, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueTask, Project, Task
from bot.domain.escalation import UNSETTLED, Asked, IssueSource, IssueState, Level, Severity
from bot.domain.translation import SourceKind
from bot.reports.issue_parts import nickname
from bot.reports.issue_sight import is_visible_to
from bot.reports.issue_targets import Targets, targets_of
from bot.reports.issue_words import Words, read_all_words

LIST_LIMIT = 50
"""Issues a list holds at most, the most urgent ones."""


@dataclass(frozen=True)
class ListedIssue:
    """An issue as a list shows it, in one or two lines. `late` as `Targets.is_late`."""

    issue_id: int
    ver: int
    project_id: int
    project_key: str
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
    channel: str | None
    thread_ts: str | None
    request: Words
    tasks: int
    held: int
    opened_at: datetime
    waiting_since: datetime | None
    targets: Targets
    late: bool


def list_issues(
    session: Session, person_id: int, now: datetime, project_id: int | None = None
) -> tuple[ListedIssue, ...]:
    """Return the unsettled issues that the person may see, the most urgent first; at most `LIST_LIMIT`."""
    wanted = [Issue.state.in_(UNSETTLED), is_visible_to(person_id)]
    if project_id is not None:
        wanted.append(Issue.project_id == project_id)
    return find_issues(session, now, *wanted)


def find_issues(session: Session, now: datetime, *where: ColumnElement[bool]) -> tuple[ListedIssue, ...]:
    """Return the issues of active projects that match, the most urgent first; at most `LIST_LIMIT`.

    First S1 that nobody has taken, then what is late, then by severity and age.
    """
    rows = session.execute(
        select(Issue, Project)
        .join(Project, Project.id == Issue.project_id)
        .where(Project.active.is_(True), *where)
    ).all()
    issues = {issue.id: issue for issue, _ in rows}
    projects = {issue.id: project for issue, project in rows}
    targets = targets_of(session, issues.values(), now)
    first = sorted(issues, key=lambda each: _urgency(issues[each], targets[each], now))[:LIST_LIMIT]
    tasks = _count_tasks(session, first)
    words = read_all_words(session, SourceKind.ISSUE, {id: issues[id].request for id in first})
    return tuple(
        _listed(session, issues[id], projects[id], targets[id], words[id], tasks.get(id, (0, 0)), now)
        for id in first
    )


def _urgency(issue: Issue, targets: Targets, now: datetime) -> tuple[bool, bool, str, datetime, int]:
    untaken = issue.severity is Severity.S1 and issue.state is IssueState.OPEN
    late = targets.is_late(issue.state, now)
    return not untaken, not late, issue.severity.value, issue.opened_at, issue.id


def _count_tasks(session: Session, issues: Iterable[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(IssueTask.issue_id, func.count(), func.count(Task.held_at))
        .join(Task, Task.id == IssueTask.task_id)
        .where(IssueTask.issue_id.in_(list(issues)))
        .group_by(IssueTask.issue_id)
    )
    return {id: (tasks, held) for id, tasks, held in rows}


def _listed(
    session: Session,
    issue: Issue,
    project: Project,
    targets: Targets,
    words: Words,
    tasks: tuple[int, int],
    now: datetime,
) -> ListedIssue:
    return ListedIssue(
        issue.id,
        issue.ver,
        project.id,
        project.key,
        project.confidential,
        issue.severity,
        issue.state,
        issue.source,
        issue.asked,
        issue.level,
        issue.opener_id,
        nickname(session, issue.opener_id),
        issue.owner_id,
        nickname(session, issue.owner_id),
        issue.channel,
        issue.thread_ts,
        words,
        *tasks,
        issue.opened_at,
        issue.paused_at,
        targets,
        targets.is_late(issue.state, now),
    )
