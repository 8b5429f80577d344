"""Care: one tap stops sensitive work, a question stops the clock, and after several rejects somebody else tries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import AnswerSlot, Consent, LedgerLine, Question, Review
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import GoesOn, NotYours, ProjectClosed
from bot.domain.questions import Place
from bot.domain.task import SlotState
from bot.outbox.messages import LeaseEnding, LeaseExpired
from bot.outbox.quality_messages import HandedOn, TaskReclaimed
from bot.reports.cards import read_assignment
from bot.reports.live_board import read_board
from bot.services.appeals import appeal, withdraw
from bot.services.consenting import consent, stop
from bot.services.handovers import hand_over, reply
from bot.services.pausing import LONGEST_PAUSE, resume_old
from bot.services.questions import Spot, ask
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, undo
from tests.conftest import MovableClock
from tests.integration.fair_scene import FairScene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    return FairScene(transactions, clock, tasks=6)


def asked_of(scene: FairScene, assignment: int, who: str = "mina", text: str = "이 소리도 적나요?") -> int:
    with scene.transactions() as uow:
        asked = ask(
            uow, person_id=scene.crew[who], text=text, spot=Spot(Place.COMMAND, assignment_id=assignment)
        )
    assert asked is not None
    assert asked.project_id == scene.crew.project_id
    return asked.question_id


def hand(scene: FairScene, question: int, who: str = "mina") -> int:
    with scene.transactions() as uow:
        return hand_over(uow, person_id=scene.crew[who], question_id=question).handover_id


def test_stopping_gives_back_everything_and_asks_nothing(scene: FairScene) -> None:
    scene.rules(sensitive=True)
    with scene.transactions() as uow:
        consent(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
    first, second = scene.claim(), scene.claim()
    with scene.transactions.reading() as session:
        facts = read_assignment(session, first)
    assert facts is not None
    assert facts.sensitive
    with scene.transactions() as uow:
        assert stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id) == 2
    assert {scene.assignment(one).state for one in (first, second)} == {AssignmentState.RELEASED}
    with scene.transactions() as uow, pytest.raises(ProjectClosed):
        claim_next(uow, person_id=scene.crew["mina"])
    with scene.transactions() as uow:
        assert stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id) == 0
        consent(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
    assert scene.claim()
    with scene.transactions.reading() as session:
        assert len(session.scalars(select(Consent)).all()) == 2
    assert scene.findings() == []


def test_a_question_to_a_person_stops_the_lease_until_the_reply(scene: FairScene) -> None:
    assignment = scene.claim()
    before = scene.assignment(assignment)
    scene.clock.advance(minutes=10)
    question = asked_of(scene, assignment)
    assert scene.assignment(assignment).asked_at is None, "a question alone stops nothing"
    handover = hand(scene, question)
    scene.clock.advance(hours=6)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.CLAIMED
    assert scene.told(LeaseEnding) == scene.told(LeaseExpired) == []
    assert scene.findings() == []
    with scene.transactions.reading() as session:
        facts = read_assignment(session, assignment)
    assert facts is not None
    assert facts.asked
    with scene.transactions() as uow:
        reply(uow, person_id=scene.crew["bridge"], handover_id=handover, text="네, 들리는 대로 적어 주세요.")
    after = scene.assignment(assignment)
    assert after.lease_until - before.lease_until == timedelta(hours=6)
    assert before.warn_at is not None
    assert after.warn_at == before.warn_at + timedelta(hours=6)
    assert (after.asked_id, after.asked_at, after.held_seconds) == (None, None, 6 * 3600)
    assert after.ver > before.ver
    assert scene.findings() == []


def test_nobody_waits_for_longer_than_a_day(scene: FairScene) -> None:
    assignment = scene.claim()
    before = scene.assignment(assignment)
    handover = hand(scene, asked_of(scene, assignment))
    scene.clock.advance(hours=30)
    with scene.transactions() as uow:
        assert resume_old(uow) == 1
        assert resume_old(uow) == 0
    assert scene.assignment(assignment).lease_until == before.lease_until + LONGEST_PAUSE
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.EXPIRED
    with scene.transactions() as uow:
        reply(uow, person_id=scene.crew["bridge"], handover_id=handover, text="늦어서 죄송해요.")
    assert scene.assignment(assignment).lease_until == before.lease_until + LONGEST_PAUSE


def test_who_hands_in_meanwhile_is_not_late(scene: FairScene) -> None:
    assignment = scene.claim()
    hand(scene, asked_of(scene, assignment))
    scene.clock.advance(hours=20)
    assert not scene.submit(assignment)
    done = scene.assignment(assignment)
    assert done.state is AssignmentState.IN_REVIEW
    assert done.asked_id is None
    assert scene.findings() == []


def test_a_hold_and_a_question_do_not_cost_anybody_time(scene: FairScene) -> None:
    assignment = scene.claim()
    before = scene.assignment(assignment)
    handover = hand(scene, asked_of(scene, assignment))
    scene.clock.advance(hours=1)
    task = scene.task_of(assignment)
    scene.hold(task)
    scene.clock.advance(hours=2)
    with scene.transactions() as uow:
        reply(uow, person_id=scene.crew["bridge"], handover_id=handover, text="네.")
    scene.clock.advance(hours=3)
    scene.release(task)
    after = scene.assignment(assignment)
    assert after.lease_until == before.lease_until + timedelta(hours=6)
    assert scene.findings() == []


def test_a_hold_within_a_question_counts_once(scene: FairScene) -> None:
    """One hour of waiting, two on hold, three of waiting: six hours stood still, not eight."""
    assignment = scene.claim()
    before = scene.assignment(assignment)
    handover = hand(scene, asked_of(scene, assignment))
    scene.clock.advance(hours=1)
    task = scene.task_of(assignment)
    scene.hold(task)
    scene.clock.advance(hours=2)
    scene.release(task)
    scene.clock.advance(hours=3)
    with scene.transactions() as uow:
        reply(uow, person_id=scene.crew["bridge"], handover_id=handover, text="네.")
    after = scene.assignment(assignment)
    assert after.lease_until == before.lease_until + timedelta(hours=6)
    assert after.held_seconds == 6 * 3600
    assert scene.findings() == []


def test_who_waits_for_a_reply_is_not_late_on_the_board(scene: FairScene) -> None:
    assignment = scene.claim()
    hand(scene, asked_of(scene, assignment))
    scene.clock.advance(hours=1)
    with scene.transactions.reading() as session:
        (row,) = read_board(session, scene.crew.project_id, scene.clock()).rows
    assert (row.assignment_id, row.until, row.ageing) == (assignment, None, False)


def test_only_ones_own_task_can_be_asked_about(scene: FairScene) -> None:
    assignment = scene.claim()
    with pytest.raises(NotYours):
        asked_of(scene, assignment, who="jun")
    first = hand(scene, asked_of(scene, assignment))
    other = scene.claim("jun")
    # An equal question of somebody else waits with it, and stops their own lease.
    assert hand(scene, asked_of(scene, other, who="jun"), who="jun") == first
    assert scene.assignment(other).asked_id == first
    with scene.transactions.reading() as session:
        assert [q.assignment_id for q in session.scalars(select(Question).order_by(Question.id))] == [
            assignment,
            other,
        ]


def test_after_the_last_reject_somebody_else_tries_and_nothing_is_lost(scene: FairScene) -> None:
    scene.rules(rework_limit=2)
    done = scene.claim()
    scene.submit(done)
    review = scene.take()
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew["sora"], review_id=review)
    assignment, _verdict = scene.returned()
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    assert scene.told(HandedOn) == []
    scene.submit(assignment, "다시 적었어요")
    scene.reject(scene.take())
    assert [fact.person_id for fact in scene.told(HandedOn)] == [scene.crew["bridge"]]
    with pytest.raises(GoesOn):
        scene.submit(assignment, "한 번 더 적었어요")
    other = scene.claim()
    assert scene.task_of(other) != scene.task_of(assignment), (
        "what cannot be reworked keeps nobody from other work"
    )
    scene.clock.advance(minutes=179)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    scene.clock.advance(minutes=1)
    scene.sweep()
    after = scene.assignment(assignment)
    assert after.state is AssignmentState.RELEASED
    assert (after.rework_until, after.last_word) == (None, False)
    assert scene.row(AnswerSlot, after.slot_id).state is SlotState.OPEN
    assert [(fact.person_id, fact.why) for fact in scene.told(TaskReclaimed)] == [
        (scene.crew["mina"], "rework_limit")
    ]
    with scene.transactions.reading() as session:
        assert session.scalars(select(LedgerLine.amount_minor)).all() == [350]
    assert scene.task_of(scene.claim()) != after.task_id, "its author does not get it again"
    assert scene.task_of(scene.claim("jun")) == after.task_id
    assert scene.findings() == []


def test_the_last_reject_can_be_taken_back_and_appealed_against(scene: FairScene) -> None:
    scene.rules(rework_limit=1)
    assignment, _first = scene.returned()
    review = scene.row(Review, 1)
    assert scene.assignment(assignment).last_word
    with scene.transactions() as uow:
        undo(uow, person_id=scene.crew["sora"], review_id=review.id)
    back = scene.assignment(assignment)
    assert (back.state, back.last_word, back.rework_until) == (AssignmentState.IN_REVIEW, False, None)
    verdict = scene.reject(review.id)
    until = scene.assignment(assignment).rework_until
    assert until is not None
    scene.clock.advance(hours=1)
    with scene.transactions() as uow:
        made = appeal(uow, person_id=scene.crew["mina"], verdict_id=verdict, words="들리는 대로 적었어요.")
    scene.clock.advance(hours=5)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.APPEALED
    with scene.transactions() as uow:
        withdraw(uow, person_id=scene.crew["mina"], appeal_id=made.appeal_id)
    rest = scene.assignment(assignment)
    assert (rest.state, rest.last_word) == (AssignmentState.RETURNED, True)
    with pytest.raises(GoesOn):
        scene.submit(assignment, "다시 적었어요")
    assert scene.findings() == []
    assert rest.rework_until == until + timedelta(hours=5)
    scene.clock.advance(hours=2)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.RELEASED
    assert scene.findings() == []
