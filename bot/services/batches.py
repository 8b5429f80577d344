"""Putting what is left of an import on hold for a reason of one's own, and letting it go on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from bot.db.models import Assignment, Batch, Hold, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.domain.people import LANGUAGES
from bot.domain.policy import Action, Subject
from bot.domain.task import TaskState
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.services.access import require
from bot.services.holding import Held, Released, end_holds, place_holds
from bot.services.relaying import relay

REASON_LIMIT = 300
AT_ONCE = 200
"""Tasks a call goes through, so that nobody waits long behind it; the caller calls until there are none left."""


def may_hold(uow: UnitOfWork, *, actor_id: int, batch_id: int) -> Batch:
    """Return the batch if the person may hold and release it. Raises NotFound and NotAllowed."""
    batch = uow.session.get(Batch, batch_id)
    if batch is None:
        raise NotFound("batch", str(batch_id))
    require(uow, Action.HOLD, actor_id, batch.project_id, Subject("project", batch.project_id))
    return batch


def clean_reason(reason: str) -> str:
    """Return a reason for a hold. Raises Invalid where there is none, or too much of it."""
    reason = reason.strip()
    check_text("why", reason, REASON_LIMIT)
    return reason


def hold_batch(uow: UnitOfWork, *, actor_id: int, batch_id: int, reason: str) -> Held:
    """Put the next tasks of a batch that are not final on hold, those somebody has in hand first.

    Returns what got a hold, nothing when all have one. Those whose work stops are told. Raises Invalid without a
    reason.
    """
    reason = clean_reason(reason)
    batch = may_hold(uow, actor_id=actor_id, batch_id=batch_id)
    own = exists().where(Hold.task_id == Task.id, Hold.issue_id.is_(None), Hold.released_at.is_(None))
    free = select(Task.id).where(Task.batch_id == batch.id, Task.state != TaskState.FINAL, ~own)
    # What is under way has an index; sorted by that, all tasks of the import would be looked at each time.
    under_way = select(Assignment.task_id).where(
        Assignment.project_id == batch.project_id, Assignment.ended_at.is_(None)
    )
    tasks = list(uow.session.scalars(free.where(Task.id.in_(under_way)).order_by(Task.id).limit(AT_ONCE)))
    others = free.where(Task.id.not_in(tasks)).order_by(Task.id).limit(AT_ONCE - len(tasks))
    if len(tasks) < AT_ONCE:
        tasks += uow.session.scalars(others)
    held = place_holds(uow, person_id=actor_id, task_ids=tasks, issue_id=None, reason=reason, news="held")
    uow.session.flush()
    _translate(uow, actor_id, batch, held.tasks, reason)
    return held


def _translate(uow: UnitOfWork, actor_id: int, batch: Batch, tasks: Sequence[int], reason: str) -> None:
    """Have the reason at hand in both languages, under the first of the holds that have it."""
    first = uow.session.scalar(
        select(func.min(Hold.id)).where(
            Hold.task_id.in_(select(Task.id).where(Task.batch_id == batch.id)),
            Hold.issue_id.is_(None),
            Hold.released_at.is_(None),
            Hold.reason == reason,
        )
    )
    if first is None or not tasks:
        return
    for language in LANGUAGES:
        relay(
            uow,
            project_id=batch.project_id,
            kind=SourceKind.HOLD,
            ref_id=first,
            author_id=actor_id,
            text=reason,
            shown=(),
            into=language,
        )


def release_batch(uow: UnitOfWork, *, actor_id: int, batch_id: int) -> Released:
    """Let the next tasks of a batch go on that a person held; what an issue holds stays on hold.

    Returns what was released, nothing when no such hold is left.
    """
    batch = may_hold(uow, actor_id=actor_id, batch_id=batch_id)
    tasks = uow.session.scalars(
        select(Hold.task_id)
        .join(Task, Task.id == Hold.task_id)
        .where(Task.batch_id == batch.id, Hold.issue_id.is_(None), Hold.released_at.is_(None))
        .distinct()
        .order_by(Hold.task_id)
        .limit(AT_ONCE)
    ).all()
    return end_holds(
        uow, person_id=actor_id, task_ids=tasks, issue_id=None, news="released", issues_too=False
    )
