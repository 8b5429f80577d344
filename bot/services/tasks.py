"""Taking a task, giving it back, and asking for more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from bot.db.models import AnswerSlot, Assignment, Membership, Person, Price, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD, AssignmentState, Event, advance, lease_length
from bot.domain.errors import AlreadyExtended, HandsFull, NotAllowed, NotFound, NoWork, StaleAction
from bot.domain.people import Role, WorkStatus
from bot.domain.policy import Action, Subject
from bot.domain.task import SlotState
from bot.outbox.messages import AssignmentCard
from bot.outbox.queue import enqueue
from bot.services.access import require


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
    somebody who is a worker nowhere.
    """
    # The row lock makes two claims of one person wait for each other, so that the limit in hand holds.
    person = uow.lock(Person, person_id)
    if person is None or not person.active:
        raise NotAllowed(Action.CLAIM, "person", person_id)
    projects = _worker_projects(uow, person_id, project_key)
    if not projects:
        raise NoWork("no_membership")
    held = uow.session.execute(
        select(Assignment.id, Assignment.project_id, Assignment.state, Assignment.lease_until)
        .where(Assignment.person_id == person_id, Assignment.state.in_(HELD))
        .order_by(Assignment.id)
    ).all()
    wanted = {project.id for project in projects}
    for row in held:
        if row.state is AssignmentState.RETURNED and row.project_id in wanted:
            enqueue(uow, person.team_id, AssignmentCard(person_id, row.id))
            return Claim(row.id, row.project_id, row.lease_until, rework=True)
    if person.status is WorkStatus.RESTING:
        raise NoWork("resting")
    in_hand = {p: sum(row.project_id == p for row in held) for p in wanted}
    free = [p for p in projects if in_hand[p.id] < p.max_in_hand]
    if not free:
        raise HandsFull(max(p.max_in_hand for p in projects))
    return _take(uow, person, free)


def _worker_projects(uow: UnitOfWork, person_id: int, key: str | None) -> list[Project]:
    query = (
        select(Project)
        .join(Membership, Membership.project_id == Project.id)
        .where(
            Membership.person_id == person_id, Membership.role == Role.WORKER, Project.active.is_(True)
        )
        .order_by(Project.id)
    )
    if key:
        query = query.where(Project.key == key.strip().upper())
    return list(uow.session.scalars(query))


def _take(uow: UnitOfWork, person: Person, projects: list[Project]) -> Claim:
    # One query a project, each answered by the head of the claimable index: joining the projects in one
    # query would make both databases sort every open slot.
    heads = [(head, project) for project in projects if (head := _head(uow, person.id, project.id))]
    if not heads:
        raise NoWork("empty", len(projects))
    (slot_id, task_id, _rank, price, currency, attempts), project = min(
        heads, key=lambda pair: (pair[0][2], pair[0][0])
    )
    uow.session.execute(
        update(AnswerSlot).where(AnswerSlot.id == slot_id).values(state=SlotState.TAKEN)
    )
    median = timedelta(seconds=project.median_seconds) if project.median_seconds else None
    assignment = Assignment(
        slot_id=slot_id,
        task_id=task_id,
        project_id=project.id,
        person_id=person.id,
        attempt=attempts + 1,
        claimed_at=uow.now,
        lease_until=uow.now + lease_length(project.type, median),
        price_minor=price,
        currency=currency,
        guideline_version=project.guideline_version,
    )
    uow.session.add(assignment)
    uow.session.flush()
    uow.audit(
        team_id=person.team_id,
        actor_id=person.id,
        action=Action.CLAIM,
        subject=("assignment", assignment.id),
        states=(None, AssignmentState.CLAIMED),
    )
    enqueue(uow, person.team_id, AssignmentCard(person.id, assignment.id))
    return Claim(assignment.id, project.id, assignment.lease_until, rework=False)


def _head(uow: UnitOfWork, person_id: int, project_id: int) -> tuple[int, int, int, int, str, int] | None:
    """Return (slot, task, rank, price, currency, attempts so far) of the next slot; locked on PostgreSQL.

    A project without a price gives no work: nobody should do a task without knowing what it pays.
    """
    newest = aliased(Price)
    mine = aliased(Assignment)
    earlier = aliased(Assignment)
    newest_price = (
        select(newest.id)
        .where(newest.project_id == project_id, newest.role == Role.WORKER)
        .order_by(newest.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    attempts = (
        select(func.coalesce(func.max(earlier.attempt), 0))
        .where(earlier.slot_id == AnswerSlot.id)
        .correlate(AnswerSlot)
        .scalar_subquery()
    )
    row = uow.session.execute(
        select(
            AnswerSlot.id, AnswerSlot.task_id, AnswerSlot.rank, Price.amount_minor, Price.currency, attempts
        )
        .join(Price, Price.id == newest_price)
        .where(
            AnswerSlot.project_id == project_id,
            AnswerSlot.state == SlotState.OPEN,
            ~select(mine.id)
            .where(
                mine.task_id == AnswerSlot.task_id,
                mine.person_id == person_id,
                mine.state != AssignmentState.EXPIRED,
            )
            .exists(),
        )
        .order_by(AnswerSlot.rank, AnswerSlot.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=AnswerSlot)
    ).one_or_none()
    return row


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
    """Give the slot back to everybody and note when the attempt ended."""
    assignment.ended_at = uow.now
    uow.session.get_one(AnswerSlot, assignment.slot_id).state = SlotState.OPEN


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
    assignment.lease_until += assignment.lease_until - assignment.claimed_at
    assignment.extended = True
    assignment.warned_at = None
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
