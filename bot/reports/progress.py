"""What one worker did, for their own eyes: never anybody else's figures, never a rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session

from bot.db.models import Assignment, LedgerLine, Project, Review, Submission, Verdict
from bot.domain.pay import Money
from bot.domain.review import Decision, ReasonCode
from bot.reports.expressions import of_review
from bot.reports.rejections import standing_decisions
from bot.reports.throughput import is_again
from bot.reports.window import Window

COACHED_FOR = timedelta(days=14)
COACHED_FROM = 5
"""Fewer rejects than this say nothing about what somebody could do differently."""

COACHED_SHARE = 0.5


@dataclass(frozen=True)
class WorkerDay:
    """One person's own figures of one project: submissions, standing verdicts, what the ledger gained."""

    person_id: int
    submitted_first: int = 0
    submitted_again: int = 0
    accepted: int = 0
    returned: int = 0
    earned: tuple[Money, ...] = ()

    @property
    def submitted(self) -> int:
        """All submissions."""
        return self.submitted_first + self.submitted_again

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.submitted or self.accepted or self.returned or self.earned)


def worker_day(session: Session, person_id: int, project_id: int, window: Window) -> WorkerDay:
    """Return the person's own figures; all zero when there are none."""
    return next(iter(_read(session, project_id, window, person_id)), WorkerDay(person_id))


def worker_days(session: Session, project_id: int, window: Window) -> tuple[WorkerDay, ...]:
    """Return the figures of everybody who has any, so that each can be told their own; by person id."""
    return _read(session, project_id, window, None)


def _read(session: Session, project_id: int, window: Window, person_id: int | None) -> tuple[WorkerDay, ...]:
    found: dict[int, dict[str, Any]] = {}
    whom = () if person_id is None else (Submission.author_id == person_id,)
    for person, total, again in session.execute(
        select(Submission.author_id, func.count(), func.sum(case((is_again(), 1), else_=0)))
        .where(
            Submission.project_id == project_id,
            window.holds(Submission.submitted_at),
            Submission.draft.is_(False),
            *whom,
        )
        .group_by(Submission.author_id)
    ):
        found[person] = {"submitted_first": total - int(again), "submitted_again": int(again)}
    given = (
        select(
            of_review(Review.author_id).label("author"),
            case((Verdict.decision == Decision.REJECT, 1), else_=0).label("rejected"),
        )
        .where(*standing_decisions(project_id, window))
        .subquery()
    )
    authors = true() if person_id is None else given.c.author == person_id
    for person, total, rejects in session.execute(
        select(given.c.author, func.count(), func.sum(given.c.rejected))
        .where(authors)
        .group_by(given.c.author)
    ):
        found.setdefault(person, {}).update(accepted=total - int(rejects), returned=int(rejects))
    whom = () if person_id is None else (LedgerLine.person_id == person_id,)
    for person, currency, amount in session.execute(
        select(LedgerLine.person_id, LedgerLine.currency, func.sum(LedgerLine.amount_minor))
        .where(LedgerLine.project_id == project_id, window.holds(LedgerLine.created_at), *whom)
        .group_by(LedgerLine.person_id, LedgerLine.currency)
        .order_by(LedgerLine.person_id, LedgerLine.currency)
    ):
        if amount:
            figures = found.setdefault(person, {})
            figures["earned"] = (*figures.get("earned", ()), Money(int(amount), currency))
    days = (WorkerDay(person, **figures) for person, figures in sorted(found.items()))
    return tuple(day for day in days if not day.empty)


@dataclass(frozen=True)
class CoachReason:
    """A reject reason with the section it was mostly given for; `share` is of all the person's rejects."""

    project_key: str
    reason: ReasonCode
    section: str
    count: int
    share: float


@dataclass(frozen=True)
class Coach:
    """The one or two reasons behind most of somebody's `n` rejects of two weeks, `share` of them together.

    `effect` is what as many new answers would have paid as these rejects cost rounds of rework: the price frozen
    for each of them, summed by currency.
    """

    n: int
    reasons: tuple[CoachReason, ...]
    share: float
    effect: tuple[Money, ...]


def coach(session: Session, person_id: int, now: datetime) -> Coach | None:
    """Return the reasons worth a word, None when rejects are few (under 5) or scattered (under half)."""
    found = session.execute(
        select(
            Project.key,
            Verdict.reason,
            Verdict.guideline_section,
            Assignment.price_minor,
            Assignment.currency,
        )
        .join(Assignment, Assignment.id == Verdict.assignment_id)
        .join(Project, Project.id == Assignment.project_id)
        .where(
            Assignment.person_id == person_id,
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
            Verdict.decided_at > now - COACHED_FOR,
            Verdict.decided_at <= now,
        )
    )
    # The table has no reject without a reason and a section.
    rows = [
        (key, reason, section, price, currency)
        for key, reason, section, price, currency in found
        if reason is not None and section is not None
    ]
    counts = Counter((key, reason) for key, reason, *_rest in rows)
    top = sorted(counts, key=lambda pair: (-counts[pair], pair))[:2]
    told = [row for row in rows if (row[0], row[1]) in top]
    if len(rows) < COACHED_FROM or len(told) / len(rows) < COACHED_SHARE:
        return None
    reasons = []
    for key, reason in top:
        sections = [section for k, r, section, *_price in told if (k, r) == (key, reason)]
        count = counts[key, reason]
        reasons.append(CoachReason(key, reason, _most_frequent(sections), count, count / len(rows)))
    effect: Counter[str] = Counter()
    for *_why, price, currency in told:
        effect[currency] += price
    amounts = tuple(Money(effect[currency], currency) for currency in sorted(effect))
    return Coach(len(rows), tuple(reasons), len(told) / len(rows), amounts)


def _most_frequent(sections: Iterable[str]) -> str:
    counts = Counter(sections)
    return min(counts, key=lambda section: (-counts[section], section))
