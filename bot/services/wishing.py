"""Wishes to be told when there is work: told in people's own hours, whoever had none for longest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Assignment, Membership, Person, Project, WorkWish
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.hours import is_working
from bot.domain.people import Role, WorkStatus
from bot.domain.policy import Action
from bot.domain.task import SlotState
from bot.outbox.quality_messages import WorkWaiting
from bot.outbox.queue import enqueue
from bot.reports.hours import working_hours
from bot.services.gates import closed_projects

_AT_ONCE = 100


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
        wished.ended_at = uow.now
    return wished is not None


def _wish_of(uow: UnitOfWork, person_id: int) -> WorkWish | None:
    return uow.session.scalar(
        select(WorkWish).where(WorkWish.person_id == person_id, WorkWish.ended_at.is_(None)).with_for_update()
    )


def tell_of_work(uow: UnitOfWork) -> int:
    """Tell as many people as there is work for, who are awake and not resting; returns how many.

    Who had no work for longest is told first. A wish ends when it is told.
    """
    rows = uow.session.execute(
        select(WorkWish, Person)
        .join(Person, Person.id == WorkWish.person_id)
        .where(WorkWish.ended_at.is_(None), Person.active.is_(True), Person.status == WorkStatus.WORKING)
        .limit(_AT_ONCE * 10)
        .with_for_update(of=WorkWish, skip_locked=True)
    ).all()
    waiting = {
        person.id: (wished, person) for wished, person in rows if is_working(working_hours(person), uow.now)
    }
    if not waiting:
        return 0
    left = _open_slots(uow)
    told = 0
    for person_id in _longest_without(uow, waiting):
        project_id = _work_for(uow, person_id, left)
        if project_id is None:
            continue
        left[project_id] -= 1
        wished, person = waiting[person_id]
        wished.ended_at = uow.now
        enqueue(uow, person.team_id, WorkWaiting(person_id, project_id))
        told += 1
    return told


def _open_slots(uow: UnitOfWork) -> dict[int, int]:
    """Return for each active project how many slots are free, counted up to as many as people are told at once."""
    counts = {}
    for project_id in uow.session.scalars(select(Project.id).where(Project.active.is_(True))).all():
        head = (
            select(AnswerSlot.id)
            .where(
                AnswerSlot.project_id == project_id,
                AnswerSlot.state == SlotState.OPEN,
                AnswerSlot.held_at.is_(None),
            )
            .limit(_AT_ONCE)
            .subquery()
        )
        if free := uow.session.scalar(select(func.count()).select_from(head)):
            counts[project_id] = free
    return counts


def _longest_without(uow: UnitOfWork, people: Iterable[int]) -> list[int]:
    last: dict[int, datetime | None] = dict.fromkeys(people)
    rows = uow.session.execute(
        select(Assignment.person_id, func.max(Assignment.claimed_at))
        .where(Assignment.person_id.in_(last))
        .group_by(Assignment.person_id)
    )
    last.update((person_id, moment) for person_id, moment in rows)
    return sorted(last, key=lambda one: (last[one] is not None, last[one] or uow.now, one))


def _work_for(uow: UnitOfWork, person_id: int, left: dict[int, int]) -> int | None:
    closed = closed_projects(uow, person_id)
    mine = (
        select(AnswerSlot.task_id)
        .join(Assignment, Assignment.task_id == AnswerSlot.task_id)
        .where(Assignment.person_id == person_id)
    )
    projects = uow.session.scalars(
        select(Membership.project_id)
        .where(Membership.person_id == person_id, Membership.role == Role.WORKER)
        .order_by(Membership.project_id)
    )
    for project_id in projects.all():
        if left.get(project_id, 0) <= 0 or project_id in closed:
            continue
        theirs = uow.session.scalar(
            select(AnswerSlot.id)
            .where(
                AnswerSlot.project_id == project_id,
                AnswerSlot.state == SlotState.OPEN,
                AnswerSlot.held_at.is_(None),
                AnswerSlot.task_id.not_in(mine),
            )
            .limit(1)
        )
        if theirs is not None:
            return project_id
    return None
