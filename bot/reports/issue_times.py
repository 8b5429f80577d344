"""How quickly issues are taken and settled, by severity; counts and medians, no names and no words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueStep
from bot.domain.escalation import UNSETTLED, IssueSource, IssueState, Severity, Step
from bot.reports.window import Window


@dataclass(frozen=True)
class SeverityTimes:
    """The issues of one severity, in a window and now.

    `opened` were raised in it. `acked` were acknowledged in it for the first time, after `ack_seconds` since they
    were raised; `resolved` were settled in it, after `resolve_seconds`, of which the time is taken off that
    somebody was waited for, or that it was settled until it was opened again. Both are medians, None for none.
    `open` are unsettled now, of which nobody has taken `untaken`.
    """

    severity: Severity
    opened: int
    acked: int
    ack_seconds: int | None
    resolved: int
    resolve_seconds: int | None
    open: int
    untaken: int

    @property
    def busy(self) -> bool:
        """Whether anything happened in the window, or somebody is wanted now."""
        return bool(self.opened or self.acked or self.resolved or self.untaken)


def read_issue_times(
    session: Session, project_id: int, window: Window, *, nameless: bool
) -> tuple[SeverityTimes, ...]:
    """Return the times of each severity that has any issue to speak of, S1 first.

    What was reported namelessly counts only for those who may see it.
    """
    rows = session.execute(
        select(
            Issue.id,
            Issue.severity,
            Issue.state,
            Issue.opened_at,
            Issue.acked_at,
            Issue.resolved_at,
            Issue.waited_seconds,
        ).where(
            Issue.project_id == project_id,
            _happened(window),
            *(() if nameless else (Issue.source != IssueSource.NAMELESS,)),
        )
    ).all()
    rested = settled_seconds(session, [row.id for row in rows if row.resolved_at is not None])
    by_severity: dict[Severity, list[_Course]] = defaultdict(list)
    for id, severity, state, opened_at, acked_at, resolved_at, waited in rows:
        stood = waited + rested.get(id, 0)
        by_severity[severity].append(_Course(state, opened_at, acked_at, resolved_at, stood))
    return tuple(
        _times(severity, by_severity[severity], window) for severity in Severity if severity in by_severity
    )


def _happened(window: Window) -> ColumnElement[bool]:
    return or_(
        window.holds(Issue.opened_at),
        window.holds(Issue.acked_at),
        window.holds(Issue.resolved_at),
        Issue.state.in_(UNSETTLED),
    )


def settled_seconds(session: Session, issue_ids: Iterable[int]) -> dict[int, int]:
    """Return for how long issues were settled before they were opened again, by issue; only of those that were."""
    ids = list(issue_ids)
    again = (
        select(IssueStep.issue_id)
        .where(IssueStep.issue_id.in_(ids), IssueStep.step == Step.REOPENED)
        .distinct()
    )
    steps = session.execute(
        select(IssueStep.issue_id, IssueStep.step, IssueStep.at)
        .where(IssueStep.issue_id.in_(again), IssueStep.step.in_((Step.RESOLVED, Step.REOPENED)))
        .order_by(IssueStep.id)
    )
    found: dict[int, int] = defaultdict(int)
    since: dict[int, datetime] = {}
    for issue_id, step, at in steps:
        if step is Step.RESOLVED:
            since[issue_id] = at
        else:
            # A clock that was set back in between adds nothing.
            found[issue_id] += max(_seconds(since[issue_id], at), 0)
    return dict(found)


@dataclass(frozen=True)
class _Course:
    """One issue's instants; `stood_seconds` is how long its clock stood."""

    state: IssueState
    opened_at: datetime
    acked_at: datetime | None
    resolved_at: datetime | None
    stood_seconds: int


def _times(severity: Severity, courses: list[_Course], window: Window) -> SeverityTimes:
    acked = [
        _seconds(one.opened_at, one.acked_at) for one in courses if one.acked_at and _in(one.acked_at, window)
    ]
    resolved = [
        # Waiting is counted by the second and may be rounded beyond the whole.
        max(_seconds(one.opened_at, one.resolved_at) - one.stood_seconds, 0)
        for one in courses
        if one.resolved_at and one.state not in UNSETTLED and _in(one.resolved_at, window)
    ]
    return SeverityTimes(
        severity,
        sum(_in(one.opened_at, window) for one in courses),
        len(acked),
        int(median(acked)) if acked else None,
        len(resolved),
        int(median(resolved)) if resolved else None,
        sum(one.state in UNSETTLED for one in courses),
        sum(one.state is IssueState.OPEN for one in courses),
    )


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _in(moment: datetime, window: Window) -> bool:
    return window.start <= moment < window.end
