"""Statements that find broken rows of holds, of what they stop, and of the clock of returned work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, or_, select

from bot.db.models import AnswerSlot, Assignment, Hold, Task, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.task import TaskState
from bot.reports.broken_work import LEASE_CUTOFF

Rows = Select[*tuple[Any, ...]]


def find_tasks_off() -> Rows:
    """Find tasks that are on hold without a reason that lasts, or not on hold with one, and final ones on hold."""
    lasts = exists().where(Hold.task_id == Task.id, Hold.released_at.is_(None))
    return select(Task.id.label("row_id"), Task.held_at).where(
        or_(
            Task.held_at.is_not(None) & ~lasts,
            Task.held_at.is_(None) & lasts,
            Task.held_at.is_not(None) & (Task.state == TaskState.FINAL),
        )
    )


def find_slots_off() -> Rows:
    """Find slots that don't say of the hold what their task says."""
    return (
        select(AnswerSlot.id.label("row_id"), AnswerSlot.task_id)
        .join(Task, Task.id == AnswerSlot.task_id)
        .where(AnswerSlot.held_at.is_distinct_from(Task.held_at))
    )


def find_work_off() -> Rows:
    """Find work under way that doesn't say of the hold what its task says, and ended work that says anything."""
    return (
        select(Assignment.id.label("row_id"), Assignment.state)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            or_(
                Assignment.ended_at.is_(None) & Assignment.held_at.is_distinct_from(Task.held_at),
                Assignment.ended_at.is_not(None) & Assignment.held_at.is_not(None),
            )
        )
    )


def find_overdue_rework() -> Rows:
    """Find returned work that outlived its time or has none, and other work that has one.

    While a reject is appealed against, its author's time stands still and is kept.
    """
    returned = Assignment.state == AssignmentState.RETURNED
    appealed = Assignment.state == AssignmentState.APPEALED
    return select(Assignment.id.label("row_id"), Assignment.state, Assignment.rework_until).where(
        or_(
            or_(returned, appealed) & Assignment.rework_until.is_(None),
            returned & Assignment.held_at.is_(None) & (Assignment.rework_until < LEASE_CUTOFF),
            ~or_(returned, appealed) & (Assignment.rework_until.is_not(None) | Assignment.last_word),
        )
    )


def find_unexplained_undoing() -> Rows:
    """Find verdicts of which it is not known why they stand no more, or that say why and stand."""
    undone = Verdict.undone_at.is_not(None)
    told = Verdict.undone_why.is_not(None) & Verdict.undone_by_id.is_not(None)
    by_another = (Verdict.undone_why == UndoneBy.REVIEWER) & (Verdict.undone_by_id != Verdict.reviewer_id)
    return select(Verdict.id.label("row_id"), Verdict.undone_why).where(
        or_(undone & ~told, ~undone & Verdict.undone_why.is_not(None), by_another)
    )
