"""Statements that find broken rows of judging and of the pay that follows from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, exists, func, null, or_, select, union_all
from sqlalchemy.orm import aliased

from bot.db.models import Assignment, LedgerLine, Membership, Person, Review, Submission, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.reports.expressions import is_wrong

Rows = Select[*tuple[Any, ...]]

_OF_VERDICTS = LedgerLine.request_id.is_(None)
"""Lines that follow from verdicts; what was asked for beside them is looked at in `broken_pay`."""

_ACCEPTING = Verdict.undone_at.is_(None) & Verdict.decision.in_((Decision.ACCEPT, Decision.FIX_ACCEPT))


def find_undecided() -> Rows:
    """Find reviews decided without a standing verdict, or undecided with one.

    An overturned one need not be followed by another: a newer round may have made that needless.
    """
    decided = Review.state == ReviewState.DECIDED
    standing = exists().where(Verdict.review_id == Review.id, Verdict.undone_at.is_(None))
    overturned = exists().where(Verdict.review_id == Review.id, is_wrong())
    return select(Review.id.label("row_id"), Review.state).where(
        or_(decided & ~standing & ~overturned, ~decided & standing)
    )


def find_unaccepted() -> Rows:
    """Find assignments accepted without a standing acceptance, or not accepted with one."""
    accepted = Assignment.state == AssignmentState.ACCEPTED
    standing = exists().where(Verdict.assignment_id == Assignment.id, _ACCEPTING)
    return select(Assignment.id.label("row_id"), Assignment.state).where(
        or_(accepted & ~standing, ~accepted & standing)
    )


def find_unexplained() -> Rows:
    """Find returned work without a standing reject that gives a reason, a section and a sentence.

    While that is appealed against it stands, too.
    """
    explained = exists().where(
        Verdict.assignment_id == Assignment.id,
        Verdict.undone_at.is_(None),
        Verdict.decision == Decision.REJECT,
        Verdict.reason.is_not(None),
        func.coalesce(Verdict.guideline_section, "") != "",
        func.coalesce(Verdict.comment, "") != "",
    )
    return select(Assignment.id.label("row_id"), Assignment.state).where(
        Assignment.state.in_((AssignmentState.RETURNED, AssignmentState.APPEALED)), ~explained
    )


def find_own_verdicts() -> Rows:
    """Find verdicts of people on their own work."""
    return (
        select(Verdict.id.label("row_id"), Verdict.reviewer_id)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Verdict.reviewer_id == Submission.author_id)
    )


def find_own_reviews() -> Rows:
    """Find reviews held by the author of the work."""
    return select(Review.id.label("row_id"), Review.reviewer_id).where(Review.reviewer_id == Review.author_id)


def find_judges_at_work() -> Rows:
    """Find assignments of people who had judged somebody else's answer to the same task."""
    return (
        select(Assignment.id.label("row_id"), Assignment.person_id)
        .join(Review, Review.task_id == Assignment.task_id)
        .join(Verdict, Verdict.review_id == Review.id)
        .where(Verdict.reviewer_id == Assignment.person_id, Verdict.decided_at <= Assignment.claimed_at)
        .distinct()
    )


def find_stranded_reviews() -> Rows:
    """Find open reviews held by somebody who may not judge them, or handed up where no supervisor could take them."""
    judge, taker = aliased(Membership), aliased(Membership)
    covered = exists().where(
        judge.project_id == Review.project_id,
        judge.person_id == Review.reviewer_id,
        or_(
            judge.role == Role.SUPERVISOR,
            and_(judge.role == Role.REVIEWER, Review.level == ReviewLevel.REVIEWER),
        ),
        Person.id == judge.person_id,
        Person.active.is_(True),
    )
    # Correlated by hand: from two levels down SQLAlchemy would ask about any review, not this one.
    has_the_task = (
        exists()
        .where(Assignment.task_id == Review.task_id, Assignment.person_id == taker.person_id)
        .correlate(Review, taker)
    )
    was_wrong = (
        exists()
        .where(
            Verdict.review_id == Review.id,
            Verdict.reviewer_id == taker.person_id,
            is_wrong(),
        )
        .correlate(Review, taker)
    )
    reachable = (
        exists()
        .where(
            taker.project_id == Review.project_id,
            taker.role == Role.SUPERVISOR,
            Person.id == taker.person_id,
            Person.active.is_(True),
            ~has_the_task,
            ~was_wrong,
        )
        .correlate(Review)
    )
    waits_above = and_(Review.reviewer_id.is_(None), Review.level == ReviewLevel.SUPERVISOR)
    return select(Review.id.label("row_id"), Review.level, Review.reviewer_id).where(
        Review.state != ReviewState.DECIDED,
        or_(and_(Review.reviewer_id.is_not(None), ~covered), and_(waits_above, ~reachable)),
    )


def find_wrong_pay() -> Rows:
    """Find assignments that earned other than their frozen price, or 0 without a standing acceptance."""
    lines = (
        select(
            LedgerLine.assignment_id,
            func.sum(LedgerLine.amount_minor).label("minor"),
            func.min(LedgerLine.currency).label("least"),
            func.max(LedgerLine.currency).label("most"),
        )
        .where(_OF_VERDICTS)
        .group_by(LedgerLine.assignment_id)
        .subquery()
    )
    standing = select(Verdict.assignment_id).where(_ACCEPTING).distinct().subquery()
    wanted = case((standing.c.assignment_id.is_not(None), Assignment.price_minor), else_=0)
    booked = func.coalesce(lines.c.minor, 0)
    return (
        select(Assignment.id.label("row_id"), booked.label("booked"), wanted.label("wanted"))
        .outerjoin(lines, lines.c.assignment_id == Assignment.id)
        .outerjoin(standing, standing.c.assignment_id == Assignment.id)
        .where(
            or_(booked != wanted, lines.c.least != Assignment.currency, lines.c.most != Assignment.currency)
        )
    )


def find_wrong_total() -> Rows:
    """Find currencies whose lines of verdicts differ in all from the frozen prices of what is accepted."""
    standing = exists().where(Verdict.assignment_id == Assignment.id, _ACCEPTING)
    entries = union_all(
        select(LedgerLine.currency.label("currency"), LedgerLine.amount_minor.label("minor")).where(
            _OF_VERDICTS
        ),
        select(Assignment.currency, -Assignment.price_minor).where(standing),
    ).subquery()
    return (
        select(null().label("row_id"), entries.c.currency, func.sum(entries.c.minor).label("off"))
        .group_by(entries.c.currency)
        .having(func.sum(entries.c.minor) != 0)
    )
