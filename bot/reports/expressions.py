"""Pieces of SQL that the reports share and that have to be written with care for both databases."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Float, ScalarSelect, and_, bindparam, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.db.models import AnswerSlot, Assignment, Review, Verdict
from bot.domain.escalation import UndoneBy

ColumnT = TypeVar("ColumnT")


def fixed(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[Any]:
    """Write a value of ours into the statement's text, without which no partial index would be used."""
    return bindparam(None, value, type_=column.type, literal_execute=True, unique=True)


def of_review(column: InstrumentedAttribute[ColumnT]) -> ScalarSelect[ColumnT]:
    """Build a column of a verdict's review.

    Looked up for each verdict instead of joined: for a join a planner may choose to read all reviews there ever
    were, and the report of one day would cost what the history costs.
    """
    own = aliased(Review)
    wanted: InstrumentedAttribute[ColumnT] = getattr(own, column.key)
    return select(wanted).where(own.id == Verdict.review_id).scalar_subquery()


def no_trial(assignment_id: InstrumentedAttribute[int], project_id: int) -> ColumnElement[bool]:
    """Build: the row is of no known task, which is mixed in among the project's own; few are, and have an index."""
    trial = aliased(Assignment)
    return assignment_id.not_in(
        select(trial.id).where(trial.project_id == project_id, trial.gold_id.is_not(None))
    )


def at_task(
    attempt: type[Assignment] | AliasedClass[Assignment], task_id: int | InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Build: the attempt is one at the task. By way of its slots: of the tasks of attempts there is no index."""
    own = aliased(AnswerSlot)
    slots = select(own.id).where(own.task_id == task_id)
    # Named, because the statement around it may be a subquery itself.
    return attempt.slot_id.in_(slots.correlate_except(own))


def is_held() -> ColumnElement[bool]:
    """Build: the task of a review is on hold. Looked up for each one, so that the review's own index leads."""
    held_at = select(Assignment.held_at).where(Assignment.id == Review.assignment_id)
    return held_at.scalar_subquery().is_not(None)


def is_wrong() -> ColumnElement[bool]:
    """Build: the verdict was found wrong by others than its reviewer; few are, and they have an index."""
    return Verdict.undone_why != fixed(Verdict.undone_why, UndoneBy.REVIEWER)


def is_first_of_task() -> ColumnElement[bool]:
    """Build: no verdict that stands was given earlier on the task by a reviewer, on whichever of its answers.

    What nobody reviewed is no verdict. A review has at most one standing verdict, so only the task's other reviews
    are looked at. Asked with a LIMIT, because a planner would otherwise turn it into a join with all verdicts there
    ever were.
    """
    own, other, earlier = aliased(Review), aliased(Review), aliased(Verdict)
    return (
        select(earlier.id)
        .join(other, other.id == earlier.review_id)
        .join(own, and_(own.task_id == other.task_id, own.id != other.id))
        .where(
            own.id == Verdict.review_id,
            earlier.undone_at.is_(None),
            earlier.reviewer_id.is_not(None),
            or_(
                earlier.decided_at < Verdict.decided_at,
                and_(earlier.decided_at == Verdict.decided_at, earlier.id < Verdict.id),
            ),
        )
        .limit(1)
        .scalar_subquery()
        .is_(None)
    )


class seconds_between(FunctionElement[float]):  # noqa: N801 -- reads as the SQL function it stands for
    """Seconds from one instant to a later one."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"

    def __init__(self, start: ColumnElement[Any] | Any, end: ColumnElement[Any] | Any) -> None:
        super().__init__(start, end)


@compiles(seconds_between, "postgresql")
def _postgresql(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM {end} - {start}) AS FLOAT)"


@compiles(seconds_between, "sqlite")
def _sqlite(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    # Julian days have room for milliseconds only; what is measured here are minutes.
    return f"ROUND((julianday({end}) - julianday({start})) * 86400.0, 3)"
