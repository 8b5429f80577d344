"""Ways to break rows of holds, of what they stop, and of rework, for the tests of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.db.models import AnswerSlot, Assignment, Hold, Task, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import UndoneBy
from bot.services.holding import hold_tasks
from tests.pay_damage import Broken, Damaged


def _held(bench: Damaged, name: str = "claimed") -> tuple[int, int]:
    """Put the task of an assignment on hold; return both their ids."""
    assignment = bench.states.assignments[name]
    task = bench.session.scalars(select(Assignment.task_id).where(Assignment.id == assignment)).one()
    uow = UnitOfWork(bench.session, bench.states.clock())
    hold_tasks(uow, person_id=bench.states.crew["bridge"], task_ids=[task])
    bench.session.flush()
    return task, assignment


def _slot(bench: Damaged, task: int) -> int:
    return bench.session.scalars(select(AnswerSlot.id).where(AnswerSlot.task_id == task)).one()


def _hold_forgotten(bench: Damaged) -> Broken:
    task, _assignment = _held(bench)
    hold = bench.session.scalars(select(Hold.id).where(Hold.task_id == task)).one()
    bench.set(Hold, hold, released_at=bench.states.clock())
    return {("hold_task", task)}


def _hold_without_effect(bench: Damaged) -> Broken:
    task, assignment = _held(bench)
    bench.set(Task, task, held_at=None)
    return {("hold_task", task), ("hold_slot", _slot(bench, task)), ("hold_work", assignment)}


def _slot_still_offered(bench: Damaged) -> Broken:
    task, _assignment = _held(bench, "expired")
    bench.set(AnswerSlot, _slot(bench, task), held_at=None)
    return {("hold_slot", _slot(bench, task))}


def _lease_that_runs_on(bench: Damaged) -> Broken:
    _task, assignment = _held(bench)
    bench.set(Assignment, assignment, held_at=None)
    return {("hold_work", assignment)}


def _ended_work_on_hold(bench: Damaged) -> Broken:
    assignment = bench.states.assignments["released"]
    bench.set(Assignment, assignment, held_at=bench.states.clock())
    return {("hold_work", assignment)}


def _rework_never_swept(bench: Damaged) -> Broken:
    assignment = bench.states.assignments["under_rejected"]
    bench.set(Assignment, assignment, rework_until=bench.states.clock() - timedelta(minutes=1))
    return {("rework_overdue", assignment)}


def _rework_without_an_end(bench: Damaged) -> Broken:
    assignment = bench.states.assignments["under_rejected"]
    bench.set(Assignment, assignment, rework_until=None)
    return {("rework_overdue", assignment)}


def _undone_for_no_reason(bench: Damaged) -> Broken:
    verdict = bench.verdict("undone")
    bench.set(Verdict, verdict, undone_why=None)
    return {("verdict_undone", verdict)}


def _undone_by_a_stranger(bench: Damaged) -> Broken:
    verdict = bench.verdict("undone")
    bench.set(Verdict, verdict, undone_by_id=bench.states.crew["mina"], undone_why=UndoneBy.REVIEWER)
    return {("verdict_undone", verdict)}


DAMAGES: tuple[Callable[[Damaged], Broken], ...] = (
    _hold_forgotten,
    _hold_without_effect,
    _slot_still_offered,
    _lease_that_runs_on,
    _ended_work_on_hold,
    _rework_never_swept,
    _rework_without_an_end,
    _undone_for_no_reason,
    _undone_by_a_stranger,
)
