"""Several answers to one task: when it is final, when one more is wanted, and when a supervisor decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Assignment, OutboxRow, Project, Task
from bot.db.unit_of_work import Transactions
from bot.domain.consensus import Outcome
from bot.domain.errors import EmptyAnswer, Invalid, NotAllowed, NotYours, OnHold, StaleAction
from bot.domain.task import SlotState, TaskState, TaskType, slot_rank
from bot.outbox.cards import find_card, remember_card
from bot.outbox.quality_messages import AdjudicationCard
from bot.reports.counted import counted_answers
from bot.reports.live_board import open_batches
from bot.services import voting
from bot.services.batches import hold_batch
from bot.services.holding import hold_tasks, release_tasks
from bot.services.imports import import_tasks
from bot.services.qualifying import grant
from tests.conftest import MovableClock
from tests.factories import task_rows
from tests.integration.voting_scene import Scene, voting_crew, voting_scene

NI_KKE, NI_KKA = "아니아니라니께", "아니아니라니까"


def scene_of(transactions: Transactions, workers: int = 6, **rules: object) -> Scene:
    crew, people = voting_crew(transactions, workers)
    return voting_scene(transactions, crew, people, **rules)  # type: ignore[arg-type]  # rules by name


def decide(scene: Scene, task_id: int, **how: object) -> int:
    who = how.pop("person_id", scene.crew["bridge"])
    with scene.transactions() as uow:
        return voting.adjudicate(uow, person_id=who, task_id=task_id, note="들어 봤어요", **how)  # type: ignore[arg-type]  # as named by the test


def cards(scene: Scene) -> int:
    with scene.transactions.reading() as session:
        query = select(func.count()).where(OutboxRow.kind == "adjudication_card")
        return session.scalar(query) or 0


def test_most_votes_win_whatever_the_spelling(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=3)
    (task,) = scene.bring()
    scene.all_say(NI_KKE, NI_KKA, NI_KKE)
    found = scene.standing(task)
    assert scene.state(task) is TaskState.FINAL
    assert found is not None
    assert (found.outcome, found.answers, found.votes, round(found.share, 3)) == (Outcome.CLEAR, 3, 2, 0.667)
    assert scene.earned(task) == [100, 100, 100], "who was outvoted is paid like the others"


def test_one_answer_needs_no_vote(transactions: Transactions) -> None:
    scene = scene_of(transactions)
    (task,) = scene.bring()
    scene.all_say("네")
    assert (scene.state(task), scene.standing(task)) == (TaskState.FINAL, None)


def test_a_tie_asks_one_more_at_a_time(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2, overlap_max=4)
    (task,) = scene.bring()
    scene.all_say("가", "나")
    assert scene.state(task) is TaskState.OPEN
    assert scene.slots(task) == {SlotState.ACCEPTED: 2, SlotState.OPEN: 1}
    scene.answer(2, "다")
    scene.accept()
    assert scene.slots(task) == {SlotState.ACCEPTED: 3, SlotState.OPEN: 1}
    scene.answer(3, "가")
    scene.accept()
    assert scene.state(task) is TaskState.ADJUDICATION, "half of the votes is no majority"
    assert scene.answer(4, "가") is None, "nobody is asked for a fifth"
    found = scene.standing(task)
    assert found is not None
    assert (found.outcome, found.submission_id, found.words) == (Outcome.WEAK, None, None)
    assert cards(scene) == 1


def test_a_supervisor_lets_one_answer_stand(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("께", "까")
    with transactions() as uow:
        waiting = voting.next_adjudication(uow, person_id=scene.crew["bridge"])
        assert waiting == task
        assert voting.next_adjudication(uow, person_id=scene.crew["dohyun"]) is None
    first = next(iter(scene.words(task)))
    decide(scene, task, submission_id=first)
    found = scene.standing(task)
    assert found is not None
    assert (scene.state(task), found.submission_id, found.note) == (TaskState.FINAL, first, "들어 봤어요")
    assert scene.earned(task) == [100, 100]
    with pytest.raises(StaleAction):
        decide(scene, task, submission_id=first)
    scene.check()


def test_a_supervisor_writes_their_own_words(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("께", "까")
    with pytest.raises(EmptyAnswer):
        decide(scene, task, words={"text": "  "})
    decide(scene, task, words={"text": " 아니라니께요 "})
    found = scene.standing(task)
    assert found is not None
    assert (found.words, found.submission_id) == ({"text": "아니라니께요"}, None)


def test_who_may_decide(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("께", "까")
    other = next(iter(scene.words(task)))
    for who, refusal in (("alex", NotAllowed), ("dohyun", NotAllowed), ("mina", NotAllowed)):
        with pytest.raises(refusal):
            decide(scene, task, person_id=scene.crew[who], submission_id=other)
    with pytest.raises(NotYours):
        decide(scene, task, submission_id=other + 1000)
    with pytest.raises(Invalid), transactions() as uow:
        voting.adjudicate(uow, person_id=scene.crew["bridge"], task_id=task, note=" ", submission_id=other)
    assert scene.state(task) is TaskState.ADJUDICATION


def test_who_has_answered_does_not_decide(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 2)
    scene = voting_scene(transactions, crew, (*people, crew["bridge"]), overlap=3)
    (task,) = scene.bring()
    scene.all_say("가", "나", "다")
    with transactions() as uow:
        assert voting.next_adjudication(uow, person_id=crew["bridge"]) is None
    with pytest.raises(NotYours):
        decide(scene, task, submission_id=next(iter(scene.words(task))))
    assert cards(scene) == 0, "nobody is there to be told; the figures of the project say that it waits"


def test_nothing_is_decided_on_hold(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("가", "나")
    with transactions() as uow:
        hold_tasks(uow, person_id=scene.crew["bridge"], task_ids=(task,))
    with transactions() as uow:
        assert voting.next_adjudication(uow, person_id=scene.crew["bridge"]) is None
    with pytest.raises(OnHold):
        decide(scene, task, words={"text": "가"})
    with transactions() as uow:
        release_tasks(uow, person_id=scene.crew["bridge"], task_ids=(task,))
    decide(scene, task, words={"text": "가"})
    scene.check()


def test_a_dialect_is_never_outvoted_in_silence(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=3, dialect="dialect:전남")
    with transactions() as uow:
        grant(
            uow,
            actor_id=scene.crew["bridge"],
            person_id=scene.workers[0],
            key="dialect:전남",
            evidence="해남",
        )
    (task,) = scene.bring()
    scene.all_say(NI_KKE, NI_KKA, NI_KKA)
    found = scene.standing(task)
    assert found is not None
    assert (scene.state(task), found.outcome, found.dissent) == (TaskState.ADJUDICATION, Outcome.FLAGGED, 1)


def test_votes_on_labels_count_by_a_skill(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 3)
    scene = voting_scene(
        transactions, crew, people,
        kind=TaskType.MODERATION, labels=("안전", "욕설"), overlap=3, weight_by="moderation",
    )  # fmt: skip
    with transactions() as uow:
        grant(uow, actor_id=crew["bridge"], person_id=people[2], key="moderation", value=5, evidence="시험")
    (task,) = scene.bring()
    for worker, label in enumerate(("안전", "안전", "욕설")):
        scene.answer(worker, {"label": label, "rationale": f"이유 {worker}"})
        scene.accept()
    found = scene.standing(task)
    assert found is not None
    assert (found.outcome, found.votes, round(found.share, 3)) == (Outcome.CLEAR, 1, 0.714), (
        "the votes are those of the winner"
    )
    with transactions.reading() as session:
        chosen = [a for a in counted_answers(session, task) if a.submission_id == found.submission_id]
        assert chosen[0].words["label"] == "욕설"


def test_what_a_reviewer_corrected_votes(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=3)
    (task,) = scene.bring()
    for worker, (said, fixed) in enumerate((("께", None), ("까", {"text": "께"}), ("끼", None))):
        scene.answer(worker, said)
        scene.accept(fixed)
    found = scene.standing(task)
    assert found is not None
    assert (found.outcome, found.votes) == (Outcome.CLEAR, 2)


def test_taking_a_verdict_back_opens_the_vote_again(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=3)
    (task,) = scene.bring()
    scene.all_say("께", "께")
    scene.answer(2, "까")
    review = scene.accept()
    assert scene.state(task) is TaskState.FINAL
    scene.undo(review)
    assert (scene.state(task), scene.standing(task)) == (TaskState.OPEN, None)
    assert scene.slots(task) == {SlotState.ACCEPTED: 2, SlotState.TAKEN: 1}
    scene.check()


def test_a_decision_falls_with_an_answer_it_was_made_on(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("가")
    scene.answer(1, "나")
    review = scene.accept()
    decide(scene, task, words={"text": "다"})
    told = cards(scene)
    scene.undo(review)
    assert (scene.state(task), scene.standing(task)) == (TaskState.OPEN, None)
    assert told == 2, "the card waits, then says that it is decided"


def test_who_is_to_decide_anew_gets_a_new_message(transactions: Transactions, clock: MovableClock) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("가")
    scene.answer(1, "나")
    review = scene.accept()
    key = AdjudicationCard(scene.crew["bridge"], task).card
    with transactions() as uow:
        remember_card(uow.session, key, "D1", "1.1", "", uow.now)
    scene.undo(review)
    scene.accept_again(review)
    with transactions.reading() as session:
        assert find_card(session, key), "the card they have not looked at yet is drawn again"
    decide(scene, task, words={"text": "다"})
    clock.advance(days=7)
    scene.rules(overlap=3)
    scene.follow()
    scene.answer(2, "라")
    scene.accept()
    assert scene.state(task) is TaskState.ADJUDICATION
    with transactions.reading() as session:
        assert find_card(session, key) is None, "nobody looks for a card of last week"


def test_tasks_that_are_begun_are_finished_first(transactions: Transactions) -> None:
    """By priority, then what is begun, then age, also where the slot was added later."""
    scene = scene_of(transactions, overlap=2, overlap_max=3)
    tasks = scene.bring(4)
    with transactions() as uow:
        for slot in uow.session.scalars(select(AnswerSlot).where(AnswerSlot.task_id == tasks[3])):
            slot.rank = slot_rank(1)
    scene.answer(0, "급")
    scene.answer(1, "급")
    for worker, words in enumerate("가나"):
        scene.answer(worker, words)
    for _ in range(4):
        scene.accept()
    # An urgent one is imported meanwhile.
    with transactions() as uow:
        project = uow.session.get_one(Project, scene.project_id)
        (row,) = task_rows(1, start=900)
        import_tasks(uow, project=project, source_name="u.csv", rows=(replace(row, priority=1),))
    given = [scene.answer(2, words) for words in ("급", "가", "다")]
    with transactions.reading() as session:
        urgent = session.scalars(select(func.max(Task.id))).one()
        found = [session.get_one(Assignment, one).task_id for one in given]
    assert found == [urgent, tasks[0], tasks[1]], "the third vote comes before anything new"


def test_a_project_that_wants_more_finishes_task_by_task(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=1)
    tasks = scene.bring(3)
    scene.rules(overlap=2)
    scene.follow()
    scene.all_say("가")
    taken = scene.answer(1, "가")
    with transactions.reading() as session:
        assert session.get_one(Assignment, taken).task_id == tasks[0]


def test_an_import_on_hold_waits_for_no_decision_either(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("가", "나")
    assert scene.state(task) is TaskState.ADJUDICATION
    with transactions() as uow:
        batch = uow.session.get_one(Task, task).batch_id
        assert [one.open for one in open_batches(uow.session, scene.project_id)] == [1]
        held = hold_batch(uow, actor_id=scene.crew["bridge"], batch_id=batch, reason="새 지침을 기다려요.")
    assert held.tasks == (task,)
    with pytest.raises(OnHold):
        decide(scene, task, words={"text": "다"})


def test_raising_the_overlap_opens_final_tasks_again(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    first, second = scene.bring(2)
    scene.answer(0, "가")
    scene.accept()
    scene.answer(1, "가")
    scene.accept()
    assert scene.state(first) is TaskState.FINAL
    scene.rules(overlap=3)
    assert scene.follow() == 2
    assert scene.follow() == 0
    assert scene.state(first) is TaskState.OPEN
    assert scene.slots(first) == {SlotState.ACCEPTED: 2, SlotState.OPEN: 1}
    assert scene.slots(second) == {SlotState.OPEN: 3}
    assert len(scene.earned(first)) == 2
    scene.check()


def test_lowering_the_overlap_closes_what_nobody_has(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=4)
    first, second = scene.bring(2)
    scene.answer(0, "가")
    scene.accept()
    scene.answer(1, "가")
    scene.answer(2, "나")
    scene.rules(overlap=1)
    assert scene.follow() == 2
    assert scene.state(first) is TaskState.FINAL
    assert scene.slots(first) == {SlotState.ACCEPTED: 1, SlotState.TAKEN: 2, SlotState.CLOSED: 1}
    assert scene.slots(second) == {SlotState.OPEN: 1, SlotState.CLOSED: 3}
    scene.accept()
    assert scene.state(first) is TaskState.FINAL
    scene.accept()
    assert (scene.state(first), len(scene.earned(first))) == (TaskState.FINAL, 3), "work in hand is paid"
    scene.rules(overlap=4)
    scene.follow()
    assert scene.slots(first) == {SlotState.ACCEPTED: 3, SlotState.OPEN: 1}
    assert scene.slots(second) == {SlotState.OPEN: 4}, "the same four"
    scene.check()


def test_a_slot_given_back_to_a_final_task_is_closed(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=2)
    (task,) = scene.bring()
    scene.all_say("가")
    held = scene.answer(1, "나")
    assert held is not None
    scene.rules(overlap=1)
    scene.follow()
    assert scene.state(task) is TaskState.FINAL
    scene.reject()
    scene.give_back(1, held)
    assert scene.slots(task) == {SlotState.ACCEPTED: 1, SlotState.CLOSED: 1}
    assert scene.answer(2, "다") is None


def test_what_is_on_hold_follows_afterwards(transactions: Transactions) -> None:
    scene = scene_of(transactions, overlap=1)
    held, free = scene.bring(2)
    with transactions() as uow:
        hold_tasks(uow, person_id=scene.crew["bridge"], task_ids=(held,))
    scene.rules(overlap=2)
    assert scene.follow() == 1
    assert (scene.task(held).overlap, scene.task(free).overlap) == (1, 2)
    assert scene.follow() == 0


@pytest.mark.parametrize("words", [("가", "가", "나"), ("가", "나", "다"), ("가", "가", "가")])
def test_the_order_of_answers_changes_nothing(transactions: Transactions, words: tuple[str, ...]) -> None:
    crew, people = voting_crew(transactions, 3)
    seen = set()
    for order in sorted(set(permutations(words))):
        scene = voting_scene(transactions, crew, people, overlap=3)
        (task,) = scene.bring()
        scene.all_say(*order)
        found = scene.standing(task)
        assert found is not None
        seen.add((found.outcome, scene.words(task).get(found.submission_id or 0)))
    best, votes = Counter(words).most_common(1)[0]
    assert seen == ({(Outcome.CLEAR, best)} if votes > 1 else {(Outcome.TIED, None)})
