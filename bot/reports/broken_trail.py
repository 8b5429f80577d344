"""Statements that find broken rows of the audit trail and the outbox."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.models import (
    Appeal,
    Assignment,
    Audit,
    AuditOutcome,
    GuidelineVersion,
    Issue,
    OutboxRow,
    OutboxState,
    PayRequest,
    Review,
    Statement,
    Task,
)
from bot.db.types import UtcDateTime
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import IssueState
from bot.domain.guideline import GuidelineState
from bot.domain.pay import RequestState, StatementState
from bot.domain.quality import AppealState
from bot.domain.review import ReviewState
from bot.domain.task import TaskState

Rows = Select[*tuple[Any, ...]]

SENDING_CUTOFF = bindparam("sending_cutoff", type_=UtcDateTime())
"""Senders whose lease ended before this instant are dead, and another should have taken over."""

_TRACED = ("appeal", "assignment", "review", "task", "guideline", "statement", "pay_request", "issue")
_STATEFUL = (Audit.outcome == AuditOutcome.DONE, Audit.to_state.is_not(None))


def _find_untraced(
    kind: str, key: InstrumentedAttribute[int], state: InstrumentedAttribute[Any], first: StrEnum
) -> Rows:
    """Find rows whose newest audit row does not end in their state; without any, `first` is expected.

    The newest is looked up per row: the index gives it in one step, while grouping reads the whole trail.
    """
    newest = (
        select(Audit.to_state)
        .where(Audit.subject_type == kind, Audit.subject_id == key, *_STATEFUL)
        .order_by(Audit.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    audited = func.coalesce(newest, first.value)
    return select(key.label("row_id"), state, audited.label("audited")).where(state != audited)


def find_untraced_assignments() -> Rows:
    """Find assignments whose newest audit row does not end in their state."""
    return _find_untraced("assignment", Assignment.id, Assignment.state, AssignmentState.CLAIMED)


def find_untraced_reviews() -> Rows:
    """Find reviews whose newest audit row does not end in their state."""
    return _find_untraced("review", Review.id, Review.state, ReviewState.WAITING)


def find_untraced_tasks() -> Rows:
    """Find tasks whose newest audit row does not end in their state."""
    return _find_untraced("task", Task.id, Task.state, TaskState.OPEN)


def find_untraced_guidelines() -> Rows:
    """Find guideline versions whose newest audit row does not end in their state."""
    return _find_untraced("guideline", GuidelineVersion.id, GuidelineVersion.state, GuidelineState.DRAFT)


def find_untraced_statements() -> Rows:
    """Find pay statements whose newest audit row does not end in their state."""
    return _find_untraced("statement", Statement.id, Statement.state, StatementState.CLOSED)


def find_untraced_requests() -> Rows:
    """Find adjustments and voids whose newest audit row does not end in their state."""
    return _find_untraced("pay_request", PayRequest.id, PayRequest.state, RequestState.ASKED)


def find_untraced_issues() -> Rows:
    """Find issues whose newest audit row does not end in their state."""
    return _find_untraced("issue", Issue.id, Issue.state, IssueState.OPEN)


def find_untraced_appeals() -> Rows:
    """Find appeals whose newest audit row does not end in their state."""
    return _find_untraced("appeal", Appeal.id, Appeal.state, AppealState.WAITING)


def find_gaps() -> Rows:
    """Find audit rows that do not start in the state the one before them ended in."""
    subject = (Audit.subject_type, Audit.subject_id)
    changes: Subquery = (
        select(
            Audit.id,
            *subject,
            Audit.from_state,
            func.lag(Audit.to_state).over(partition_by=subject, order_by=Audit.id).label("before"),
        )
        .where(Audit.subject_type.in_(_TRACED), *_STATEFUL)
        .subquery()
    )
    return select(
        changes.c.id.label("row_id"),
        changes.c.subject_type,
        changes.c.subject_id,
        changes.c.before,
        changes.c.from_state,
    ).where(changes.c.before.is_not(None), func.coalesce(changes.c.from_state, "") != changes.c.before)


def find_told_twice() -> Rows:
    """Find all but the first of several messages with one dedupe key."""
    repeated = (
        select(OutboxRow.dedupe_key, func.min(OutboxRow.id).label("first"))
        .group_by(OutboxRow.dedupe_key)
        .having(func.count() > 1)
        .subquery()
    )
    return (
        select(OutboxRow.id.label("row_id"), repeated.c.first)
        .join(repeated, repeated.c.dedupe_key == OutboxRow.dedupe_key)
        .where(OutboxRow.id != repeated.c.first)
    )


def find_stuck_messages() -> Rows:
    """Find messages that stayed with a sender past that sender's lease."""
    return select(OutboxRow.id.label("row_id"), OutboxRow.kind, OutboxRow.attempts).where(
        and_(
            OutboxRow.state == OutboxState.SENDING,
            or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < SENDING_CUTOFF),
        )
    )
