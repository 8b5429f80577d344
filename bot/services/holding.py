"""Putting tasks on hold and releasing them: while they are, nobody takes or judges them and no clock runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import (
    Hold,
    Issue,
    IssueTask,
    Project,
    Task,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.domain.escalation import SUMMARY_LIMIT, Step
from bot.domain.policy import Action, Subject
from bot.domain.task import TaskState
from bot.domain.text import check_text
from bot.services.access import require
from bot.services.hold_news import tell_people
from bot.services.issue_access import load, may
from bot.services.issue_cards import redraw
from bot.services.issue_clock import touch
from bot.services.issue_steps import record
from bot.services.stopping import lock_work, mark, move_clocks


@dataclass(frozen=True)
class Held:
    """The tasks that got a hold, and the live work on those that had none before."""

    tasks: tuple[int, ...]
    assignments: tuple[int, ...]


@dataclass(frozen=True)
class Released:
    """The tasks that go on, those that another cause still holds, and the live work that goes on."""

    tasks: tuple[int, ...]
    still_held: tuple[int, ...]
    assignments: tuple[int, ...]


def hold_tasks(
    uow: UnitOfWork, *, person_id: int, task_ids: Sequence[int], issue_id: int | None = None, reason: str = ""
) -> Held:
    """Put tasks on hold for an issue, or for a reason of the person's own; tell whoever has work on them.

    Each cause is a hold of its own, and a task goes on when its last one ends. Tasks that are final, or on hold
    for the same cause already, are left as they are. The tasks of an issue become linked to it. Raises NotFound
    for a task that does not exist or is not of the issue's project, NotAllowed when the person may not do it in
    one of the projects, and StaleAction for an issue that is settled.
    """
    reason = reason.strip()
    check_text("reason", reason, SUMMARY_LIMIT, required=False)
    _require(uow, person_id, task_ids)
    if issue_id is not None:
        issue = may(uow, action=Action.STEER_ISSUE, person_id=person_id, issue_id=issue_id)
        _belong(uow, issue, task_ids)
    return place_holds(
        uow, person_id=person_id, task_ids=task_ids, issue_id=issue_id, reason=reason, news="held"
    )


def release_tasks(
    uow: UnitOfWork, *, person_id: int, task_ids: Sequence[int] | None = None, issue_id: int | None = None
) -> Released:
    """End holds and let the tasks go on that have none left: of an issue, of tasks, or an issue's on tasks.

    Leases, reservations and the time for a rework go on with what was left of them. Nothing happens where
    nothing is on hold. Raises what `hold_tasks` raises.
    """
    live = select(Hold.task_id).where(Hold.released_at.is_(None))
    if issue_id is not None:
        live = live.where(Hold.issue_id == issue_id)
    if task_ids is not None:
        _require(uow, person_id, task_ids)
        live = live.where(Hold.task_id.in_(list(task_ids)))
    elif issue_id is None:
        return Released((), (), ())
    on_hold = uow.session.scalars(live.distinct()).all()
    _require(uow, person_id, on_hold)
    return end_holds(uow, person_id=person_id, task_ids=on_hold, issue_id=issue_id, news="released")


def _require(uow: UnitOfWork, person_id: int, task_ids: Collection[int]) -> None:
    """Raise NotFound or NotAllowed unless the person may hold and release these tasks."""
    rows = uow.session.execute(select(Task.id, Task.project_id).where(Task.id.in_(list(task_ids))))
    projects = {row.id: row.project_id for row in rows}
    if missing := [task_id for task_id in task_ids if task_id not in projects]:
        raise NotFound("task", str(missing[0]))
    for project_id in sorted(set(projects.values())):
        require(uow, Action.HOLD, person_id, project_id, Subject("project", project_id))


def _belong(uow: UnitOfWork, issue: Issue, task_ids: Collection[int]) -> None:
    strange = uow.session.scalars(
        select(Task.id).where(Task.id.in_(list(task_ids)), Task.project_id != issue.project_id)
    )
    if (stranger := strange.first()) is not None:
        raise NotFound("task", str(stranger))


def place_holds(
    uow: UnitOfWork,
    *,
    person_id: int,
    task_ids: Iterable[int],
    issue_id: int | None,
    reason: str,
    news: str,
) -> Held:
    """Do what `hold_tasks` promises for somebody who may; `news` is what the people are told it was."""
    work = lock_work(uow, task_ids)
    same_cause = set(
        uow.session.scalars(
            select(Hold.task_id).where(
                Hold.task_id.in_([task.id for task in work.tasks]),
                Hold.issue_id.is_not_distinct_from(issue_id),
                Hold.released_at.is_(None),
            )
        )
    )
    wanted = [t for t in work.tasks if t.state is not TaskState.FINAL and t.id not in same_cause]
    fresh = {task.id for task in wanted if task.held_at is None}
    for task in wanted:
        uow.session.add(
            Hold(
                task_id=task.id,
                project_id=task.project_id,
                issue_id=issue_id,
                reason=reason or None,
                placed_by_id=person_id,
                placed_at=uow.now,
            )
        )
        _audit(uow, person_id, task, Action.HOLD, issue_id)
    stopped = mark(work, fresh, uow.now)
    if wanted and issue_id is not None:
        _link(uow, issue_id, [task.id for task in wanted])
        _note(uow, issue_id, Step.HELD, person_id, [task.id for task in wanted], reason)
    tell_people(uow, work, stopped, issue_id, news)
    return Held(tuple(task.id for task in wanted), tuple(one.id for one in stopped))


def end_holds(
    uow: UnitOfWork,
    *,
    person_id: int,
    task_ids: Collection[int],
    issue_id: int | None,
    news: str,
    issues_too: bool = True,
) -> Released:
    """Do what `release_tasks` promises for somebody who may; `news` is what the people are told it was.

    Without an issue all holds on the tasks end, or only those that no issue is behind.
    """
    if issues_too or issue_id is not None:
        _lock_issues(uow, task_ids, issue_id)
    work = lock_work(uow, task_ids)
    names = [task.id for task in work.tasks]
    live = uow.session.scalars(
        select(Hold)
        .where(Hold.task_id.in_(names), Hold.released_at.is_(None))
        .order_by(Hold.id)
        .execution_options(populate_existing=True)
    ).all()
    ending = [hold for hold in live if hold.issue_id == issue_id or (issue_id is None and issues_too)]
    for hold in ending:
        hold.released_at, hold.released_by_id = uow.now, person_id
    touched = {hold.task_id for hold in ending}
    kept = {hold.task_id for hold in live if hold not in ending}
    freed = touched - kept
    for task in work.tasks:
        if task.id in touched:
            _audit(uow, person_id, task, "task.unhold", issue_id)
    move_clocks(uow, work, freed)
    going_on = mark(work, freed, None)
    by_issue: dict[int, list[int]] = {}
    for hold in ending:
        if hold.issue_id is not None:
            by_issue.setdefault(hold.issue_id, []).append(hold.task_id)
    for of_issue, tasks in by_issue.items():
        _note(uow, of_issue, Step.RELEASED, person_id, tasks, "")
    tell_people(uow, work, going_on, issue_id, news)
    return Released(tuple(sorted(freed)), tuple(sorted(touched & kept)), tuple(one.id for one in going_on))


def _lock_issues(uow: UnitOfWork, task_ids: Collection[int], issue_id: int | None) -> None:
    """Lock the issues whose holds end before the work does, as all that begins with an issue does."""
    causes = select(Hold.issue_id).where(
        Hold.task_id.in_(task_ids), Hold.released_at.is_(None), Hold.issue_id.is_not(None)
    )
    if issue_id is not None:
        causes = causes.where(Hold.issue_id == issue_id)
    for found in sorted({found for found in uow.session.scalars(causes) if found is not None}):
        load(uow, found)


def held_by(session: Session, issue: Issue) -> tuple[int, ...]:
    """Return the tasks that are on hold because of an issue."""
    query = select(Hold.task_id).where(Hold.issue_id == issue.id, Hold.released_at.is_(None))
    return tuple(session.scalars(query.order_by(Hold.task_id)))


def _audit(uow: UnitOfWork, person_id: int, task: Task, action: str, issue_id: int | None) -> None:
    team_id = uow.session.get_one(Project, task.project_id).team_id
    detail = {} if issue_id is None else {"issue": issue_id}
    uow.audit(team_id=team_id, actor_id=person_id, action=action, subject=("task", task.id), detail=detail)


def _link(uow: UnitOfWork, issue_id: int, task_ids: Sequence[int]) -> None:
    linked = set(uow.session.scalars(select(IssueTask.task_id).where(IssueTask.issue_id == issue_id)))
    for task_id in task_ids:
        if task_id not in linked:
            uow.session.add(IssueTask(issue_id=issue_id, task_id=task_id))


def _note(
    uow: UnitOfWork, issue_id: int, step: Step, person_id: int, task_ids: Sequence[int], reason: str
) -> None:
    issue = load(uow, issue_id)
    record(uow, issue, step, actor_id=person_id, note=reason or None, detail={"tasks": sorted(task_ids)})
    touch(uow, issue, person_id)
    redraw(uow, issue)
