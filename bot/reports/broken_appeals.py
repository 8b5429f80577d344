"""Statements that find broken rows of appeals, and of what was accepted without a review."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.db.models import Appeal, Assignment, Review, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.quality import AppealState
from bot.domain.review import Decision, ReviewState
from bot.reports.broken_work import LEASE_CUTOFF

Rows = Select[*tuple[Any, ...]]

_UNDECIDED = Appeal.state.in_((AppealState.WAITING, AppealState.CLAIMED))


def find_appealed_off() -> Rows:
    """Find work that is appealed against without an appeal under way, and work with one that is not."""
    under_way = exists().where(Appeal.assignment_id == Assignment.id, _UNDECIDED)
    appealed = Assignment.state == AssignmentState.APPEALED
    return select(Assignment.id.label("row_id"), Assignment.state).where(
        or_(appealed & ~under_way, ~appealed & under_way)
    )


def find_partial_judges() -> Rows:
    """Find appeals held or decided by their author, somebody who had the task, or who had judged the work before."""
    had, given, earlier = aliased(Assignment), aliased(Verdict), aliased(Appeal)
    answered = exists().where(had.task_id == Appeal.task_id, had.person_id == Appeal.reviewer_id)
    judged = exists().where(
        given.assignment_id == Appeal.assignment_id,
        given.reviewer_id == Appeal.reviewer_id,
        # Not by their time: clocks are set back, and the verdict of an appeal that was won is none before it.
        given.id <= Appeal.verdict_id,
    )
    looked = exists().where(
        earlier.assignment_id == Appeal.assignment_id,
        earlier.reviewer_id == Appeal.reviewer_id,
        earlier.id < Appeal.id,
    )
    return select(Appeal.id.label("row_id"), Appeal.reviewer_id).where(
        Appeal.state != AppealState.WITHDRAWN,
        or_(Appeal.reviewer_id == Appeal.author_id, answered, judged, looked),
    )


def find_undecided() -> Rows:
    """Find appeals whose holder, end, reason or effect on the verdict does not fit their state."""
    overturned = exists().where(Verdict.id == Appeal.verdict_id, Verdict.undone_why == UndoneBy.APPEAL)
    waiting, claimed = Appeal.state == AppealState.WAITING, Appeal.state == AppealState.CLAIMED
    won, denied = Appeal.state == AppealState.WON, Appeal.state == AppealState.DENIED
    held = Appeal.reviewer_id.is_not(None)
    return select(Appeal.id.label("row_id"), Appeal.state).where(
        or_(
            waiting & (held | Appeal.lease_until.is_not(None)),
            claimed & (~held | Appeal.lease_until.is_(None)),
            _UNDECIDED & Appeal.decided_at.is_not(None),
            ~_UNDECIDED & Appeal.decided_at.is_(None),
            or_(won, denied) & ~held,
            denied & (func.coalesce(Appeal.reason, "") == ""),
            won & ~overturned,
        )
    )


def find_unasked_overturns() -> Rows:
    """Find verdicts that an appeal is said to have overturned, of which none was won."""
    won = exists().where(Appeal.verdict_id == Verdict.id, Appeal.state == AppealState.WON)
    return select(Verdict.id.label("row_id"), Verdict.undone_why).where(
        Verdict.undone_why == UndoneBy.APPEAL, ~won
    )


def find_overdue_appeals() -> Rows:
    """Find holds on an appeal that outlived their end."""
    return select(Appeal.id.label("row_id"), Appeal.lease_until).where(
        Appeal.state == AppealState.CLAIMED,
        Appeal.lease_until < LEASE_CUTOFF,
        ~exists().where(Assignment.id == Appeal.assignment_id, Assignment.held_at.is_not(None)),
    )


def find_unreviewed_off() -> Rows:
    """Find verdicts without a reviewer that are no acceptance, stand no more, or whose review somebody has."""
    return (
        select(Verdict.id.label("row_id"), Verdict.decision)
        .join(Review, Review.id == Verdict.review_id)
        .where(
            Verdict.reviewer_id.is_(None),
            or_(
                Verdict.decision != Decision.ACCEPT,
                Verdict.undone_at.is_not(None),
                Review.reviewer_id.is_not(None),
                Review.state != ReviewState.DECIDED,
            ),
        )
    )
