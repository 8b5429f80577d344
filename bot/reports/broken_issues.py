"""Statements that find broken issues: clocks that are wrong or gone, owners that don't fit, gaps in the history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from bot.db.models import Issue, IssueAlert, IssueStep, IssueTimer
from bot.domain.escalation import IssueSource, IssueState, Level, Step, TimerKind, TimerState
from bot.reports.broken_work import LEASE_CUTOFF

Rows = Select[*tuple[Any, ...]]

_WAITING = (IssueState.WAITING_PM, IssueState.WAITING_WORKER)
_OWNED = (IssueState.ACKED, *_WAITING)

_MEANS: dict[TimerKind, tuple[IssueState, ...]] = {
    TimerKind.LEVEL: (IssueState.OPEN,),
    TimerKind.REMIND: _OWNED,
    TimerKind.DECAY: _OWNED,
    TimerKind.CLOSE: (IssueState.RESOLVED,),
}
"""In which states a timer of each kind may be set."""


def find_stray_timers() -> Rows:
    """Find timers that are set although they mean nothing: for another state, or from an earlier round."""
    fits = or_(*(and_(IssueTimer.kind == kind, Issue.state.in_(states)) for kind, states in _MEANS.items()))
    return (
        select(IssueTimer.id.label("row_id"), IssueTimer.issue_id, IssueTimer.kind, Issue.state)
        .join(Issue, Issue.id == IssueTimer.issue_id)
        .where(IssueTimer.state == TimerState.SET, or_(IssueTimer.round != Issue.round, ~fits))
    )


def find_lost_timers() -> Rows:
    """Find issues that time will do nothing to any more, although nobody else has to either.

    What has reached the last level has no timer: everybody was told.
    """
    lost = (
        and_(Issue.state == IssueState.OPEN, Issue.level != Level.ADMIN, ~_has(TimerKind.LEVEL)),
        and_(Issue.state.in_(_OWNED), ~_has(TimerKind.DECAY)),
        and_(Issue.state == IssueState.RESOLVED, ~_has(TimerKind.CLOSE)),
    )
    return select(Issue.id.label("row_id"), Issue.state, Issue.level).where(or_(*lost))


def _has(kind: TimerKind) -> ColumnElement[bool]:
    return exists().where(
        IssueTimer.issue_id == Issue.id, IssueTimer.state == TimerState.SET, IssueTimer.kind == kind
    )


def find_overdue_timers() -> Rows:
    """Find timers that should have fired by now."""
    return select(IssueTimer.id.label("row_id"), IssueTimer.issue_id, IssueTimer.kind).where(
        IssueTimer.state == TimerState.SET, IssueTimer.due_at < LEASE_CUTOFF
    )


def find_unended_timers() -> Rows:
    """Find timers whose end is not told by their state."""
    is_set = IssueTimer.state == TimerState.SET
    return select(IssueTimer.id.label("row_id"), IssueTimer.issue_id, IssueTimer.state).where(
        is_set == IssueTimer.ended_at.is_not(None)
    )


def find_untold() -> Rows:
    """Find people who should have been told of an issue by now."""
    return select(IssueAlert.id.label("row_id"), IssueAlert.issue_id, IssueAlert.person_id).where(
        IssueAlert.told_at.is_(None), IssueAlert.dropped.is_(False), IssueAlert.due_at < LEASE_CUTOFF
    )


def find_misowned() -> Rows:
    """Find issues under way that nobody has, and open ones that somebody has."""
    nobody = and_(Issue.state.in_(_OWNED), Issue.owner_id.is_(None))
    somebody = and_(Issue.state == IssueState.OPEN, Issue.owner_id.is_not(None))
    return select(Issue.id.label("row_id"), Issue.state, Issue.owner_id).where(or_(nobody, somebody))


def find_misdated() -> Rows:
    """Find issues whose clock stands without their waiting, or whose end has no date or one too many."""
    return select(Issue.id.label("row_id"), Issue.state).where(
        or_(
            Issue.state.in_(_WAITING) != Issue.paused_at.is_not(None),
            (Issue.state == IssueState.CLOSED) != Issue.closed_at.is_not(None),
            and_(Issue.state == IssueState.RESOLVED, Issue.resolved_at.is_(None)),
            and_(Issue.state.in_(_OWNED), Issue.acked_at.is_(None)),
            Issue.waited_seconds < 0,
        )
    )


def find_unwritten() -> Rows:
    """Find issues whose history does not end in their state, or does not begin with their being opened."""
    steps = select(IssueStep.to_state).where(IssueStep.issue_id == Issue.id).order_by(IssueStep.id.desc())
    last = steps.limit(1).scalar_subquery()
    first = (
        select(IssueStep.step)
        .where(IssueStep.issue_id == Issue.id)
        .order_by(IssueStep.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(Issue.id.label("row_id"), Issue.state, last.label("written")).where(
        or_(last.is_(None), last != Issue.state, first != Step.OPENED)
    )


def find_gaps() -> Rows:
    """Find steps that do not start in the state in which the one before them ended."""
    steps = select(
        IssueStep.id,
        IssueStep.issue_id,
        IssueStep.step,
        IssueStep.from_state,
        func.lag(IssueStep.to_state)
        .over(partition_by=IssueStep.issue_id, order_by=IssueStep.id)
        .label("before"),
    ).subquery()
    return select(steps.c.id.label("row_id"), steps.c.issue_id, steps.c.step).where(
        or_(
            and_(steps.c.before.is_(None), steps.c.from_state.is_not(None)),
            and_(steps.c.before.is_not(None), func.coalesce(steps.c.from_state, "") != steps.c.before),
        )
    )


def find_named() -> Rows:
    """Find nameless reports that say who made them."""
    opened = exists().where(
        IssueStep.issue_id == Issue.id, IssueStep.step == Step.OPENED, IssueStep.actor_id.is_not(None)
    )
    return select(Issue.id.label("row_id"), Issue.project_id).where(
        Issue.source == IssueSource.NAMELESS, or_(Issue.opener_id.is_not(None), opened)
    )
