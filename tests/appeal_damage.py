"""Ways to break rows of appeals and of what nobody reviewed, for the tests of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Appeal, Assignment, Review, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.quality import AppealState
from bot.domain.review import Decision
from bot.services import appeal_queue, appeals
from tests.pay_damage import Broken, Damaged


def _appealed(bench: Damaged, *, taken: bool = False) -> int:
    """Appeal against the reject there is, and have it taken if wanted; return the appeal."""
    uow = UnitOfWork(bench.session, bench.states.clock())
    made = appeals.appeal(
        uow,
        person_id=bench.states.crew["mina"],
        verdict_id=bench.verdict("rejected"),
        words="들리는 대로예요.",
    )
    if taken:
        appeal_queue.take(uow, person_id=bench.states.crew["dohyun"], appeal_id=made.appeal_id)
    bench.session.flush()
    return made.appeal_id


def _denied(bench: Damaged) -> int:
    made = _appealed(bench, taken=True)
    uow = UnitOfWork(bench.session, bench.states.clock())
    judge = bench.states.crew["dohyun"]
    appeals.deny(uow, person_id=judge, appeal_id=made, reason="2.4절을 다시 봐 주세요.")
    bench.session.flush()
    return made


def _appeal_forgotten(bench: Damaged) -> Broken:
    made = _appealed(bench)
    bench.set(Appeal, made, state=AppealState.WITHDRAWN, decided_at=bench.states.clock())
    return {("appeal_work", bench.states.assignments["under_rejected"]), ("audit_appeal", made)}


def _appeal_without_effect(bench: Damaged) -> Broken:
    _appealed(bench)
    assignment = bench.states.assignments["under_rejected"]
    bench.set(Assignment, assignment, state=AssignmentState.RETURNED)
    return {("appeal_work", assignment), ("audit_assignment", assignment)}


def _first_reviewer_judges_again(bench: Damaged) -> Broken:
    made = _appealed(bench, taken=True)
    bench.set(Appeal, made, reviewer_id=bench.states.crew["sora"], opened_at=_later(bench))
    return {("appeal_judge", made)}


def _author_judges(bench: Damaged) -> Broken:
    made = _appealed(bench, taken=True)
    bench.set(Appeal, made, reviewer_id=bench.states.crew["mina"])
    return {("appeal_judge", made)}


def _later(bench: Damaged) -> object:
    return bench.states.clock() + timedelta(seconds=1)


def _taken_by_nobody(bench: Damaged) -> Broken:
    made = _appealed(bench, taken=True)
    bench.set(Appeal, made, reviewer_id=None)
    return {("appeal_state", made)}


def _denied_for_no_reason(bench: Damaged) -> Broken:
    made = _denied(bench)
    bench.set(Appeal, made, reason=None)
    return {("appeal_state", made)}


def _won_in_name_only(bench: Damaged) -> Broken:
    made = _denied(bench)
    bench.set(Appeal, made, state=AppealState.WON)
    return {("appeal_state", made), ("audit_appeal", made)}


def _overturned_by_no_appeal(bench: Damaged) -> Broken:
    verdict = bench.verdict("undone")
    bench.set(Verdict, verdict, undone_why=UndoneBy.APPEAL)
    return {("appeal_verdict", verdict)}


def _appeal_never_let_go(bench: Damaged) -> Broken:
    made = _appealed(bench, taken=True)
    bench.set(Appeal, made, lease_until=bench.states.clock() - timedelta(minutes=1))
    return {("appeal_overdue", made)}


def _reviewed_by_nobody(bench: Damaged) -> Broken:
    """The reviewer of an acceptance is forgotten, but not that of its review."""
    verdict = bench.verdict("accepted")
    bench.set(Verdict, verdict, reviewer_id=None)
    return {("verdict_unreviewed", verdict)}


def _fixed_by_nobody(bench: Damaged) -> Broken:
    verdict = bench.verdict("fixed")
    review = bench.session.scalars(select(Verdict.review_id).where(Verdict.id == verdict)).one()
    bench.set(Verdict, verdict, reviewer_id=None, decision=Decision.FIX_ACCEPT)
    bench.set(Review, review, reviewer_id=None)
    return {("verdict_unreviewed", verdict)}


DAMAGES: tuple[Callable[[Damaged], Broken], ...] = (
    _appeal_forgotten,
    _appeal_without_effect,
    _first_reviewer_judges_again,
    _author_judges,
    _taken_by_nobody,
    _denied_for_no_reason,
    _won_in_name_only,
    _overturned_by_no_appeal,
    _appeal_never_let_go,
    _reviewed_by_nobody,
    _fixed_by_nobody,
)
