"""Taking a task, giving it back, and asking for more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select

from bot.db.models import AnswerSlot, Assignment, Membership, Person, Project, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD, AssignmentState, Event, advance, warn_moment
from bot.domain.errors import (
    AlreadyExtended,
    HandsFull,
    MustAcknowledge,
    NotAllowed,
    NotFound,
    NoWork,
    ProjectClosed,
    StaleAction,
)
from bot.domain.people import Role, WorkStatus
from bot.domain.policy import Action, Subject
from bot.domain.task import SlotState, TaskState
from bot.outbox.messages import AssignmentCard
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.claiming import take_next, unread_version
from bot.services.gates import closed_projects, has_open_slot
from bot.services.gold import mix_known
from bot.services.slots import own_slot


@dataclass(frozen=True)
class Claim:
    """A task somebody has in hand. `rework` is set when it was theirs already and came back to them."""

    assignment_id: int
    project_id: int
    lease_until: datetime
    rework: bool


@dataclass(frozen=True)
class Held:
    """An assignment after one of its holder's own steps."""

    assignment_id: int
    project_id: int
    lease_until: datetime


def claim_next(uow: UnitOfWork, *, person_id: int, project_key: str | None = None) -> Claim:
    """Give the person the next task: their own rework first, then by priority, then the oldest.

    Raises NoWork (with the reason), HandsFull when every project with work is at its limit, NotAllowed for
    somebody who is a worker nowhere, MustAcknowledge when a guideline has to be read first, and ProjectClosed when
    what has work asks for something else first.
    """
    if (taken := take_next(uow, person_id, project_key, lambda: closed_projects(uow, person_id))) is not None:
        if taken.gated:
            mix_known(uow, taken.assignment_id)
        return Claim(taken.assignment_id, taken.project_id, taken.lease_until, rework=False)
    return _rework_or_refusal(uow, person_id, project_key)


def _rework_or_refusal(uow: UnitOfWork, person_id: int, key: str | None) -> Claim:
    """Find out why nothing was taken: rework comes first, or there is a reason to say."""
    person = uow.session.get(Person, person_id)
    if person is None or not person.active:
        raise NotAllowed(Action.CLAIM, "person", person_id)
    projects = _worker_projects(uow, person_id, key)
    if not projects:
        raise NoWork("no_membership")
    held = uow.session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(HELD),
            Assignment.held_at.is_(None),
            Assignment.last_word.is_(False),
            Assignment.project_id.in_([project.id for project in projects]),
        )
        .order_by(Assignment.id)
    ).all()
    for assignment in held:
        if assignment.state is AssignmentState.RETURNED:
            enqueue(uow, person.team_id, AssignmentCard(person_id, assignment.id))
            return Claim(assignment.id, assignment.project_id, assignment.lease_until, rework=True)
    if person.status is WorkStatus.RESTING:
        raise NoWork("resting")
    free = [p for p in projects if sum(a.project_id == p.id for a in held) < p.max_in_hand]
    closed = closed_projects(uow, person_id)
    for project in free:
        if project.id in closed:
            continue
        unread = uow.session.scalar(unread_version(literal(project.id), literal(person_id)))
        if unread is not None:
            raise MustAcknowledge(unread, project.key)
    if not free:
        raise HandsFull(max(p.max_in_hand for p in projects))
    behind = [closed[p.id] for p in free if p.id in closed and (key or has_open_slot(uow.session, p.id))]
    if behind:
        raise ProjectClosed(tuple(behind))
    raise NoWork("empty", len(projects))


def _worker_projects(uow: UnitOfWork, person_id: int, key: str | None) -> list[Project]:
    query = (
        select(Project)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Membership.role == Role.WORKER, Project.active.is_(True))
        .order_by(Project.id)
    )
    if key:
        query = query.where(Project.key == key.strip().upper())
    return list(uow.session.scalars(query))


def load_held(uow: UnitOfWork, action: Action, person_id: int, assignment_id: int) -> Assignment:
    """Return the locked assignment if the policy lets the person act on it now. Raises NotFound too."""
    assignment = uow.lock(Assignment, assignment_id)
    if assignment is None:
        raise NotFound("assignment", str(assignment_id))
    subject = Subject("assignment", assignment.id, assignment.state, owner_id=assignment.person_id)
    require(uow, action, person_id, assignment.project_id, subject)
    return assignment


def move(uow: UnitOfWork, assignment: Assignment, event: Event, action: str, actor_id: int | None) -> None:
    """Advance the assignment, audit it and have its holder's card redrawn.

    Raises StaleAction when the event has no meaning in the present state.
    """
    before = assignment.state
    after = advance(before, event)
    if after is None:
        raise StaleAction(action, "assignment", assignment.id, before)
    assignment.state = after
    assignment.ver += 1
    person = uow.session.get_one(Person, assignment.person_id)
    uow.audit(
        team_id=person.team_id,
        actor_id=actor_id,
        action=action,
        subject=("assignment", assignment.id),
        states=(before, after),
    )
    enqueue(uow, person.team_id, AssignmentCard(person.id, assignment.id))


def free_slot(uow: UnitOfWork, assignment: Assignment) -> None:
    """Give the slot back to everybody, once no hold keeps it, and note when the attempt ended.

    The slot of a known task was made for this one attempt, so nobody else gets it.
    """
    assignment.ended_at = uow.now
    assignment.held_at = assignment.rework_until = assignment.asked_id = assignment.asked_at = None
    assignment.last_word = False
    slot = own_slot(uow, assignment)
    wanted = assignment.gold_id is None and _lacks_answers(uow, slot)
    slot.state = SlotState.OPEN if wanted else SlotState.CLOSED


def _lacks_answers(uow: UnitOfWork, slot: AnswerSlot) -> bool:
    """Say whether the task wants more answers than its other slots may give; its overlap may have been lowered."""
    # Whoever changes what is wanted has its slots locked, so this stays true until the commit.
    task = uow.session.get_one(Task, slot.task_id, populate_existing=True)
    if task.state is not TaskState.OPEN:
        return False
    trial = select(Assignment.id).where(Assignment.slot_id == AnswerSlot.id, Assignment.gold_id.is_not(None))
    others = uow.session.scalar(
        select(func.count()).where(
            AnswerSlot.task_id == task.id,
            AnswerSlot.id != slot.id,
            AnswerSlot.state != SlotState.CLOSED,
            ~trial.exists(),
        )
    )
    return (others or 0) < task.overlap + task.extra


def take_slot(uow: UnitOfWork, assignment: Assignment) -> None:
    """Let the attempt have its slot, as it goes on; on a task that is on hold it stands still from the start."""
    slot = own_slot(uow, assignment)
    slot.state = SlotState.TAKEN
    assignment.ended_at = assignment.rework_until = None
    assignment.last_word = False
    assignment.held_at = slot.held_at


def clock(uow: UnitOfWork, assignment: Assignment) -> datetime:
    """Return the instant that the assignment's clocks show: now, or when the hold on its task began.

    What is written down from it moves on by the time of the hold when that ends.
    """
    return assignment.held_at or uow.now


def release(uow: UnitOfWork, *, person_id: int, assignment_id: int, ver: int | None = None) -> Held:
    """Give a task back; somebody else may take it. Nothing is held against the person."""
    assignment = load_held(uow, Action.RELEASE, person_id, assignment_id)
    _expect(assignment, ver, Action.RELEASE)
    move(uow, assignment, Event.RELEASE, Action.RELEASE, person_id)
    free_slot(uow, assignment)
    return Held(assignment.id, assignment.project_id, assignment.lease_until)


def extend(uow: UnitOfWork, *, person_id: int, assignment_id: int, ver: int | None = None) -> Held:
    """Add one more lease length to the time left; possible once. Raises AlreadyExtended."""
    assignment = load_held(uow, Action.EXTEND, person_id, assignment_id)
    if assignment.extended:
        raise AlreadyExtended(assignment.id)
    _expect(assignment, ver, Action.EXTEND)
    began = assignment.claimed_at + timedelta(seconds=assignment.held_seconds or 0)
    assignment.lease_until += assignment.lease_until - began
    assignment.extended = True
    assignment.warn_at = warn_moment(began, assignment.lease_until)
    assignment.ver += 1
    person = uow.session.get_one(Person, person_id)
    uow.audit(
        team_id=person.team_id,
        actor_id=person_id,
        action=Action.EXTEND,
        subject=("assignment", assignment.id),
        states=(assignment.state, assignment.state),
    )
    enqueue(uow, person.team_id, AssignmentCard(person_id, assignment.id))
    return Held(assignment.id, assignment.project_id, assignment.lease_until)


def _expect(assignment: Assignment, ver: int | None, action: Action) -> None:
    """Refuse a button that was drawn before the last change; typed commands carry no version."""
    if ver is not None and ver != assignment.ver:
        raise StaleAction(action, "assignment", assignment.id, assignment.state)
