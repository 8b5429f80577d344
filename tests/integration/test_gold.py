"""Known tasks: mixed in so that nobody can tell them, paid like any other, and counted nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.db.models import AnswerSlot, Assignment, Consensus, Gold, GoldResult, LedgerLine, Review, Task
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.consensus import Outcome
from bot.domain.errors import HandsFull, Invalid, NotAllowed, NotFound, NoWork
from bot.domain.exports import What
from bot.domain.quality import GOLD_ALIKE
from bot.domain.review import ReviewState
from bot.domain.task import SlotState, TaskState, TaskType
from bot.i18n.catalogs import load_catalogs
from bot.reports.cards import read_assignment
from bot.reports.desk import read_desk
from bot.reports.export_rows import count_answers, stream_tasks
from bot.reports.fairness import own_work
from bot.reports.golds import read_golds
from bot.reports.status import read_status
from bot.reports.throughput import read_throughput
from bot.reports.window import days_until, local_date
from bot.services import gold
from bot.services.known import PATIENCE, accept_known
from bot.services.reviews import claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import accept as accept_review
from bot.slack.reader import Reader
from bot.slack.views.tasks import assignment_card
from tests.conftest import MovableClock
from tests.factories import make_crew
from tests.integration.fair_scene import FairScene

KNOWN = "거시기 허요"


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    scene = FairScene(transactions, clock, tasks=12)
    scene.gold(12, KNOWN)
    scene.rules(gold_percent=50)
    return scene


def review_one(scene: FairScene, who: str = "jun") -> int:
    """Let somebody's answer be reviewed just now; return its assignment. Reviewers are at work then."""
    while scene.assignment(claimed := scene.claim(who)).gold_id is not None:
        scene.submit(claimed, KNOWN, who=who)
    scene.submit(claimed, KNOWN, who=who)
    review = scene.review_of(claimed)
    with scene.transactions() as uow:
        claim_review(uow, person_id=scene.crew["sora"], review_id=review.id)
        accept_review(uow, person_id=scene.crew["sora"], review_id=review.id)
    return claimed


def paid(scene: FairScene, who: str = "mina") -> list[int]:
    with scene.transactions.reading() as session:
        lines = select(LedgerLine.amount_minor).where(LedgerLine.person_id == scene.crew[who])
        return list(session.scalars(lines))


def until_known(scene: FairScene, who: str = "mina") -> int:
    """Claim and hand in until a known task comes; return its assignment."""
    for _ in range(11):
        claimed = scene.claim(who)
        if scene.assignment(claimed).gold_id is not None:
            return claimed
        scene.submit(claimed, who=who)
    raise AssertionError("no known task came")


def test_a_known_task_takes_a_slot_of_its_own_and_leaves_the_other_open(scene: FairScene) -> None:
    claimed = scene.assignment(until_known(scene))
    assert claimed.task_id == 12
    with scene.transactions.reading() as session:
        slots = session.execute(
            select(AnswerSlot.number, AnswerSlot.state)
            .where(AnswerSlot.task_id == 12)
            .order_by(AnswerSlot.number)
        ).all()
        # Nobody else holds what mina would have had.
        taken = session.scalar(select(func.count()).where(AnswerSlot.state == SlotState.TAKEN))
        held = session.scalar(select(func.count()).where(Assignment.state.in_(("claimed", "in_review"))))
    assert [tuple(one) for one in slots] == [(1, SlotState.OPEN), (2, SlotState.TAKEN)]
    assert taken == held
    assert scene.findings() == []


def test_giving_it_back_closes_the_slot_and_it_does_not_come_again(scene: FairScene) -> None:
    claimed = until_known(scene)
    with scene.transactions() as uow:
        release(uow, person_id=scene.crew["mina"], assignment_id=claimed)
    slot = scene.row(AnswerSlot, scene.assignment(claimed).slot_id)
    assert slot.state is SlotState.CLOSED
    assert scene.findings() == []
    rest = []
    while True:
        try:
            rest.append(scene.claim())
        except NoWork:
            break
        scene.submit(rest[-1])
    assert all(scene.assignment(one).gold_id is None for one in rest)


def test_it_is_accepted_and_paid_after_as_long_as_a_review_takes(scene: FairScene) -> None:
    claimed = until_known(scene)
    assert not scene.submit(claimed, KNOWN)
    assert scene.assignment(claimed).state is AssignmentState.IN_REVIEW
    assert scene.review_of(claimed).state is ReviewState.CLAIMED
    result = one(scene, GoldResult)
    assert (result.hit, result.likeness, result.person_id) == (True, 1.0, scene.crew["mina"])
    # No reviewer is offered it.
    reviews = []
    while True:
        try:
            reviews.append(scene.take("dohyun"))
        except (NoWork, HandsFull):
            break
    assert scene.review_of(claimed).id not in reviews
    assert accept(scene) == 0, "not at once"
    scene.clock.advance(hours=2)
    assert accept(scene) == 0, "no reviewer is at work"
    review_one(scene)
    scene.clock.advance(minutes=10)
    assert accept(scene)
    assert accept(scene) == 0
    scene.sweep()
    assert scene.assignment(claimed).state is AssignmentState.ACCEPTED
    assert paid(scene) == [350]
    assert scene.row(Task, 12).state is TaskState.OPEN, "the trial is no answer of the task"
    assert scene.findings() == []


def test_nobodys_pay_waits_for_reviewers_who_never_come(scene: FairScene) -> None:
    claimed = until_known(scene)
    scene.submit(claimed, KNOWN)
    scene.clock.advance(seconds=PATIENCE.total_seconds() - 1)
    assert accept(scene) == 0
    scene.clock.advance(seconds=1)
    assert accept(scene) == 1
    assert paid(scene) == [350]


@pytest.mark.parametrize("final", [False, True])
def test_whoever_counts_along_finds_no_known_task_missing(scene: FairScene, final: bool) -> None:
    """Home, one's own figures and the pay go by every task alike."""
    if final:
        with scene.transactions() as uow:
            uow.session.execute(
                update(AnswerSlot).where(AnswerSlot.task_id == 12).values(state=SlotState.CLOSED)
            )

    def home() -> tuple[int, int]:
        with scene.transactions.reading() as session:
            desk = read_desk(session, scene.crew["mina"], now=scene.clock())
        return desk.open_tasks, desk.in_review

    seen = []
    for _ in range(5):
        before = home()
        claimed = scene.claim()
        left = home()[0]
        scene.submit(claimed, KNOWN)
        seen.append((before[0] - left, left - home()[0], home()[1] - before[1]))
        if scene.assignment(claimed).gold_id is not None:
            continue
        review = scene.review_of(claimed).id
        with scene.transactions() as uow:
            claim_review(uow, person_id=scene.crew["sora"], review_id=review)
            accept_review(uow, person_id=scene.crew["sora"], review_id=review)
    with scene.transactions.reading() as session:
        assert session.scalar(select(func.count(GoldResult.id)))
    assert set(seen) == {(1, 0, 1)}
    scene.clock.advance(hours=2)
    review_one(scene)
    scene.clock.advance(minutes=10)
    assert accept(scene)
    with scene.transactions.reading() as session:
        (own,) = own_work(session, scene.crew["mina"], scene.clock())
    assert (own.first_judged, own.accepted, own.first_rejected) == (5, 5, 0)
    assert len(paid(scene)) == 5


def test_a_claim_waits_for_nobody_who_is_at_the_known_task(scene: FairScene) -> None:
    """Whoever has it may want the slot next that the claim has in its hands."""
    if scene.transactions.database.is_sqlite:
        pytest.skip("there is one writer at a time")
    with scene.transactions() as uow:
        assert uow.lock(Task, 12) is not None
        for _ in range(8):
            claimed = scene.claim()
            assert scene.assignment(claimed).gold_id is None
            scene.submit(claimed)


def test_who_decided_or_checked_it_is_not_given_it(scene: FairScene) -> None:
    with scene.transactions() as uow:
        uow.session.add(
            Consensus(
                task_id=12,
                project_id=scene.crew.project_id,
                outcome=Outcome.TIED,
                answers=2,
                votes=1,
                share=0.5,
                decided_by_id=scene.crew["mina"],
                words={"text": KNOWN},
                made_at=uow.now,
            )
        )
    for _ in range(8):
        claimed = scene.claim()
        assert scene.assignment(claimed).gold_id is None
        scene.submit(claimed)


def test_late_work_at_a_known_task_counts_like_any_other(scene: FairScene) -> None:
    claimed = until_known(scene)
    scene.clock.advance(hours=9)
    scene.sweep()
    assert scene.assignment(claimed).state is AssignmentState.EXPIRED
    assert not scene.submit(claimed, KNOWN), "kept and counted"
    scene.clock.advance(hours=2)
    review_one(scene)
    scene.clock.advance(minutes=10)
    assert accept(scene)
    assert scene.assignment(claimed).state is AssignmentState.ACCEPTED
    assert scene.findings() == []


def accept(scene: FairScene) -> int:
    with scene.transactions() as uow:
        return accept_known(uow)


def one(scene: FairScene, model: Any) -> Any:
    with scene.transactions.reading() as session:
        return session.scalars(select(model)).one()


def test_it_counts_in_no_export_no_throughput_and_no_status(scene: FairScene) -> None:
    claimed = until_known(scene)
    with scene.transactions.reading() as session:
        now, project = scene.clock(), scene.crew.project_id
        handed_in = session.scalar(select(func.count()).where(Assignment.state == "in_review"))
        assert read_status(session, project, now).claimed == 0
    scene.submit(claimed, KNOWN)
    with scene.transactions.reading() as session:
        window = days_until("Asia/Seoul", local_date("Asia/Seoul", now), 1)
        done = read_throughput(session, project, window)
        rows = [row.assignment_id for task in stream_tasks(session, project, What.ANSWERS) for row in task]
        assert count_answers(session, project, What.ANSWERS) == len(rows) == handed_in
        assert claimed not in rows
        assert read_status(session, project, now).in_review == handed_in
    assert done.submitted == done.judgements == handed_in


def test_nobody_who_works_or_reviews_sees_which_it_was(scene: FairScene) -> None:
    """Every card of a known task is word for word the card of any other, at every step."""
    usual, known = scene.claim("jun"), until_known(scene)
    while scene.assignment(usual).gold_id is not None:
        scene.submit(usual, KNOWN, who="jun")
        usual = scene.claim("jun")
    assert shape(scene, usual) == shape(scene, known)
    scene.submit(usual, KNOWN, who="jun")
    scene.submit(known, KNOWN)
    assert shape(scene, usual) == shape(scene, known)
    review = scene.review_of(usual)
    with scene.transactions() as uow:
        claim_review(uow, person_id=scene.crew["dohyun"], review_id=review.id)
        accept_review(uow, person_id=scene.crew["dohyun"], review_id=review.id)
    scene.clock.advance(hours=2)
    review_one(scene)
    scene.clock.advance(minutes=10)
    accept(scene)
    assert scene.assignment(known).state is AssignmentState.ACCEPTED
    assert shape(scene, usual) == shape(scene, known)
    with scene.transactions.reading() as session:
        for who in ("mina", "dohyun", "sora"):
            desk = json.dumps(read_desk(session, scene.crew[who]), default=str)
            assert "gold" not in desk


def shape(scene: FairScene, assignment: int) -> str:
    """Return a card's words without the task's own numbers."""
    with scene.transactions.reading() as session:
        facts = read_assignment(session, assignment)
    assert facts is not None
    catalogs = load_catalogs()
    reader = Reader(catalogs["ko"], "ko", "Asia/Seoul", scene.clock())
    card = json.dumps(assignment_card(reader, facts).as_reply(), ensure_ascii=False)
    task = facts.task
    for own in (task.external_id, f"#{task.task_id}", task.payload["audio"], f"{assignment}.{facts.ver}",
                f"task.{task.task_id}"):  # fmt: skip
        card = card.replace(own, "…")
    return card


def test_what_is_known_comes_from_the_final_answer_or_from_words(scene: FairScene) -> None:
    with pytest.raises(Invalid, match="no_answer"):
        scene.gold(1)
    with pytest.raises(NotFound):
        scene.gold(99, "없는 과제")
    with scene.transactions() as uow, pytest.raises(NotAllowed):
        gold.set_gold(
            uow, actor_id=scene.crew["mina"], project_id=scene.crew.project_id, task_id=1, answer="몰래"
        )
    scene.gold(12, "고친 답")
    known = one(scene, Gold)
    assert known.answer == {"text": "고친 답"}
    with scene.transactions() as uow:
        gold.retire_gold(uow, actor_id=scene.crew["alex"], project_id=scene.crew.project_id, task_id=12)
    with scene.transactions() as uow, pytest.raises(NotFound):
        gold.retire_gold(uow, actor_id=scene.crew["alex"], project_id=scene.crew.project_id, task_id=12)
    for _ in range(3):
        assert scene.assignment(scene.claim("jun")).gold_id is None


def test_labels_are_right_or_wrong_and_text_is_more_or_less_alike() -> None:
    known = {"text": "그라고 말이여 거시기 허요"}
    assert gold.compare(TaskType.TRANSCRIPTION, known, {"text": "그라고  말이여 거시기 허요 "}) == 1
    assert GOLD_ALIKE < gold.compare(TaskType.TRANSCRIPTION, known, {"text": "그라고 말이여 거시기 해요"}) < 1
    assert gold.compare(TaskType.TRANSCRIPTION, known, {"unusable": "noise"}) == 0
    assert (
        gold.compare(TaskType.MODERATION, {"label": "safe"}, {"label": "safe", "rationale": "괜찮아요"}) == 1
    )
    assert gold.compare(TaskType.MODERATION, {"label": "safe"}, {"label": "unsafe"}) == 0


def test_those_who_steer_see_how_it_went(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=6, kind=TaskType.MODERATION)
    scene = FairScene.__new__(FairScene)
    scene.transactions, scene.clock, scene.crew = transactions, clock, crew
    for task in (4, 5, 6):
        scene.gold(task, "SAFE")
    scene.rules(gold_percent=50)
    for assignment in labelled(scene):
        assert assignment
    with transactions.reading() as session:
        shown = read_golds(session, crew.project_id, 50)
        known = session.scalar(select(func.count()).select_from(GoldResult))
        pending = session.scalar(select(func.count()).where(Review.state == ReviewState.CLAIMED))
    assert shown.total == len(shown.golds) == 3
    assert known
    assert known == pending == sum(row.tries for row in shown.golds)
    assert shown.people[0].nickname == "mina"
    assert shown.people[0].hits == known
    assert scene.findings() == []


def labelled(scene: FairScene) -> Iterator[int]:
    while True:
        try:
            with scene.transactions() as uow:
                claimed = claim_next(uow, person_id=scene.crew["mina"]).assignment_id
        except NoWork:
            return
        with scene.transactions() as uow:
            parts = {"label": "safe", "rationale": "괜찮아요"}
            submit(uow, person_id=scene.crew["mina"], assignment_id=claimed, parts=parts)
        yield claimed
