"""Wishes to be told when there is work: told in people's own hours, whoever had none for longest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.models import AnswerSlot, Assignment, Membership, Person, Project, WorkWish
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD
from bot.domain.errors import NotAllowed
from bot.domain.hours import is_working
from bot.domain.people import Role, WorkStatus
from bot.domain.policy import Action
from bot.domain.task import SlotState
from bot.outbox.quality_messages import WorkWaiting
from bot.outbox.queue import enqueue
from bot.reports.expressions import fixed
from bot.reports.hours import working_hours
from bot.reports.waiting import count_rows, count_tasks
from bot.services.gates import closed_by
from bot.services.qualifying import holders_of
from bot.services.rules import rules_of

HEAD_START = timedelta(minutes=30)
"""For how long a slot is left to whoever was told of it before somebody else is."""

_AT_ONCE = 20
_LOOKED_AT = 1_000


def wish(uow: UnitOfWork, *, person_id: int) -> bool:
    """Keep that somebody wants to be told when there is work again; False when they had wished already."""
    works = uow.session.scalar(
        select(Membership.id)
        .where(Membership.person_id == person_id, Membership.role == Role.WORKER)
        .limit(1)
    )
    if works is None:
        raise NotAllowed(Action.WISH, "person", person_id)
    uow.lock(Person, person_id)
    if _wish_of(uow, person_id) is not None:
        return False
    uow.session.add(WorkWish(person_id=person_id, since=uow.now))
    uow.session.flush()
    return True


def forget(uow: UnitOfWork, *, person_id: int) -> bool:
    """End somebody's wish; False when they had none."""
    wished = _wish_of(uow, person_id)
    if wished is not None:
        uow.session.delete(wished)
    return wished is not None


def _wish_of(uow: UnitOfWork, person_id: int) -> WorkWish | None:
    return uow.session.scalar(
        select(WorkWish).where(WorkWish.person_id == person_id, WorkWish.ended_at.is_(None)).with_for_update()
    )


def tell_of_work(uow: UnitOfWork) -> int:
    """Tell as many people as there is work for, who are awake, not resting and at no task; returns how many.

    Who had no work for longest is told first, and has a head start before others are told of the same work. A wish
    ends when it is told, and whether anything came of it is not kept.
    """
    uow.session.execute(delete(WorkWish).where(WorkWish.ended_at <= uow.now - HEAD_START))
    # Mostly nobody waits, and then nothing is locked or counted.
    if uow.session.scalar(select(WorkWish.id).where(WorkWish.ended_at.is_(None)).limit(1)) is None:
        return 0
    left = _work_left(uow)
    if not left:
        return 0
    rows = uow.session.execute(
        select(WorkWish, Person)
        .join(Person, Person.id == WorkWish.person_id)
        .where(
            WorkWish.ended_at.is_(None),
            Person.active.is_(True),
            Person.status == WorkStatus.WORKING,
            ~_at_work(Person.id).exists(),
        )
        .order_by(WorkWish.since)
        .limit(_LOOKED_AT)
        .with_for_update(of=WorkWish, skip_locked=True)
    ).all()
    waiting = {person.id: (wished, person) for wished, person in rows}
    theirs = _projects_of(uow, list(waiting), list(left))
    told = 0
    for person_id in _longest_without(uow, theirs):
        wished, person = waiting[person_id]
        if told == _AT_ONCE or not any(free > 0 for free in left.values()):
            break
        if not is_working(working_hours(person), uow.now):
            continue
        project = _work_for(uow, person_id, [one for one in theirs[person_id] if left[one.id] > 0])
        if project is None:
            continue
        left[project.id] -= 1
        wished.ended_at, wished.project_id = uow.now, project.id
        enqueue(uow, person.team_id, WorkWaiting(person_id, project.id))
        told += 1
    return told


def _at_work(person: InstrumentedAttribute[int]) -> Select[int]:
    """Build what somebody has in hand and can go on with."""
    return select(Assignment.id).where(
        Assignment.person_id == person,
        Assignment.state.in_(HELD),
        Assignment.held_at.is_(None),
        Assignment.last_word.is_(False),
    )


def _told_lately(uow: UnitOfWork) -> Sequence[int]:
    """Return the project of each person who was told of work there and has not taken any since."""
    since = select(Assignment.id).where(
        Assignment.person_id == WorkWish.person_id, Assignment.claimed_at >= WorkWish.ended_at
    )
    told = select(WorkWish.project_id).where(WorkWish.project_id.is_not(None), ~since.exists())
    return [project_id for project_id in uow.session.scalars(told) if project_id is not None]


def _work_left(uow: UnitOfWork) -> dict[int, int]:
    """Return for each project with free slots that nobody was told of lately how many, counted up to a limit."""
    lately = Counter(_told_lately(uow))
    left = {}
    # What another process is telling people of just now is left to it.
    mine = select(Project.id).where(Project.active.is_(True)).order_by(Project.id)
    for project_id in uow.session.scalars(mine.with_for_update(skip_locked=True, key_share=True)).all():
        free = count_rows(
            uow.session,
            AnswerSlot.project_id == project_id,
            AnswerSlot.state == fixed(AnswerSlot.state, SlotState.OPEN),
            AnswerSlot.held_at.is_(None),
            most=_AT_ONCE + lately[project_id],
        )
        if free > lately[project_id]:
            left[project_id] = free - lately[project_id]
    return left


def _projects_of(uow: UnitOfWork, people: list[int], projects: list[int]) -> dict[int, list[Project]]:
    """Return which of these projects each of these people works in and is qualified for, by id."""
    found: dict[int, list[Project]] = {}
    for project_id in sorted(projects):
        project = uow.session.get_one(Project, project_id)
        members = uow.session.scalars(
            select(Membership.person_id).where(
                Membership.project_id == project_id,
                Membership.role == Role.WORKER,
                Membership.person_id.in_(people),
            )
        )
        gate = rules_of(uow.session, project_id).gate if project.gated else None
        holders = holders_of(uow.session, project.team_id, gate, uow.now) if gate else None
        for person_id in members:
            if holders is None or person_id in holders:
                found.setdefault(person_id, []).append(project)
    return found


def _longest_without(uow: UnitOfWork, people: Iterable[int]) -> list[int]:
    last: dict[int, datetime | None] = dict.fromkeys(people)
    rows = uow.session.execute(
        select(Assignment.person_id, func.max(Assignment.claimed_at))
        .where(Assignment.person_id.in_(last))
        .group_by(Assignment.person_id)
    )
    last.update((person_id, moment) for person_id, moment in rows)
    return sorted(last, key=lambda one: (last[one] is not None, last[one] or uow.now, one))


def _work_for(uow: UnitOfWork, person_id: int, projects: Iterable[Project]) -> Project | None:
    """Return the first of the projects in which the person's next claim would find work."""
    for project in projects:
        if project.gated and closed_by(uow.session, project, person_id, uow.now) is not None:
            continue
        if count_tasks(uow.session, person_id, [project.id], most=1):
            return project
    return None
