"""How right the reviewers were, and how one's own work went: for those who steer, and for oneself in private."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Person, Project, Review, SpotCheck, Submission, Task, Verdict
from bot.domain.escalation import UndoneBy
from bot.domain.review import Decision, ReviewState
from bot.domain.translation import SourceKind
from bot.reports.expressions import is_wrong, of_review, seconds_between
from bot.reports.issue_words import Words, read_all_words
from bot.reports.rejections import SMALL_SAMPLE, rate

LOOK_BACK = timedelta(days=30)
DAYS = LOOK_BACK.days
LATEST = 5
"""Of how many spot checks that disagreed the comments are shown."""


@dataclass(frozen=True)
class Checked:
    """How many spot checks there were, and how many of them agreed."""

    checked: int = 0
    agreed: int = 0

    @property
    def agreement(self) -> float | None:
        """Checks that agreed of all; None when there were none."""
        return rate(self.agreed, self.checked)

    @property
    def small(self) -> bool:
        """Whether that says little."""
        return self.checked < SMALL_SAMPLE


@dataclass(frozen=True)
class ReviewerFairness:
    """One reviewer's figures of 30 days. What they took back themselves counts nowhere.

    `verdicts` and the `rejects` among them are those that stand and those that an issue or an appeal overturned;
    `overturned` are the latter, without the ones a second look came to again. `median_seconds` is from taking a
    review to the verdict, None without any that stands.
    """

    person_id: int
    nickname: str
    verdicts: int
    rejects: int
    overturned: int
    median_seconds: int | None
    checks: Checked

    @property
    def overturn_rate(self) -> float | None:
        """Overturned rejects of all; None when there were none."""
        return rate(self.overturned, self.rejects)

    @property
    def small(self) -> bool:
        """Whether the overturn rate says little."""
        return self.rejects < SMALL_SAMPLE


@dataclass(frozen=True)
class Disagreement:
    """A spot check that disagreed, with what its checker wrote. `reviewer` is a nickname, "" for no review."""

    task_id: int
    reviewer: str
    comment: Words
    made_at: datetime


@dataclass(frozen=True)
class Fairness:
    """A project's reviewers, by how much they judged, what nobody reviewed, and the newest disagreements."""

    project_key: str
    rows: tuple[ReviewerFairness, ...]
    unreviewed: Checked
    disagreements: tuple[Disagreement, ...]


def read_fairness(session: Session, project_id: int, now: datetime) -> Fairness:
    """Return the figures of a project's last 30 days. For supervisors and PMs only, and never in a channel."""
    since = now - LOOK_BACK
    of_project = and_(Verdict.project_id == project_id, Verdict.decided_at >= since)
    checks = _checks(session, and_(SpotCheck.project_id == project_id, SpotCheck.made_at >= since))
    return Fairness(
        session.get_one(Project, project_id).key,
        _reviewers(session, of_project, checks),
        checks.get(None, Checked()),
        _disagreements(session, project_id, since),
    )


def own_fairness(session: Session, person_id: int, now: datetime) -> ReviewerFairness | None:
    """Return somebody's own figures as a reviewer of all their projects; None when they judged nothing."""
    since = now - LOOK_BACK
    mine = and_(Verdict.reviewer_id == person_id, Verdict.decided_at >= since)
    checks = _checks(session, and_(SpotCheck.reviewer_id == person_id, SpotCheck.made_at >= since))
    return next(iter(_reviewers(session, mine, checks)), None)


def _reviewers(
    session: Session, of: ColumnElement[bool], checks: dict[int | None, Checked]
) -> tuple[ReviewerFairness, ...]:
    rows = session.execute(
        select(
            Verdict.reviewer_id,
            Verdict.decision,
            Verdict.undone_at.is_(None),
            case((_agreed_again(), 1), else_=0),
            seconds_between(of_review(Review.claimed_at), Verdict.decided_at),
        ).where(
            of,
            Verdict.reviewer_id.is_not(None),
            or_(Verdict.undone_at.is_(None), is_wrong()),
            or_(Verdict.undone_at.is_(None), Verdict.decision == Decision.REJECT),
        )
    ).all()
    people = {row[0] for row in rows if row[0] is not None}
    people |= {person for person in checks if person is not None}
    known = select(Person.id, Person.nickname).where(Person.id.in_(sorted(people)))
    names = {row.id: row.nickname for row in session.execute(known)}
    found: list[ReviewerFairness] = []
    by_person: dict[int | None, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row[0], []).append(row)
    for person in people:
        mine = by_person.get(person, [])
        standing = [row for row in mine if row[2]]
        rejects = [row for row in mine if row[1] is Decision.REJECT]
        seconds = [row[4] for row in standing if row[4] is not None]
        found.append(
            ReviewerFairness(
                person,
                names[person],
                len(mine),
                len(rejects),
                sum(not row[2] and not row[3] for row in rejects),
                round(median(seconds)) if seconds else None,
                checks.get(person, Checked()),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.verdicts, one.nickname)))


def _agreed_again() -> ColumnElement[bool]:
    """Build: the overturned verdict was given again by whoever looked at it after that, or nobody has yet."""
    second = aliased(Verdict)
    again = select(second.id).where(
        second.review_id == Verdict.review_id,
        second.undone_at.is_(None),
        second.decision == Decision.REJECT,
    )
    undecided = of_review(Review.state) != ReviewState.DECIDED
    return and_(Verdict.undone_at.is_not(None), or_(again.exists(), undecided))


def _checks(session: Session, of: ColumnElement[bool]) -> dict[int | None, Checked]:
    rows = session.execute(
        select(SpotCheck.reviewer_id, func.count(), func.sum(case((SpotCheck.agrees.is_(True), 1), else_=0)))
        .where(of, SpotCheck.agrees.is_not(None))
        .group_by(SpotCheck.reviewer_id)
    )
    return {reviewer: Checked(count, int(agreed or 0)) for reviewer, count, agreed in rows}


def _disagreements(session: Session, project_id: int, since: datetime) -> tuple[Disagreement, ...]:
    rows = session.execute(
        select(SpotCheck.id, Task.id, Person.nickname, SpotCheck.comment, SpotCheck.made_at)
        .join(Assignment, Assignment.id == SpotCheck.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .outerjoin(Person, Person.id == SpotCheck.reviewer_id)
        .where(
            SpotCheck.project_id == project_id,
            SpotCheck.made_at >= since,
            SpotCheck.agrees.is_(False),
        )
        .order_by(SpotCheck.id.desc())
        .limit(LATEST)
    ).all()
    words = read_all_words(session, SourceKind.SPOT_CHECK, {row[0]: row[3] or "" for row in rows})
    return tuple(
        Disagreement(task_id, reviewer or "", words[check_id], made_at)
        for check_id, task_id, reviewer, _comment, made_at in rows
    )


@dataclass(frozen=True)
class OwnWork:
    """One's own work in one project in 30 days: first verdicts on one's answers, and what was accepted.

    `rounds` is the median of rounds it took, `minutes` that of the time from taking a task to handing it in where it
    was accepted at once; None for none.
    """

    project_key: str
    first_judged: int
    first_rejected: int
    accepted: int
    appeals_won: int
    rounds: float | None
    minutes: float | None

    @property
    def first_pass_rate(self) -> float | None:
        """Answers first rejected of answers first judged; None when there are none."""
        return rate(self.first_rejected, self.first_judged)

    @property
    def small(self) -> bool:
        """Whether the rate says little."""
        return self.first_judged < SMALL_SAMPLE


def own_work(session: Session, person_id: int, now: datetime) -> tuple[OwnWork, ...]:
    """Return one's own figures by project, for nobody else's eyes.

    Known tasks are among them, as if a reviewer had accepted them: whoever counts along must not find one missing.
    """
    rows = session.execute(
        select(
            Project.key,
            Assignment.id,
            Assignment.claimed_at,
            Assignment.held_seconds,
            Submission.round,
            Submission.submitted_at,
            Verdict.decision,
            Verdict.undone_at,
            Verdict.undone_why,
            Verdict.reviewer_id,
            Verdict.decided_at,
        )
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Assignment, Assignment.id == Verdict.assignment_id)
        .join(Project, Project.id == Verdict.project_id)
        .where(Assignment.person_id == person_id, Assignment.submitted_at >= now - LOOK_BACK)
        .order_by(Verdict.decided_at, Verdict.id)
    ).all()
    firsts: dict[str, dict[int, bool]] = {}
    accepted: dict[str, list[tuple[int, float]]] = {}
    won: Counter[str] = Counter()
    for row in rows:
        won[row.key] += row.undone_why is UndoneBy.APPEAL
        if row.undone_at is not None:
            continue
        rejected = row.decision is Decision.REJECT
        # What no person decided, but time, looks like any other; see `bot.reports.cards`.
        if row.reviewer_id is not None or row.decided_at != row.submitted_at:
            firsts.setdefault(row.key, {}).setdefault(row.id, rejected)
        if not rejected:
            spent = (row.submitted_at - row.claimed_at).total_seconds() - (row.held_seconds or 0)
            accepted.setdefault(row.key, []).append((row.round, spent / 60))
    return tuple(
        OwnWork(
            key,
            len(firsts.get(key, {})),
            sum(firsts.get(key, {}).values()),
            len(accepted.get(key, [])),
            won[key],
            median(rounds for rounds, _minutes in accepted[key]) if key in accepted else None,
            # A later round lasted from the claim through everybody else's time, too.
            _middle([minutes for rounds, minutes in accepted.get(key, []) if rounds == 1]),
        )
        for key in sorted({row.key for row in rows})
    )


def _middle(values: list[float]) -> float | None:
    return median(values) if values else None
