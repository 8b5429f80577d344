"""A crew of many who answer the same task, and short ways to answer, judge and look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Assignment, Consensus, LedgerLine, Membership, Person, Project, Task
from bot.db.unit_of_work import Transactions
from bot.domain.errors import NoWork
from bot.domain.people import Role
from bot.domain.task import SlotState, TaskState, TaskType
from bot.reports.counted import counted_answers
from bot.reports.invariants import check
from bot.services.imports import import_tasks
from bot.services.people import join
from bot.services.projects import ProjectPlan, create_project, set_price
from bot.services.reviews import claim_next_review
from bot.services.rules import set_rules
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import accept, fix_and_accept, reject, undo
from bot.services.voting import follow_overlaps
from tests.factories import TEAM, Crew, make_crew, task_rows

_KEYS = count(1)


@dataclass
class Scene:
    """One project of a team of many workers."""

    transactions: Transactions
    crew: Crew
    workers: tuple[int, ...]
    project_id: int
    key: str

    def rules(self, **changes: Any) -> None:
        """Set rules as the PM does."""
        with self.transactions() as uow:
            set_rules(uow, actor_id=self.crew["alex"], project_id=self.project_id, changes=changes)

    def bring(self, tasks: int = 1) -> list[int]:
        """Import tasks; return their ids."""
        with self.transactions() as uow:
            project = uow.session.get_one(Project, self.project_id)
            import_tasks(uow, project=project, source_name="t.csv", rows=task_rows(tasks))
        with self.transactions.reading() as session:
            query = select(Task.id).where(Task.project_id == self.project_id).order_by(Task.id)
            return list(session.scalars(query))

    def answer(self, worker: int, words: str | dict[str, str]) -> int | None:
        """Take the next task and hand it in; return the assignment, None when there is nothing for them."""
        parts = {"text": words} if isinstance(words, str) else words
        try:
            with self.transactions() as uow:
                claim = claim_next(uow, person_id=self.workers[worker], project_key=self.key)
                submit(uow, person_id=self.workers[worker], assignment_id=claim.assignment_id, parts=parts)
        except NoWork:
            return None
        return claim.assignment_id

    def accept(self, fixed: dict[str, str] | None = None) -> int:
        """Accept the oldest answer that waits, corrected or as it is; return the review."""
        who = self.crew["dohyun"]
        with self.transactions() as uow:
            review_id = claim_next_review(uow, person_id=who, project_key=self.key).review_id
            if fixed is None:
                accept(uow, person_id=who, review_id=review_id)
            else:
                fix_and_accept(uow, person_id=who, review_id=review_id, parts=fixed)
        return review_id

    def accept_again(self, review_id: int) -> None:
        """Accept what is in the reviewer's hand."""
        with self.transactions() as uow:
            accept(uow, person_id=self.crew["dohyun"], review_id=review_id)

    def reject(self) -> int:
        """Return the oldest answer that waits to its author; return the review."""
        who = self.crew["dohyun"]
        with self.transactions() as uow:
            review_id = claim_next_review(uow, person_id=who, project_key=self.key).review_id
            reject(uow, person_id=who, review_id=review_id, reason="misheard", section="2", comment="다시")
        return review_id

    def undo(self, review_id: int) -> None:
        """Take a verdict back."""
        with self.transactions() as uow:
            undo(uow, person_id=self.crew["dohyun"], review_id=review_id)

    def give_back(self, worker: int, assignment_id: int) -> None:
        """Give a task back."""
        with self.transactions() as uow:
            release(uow, person_id=self.workers[worker], assignment_id=assignment_id)

    def follow(self) -> int:
        """Let tasks follow a changed overlap as the scheduler does; return how many did."""
        with self.transactions() as uow:
            return follow_overlaps(uow)

    def words(self, task_id: int) -> dict[int, str]:
        """What the accepted answers say, by submission, in the order they came."""
        with self.transactions.reading() as session:
            return {one.submission_id: one.words["text"] for one in counted_answers(session, task_id)}

    def check(self) -> None:
        """Hold everything stored against the invariants."""
        with self.transactions.reading() as session:
            assert check(session, now=self.transactions.clock()) == ()

    def all_say(self, *words: str) -> None:
        """One worker after the other answers, and is accepted at once."""
        for worker, said in enumerate(words):
            assert self.answer(worker, said) is not None, f"no task for worker {worker}"
            self.accept()

    def task(self, task_id: int) -> Task:
        with self.transactions.reading() as session:
            return session.get_one(Task, task_id)

    def state(self, task_id: int) -> TaskState:
        return self.task(task_id).state

    def standing(self, task_id: int) -> Consensus | None:
        with self.transactions.reading() as session:
            return session.scalar(
                select(Consensus).where(Consensus.task_id == task_id, Consensus.superseded_at.is_(None))
            )

    def slots(self, task_id: int) -> dict[SlotState, int]:
        """How many slots of the task there are in each state."""
        with self.transactions.reading() as session:
            rows = session.execute(
                select(AnswerSlot.state, func.count())
                .where(AnswerSlot.task_id == task_id)
                .group_by(AnswerSlot.state)
            )
            return {state: number for state, number in rows}  # noqa: C416 -- a Row is no pair to mypy

    def earned(self, task_id: int) -> list[int]:
        """The amounts of the task's ledger lines."""
        with self.transactions.reading() as session:
            return list(
                session.scalars(
                    select(LedgerLine.amount_minor)
                    .join(Assignment, Assignment.id == LedgerLine.assignment_id)
                    .where(Assignment.task_id == task_id)
                    .order_by(LedgerLine.id)
                )
            )


def voting_crew(transactions: Transactions, workers: int = 6) -> tuple[Crew, tuple[int, ...]]:
    """Make a crew with this many people who only work; return it with their ids."""
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        people = tuple(
            join(uow, team=TEAM, user=f"UV{n}", nickname=f"w{n}", language="ko", zone="Asia/Seoul").person_id
            for n in range(workers)
        )
    return crew, people


def voting_scene(
    transactions: Transactions,
    crew: Crew,
    people: Sequence[int],
    *,
    kind: TaskType = TaskType.TRANSCRIPTION,
    labels: tuple[str, ...] = (),
    **rules: Any,
) -> Scene:
    """Make a project of its own with rules, in which all of them work, dohyun reviews and bridge supervises."""
    key = f"V{next(_KEYS)}"
    with transactions() as uow:
        plan = ProjectPlan(key, key, kind, labels=labels, max_in_hand=20)
        project = create_project(uow, actor_id=crew["boss"], plan=plan)
        set_price(uow, actor_id=crew["boss"], project=project, amount_minor=100)
        roles = [*((person, Role.WORKER) for person in people), (crew["dohyun"], Role.REVIEWER)]
        roles += [(crew["bridge"], Role.SUPERVISOR), (crew["alex"], Role.PM)]
        for person_id, role in roles:
            person = uow.session.get_one(Person, person_id)
            uow.session.add(
                Membership(project_id=project.id, person_id=person.id, role=role, created_at=uow.now)
            )
        uow.session.flush()
        project_id = project.id
    scene = Scene(transactions, crew, tuple(people), project_id, key)
    if rules:
        scene.rules(**rules)
    return scene
