"""How much was rejected and why. A verdict that was taken back never counts, nor what nobody reviewed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Review, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.review import Decision, ReasonCode
from bot.reports.expressions import is_first_of_task, of_review
from bot.reports.window import Window

SMALL_SAMPLE = 20
"""Under this many a rate is shown as a small sample and without a colour."""

ACCEPTING = (Decision.ACCEPT, Decision.FIX_ACCEPT)


def rate(part: int, whole: int) -> float | None:
    """Return the share, None where there is nothing to have a share of."""
    return part / whole if whole else None


@dataclass(frozen=True)
class Rejections:
    """What the verdicts of a window were.

    `first_judged` tasks had their first verdict in it, of which `first_rejected` were rejects: the headline.
    `verdicts`, `rejects` and `fixed` (fix and accept) count verdicts. `judged` tasks had any verdict in it, and of
    `last_rejected` the last one in it was a reject. `open_returned` tasks are with their workers now.
    `median_rounds` is of the answers accepted in it, None for none.
    """

    first_judged: int
    first_rejected: int
    verdicts: int
    rejects: int
    fixed: int
    judged: int
    last_rejected: int
    open_returned: int
    median_rounds: float | None

    @property
    def first_pass_rate(self) -> float | None:
        """Tasks first rejected of tasks first judged; None when there are none."""
        return rate(self.first_rejected, self.first_judged)

    @property
    def event_rate(self) -> float | None:
        """Reject verdicts of all verdicts; None when there are none."""
        return rate(self.rejects, self.verdicts)

    @property
    def final_rate(self) -> float | None:
        """Tasks whose last verdict was a reject of tasks with a verdict; None when there are none."""
        return rate(self.last_rejected, self.judged)

    @property
    def small(self) -> bool:
        """Whether the headline says little."""
        return self.first_judged < SMALL_SAMPLE


def standing_verdicts(project_id: int, window: Window) -> tuple[ColumnElement[bool], ...]:
    """Build: verdicts of the project's reviewers, given in the window and not taken back."""
    return (
        Verdict.project_id == project_id,
        window.holds(Verdict.decided_at),
        Verdict.undone_at.is_(None),
        Verdict.reviewer_id.is_not(None),
    )


def standing_decisions(project_id: int, window: Window) -> tuple[ColumnElement[bool], ...]:
    """Build: the same and what was accepted without a review, for all that counts work and not judging."""
    return standing_verdicts(project_id, window)[:-1]


def read_rejections(session: Session, project_id: int, window: Window) -> Rejections:
    """Return what the window's verdicts were, and how many tasks are returned now."""
    given = session.execute(
        select(Verdict.decision, of_review(Review.task_id), case((is_first_of_task(), 1), else_=0))
        .where(*standing_verdicts(project_id, window))
        .order_by(Verdict.decided_at, Verdict.id)
    ).all()
    counts = Counter(decision for decision, _task, _first in given)
    firsts = [decision for decision, _task, first in given if first]
    last = {task: decision for decision, task, _first in given}
    return Rejections(
        len(firsts),
        firsts.count(Decision.REJECT),
        len(given),
        counts[Decision.REJECT],
        counts[Decision.FIX_ACCEPT],
        len(last),
        sum(decision is Decision.REJECT for decision in last.values()),
        _open_returned(session, project_id),
        _median_rounds(session, project_id, window),
    )


def count_judged(session: Session, project_id: int, window: Window) -> int:
    """Return of how many people work was judged in the window."""
    authors = select(of_review(Review.author_id).label("author")).where(
        *standing_verdicts(project_id, window)
    )
    return session.scalar(select(func.count(authors.subquery().c.author.distinct()))) or 0


def _open_returned(session: Session, project_id: int) -> int:
    query = select(func.count(Assignment.task_id.distinct())).where(
        Assignment.project_id == project_id,
        Assignment.state == AssignmentState.RETURNED,
        # Said for the index of what is under way.
        Assignment.ended_at.is_(None),
    )
    return session.scalar(query) or 0


def _median_rounds(session: Session, project_id: int, window: Window) -> float | None:
    """Return how many verdicts it took, in the middle, to accept the answers accepted in the window."""
    earlier = aliased(Verdict)
    rounds = (
        select(func.count())
        .where(
            earlier.assignment_id == Verdict.assignment_id,
            earlier.id <= Verdict.id,
            earlier.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    accepted = (
        select(rounds.label("rounds"))
        .where(*standing_verdicts(project_id, window), Verdict.decision.in_(ACCEPTING))
        .subquery()
    )
    rows = session.execute(select(accepted.c.rounds, func.count()).group_by(accepted.c.rounds))
    return median_of({int(value): count for value, count in rows})


def median_of(counts: dict[int, int]) -> float | None:
    """Return the median of values that are given with how often they occur; None for none."""
    total = sum(counts.values())
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2
    seen = 0
    middle: list[int] = []
    for value in sorted(counts):
        seen += counts[value]
        middle += [value] * ((seen > low and not middle) + (seen > high))
        if seen > high:
            break
    return sum(middle) / len(middle)


@dataclass(frozen=True)
class TopReason:
    """A reject reason with the guideline section it was given for; `share` is of all rejects of the window."""

    reason: ReasonCode
    section: str
    count: int
    share: float


def top_reasons(session: Session, project_id: int, window: Window, limit: int = 5) -> tuple[TopReason, ...]:
    """Return why work was rejected in the window, the most frequent first; equal ones in the order of their names."""
    rows = session.execute(
        select(
            Verdict.reason,
            Verdict.guideline_section,
            func.count().label("rejects"),
            func.sum(func.count()).over(),
        )
        .where(*standing_verdicts(project_id, window), Verdict.decision == Decision.REJECT)
        .group_by(Verdict.reason, Verdict.guideline_section)
    ).all()
    found = [
        TopReason(reason, section, count, count / int(total))
        for reason, section, count, total in rows
        if reason is not None and section is not None
    ]
    return tuple(sorted(found, key=lambda top: (-top.count, top.reason, top.section))[:limit])
