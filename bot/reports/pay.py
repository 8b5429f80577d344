"""What somebody earned and what that comes to by the hour, for their own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Project, Submission, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money, Month, withholding
from bot.domain.review import Decision
from bot.reports.pay_sums import read_pay_sums

HOURLY_FROM = 5
"""Of fewer accepted answers a median says nothing about an hour."""

HOURLY_SAMPLE = 200
"""Accepted answers, the newest ones, that the hourly rate is taken from."""


@dataclass(frozen=True)
class ProjectPay:
    """Somebody's pay in one project and currency, as it is on its way from `pending` (an estimate) to `paid`.

    `hourly` is the median frozen price over the median working time, `minutes` that time with rework; None under
    five accepted answers. `withheld` is an estimate for what is earned, payable and paid, None where it wasn't
    asked for or isn't known.
    """

    project_id: int
    project_key: str
    pending: Money
    earned: Money
    payable: Money
    paid: Money
    adjusted: Money
    accepted: int
    hourly: Money | None
    minutes: float | None
    withheld: Money | None

    @property
    def total(self) -> Money:
        """What the ledger says in all."""
        return Money(self.earned.minor + self.payable.minor + self.paid.minor, self.earned.currency)


@dataclass(frozen=True)
class Pay:
    """One person's pay by project; `month` is None for all of it."""

    person_id: int
    month: Month | None
    projects: tuple[ProjectPay, ...]


def read_pay(session: Session, person_id: int, month: Month | None = None, *, withhold: bool = False) -> Pay:
    """Return the person's pay ever, or of a month in each project's zone; pending work is always that of now."""
    projects = []
    for sums in read_pay_sums(session, person_id, month):
        hourly, minutes = _hourly(session, person_id, sums.project_id, sums.currency, month)
        tax = withholding(sums.total, sums.currency) if withhold else None
        projects.append(
            ProjectPay(
                sums.project_id,
                sums.project_key,
                Money(sums.pending, sums.currency),
                Money(sums.earned, sums.currency),
                Money(sums.payable, sums.currency),
                Money(sums.paid, sums.currency),
                Money(sums.adjusted, sums.currency),
                sums.accepted,
                hourly,
                minutes,
                None if tax is None else Money(tax, sums.currency),
            )
        )
    return Pay(person_id, month, tuple(projects))


def _hourly(
    session: Session, person_id: int, project_id: int, currency: str, month: Month | None
) -> tuple[Money | None, float | None]:
    """Return the hourly rate and the median minutes of the newest accepted answers, None and None for too few."""
    query = (
        select(Assignment.id, Assignment.claimed_at, Assignment.held_seconds, Assignment.price_minor)
        .where(
            Assignment.person_id == person_id,
            Assignment.project_id == project_id,
            Assignment.state == AssignmentState.ACCEPTED,
            Assignment.currency == currency,
        )
        .order_by(Assignment.ended_at.desc(), Assignment.id)
        .limit(HOURLY_SAMPLE)
    )
    if month is not None:
        start, end = month.bounds(session.get_one(Project, project_id).zone)
        query = query.where(Assignment.ended_at >= start, Assignment.ended_at < end)
    accepted = session.execute(query).all()
    if len(accepted) < HOURLY_FROM:
        return None, None
    # What it was on hold before it was handed in is no working time: it is as if it was claimed so much later.
    began = {id: claimed_at + timedelta(seconds=held or 0) for id, claimed_at, held, _price in accepted}
    spent = _working_times(session, began)
    seconds = median(spent[id].total_seconds() for id in began)
    price = median(price for _id, _claimed_at, _held, price in accepted)
    # Whoever is through within a second has not been measured, and nobody earns without end.
    return Money(round(3600 * price / max(seconds, 1)), currency), seconds / 60


def _working_times(session: Session, claimed: dict[int, datetime]) -> dict[int, timedelta]:
    """Return the working time of each assignment, given with when it was claimed.

    The first round lasts from the claim to the submission. A later one counts from the reject, but never longer
    than the first: most of that time the answer just waited for its author.
    """
    rejects: dict[int, list[datetime]] = {}
    for assignment_id, decided_at in session.execute(
        select(Verdict.assignment_id, Verdict.decided_at)
        .where(
            Verdict.assignment_id.in_(list(claimed)),
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
        .order_by(Verdict.decided_at)
    ):
        rejects.setdefault(assignment_id, []).append(decided_at)
    spent: dict[int, timedelta] = {}
    first: dict[int, timedelta] = {}
    for assignment_id, submitted_at in session.execute(
        select(Submission.assignment_id, Submission.submitted_at)
        .where(Submission.assignment_id.in_(list(claimed)), Submission.draft.is_(False))
        .order_by(Submission.assignment_id, Submission.round)
    ):
        if assignment_id not in first:
            spent[assignment_id] = first[assignment_id] = submitted_at - claimed[assignment_id]
        else:
            returned = [at for at in rejects.get(assignment_id, ()) if at <= submitted_at]
            again = submitted_at - returned[-1] if returned else timedelta()
            spent[assignment_id] += min(again, first[assignment_id])
    return spent
