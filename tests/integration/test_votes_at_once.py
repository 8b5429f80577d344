"""Several people at the answers of one task at the same moment: nobody waits for somebody who waits for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.rules import ReviewMode
from bot.domain.task import SlotState, TaskState
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import accept, undo
from bot.services.voting import follow_overlap
from tests.conftest import LONG
from tests.integration.voting_scene import voting_crew, voting_scene

ROUNDS = 40 if LONG else 6


def at_once(transactions: Transactions, *steps: Callable[[UnitOfWork], object]) -> list[Exception]:
    """Do the steps at the same moment, each in a transaction of its own; return what went wrong."""
    together, wrong = Barrier(len(steps)), list[Exception]()

    def run(step: Callable[[UnitOfWork], object]) -> None:
        together.wait()
        try:
            with transactions() as uow:
                step(uow)
        except Exception as error:
            wrong.append(error)

    threads = [Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_all_hand_in_what_nobody_reviews(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 4)
    scene = voting_scene(
        transactions,
        crew,
        people,
        overlap=4,
        review_mode=ReviewMode.SAMPLE,
        sample_percent=0,
        newcomer_first=0,
    )
    tasks = scene.bring(ROUNDS)
    for task in tasks:
        with transactions() as uow:
            taken = [claim_next(uow, person_id=one, project_key=scene.key).assignment_id for one in people]
        steps = [
            partial(submit, person_id=who, assignment_id=what, parts={"text": "네"})
            for who, what in zip(people, taken, strict=True)
        ]
        assert at_once(transactions, *steps) == []
        assert scene.state(task) is TaskState.FINAL
        assert scene.earned(task) == [100] * 4
    scene.check()


def test_verdicts_given_and_taken_back(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 2)
    scene = voting_scene(transactions, crew, people, overlap=2)
    one, other = crew["dohyun"], crew["bridge"]
    for task in scene.bring(ROUNDS):
        for worker in range(2):
            scene.answer(worker, "네")
        with transactions() as uow:
            first = claim_next_review(uow, person_id=one, project_key=scene.key).review_id
            second = claim_next_review(uow, person_id=other, project_key=scene.key).review_id
        ours = partial(accept, person_id=one, review_id=first), partial(undo, person_id=one, review_id=first)
        theirs = (
            partial(accept, person_id=other, review_id=second),
            partial(undo, person_id=other, review_id=second),
        )
        for pair, state in (
            ((ours[0], theirs[0]), TaskState.FINAL),
            ((ours[1], theirs[1]), TaskState.OPEN),
            ((ours[0],), TaskState.OPEN),
            ((ours[1], theirs[0]), TaskState.OPEN),
            ((ours[0],), TaskState.FINAL),
        ):
            assert at_once(transactions, *pair) == []
            assert scene.state(task) is state
        assert sum(scene.earned(task)) == 200
    scene.check()


def test_a_task_given_back_while_fewer_answers_are_wanted(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 2)
    for _ in range(ROUNDS):
        scene = voting_scene(transactions, crew, people, overlap=2)
        (task,) = scene.bring()
        scene.answer(0, "네")
        scene.accept()
        with transactions() as uow:
            taken = claim_next(uow, person_id=people[1], project_key=scene.key).assignment_id
        scene.rules(overlap=1)
        wrong = at_once(
            transactions,
            partial(release, person_id=people[1], assignment_id=taken),
            partial(follow_overlap, project_id=scene.project_id, actor_id=None),
        )
        assert wrong == []
        assert scene.state(task) is TaskState.FINAL
        assert SlotState.OPEN not in scene.slots(task), "nobody is asked for what nobody wants"
        scene.check()
