"""How much work waits for somebody: what their next claims would find, counted up to a limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.db.models import AnswerSlot, Appeal, Assignment, Membership, Price, Project, Review, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.review import ReviewLevel, ReviewState
from bot.domain.task import SlotState
from bot.reports.expressions import is_held, is_wrong

COUNT_LIMIT = 1000
"""Counts stop here, so that a large backlog slows nothing down; a figure equal to it is shown as "1,000+"."""


def count_rows(session: Session, *where: ColumnElement[bool], most: int | None = None) -> int:
    """Count the rows of one table that match, at most `COUNT_LIMIT` or so many."""
    some = select(literal_column("1")).where(*where).limit(most or COUNT_LIMIT).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def count_tasks(session: Session, person_id: int, projects: Iterable[int], most: int | None = None) -> int:
    """Count the tasks of these projects that the person could take, one after the other, at most so many.

    The conditions are those of a claim. What the person can change by a step of their own is left out: a rest,
    a full hand, a guideline still to be read. Tasks that wait behind these wait for them all the same.
    """
    priced = list(
        session.scalars(
            select(Project.id).where(
                Project.id.in_(list(projects)),
                select(Price.id).where(Price.project_id == Project.id, Price.role == Role.WORKER).exists(),
            )
        )
    )
    if not priced:
        return 0
    mine, judged, twin = aliased(Assignment), aliased(Review), aliased(AnswerSlot)
    had = select(mine.id).where(
        mine.task_id == AnswerSlot.task_id,
        mine.person_id == person_id,
        or_(mine.state != _fixed(mine.state, AssignmentState.EXPIRED), mine.submitted_at.is_not(None)),
    )
    known = select(judged.id).where(judged.task_id == AnswerSlot.task_id, judged.reviewer_id == person_id)
    knew = (
        select(Verdict.id)
        .join(Review, and_(Review.id == Verdict.review_id, Review.assignment_id == Verdict.assignment_id))
        .where(Review.task_id == AnswerSlot.task_id, Verdict.reviewer_id == person_id)
    )
    looked = select(Appeal.id).where(Appeal.task_id == AnswerSlot.task_id, Appeal.reviewer_id == person_id)
    # Several open slots of one task are one task for one person.
    counted = select(twin.id).where(
        twin.task_id == AnswerSlot.task_id,
        twin.number < AnswerSlot.number,
        twin.state == _fixed(twin.state, SlotState.OPEN),
    )
    return count_rows(
        session,
        AnswerSlot.project_id.in_(priced),
        AnswerSlot.state == _fixed(AnswerSlot.state, SlotState.OPEN),
        AnswerSlot.held_at.is_(None),
        ~had.exists(),
        ~known.exists(),
        ~knew.exists(),
        ~looked.exists(),
        ~counted.exists(),
        most=most,
    )


def count_reviews(
    session: Session, person_id: int, judging: Iterable[int], supervising: Iterable[int]
) -> int:
    """Count the waiting reviews of these projects that the person could take; at most `COUNT_LIMIT`.

    `supervising` are those of the projects in which they may also take what was handed up.
    """
    mine = aliased(Assignment)
    answered = select(mine.id).where(mine.task_id == Review.task_id, mine.person_id == person_id)
    was_wrong = select(Verdict.id).where(
        Verdict.review_id == Review.id,
        Verdict.reviewer_id == person_id,
        is_wrong(),
    )
    return count_rows(
        session,
        or_(
            and_(Review.project_id.in_(list(judging)), Review.level == ReviewLevel.REVIEWER),
            and_(Review.project_id.in_(list(supervising)), Review.level == ReviewLevel.SUPERVISOR),
        ),
        Review.state == _fixed(Review.state, ReviewState.WAITING),
        or_(Review.reviewer_id.is_(None), Review.reviewer_id == person_id),
        ~is_held(),
        ~answered.exists(),
        ~was_wrong.exists(),
    )


def may_take(session: Session, person_id: int, review_id: int) -> bool:
    """Say whether the person's roles let them take this review while it waits, whoever it is reserved for."""
    judge = select(Review.id).join(Membership, Membership.project_id == Review.project_id)
    allowed = or_(
        Membership.role == Role.SUPERVISOR,
        and_(Membership.role == Role.REVIEWER, Review.level == ReviewLevel.REVIEWER),
    )
    return bool(
        session.scalar(
            select(judge.where(Review.id == review_id, Membership.person_id == person_id, allowed).exists())
        )
    )


def _fixed(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[Any]:
    """Write a value of ours into the statement's text, without which no partial index would be used."""
    return bindparam(None, value, type_=column.type, literal_execute=True, unique=True)
