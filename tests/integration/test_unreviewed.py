"""Submissions that nobody reviews: accepted and paid, counted as work, and never as somebody's verdict."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import LedgerLine, Review, Task, Verdict
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import NotYours, NoWork
from bot.domain.review import Decision, ReviewState
from bot.domain.task import TaskState
from bot.outbox.messages import RejectCard
from bot.reports.cards import read_assignment
from bot.reports.progress import worker_day
from bot.reports.rejections import count_judged, read_rejections
from bot.reports.throughput import per_day, read_throughput
from bot.reports.window import Window, day_of
from bot.reports.workload import reviewers
from bot.services.re_reviewing import rejects_of
from bot.services.rules import set_rules
from bot.services.submissions import Submitted, submit
from bot.services.unreviewed import drawn
from bot.services.verdicts import accept, undo
from bot.services.voting import follow_overlap
from tests.conftest import MovableClock
from tests.integration.standing_still import Scene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock, tasks=6)


def _rules(scene: Scene, **changes: object) -> None:
    with scene.transactions() as uow:
        project_id = scene.crew.project_id
        set_rules(uow, actor_id=scene.crew["alex"], project_id=project_id, changes=changes)
        follow_overlap(uow, project_id=project_id, actor_id=scene.crew["alex"])


def _hand_in(scene: Scene, who: str = "mina", text: str = "거시기") -> Submitted:
    assignment = scene.claim(who)
    with scene.transactions() as uow:
        return submit(uow, person_id=scene.crew[who], assignment_id=assignment, parts={"text": text})


def _today(scene: Scene) -> Window:
    return day_of("Asia/Seoul", scene.clock().date())


def test_every_submission_is_reviewed_unless_agreed_otherwise(scene: Scene) -> None:
    assert not _hand_in(scene).accepted
    _rules(scene, review_mode="sample", sample_percent=100, newcomer_first=0)
    assert not _hand_in(scene).accepted
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    assert _hand_in(scene).accepted


def test_the_first_of_a_newcomer_are_reviewed(scene: Scene) -> None:
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=2)
    assert [_hand_in(scene).accepted for _ in range(3)] == [False, False, True]
    assert not _hand_in(scene, "jun").accepted


def test_a_vote_needs_no_review(transactions: Transactions, clock: MovableClock) -> None:
    scene = Scene(transactions, clock, tasks=1)
    _rules(scene, overlap=2, review_mode="consensus")
    first, second = _hand_in(scene), _hand_in(scene, "jun")
    assert first.accepted
    assert second.accepted
    task = scene.task_of(first.assignment_id)
    assert scene.task_of(second.assignment_id) == task
    assert scene.row(Task, task).state is TaskState.FINAL
    assert scene.findings() == []
    with scene.transactions.reading() as session:
        assert sorted(session.scalars(select(LedgerLine.amount_minor))) == [350, 350]


def test_it_is_work_and_nobodys_verdict(scene: Scene) -> None:
    judged = _hand_in(scene)
    verdict = scene.reject(scene.take())
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    done = _hand_in(scene, "jun")
    assert done.accepted
    assert scene.assignment(done.assignment_id).state is AssignmentState.ACCEPTED
    with scene.transactions.reading() as session:
        project, window = scene.crew.project_id, _today(scene)
        found = read_rejections(session, project, window)
        assert (found.first_judged, found.first_rejected, found.verdicts) == (1, 1, 1)
        assert (found.judged, found.median_rounds) == (1, None)
        assert count_judged(session, project, window) == 1
        work = read_throughput(session, project, window)
        assert (work.final, work.accepted, work.submitted) == (1, 1, 2)
        assert per_day(session, project, window.date, 1)[0].judged_first == 1
        loads = reviewers(session, project, window)
        assert [(load.nickname, load.verdicts, load.rejects) for load in loads] == [("sora", 1, 1)]
        day = worker_day(session, scene.crew["jun"], project, window)
        assert (day.accepted, day.returned, day.earned[0].minor) == (1, 0, 350)
        card = read_assignment(session, done.assignment_id)
        assert card is not None
        assert card.verdict is not None
        assert card.verdict.unreviewed
        rejects = rejects_of(session, [scene.task_of(judged.assignment_id)])
        assert [row.verdict_id for row in rejects] == [verdict]
    assert scene.findings() == []


def test_the_first_verdict_of_a_reviewer_is_the_first(
    transactions: Transactions, clock: MovableClock
) -> None:
    """One of two answers was accepted by nobody; the reject of the other is the task's first verdict."""
    scene = Scene(transactions, clock, tasks=1)
    _rules(scene, overlap=2, overlap_max=2, review_mode="sample", sample_percent=0, newcomer_first=0)
    assert _hand_in(scene).accepted
    _rules(scene, review_mode="every")
    scene.clock.advance(minutes=1)
    _hand_in(scene, "jun")
    scene.reject(scene.take())
    with scene.transactions.reading() as session:
        found = read_rejections(session, scene.crew.project_id, _today(scene))
    assert (found.first_judged, found.first_rejected) == (1, 1)


def test_what_came_back_is_always_judged(scene: Scene) -> None:
    assignment, _verdict = scene.returned()
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    assert not scene.submit(assignment, "머시기")
    review = scene.review_of(assignment)
    assert (review.state, review.reviewer_id) == (ReviewState.WAITING, scene.crew["sora"])
    assert scene.told(RejectCard)


def test_what_comes_in_on_hold_is_judged(scene: Scene) -> None:
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    assignment = scene.claim()
    scene.hold(scene.task_of(assignment))
    scene.submit(assignment)
    assert scene.review_of(assignment).state is ReviewState.WAITING
    assert scene.findings() == []


def test_nobody_takes_it_back(scene: Scene) -> None:
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    done = _hand_in(scene)
    review = scene.review_of(done.assignment_id)
    assert (review.state, review.reviewer_id) == (ReviewState.DECIDED, None)
    verdict = scene.row(Verdict, scene.standing(done.assignment_id)[0])
    assert (verdict.reviewer_id, verdict.decision) == (None, Decision.ACCEPT)
    for who in ("sora", "bridge"):
        with scene.transactions() as uow, pytest.raises(NotYours):
            undo(uow, person_id=scene.crew[who], review_id=review.id)
        with scene.transactions() as uow, pytest.raises(NotYours):
            accept(uow, person_id=scene.crew[who], review_id=review.id)
    with pytest.raises(NoWork):
        scene.take()


def test_the_sample_is_drawn_fairly_and_always_alike() -> None:
    draws = [drawn(7, number, 20) for number in range(10_000)]
    assert draws == [drawn(7, number, 20) for number in range(10_000)]
    assert 1850 < sum(draws) < 2150
    assert draws != [drawn(8, number, 20) for number in range(10_000)]
    assert not any(drawn(7, number, 0) for number in range(100))
    assert all(drawn(7, number, 100) for number in range(100))


def test_reviews_without_a_reviewer_do_not_wait(scene: Scene) -> None:
    _rules(scene, review_mode="sample", sample_percent=0, newcomer_first=0)
    _hand_in(scene)
    with scene.transactions.reading() as session:
        assert session.scalars(select(Review.state)).all() == [ReviewState.DECIDED]
