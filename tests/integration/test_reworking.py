"""Returned work has 24 waking hours; after that it is somebody else's, and never its author's again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.db.models import Task
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import NoWork
from bot.domain.task import TaskState
from bot.outbox.issue_messages import ReworkGone
from bot.outbox.messages import LeaseExpired, RejectCard
from bot.reports.cards import read_assignment, read_reject
from bot.reports.desk import read_desk
from bot.services.tasks import release
from bot.services.verdicts import accept, undo
from tests.conftest import MovableClock
from tests.integration.standing_still import Scene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock)


def test_the_night_does_not_count(scene: Scene) -> None:
    """Returned at 10 in Seoul: 13 hours are left of that day, 11 of the next."""
    assignment, verdict = scene.returned()
    until = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert scene.clock() == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert scene.assignment(assignment).rework_until == until
    with scene.transactions.reading() as session:
        card, reject = read_assignment(session, assignment), read_reject(session, verdict)
        assert read_desk(session, scene.crew["mina"]).tasks[0].rework_until == until
    assert card is not None
    assert reject is not None
    assert card.rework_until == reject.rework_until == until


def test_work_that_is_left_lying_goes_to_somebody_else(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    cards = len(scene.told(RejectCard))
    scene.clock.advance(hours=33, minutes=59)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    scene.clock.advance(minutes=1)
    scene.sweep()
    gone = scene.assignment(assignment)
    assert (gone.state, gone.rework_until, gone.ended_at) == (AssignmentState.EXPIRED, None, scene.clock())
    assert scene.told(ReworkGone) == [ReworkGone(scene.crew["mina"], assignment)]
    assert scene.told(LeaseExpired) == []
    assert scene.told(RejectCard)[cards:] == [RejectCard(scene.crew["mina"], verdict)]
    assert scene.findings() == []
    # Its author gets the other tasks only, somebody else this one; nor does its reviewer.
    assert {scene.task_of(scene.claim()), scene.task_of(scene.claim("sora"))} == {2, 3}
    with scene.transactions.reading() as session:
        assert read_desk(session, scene.crew["mina"]).open_tasks == 0
    with pytest.raises(NoWork):
        scene.claim()
    assert scene.task_of(scene.claim("jun")) == 1
    assert scene.findings() == []


def test_a_late_round_counts_while_the_task_is_free(scene: Scene) -> None:
    assignment, _verdict = scene.returned()
    scene.clock.advance(days=3)
    scene.sweep()
    with scene.transactions.reading() as session:
        card = read_assignment(session, assignment)
    assert card is not None
    assert not card.kept_aside
    assert scene.submit(assignment, "거시기혀") is False
    review = scene.review_of(assignment)
    assert review.reviewer_id == scene.crew["sora"], "it goes back to whoever returned it"
    assert scene.findings() == []
    taken = scene.take()
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew["sora"], review_id=taken)
    assert scene.row(Task, 1).state is TaskState.FINAL
    assert scene.findings() == []


def test_a_late_round_is_kept_aside_when_somebody_else_has_the_task(scene: Scene) -> None:
    assignment, _verdict = scene.returned()
    scene.clock.advance(days=3)
    scene.sweep()
    scene.claim("jun")
    assert scene.submit(assignment, "거시기혀") is True
    with scene.transactions.reading() as session:
        card = read_assignment(session, assignment)
    assert card is not None
    assert card.kept_aside
    assert scene.findings() == []


def test_the_clock_ends_with_the_rework(scene: Scene) -> None:
    submitted, _verdict = scene.returned()
    scene.submit(submitted, "거시기혀")
    assert scene.assignment(submitted).rework_until is None
    given_back, _verdict = scene.returned(by="dohyun")
    with scene.transactions() as uow:
        release(uow, person_id=scene.crew["mina"], assignment_id=given_back)
    assert scene.assignment(given_back).rework_until is None
    undone, _verdict = scene.returned(by="dohyun")
    with scene.transactions() as uow:
        undo(uow, person_id=scene.crew["dohyun"], review_id=scene.review_of(undone).id)
    assert scene.assignment(undone).rework_until is None
    assert scene.findings() == []


def test_the_clock_stands_still_on_hold(scene: Scene) -> None:
    """As many waking hours are left as before, whenever the hold ends: here 24 from the next morning on."""
    assignment, _verdict = scene.returned()
    scene.hold(1)
    scene.clock.advance(days=5, hours=15)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    assert scene.findings() == []
    scene.release(1)
    until = scene.assignment(assignment).rework_until
    # Released at one in the night.
    assert scene.clock() == datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
    assert until == datetime(2026, 11, 29, 0, 0, tzinfo=UTC) + timedelta(hours=34)
