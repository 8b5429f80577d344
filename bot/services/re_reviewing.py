"""Rejects that were found wrong: they stand no more, and the work is judged anew by somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import AnswerSlot, Assignment, Person, Review, Submission, Task, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState, Event
from bot.domain.errors import NotFound
from bot.domain.escalation import UndoneBy
from bot.domain.policy import Action, Subject
from bot.domain.review import Decision, ReasonCode, ReviewLevel, ReviewState
from bot.domain.task import SlotState
from bot.outbox.issue_messages import HoldNews
from bot.outbox.messages import RejectCard, ReviewCard
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.appeals import overtake
from bot.services.reviews import fit_supervisors
from bot.services.stopping import lock_work
from bot.services.tasks import move, take_slot

RE_REVIEW = "review.again"
"""What the audit trail calls it."""


@dataclass(frozen=True)
class ReReviewed:
    """The verdicts that stand no more, and those of them whose work is judged anew.

    The rest needs no judgement: a newer round is on its way, or the work is somebody else's by now.
    """

    overturned: tuple[int, ...]
    again: tuple[int, ...]


def re_review(uow: UnitOfWork, *, person_id: int, verdict_ids: Sequence[int], why: UndoneBy) -> ReReviewed:
    """Overturn standing rejects and put the work back into review, for the supervisors; its authors are told.

    Whoever gave such a verdict doesn't judge it again. Work that was released, or whose time ran out, is
    reviewed too as long as nobody else has taken the task. Verdicts that don't stand are left out. Raises
    NotFound, and NotAllowed for somebody who may not hold tasks there.
    """
    done: list[int] = []
    again: list[int] = []
    told: dict[tuple[int, str], set[int]] = {}
    lock_judged(uow, verdict_ids)
    # The newest first: only the last reject of an answer is what keeps it from being accepted.
    for verdict_id in sorted(set(verdict_ids), reverse=True):
        verdict = uow.session.get(Verdict, verdict_id)
        if verdict is None:
            raise NotFound("verdict", str(verdict_id))
        require(uow, Action.HOLD, person_id, verdict.project_id, Subject("verdict", verdict_id))
        # In the order in which a verdict locks them.
        review, assignment = uow.lock(Review, verdict.review_id), uow.lock(Assignment, verdict.assignment_id)
        verdict = uow.lock(Verdict, verdict_id)
        assert review is not None
        assert assignment is not None
        assert verdict is not None
        if verdict.undone_at is not None or verdict.decision is not Decision.REJECT:
            continue
        verdict.undone_at, verdict.undone_by_id, verdict.undone_why = uow.now, person_id, why
        done.append(verdict_id)
        if assignment.state is AssignmentState.APPEALED:
            overtake(uow, assignment=assignment, actor_id=person_id)
        anew = _goes_back(uow, review, assignment)
        if anew:
            _put_back(uow, review, assignment, person_id)
            again.append(verdict_id)
        _trace(uow, verdict, assignment, person_id, anew=anew)
        news = "re_review" if anew else "overturned"
        told.setdefault((assignment.person_id, news), set()).add(assignment.id)
    _tell_supervisors(uow, again, person_id)
    for (author_id, news), assignments in sorted(told.items()):
        author = uow.session.get_one(Person, author_id)
        if author.active:
            enqueue(uow, author.team_id, HoldNews(author_id, news, sorted(assignments)))
    return ReReviewed(tuple(sorted(done)), tuple(sorted(again)))


def _tell_supervisors(uow: UnitOfWork, verdict_ids: Sequence[int], person_id: int) -> None:
    """Tell the supervisors who may judge the work anew in one line how much there is; who gave it knows."""
    reviews: dict[int, list[int]] = {}
    works: dict[int, int] = {}
    for review in uow.session.scalars(
        select(Review).join(Verdict, Verdict.review_id == Review.id).where(Verdict.id.in_(verdict_ids))
    ):
        works[review.id] = review.assignment_id
        for supervisor_id in fit_supervisors(uow.session, review):
            reviews.setdefault(supervisor_id, []).append(review.id)
    for supervisor_id, ids in sorted(reviews.items()):
        if supervisor_id != person_id:
            team_id = uow.session.get_one(Person, supervisor_id).team_id
            assignments = sorted(works[id] for id in ids)
            enqueue(uow, team_id, HoldNews(supervisor_id, "to_review", assignments))


def lock_judged(uow: UnitOfWork, verdict_ids: Iterable[int], *, with_tasks: Iterable[int] = ()) -> None:
    """Lock all that overturning these verdicts concerns, in the order in which a verdict locks it.

    `with_tasks` are further tasks whose work is to be changed in the same transaction: locked one after the other
    the two could wait for somebody who waits for them.
    """
    reviews = uow.session.execute(
        select(Review.id, Review.task_id)
        .join(Verdict, Verdict.review_id == Review.id)
        .where(Verdict.id.in_(list(verdict_ids)))
    ).all()
    tasks = {row.task_id for row in reviews}
    lock_work(uow, tasks.union(with_tasks), judged=[row.id for row in reviews])


def _goes_back(uow: UnitOfWork, review: Review, assignment: Assignment) -> bool:
    """Say whether the overturned reject was the last word on the work, and the task still waits for it."""
    newer = select(Review.id).where(Review.assignment_id == assignment.id, Review.id > review.id).limit(1)
    if uow.session.scalar(newer) is not None:
        return False
    if assignment.state is AssignmentState.RETURNED:
        return True
    if assignment.state not in (AssignmentState.RELEASED, AssignmentState.EXPIRED):
        return False
    slot = uow.lock(AnswerSlot, assignment.slot_id)
    return slot is not None and slot.state is SlotState.OPEN


def _put_back(uow: UnitOfWork, review: Review, assignment: Assignment, person_id: int) -> None:
    returned = assignment.state is AssignmentState.RETURNED
    move(uow, assignment, Event.UNDO if returned else Event.REVIVE, RE_REVIEW, person_id)
    take_slot(uow, assignment)
    before, first = review.state, review.reviewer_id
    review.state, review.level = ReviewState.WAITING, ReviewLevel.SUPERVISOR
    review.reviewer_id = review.claimed_at = review.lease_until = None
    review.ver += 1
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action=RE_REVIEW,
        subject=("review", review.id),
        states=(before, ReviewState.WAITING),
    )
    if first is not None:
        enqueue(uow, team_id, ReviewCard(first, review.id))


def _trace(uow: UnitOfWork, verdict: Verdict, assignment: Assignment, person_id: int, *, anew: bool) -> None:
    team_id = uow.session.get_one(Person, assignment.person_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action="verdict.overturn",
        subject=("verdict", verdict.id),
        detail={"why": verdict.undone_why, "again": anew},
    )
    enqueue(uow, team_id, RejectCard(assignment.person_id, verdict.id))


@dataclass(frozen=True)
class RejectRow:
    """A reject that stands, as somebody sees it who may overturn it. `author` is a nickname."""

    verdict_id: int
    task_id: int
    external_id: str
    assignment_id: int
    author_id: int
    author: str
    reviewer_id: int | None
    round: int
    reason: ReasonCode
    section: str
    decided_at: datetime


def rejects_of(session: Session, task_ids: Iterable[int]) -> tuple[RejectRow, ...]:
    """Return the rejects that stand on these tasks, the oldest first."""
    rows = session.execute(
        select(Verdict, Task.id, Task.external_id, Submission.round, Person.id, Person.nickname)
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Task, Task.id == Submission.task_id)
        .join(Person, Person.id == Submission.author_id)
        .where(
            Task.id.in_(list(task_ids)),
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
        .order_by(Verdict.decided_at, Verdict.id)
    )
    return tuple(
        RejectRow(
            verdict.id,
            task_id,
            external_id,
            verdict.assignment_id,
            author_id,
            author,
            verdict.reviewer_id,
            round,
            verdict.reason,
            verdict.guideline_section or "",
            verdict.decided_at,
        )
        for verdict, task_id, external_id, round, author_id, author in rows
        # A reject without a reason can't be stored; the column is empty for other verdicts only.
        if verdict.reason is not None
    )
