"""The life of one task through the services, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import Assignment, LedgerLine, OutboxRow, Task
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import HandsFull, IdenticalAnswer, Invalid, NotYours, NoWork, StaleAction, UndoTooLate
from bot.domain.task import TaskState
from bot.services.leases import expire_leases, free_reviews, refresh_medians, warn_leases
from bot.services.reviews import claim_next_review, claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, extend, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from tests.conftest import MovableClock
from tests.factories import make_crew


def test_reject_rework_accept_pays_once(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기"})
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["sora"])
        reject(
            uow,
            person_id=crew["sora"],
            review_id=review.review_id,
            reason="misheard",
            section="2.4",
            comment="00:12",
        )
    with transactions() as uow:
        again = claim_next(uow, person_id=crew["mina"])
        assert again.rework
        assert again.assignment_id == claim.assignment_id
    with pytest.raises(IdenticalAnswer), transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기 "})
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기혀"})
    with pytest.raises(NoWork), transactions() as uow:
        # Rework is reserved for the reviewer who rejected it.
        claim_next_review(uow, person_id=crew["dohyun"])
    with transactions() as uow:
        second = claim_next_review(uow, person_id=crew["sora"])
        accept(uow, person_id=crew["sora"], review_id=second.review_id)
    with transactions.reading() as session:
        assert session.scalars(select(LedgerLine.amount_minor)).all() == [350]
        assert session.scalars(select(Task.state)).all() == [TaskState.FINAL]


def test_undo_voids_pay_and_reopens(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "가"})
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["sora"])
        accept(uow, person_id=crew["sora"], review_id=review.review_id)
    clock.advance(minutes=9)
    with transactions() as uow:
        undo(uow, person_id=crew["sora"], review_id=review.review_id)
    with transactions() as uow:
        accept(uow, person_id=crew["sora"], review_id=review.review_id)
    clock.advance(minutes=11)
    with pytest.raises(UndoTooLate), transactions() as uow:
        undo(uow, person_id=crew["sora"], review_id=review.review_id)
    with transactions.reading() as session:
        assert session.scalars(select(LedgerLine.amount_minor).order_by(LedgerLine.id)).all() == [
            350,
            -350,
            350,
        ]


def test_limits_and_order(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=5)
    for _ in range(3):
        with transactions() as uow:
            claim = claim_next(uow, person_id=crew["mina"])
    with pytest.raises(HandsFull), transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    with transactions() as uow:
        release(uow, person_id=crew["mina"], assignment_id=claim.assignment_id)
    with transactions() as uow:
        other = claim_next(uow, person_id=crew["mina"])
    with transactions.reading() as session:
        tasks = session.scalars(select(Assignment.task_id).order_by(Assignment.id)).all()
    assert tasks == [1, 2, 3, 4], "a released task is not offered to the same person again"
    with pytest.raises(NotYours), transactions() as uow:
        release(uow, person_id=crew["jun"], assignment_id=other.assignment_id)


def test_expiry_warning_and_late_work(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=2)
    with transactions() as uow:
        first = claim_next(uow, person_id=crew["mina"])
        second = claim_next(uow, person_id=crew["mina"])
        extend(uow, person_id=crew["mina"], assignment_id=second.assignment_id)
    clock.advance(minutes=25)
    with transactions() as uow:
        assert warn_leases(uow) == 1
        assert warn_leases(uow) == 0
        assert expire_leases(uow) == 0
    clock.advance(minutes=6)
    with transactions() as uow:
        assert expire_leases(uow) == 1
    with transactions() as uow:
        late = submit(uow, person_id=crew["mina"], assignment_id=first.assignment_id, parts={"text": "늦음"})
    assert late.late
    assert not late.draft
    clock.advance(hours=2)
    with transactions() as uow:
        assert expire_leases(uow) == 1
        claim_next(uow, person_id=crew["jun"])
    with transactions() as uow:
        kept = submit(uow, person_id=crew["mina"], assignment_id=second.assignment_id, parts={"text": "늦음"})
    assert kept.draft
    with transactions() as uow:
        assert refresh_medians(uow) == 1


def test_a_warning_touches_only_leases_that_are_due(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=3)
    with transactions() as uow:
        first = claim_next(uow, person_id=crew["mina"])
        clock.advance(minutes=1)
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
        done = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=done.assignment_id, parts={"text": "가"})
    # A lease is thirty minutes here: the first one is warned about after twenty-four.
    clock.advance(minutes=23.5)
    with transactions() as uow:
        assert warn_leases(uow) == 1, "the second one was claimed a minute later"
    with transactions.reading() as session:
        warned = session.scalars(select(Assignment.id).where(Assignment.warn_at.is_(None))).all()
    assert warned == [first.assignment_id]
    clock.advance(minutes=1)
    with transactions() as uow:
        assert warn_leases(uow) == 1
    with transactions() as uow:
        # Whoever was warned and takes more time is warned once more, near the new end.
        held = extend(uow, person_id=crew["mina"], assignment_id=first.assignment_id)
        assert warn_leases(uow) == 0
    clock.advance(seconds=(held.lease_until - clock()).total_seconds() - 60)
    with transactions() as uow:
        assert warn_leases(uow) == 1


def test_a_sweep_warns_no_more_than_its_limit(
    transactions: Transactions, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.leases.SWEEP_LIMIT", 2)
    crew = make_crew(transactions, tasks=3)
    with transactions() as uow:
        for _ in range(3):
            claim_next(uow, person_id=crew["mina"])
    clock.advance(minutes=27)
    for expected in (2, 1, 0):
        with transactions() as uow:
            assert warn_leases(uow) == expected


@pytest.mark.parametrize(("comment", "code"), [("x" * 1001, "too_long"), ("잡음\x00", "unstorable")])
def test_a_comment_to_a_fix_is_refused_for_what_is_wrong(
    transactions: Transactions, comment: str, code: str
) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "가"})
        review = claim_next_review(uow, person_id=crew["dohyun"])
    with pytest.raises(Invalid) as refused, transactions() as uow:
        fix_and_accept(
            uow,
            person_id=crew["dohyun"],
            review_id=review.review_id,
            parts={"text": "가가"},
            comment=comment,
        )
    assert (refused.value.field, refused.value.code) == ("comment", code)


def test_supervisor_gets_what_is_handed_over(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["sora"])
        submit(uow, person_id=crew["sora"], assignment_id=claim.assignment_id, parts={"unusable": "noise"})
    with pytest.raises(NoWork), transactions() as uow:
        claim_next_review(uow, person_id=crew["sora"])
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["dohyun"])
    clock.advance(hours=3)
    with transactions() as uow:
        assert free_reviews(uow) == 1
        claim_review(uow, person_id=crew["dohyun"], review_id=review.review_id)
        hand_over(uow, person_id=crew["dohyun"], review_id=review.review_id, note="잡음인지 말인지 애매해요.")
    with pytest.raises(StaleAction), transactions() as uow:
        claim_next_review(uow, person_id=crew["bridge"])
        accept(uow, person_id=crew["bridge"], review_id=review.review_id, ver=1)
    with transactions() as uow:
        claim_next_review(uow, person_id=crew["bridge"])
        accept(uow, person_id=crew["bridge"], review_id=review.review_id)
    with transactions.reading() as session:
        assert session.scalars(select(Assignment.state)).all() == [AssignmentState.ACCEPTED]
        told = dict(session.execute(select(OutboxRow.kind, func.count()).group_by(OutboxRow.kind)).all())
    assert told["review_handed_over"] == 1
