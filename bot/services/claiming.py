"""The hot path of a claim: pick the next open slot and write everything that follows from taking it.

This is what everybody does all day, so it takes few statements. Their texts are built once, because building
one costs more than running it, and PostgreSQL gets all the writing in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql.dml import ReturningInsert

from bot.db.models import (
    Acknowledgement,
    AnswerSlot,
    Appeal,
    Assignment,
    Audit,
    AuditOutcome,
    Base,
    GuidelineVersion,
    Membership,
    OutboxRow,
    OutboxState,
    Person,
    Price,
    Project,
    Review,
    Verdict,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import HELD, AssignmentState, lease_length, warn_moment
from bot.domain.guideline import GuidelineState
from bot.domain.people import Role, WorkStatus
from bot.domain.policy import Action
from bot.domain.task import SlotState
from bot.outbox.messages import AssignmentCard

Values = dict[str, Any]
_ONE = literal_column("1", Integer())


@dataclass(frozen=True)
class Taken:
    """A slot that now is somebody's."""

    assignment_id: int
    project_id: int
    lease_until: datetime
    gated: bool


Look = Callable[[], Collection[int]]
"""Finds out which projects are closed to the person now."""


def take_next(
    uow: UnitOfWork,
    person_id: int,
    project_key: str | None,
    look: Look,
    closed: Collection[int] | None = None,
) -> Taken | None:
    """Take the next open slot for the person and write assignment, audit line and card.

    None when there is nothing to take, or when something else comes first (rework, a rest, a full hand, a
    guideline to read); the caller finds out which. Only when the choice falls on a project that asks something of
    people, `look` is called, with the person's row ours, and what it returns is left out of a second choice.
    """
    # Core rows come without the identity map's bookkeeping, which nothing here needs.
    connection = uow.session.connection()
    postgres = connection.dialect.name == "postgresql"
    key = project_key.strip().upper() if project_key else ""
    picked = connection.execute(
        _pick(with_id=postgres, any_project=not key, some_closed=bool(closed)),
        {"person": person_id, "key": key} | ({"closed": list(closed)} if closed else {}),
    ).one_or_none()
    if picked is None:
        return None
    if picked.gated and closed is None:
        closed = look()
        if picked.project_id in closed:
            return take_next(uow, person_id, project_key, look, closed)
    median = timedelta(seconds=picked.median_seconds) if picked.median_seconds else None
    lease_until = uow.now + lease_length(picked.type, median)
    assignment = {
        "slot_id": picked.slot_id,
        "task_id": picked.task_id,
        "project_id": picked.project_id,
        "person_id": person_id,
        "claimed_at": uow.now,
        "lease_until": lease_until,
        "warn_at": warn_moment(uow.now, lease_until),
        "price_minor": picked.amount_minor,
        "currency": picked.currency,
        "guideline_version": picked.guideline_version,
    }
    if postgres:
        assignment_id = picked.assignment_id
        binds: Values = {
            "taken": picked.slot_id,
            "task": picked.task_id,
            "person": person_id,
            "project": picked.project_id,
        }
        for model, values in (
            (Assignment, assignment | {"id": assignment_id}),
            (Audit, _audit(uow, picked.team_id, person_id, assignment_id)),
            (OutboxRow, _card(uow, picked.team_id, person_id, assignment_id)),
        ):
            binds.update({f"{model.__tablename__}_{name}": value for name, value in values.items()})
        if connection.execute(_write_at_once(), binds).one_or_none() is None:
            # Now that the person's row is ours, a second choice sees all that they have taken.
            return take_next(uow, person_id, project_key, look)
    else:
        connection.execute(_take_slot(), {"taken": picked.slot_id})
        made = connection.execute(_insert(Assignment), assignment | {"taken": picked.slot_id})
        assignment_id = made.scalar_one()
        connection.execute(_insert(Audit), _audit(uow, picked.team_id, person_id, assignment_id))
        connection.execute(_insert(OutboxRow), _card(uow, picked.team_id, person_id, assignment_id))
    uow.told_somebody = True
    return Taken(assignment_id, picked.project_id, lease_until, picked.gated)


def _audit(uow: UnitOfWork, team_id: int, person_id: int, assignment_id: int) -> Values:
    return {
        "team_id": team_id,
        "at": uow.now,
        "actor_id": person_id,
        "subject_id": assignment_id,
        "detail": {},
    }


def _card(uow: UnitOfWork, team_id: int, person_id: int, assignment_id: int) -> Values:
    message = AssignmentCard(person_id, assignment_id)
    return {
        "team_id": team_id,
        "dedupe_key": f"{message.kind}:{uuid4().hex}",
        "kind": message.kind,
        "payload": message.payload(),
        "lane": message.lane,
        "due_at": uow.now,
        "created_at": uow.now,
    }


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


@cache
def _pick(*, with_id: bool, any_project: bool, some_closed: bool) -> Select[Any]:
    """Build the choice of a slot: one row with all a claim needs, or none.

    Each project's head is read from the claimable index by itself; joining the projects and sorting would read
    every open slot. A project without a price gives no work: nobody should do a task without knowing what it
    pays. `with_id` also draws the new assignment's number, so that PostgreSQL can write everything at once.
    There two claims of one person wait for each other at the person's row; what the second one saw before it
    waited is looked at again by `_write_at_once`.
    """
    person = bindparam("person", type_=Integer())
    places = (
        _places(any_project=any_project, some_closed=some_closed).cte("place").prefix_with("MATERIALIZED")
    )
    returned = aliased(Assignment)
    rework_waits = (
        select(returned.id)
        .where(
            returned.person_id == person,
            returned.state == _inline(returned.state, AssignmentState.RETURNED),
            returned.held_at.is_(None),
            ~returned.last_word,
            returned.project_id == places.c.project_id,
        )
        .exists()
    )
    new_id = func.nextval("assignment_id_seq") if with_id else literal(0)
    return (
        select(
            AnswerSlot.id.label("slot_id"),
            AnswerSlot.task_id,
            AnswerSlot.project_id,
            places.c.type,
            places.c.median_seconds,
            places.c.guideline_version,
            places.c.gated,
            Price.amount_minor,
            Price.currency,
            Person.team_id,
            new_id.label("assignment_id"),
        )
        .join(places, places.c.slot_id == AnswerSlot.id)
        .join(Price, Price.id == places.c.price_id)
        .join(Person, Person.id == person)
        .where(
            Person.active.is_(True),
            Person.status == _inline(Person.status, WorkStatus.WORKING),
            ~select(places.c.project_id).where(rework_waits).correlate(None).exists(),
        )
        .order_by(AnswerSlot.rank, AnswerSlot.id)
        .limit(_ONE)
        .with_for_update(of=Person, key_share=True)
    )


def _places(*, any_project: bool, some_closed: bool) -> Select[Any]:
    """Build the list of projects the person may take from now, each with its head slot and newest price."""
    person = bindparam("person", type_=Integer())
    slot, mine, newest = aliased(AnswerSlot), aliased(Assignment), aliased(Price)
    head = (
        select(slot.id)
        .where(
            slot.project_id == Project.id,
            slot.state == _inline(slot.state, SlotState.OPEN),
            slot.held_at.is_(None),
            ~select(mine.id)
            .where(
                mine.task_id == slot.task_id,
                mine.person_id == person,
                keeps_out(mine),
            )
            .exists(),
            *_strange_to(person, slot.task_id),
        )
        .order_by(slot.rank, slot.id)
        .limit(_ONE)
        .with_for_update(skip_locked=True)
        .correlate(Project)
        .scalar_subquery()
    )
    price = (
        select(newest.id)
        .where(newest.project_id == Project.id, newest.role == _inline(newest.role, Role.WORKER))
        .order_by(newest.id.desc())
        .limit(_ONE)
        .correlate(Project)
        .scalar_subquery()
    )
    in_hand = _in_hand(Project.id).correlate(Project).scalar_subquery()
    unread = unread_version(Project.id, person).correlate(Project).exists()
    free = [in_hand < Project.max_in_hand, ~unread]
    if some_closed:
        free.append(Project.id.not_in(bindparam("closed", expanding=True, type_=Integer())))
    places = (
        select(
            Project.id.label("project_id"),
            Project.type,
            Project.median_seconds,
            Project.guideline_version,
            Project.gated,
            # A full hand, an unread guideline or a closed door still lists the project, because rework waiting in
            # it must come first.
            case((and_(*free), head)).label("slot_id"),
            price.label("price_id"),
        )
        .join(Membership, Membership.project_id == Project.id)
        .where(
            Membership.person_id == person,
            Membership.role == _inline(Membership.role, Role.WORKER),
            Project.active.is_(True),
        )
    )
    return places if any_project else places.where(Project.key == bindparam("key"))


def unread_version(
    project: ColumnElement[int] | InstrumentedAttribute[int], person: ColumnElement[int]
) -> Select[int]:
    """Build the id of the version in effect that the person has not acknowledged: a row, or none."""
    version, read = aliased(GuidelineVersion), aliased(Acknowledgement)
    acknowledged = select(read.id).where(read.version_id == version.id, read.person_id == person).exists()
    return select(version.id).where(
        version.project_id == project,
        version.state == _inline(version.state, GuidelineState.CURRENT),
        ~acknowledged,
    )


def keeps_out(mine: type[Assignment] | AliasedClass[Assignment]) -> ColumnElement[bool]:
    """Build: the attempt keeps its author from another at the same task, in the words of the index on it.

    One that ended with its lease does not, but one does that was handed in, returned and left lying.
    """
    return or_(
        mine.state != _inline(mine.state, AssignmentState.EXPIRED),
        mine.submitted_at.is_not(None),
    )


def _strange_to(
    person: ColumnElement[int], task: ColumnElement[int] | InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ...]:
    """Build: the person has judged nobody's work on the task, not on appeal either, whose answer they know then.

    A verdict that was taken back or found wrong leaves its review to others, but not what its reviewer knows.
    Conditions of their own: of two in one OR, PostgreSQL might read all that the person ever judged.
    """
    judged, left, given = aliased(Review), aliased(Review), aliased(Verdict)
    knew = (
        select(given.id)
        # By the assignment too, for the index that has it: there is none of verdicts that stand no more.
        .join(left, and_(left.id == given.review_id, left.assignment_id == given.assignment_id))
        .where(left.task_id == task, given.reviewer_id == person)
    )
    judges = select(judged.id).where(judged.task_id == task, judged.reviewer_id == person)
    looked = aliased(Appeal)
    appealed = select(looked.id).where(looked.task_id == task, looked.reviewer_id == person)
    return ~judges.exists(), ~knew.exists(), ~appealed.exists()


def _in_hand(project: ColumnElement[int] | InstrumentedAttribute[int]) -> Select[int]:
    held = aliased(Assignment)
    return select(func.count()).where(
        held.person_id == bindparam("person", type_=Integer()),
        held.project_id == project,
        # Nobody can go on with what is on hold or had its last reject, so it fills no hand.
        held.held_at.is_(None),
        ~held.last_word,
        held.state.in_([_inline(held.state, state) for state in HELD]),
    )


# What every claim writes alike.
_SAME: dict[type[Base], Values] = {
    Assignment: {"state": AssignmentState.CLAIMED, "ver": 1, "extended": False, "last_word": False},
    Audit: {
        "action": Action.CLAIM.value,
        "outcome": AuditOutcome.DONE,
        "subject_type": "assignment",
        "to_state": AssignmentState.CLAIMED.value,
    },
    OutboxRow: {"state": OutboxState.NEW, "attempts": 0},
}
# The columns that `take_next` fills for one claim.
_OWN: dict[type[Base], tuple[str, ...]] = {
    Assignment: (
        "id", "slot_id", "task_id", "project_id", "person_id", "claimed_at", "lease_until", "warn_at", "price_minor",
        "currency", "guideline_version",
    ),
    Audit: ("team_id", "at", "actor_id", "subject_id", "detail"),
    OutboxRow: ("team_id", "dedupe_key", "kind", "payload", "lane", "due_at", "created_at"),
}  # fmt: skip


def _inline(column: ColumnElement[Any] | InstrumentedAttribute[Any], value: object) -> ColumnElement[Any]:
    """Write a value of ours into the statement's text.

    PostgreSQL plans a statement once for all parameters only when that plan can use the partial indexes, and it
    can't know that a parameter is always 'open'.
    """
    words = literal(value, column.type).compile(compile_kwargs={"literal_binds": True})
    return literal_column(str(words), column.type)


@cache
def _take_slot() -> Update:
    return (
        update(_table(AnswerSlot))
        .where(AnswerSlot.id == bindparam("taken"))
        .values(state=_inline(AnswerSlot.state, SlotState.TAKEN))
    )


def _next_attempt() -> ScalarSelect[int]:
    """Build the number of the next attempt at the slot `taken`.

    It belongs into the statement that writes: the one that chose the slot may have begun before an attempt that
    has come and gone since.
    """
    earlier = aliased(Assignment)
    newest = func.coalesce(func.max(earlier.attempt), 0)
    return select(newest + 1).where(earlier.slot_id == bindparam("taken", type_=Integer())).scalar_subquery()


@cache
def _insert(model: type[Base]) -> ReturningInsert[int]:
    more = {"attempt": _next_attempt()} if model is Assignment else {}
    table = _table(model)
    return insert(table).values(_SAME[model] | more).returning(table.c.id)


@cache
def _write_at_once() -> Select[Any]:
    """Build one PostgreSQL statement that takes the slot and inserts into three tables.

    Its parameters are `taken`, `task`, `person`, `project` and `<table>_<column>` for the columns of `_OWN`.
    It returns no row, and has written nothing, when the person's hand has become full meanwhile, the task has
    become one of theirs, or they are no worker of the project any more.
    """
    project, person = bindparam("project", type_=Integer()), bindparam("person", type_=Integer())
    task = bindparam("task", type_=Integer())
    limit = select(Project.max_in_hand).where(Project.id == project).scalar_subquery()
    mine = aliased(Assignment)
    answered = (
        select(mine.id)
        .where(
            mine.task_id == task,
            mine.person_id == person,
            keeps_out(mine),
        )
        .exists()
    )
    member = (
        select(Membership.id)
        .where(
            Membership.project_id == project,
            Membership.person_id == person,
            Membership.role == _inline(Membership.role, Role.WORKER),
        )
        .exists()
    )
    taken = (
        _take_slot()
        .where(member, _in_hand(project).scalar_subquery() < limit, ~answered, *_strange_to(person, task))
        .returning(AnswerSlot.id)
        .cte("taken_slot")
    )
    parts = [taken]
    for model, columns in _OWN.items():
        table = _table(model)
        row: dict[str, ColumnElement[Any]] = {
            name: bindparam(f"{table.name}_{name}", type_=table.c[name].type) for name in columns
        }
        row.update((name, _inline(table.c[name], value)) for name, value in _SAME[model].items())
        if model is Assignment:
            row["attempt"] = _next_attempt()
        values = select(*row.values()).select_from(taken)
        parts.append(insert(table).from_select(list(row), values).cte(f"new_{table.name}"))
    return select(taken.c.id).add_cte(*parts)
