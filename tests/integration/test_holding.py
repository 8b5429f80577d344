"""Work on hold: nobody takes or judges it, no clock runs, nothing that is handed in is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.models import AnswerSlot, Hold, Issue, IssueStep, IssueTask, Ruling, Task
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid, NotAllowed, NotFound, NoWork, OnHold, StaleAction
from bot.domain.escalation import RulingState, Step
from bot.domain.review import ReviewState
from bot.outbox.issue_messages import HoldNews, RulingCard
from bot.outbox.messages import AssignmentCard, LeaseEnding, LeaseExpired, ReviewReserved
from bot.reports.alerts import read_lying
from bot.reports.desk import read_desk
from bot.services.claiming import _pick
from bot.services.holding import Held, Released
from bot.services.reviews import claim_review
from bot.services.rulings import decide_ruling, rule
from bot.services.tasks import claim_next, extend
from bot.services.tasks import release as give_back
from bot.services.verdicts import accept, hand_over, undo
from tests.conftest import MovableClock
from tests.integration.standing_still import Scene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock)


def test_nobody_gets_what_is_on_hold(scene: Scene) -> None:
    assert scene.hold(1, 2, 3) == Held((1, 2, 3), ())
    with pytest.raises(NoWork):
        scene.claim()
    with scene.transactions.reading() as session:
        assert read_desk(session, scene.crew["mina"]).open_tasks == 0
        assert read_lying(session, scene.crew.project_id) is None
    assert scene.release(2) == Released((2,), (), ())
    assert scene.task_of(scene.claim()) == 2
    assert scene.findings() == []


def test_a_task_goes_on_when_its_last_cause_ends(scene: Scene) -> None:
    first, second = scene.issue(), scene.issue()
    scene.hold(1, issue=first)
    assert scene.hold(1, issue=first) == Held((), ()), "the same cause counts once"
    assert scene.hold(1, issue=second) == Held((1,), ())
    assert scene.hold(1) == Held((1,), ())
    assert scene.release(issue=first) == Released((), (1,), ())
    assert scene.release(1, issue=second) == Released((), (1,), ())
    assert scene.row(Task, 1).held_at is not None
    assert scene.release(1) == Released((1,), (), ())
    assert scene.release(1) == Released((), (), ())
    assert scene.row(Task, 1).held_at is None
    with scene.transactions.reading() as session:
        assert set(session.scalars(select(IssueTask.issue_id))) == {first, second}
        steps = session.execute(select(IssueStep.issue_id, IssueStep.step, IssueStep.detail)).all()
    held = [(issue, step) for issue, step, detail in steps if detail == {"tasks": [1]}]
    assert sorted(held) == sorted((i, s) for i in (first, second) for s in (Step.HELD, Step.RELEASED))
    assert scene.findings() == []


def test_leases_and_warnings_stand_still_and_go_on_with_what_was_left(scene: Scene) -> None:
    assignment = scene.claim()
    before = scene.assignment(assignment)
    scene.clock.advance(minutes=10)
    assert scene.hold(1).assignments == (assignment,)
    scene.clock.advance(hours=5)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.CLAIMED
    assert scene.told(LeaseEnding) == scene.told(LeaseExpired) == []
    assert scene.release(1).assignments == (assignment,)
    after = scene.assignment(assignment)
    assert after.lease_until - before.lease_until == timedelta(hours=5)
    assert before.warn_at is not None
    assert after.warn_at is not None
    assert after.warn_at - before.warn_at == timedelta(hours=5)
    with scene.transactions() as uow:
        # More time is a lease's length, however long the hold was.
        extend(uow, person_id=scene.crew["mina"], assignment_id=assignment)
    extended = scene.assignment(assignment)
    assert extended.lease_until - after.lease_until == before.lease_until - before.claimed_at
    scene.clock.advance(minutes=51)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.EXPIRED
    assert scene.findings() == []


def test_its_people_are_told_once_each_and_see_it_on_their_cards(scene: Scene) -> None:
    own, other = [scene.claim(), scene.claim()], scene.claim("jun")
    cards = len(scene.told(AssignmentCard))
    scene.hold(1, 2, 3)
    mina, jun = scene.crew["mina"], scene.crew["jun"]
    assert scene.told(HoldNews) == [HoldNews(mina, "held", own), HoldNews(jun, "held", [other])]
    assert len(scene.told(AssignmentCard)) == cards + 3
    scene.release(1, 3)
    assert scene.told(HoldNews)[2:] == [
        HoldNews(mina, "released", own[:1]),
        HoldNews(jun, "released", [other]),
    ]


def test_work_on_hold_fills_no_hand(scene: Scene) -> None:
    for _ in range(3):
        scene.claim()
    scene.hold(1)
    with pytest.raises(NoWork):
        # Not "your hands are full": there is just no other task.
        scene.claim()


def test_rework_on_hold_does_not_come_first(scene: Scene) -> None:
    returned, _verdict = scene.returned()
    scene.hold(scene.task_of(returned))
    assert scene.claim() != returned
    scene.release(scene.task_of(returned))
    with scene.transactions() as uow:
        again = claim_next(uow, person_id=scene.crew["mina"])
    assert (again.assignment_id, again.rework) == (returned, True)


def test_what_is_handed_in_on_hold_is_kept_and_reviewed_afterwards(scene: Scene) -> None:
    assignment = scene.claim()
    scene.clock.advance(minutes=5)
    scene.hold(1)
    scene.clock.advance(hours=9)
    assert scene.submit(assignment) is False
    held = scene.assignment(assignment)
    assert (held.state, held.held_at is not None) == (AssignmentState.IN_REVIEW, True)
    with pytest.raises(NoWork):
        scene.take()
    with pytest.raises(OnHold) as refused, scene.transactions() as uow:
        review = scene.review_of(assignment).id
        claim_review(uow, person_id=scene.crew["sora"], review_id=review)
    assert (refused.value.task_id, refused.value.issue_id) == (1, None)
    assert scene.findings() == []
    scene.release(1)
    assert scene.take() == scene.review_of(assignment).id


def test_late_work_on_hold_stays_on_hold(scene: Scene) -> None:
    """Expired before the hold, handed in during it: the slot was free, so it counts, and stands still."""
    assignment = scene.claim()
    scene.clock.advance(minutes=31)
    scene.sweep()
    scene.hold(1)
    assert scene.submit(assignment) is False
    assert scene.assignment(assignment).held_at == scene.row(Task, 1).held_at
    assert scene.findings() == []


def test_a_task_given_back_on_hold_is_not_offered(scene: Scene) -> None:
    assignment = scene.claim()
    scene.hold(1, 2, 3)
    with scene.transactions() as uow:
        give_back(uow, person_id=scene.crew["mina"], assignment_id=assignment)
    assert scene.findings() == []
    with pytest.raises(NoWork):
        scene.claim("jun")
    scene.release(1)
    assert scene.task_of(scene.claim("jun")) == 1


def test_a_review_on_hold_stays_with_its_reviewer_and_cannot_be_judged(scene: Scene) -> None:
    assignment = scene.claim()
    scene.submit(assignment)
    review, sora = scene.take(), scene.crew["sora"]
    issue = scene.issue()
    scene.clock.advance(minutes=30)
    scene.hold(1, issue=issue)
    with pytest.raises(OnHold) as refused, scene.transactions() as uow:
        accept(uow, person_id=sora, review_id=review)
    assert refused.value.issue_id == issue
    with pytest.raises(OnHold), scene.transactions() as uow:
        hand_over(uow, person_id=sora, review_id=review, note="애매해요.")
    scene.clock.advance(hours=12)
    scene.sweep()
    held = scene.review_of(assignment)
    assert (held.state, held.reviewer_id) == (ReviewState.CLAIMED, sora)
    scene.release(issue=issue)
    after = scene.review_of(assignment).lease_until
    assert after is not None
    assert after - scene.clock() == timedelta(minutes=90)
    with scene.transactions() as uow:
        accept(uow, person_id=sora, review_id=review)
    assert scene.findings() == []


def test_rework_handed_in_on_hold_is_reserved_from_the_release_on(scene: Scene) -> None:
    assignment, _verdict = scene.returned()
    scene.hold(1)
    scene.submit(assignment, "거시기혀")
    assert scene.told(ReviewReserved) == []
    scene.clock.advance(days=3)
    scene.sweep()
    scene.release(1)
    review = scene.review_of(assignment)
    assert (review.reviewer_id, review.lease_until) == (
        scene.crew["sora"],
        scene.clock() + timedelta(hours=24),
    )
    assert scene.told(ReviewReserved) == [ReviewReserved(scene.crew["sora"], review.id)]


def test_a_verdict_may_be_taken_back_on_hold(scene: Scene) -> None:
    assignment, _verdict = scene.returned()
    review, sora = scene.review_of(assignment).id, scene.crew["sora"]
    scene.hold(1)
    with scene.transactions() as uow:
        undo(uow, person_id=sora, review_id=review)
    assert scene.findings() == []
    with pytest.raises(OnHold), scene.transactions() as uow:
        accept(uow, person_id=sora, review_id=review)
    scene.clock.advance(hours=30)
    scene.sweep()
    scene.release(1)
    with scene.transactions() as uow:
        accept(uow, person_id=sora, review_id=review)
    assert scene.findings() == []


def test_who_may_hold_what(scene: Scene) -> None:
    for who in ("mina", "sora"):
        with pytest.raises(NotAllowed):
            scene.hold(1, who=who)
    with pytest.raises(NotFound):
        scene.hold(1, 99)
    scene.hold(1, who="alex")
    with pytest.raises(NotAllowed):
        scene.release(1, who="jun")
    with pytest.raises(NotAllowed):
        scene.hold(1, issue=scene.issue(), who="mina")
    assert scene.release(1, who="boss").tasks == (1,)


def test_what_is_final_is_left_alone(scene: Scene) -> None:
    scene.submit(scene.claim())
    review = scene.take()
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew["sora"], review_id=review)
    assert scene.hold(1, 2) == Held((2,), ())


def test_a_ruling_lets_work_go_on_and_the_pm_may_stop_it_again(scene: Scene) -> None:
    issue, mina, bridge = scene.issue(), scene.crew["mina"], scene.crew["bridge"]
    assignments = [scene.claim(), scene.claim()]
    scene.hold(1, 2, 3, issue=issue)
    other = scene.issue()
    scene.hold(3, issue=other)
    with scene.transactions() as uow:
        ver = _issue(uow, issue).ver
        with pytest.raises(Invalid):
            rule(uow, person_id=bridge, issue_id=issue, ver=ver, words=" ")
        ruling = rule(uow, person_id=bridge, issue_id=issue, ver=ver, words="들리는 대로 적어 주세요.")
    assert [news.what for news in scene.told(HoldNews)] == ["held", "ruled"]
    assert {card.person_id for card in scene.told(RulingCard)} == {bridge, scene.crew["alex"]}
    assert (scene.row(Task, 1).held_at, scene.row(Task, 3).held_at is None) == (None, False)
    with pytest.raises(StaleAction), scene.transactions() as uow:
        rule(uow, person_id=bridge, issue_id=issue, ver=_issue(uow, issue).ver, words="아니요.")
    scene.clock.advance(minutes=3)
    scene.submit(assignments[0])
    review = scene.take()
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew["sora"], review_id=review)
    with pytest.raises(Invalid), scene.transactions() as uow:
        decide_ruling(uow, person_id=scene.crew["alex"], ruling_id=ruling, ver=1, agree=False)
    with pytest.raises(NotAllowed), scene.transactions() as uow:
        decide_ruling(uow, person_id=bridge, ruling_id=ruling, ver=1, agree=True)
    with scene.transactions() as uow:
        decide_ruling(
            uow, person_id=scene.crew["alex"], ruling_id=ruling, ver=1, agree=False, reason="Keep spelling."
        )
    with scene.transactions.reading() as session:
        held = set(session.scalars(select(Hold.task_id).where(Hold.released_at.is_(None))))
    assert held == {2, 3}, "what became final under the ruling stays final"
    assert scene.told(HoldNews)[2:] == [HoldNews(mina, "ruling_off", [assignments[1]], issue)]
    with pytest.raises(StaleAction), scene.transactions() as uow:
        decide_ruling(uow, person_id=scene.crew["alex"], ruling_id=ruling, ver=2, agree=True)
    assert scene.findings() == []


def test_a_ruling_that_the_pm_agrees_with_stays(scene: Scene) -> None:
    issue, bridge = scene.issue(), scene.crew["bridge"]
    scene.hold(1, issue=issue)
    with scene.transactions() as uow:
        ruling = rule(
            uow, person_id=bridge, issue_id=issue, ver=_issue(uow, issue).ver, words="그대로 적어요."
        )
    with scene.transactions() as uow:
        decide_ruling(uow, person_id=scene.crew["alex"], ruling_id=ruling, ver=1, agree=True)
    assert scene.row(Ruling, ruling).state is RulingState.AGREED
    assert scene.row(Task, 1).held_at is None


def _issue(uow: UnitOfWork, issue_id: int) -> Issue:
    return uow.session.get_one(Issue, issue_id)


def test_claims_and_holds_at_the_same_time(scene: Scene) -> None:
    """Whoever is first: what was claimed is marked, and what is marked is not claimed."""
    rounds = 8

    def hold_and_release() -> None:
        for _ in range(rounds):
            scene.hold(1, 2, 3)
            scene.release(1, 2, 3)
        scene.hold(1, 2, 3)

    def work(who: str) -> None:
        for _ in range(rounds):
            try:
                assignment = scene.claim(who)
                with scene.transactions() as uow:
                    give_back(uow, person_id=scene.crew[who], assignment_id=assignment)
            except (NoWork, DatabaseBusy):
                continue

    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(hold_and_release), *(pool.submit(work, w) for w in ("mina", "jun", "sora"))]
        for one in started:
            one.result(60)
    with scene.transactions.reading() as session:
        assert all(session.scalars(select(AnswerSlot.held_at)))
    assert scene.findings() == []


def test_a_claim_reads_only_what_is_not_on_hold(database: Database, scene: Scene) -> None:
    """However much is on hold, the head is found through the partial indexes."""
    with scene.transactions.reading() as session:
        connection = session.connection()
        if not database.is_sqlite:
            # So few rows would be read from end to end otherwise.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        pick = _pick(with_id=False, any_project=True, some_closed=False).params(
            person=scene.crew["mina"], key=""
        )
        sql = str(pick.compile(connection, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + sql))
    assert "ix_answer_slot_claimable" in plan, plan
    assert "uq_assignment_person_once_per_task" in plan, plan
    assert "ix_verdict_assignment" in plan, plan
    assert "ix_appeal_task_reviewer" in plan, plan
