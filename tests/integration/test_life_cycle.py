"""The services against the plain model: the same answers and the same rows after every step, in any order."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, integers, lists, sampled_from
from sqlalchemy import make_url, select

from bot.db.models import Assignment, Project, Review, Verdict
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import DomainError, UndoTooLate
from bot.domain.escalation import Severity, UndoneBy
from bot.domain.people import Role
from bot.reports.invariants import check
from bot.services.holding import hold_tasks, release_tasks
from bot.services.issues import open_issue
from bot.services.leases import SWEEPS
from bot.services.people import deactivate, join, set_role
from bot.services.projects import set_price
from bot.services.re_reviewing import ReReviewed, re_review
from bot.services.reviews import claim_next_review, claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, extend, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from sandbox.postgres import fresh_database
from tests.conftest import _TEMPLATE, LONG, MovableClock, open_quickly
from tests.every_state import EXPLAINED
from tests.factories import ROLES, TEAM, Crew, make_crew
from tests.integration.life_cycle import Model
from tests.integration.work_appeals import Refusal
from tests.integration.work_attempts import IN_HAND
from tests.integration.work_compare import difference

TASKS = 3
CREW = ("mina", "jun", "sora", "dohyun", "bridge")
# Whoever holds the row is the most interesting one to act on it.
ACTORS = sampled_from(("holder",) * 6 + CREW)
TEXTS = sampled_from(("거시기", "머시기", "아따"))
NUMBERS = integers(0, 30)
# A reason of its own, or the one issue there is.
CAUSES = sampled_from((None, None, 1))
VERDICTS = sampled_from(("accept", "reject", "reject", "hand_over"))

Opening = Callable[[], AbstractContextManager[tuple[str, Crew]]]


class LifeCycle(RuleBasedStateMachine):
    """Random work of a crew of five on three tasks."""

    opening: Opening

    def __init__(self) -> None:
        super().__init__()
        self._opened = self.opening()
        url, self.crew = self._opened.__enter__()
        self.clock = MovableClock()
        self.database = open_quickly(url, pool_size=2)
        self.transactions = Transactions(self.database, clock=self.clock)
        roles = {name: set(ROLES[name]) for name in CREW}
        self.model = Model(self.clock(), roles, TASKS, 350)

    def teardown(self) -> None:
        self.elapse(0, sweep=True)
        with self.transactions.reading() as session:
            # The issue behind some holds is looked after by nobody here.
            findings = [f for f in check(session, now=self.clock()) if not f.invariant.startswith("issue")]
        self.database.dispose()
        self._opened.__exit__(None, None, None)
        assert findings == []

    def _try(self, expected: Refusal, step: Callable[[UnitOfWork], object]) -> Any:
        outcome: object = None
        error: DomainError | None = None
        try:
            with self.transactions() as uow:
                outcome = step(uow)
        except DomainError as refusal:
            error = refusal
        assert type(error) is (expected or type(None)), f"{error!r}, not {expected}"
        return outcome

    @initialize(hands=sampled_from((("mina",), ("mina", "jun"), ("sora", "mina"))))
    def begin(self, hands: tuple[str, ...]) -> None:
        """Let some work be under way, as most steps mean nothing without."""
        for n, who in enumerate(hands):
            self.claim(who)
            self.submit(n, "holder", "거시기")
            self.claim_review(n, "dohyun")

    def _attempt(self, number: int, who: str) -> tuple[int, str]:
        """Choose an assignment and who acts on it."""
        n = number % len(self.model.attempts) + 1
        return n, self.model.attempts[n].person if who == "holder" else who

    def _review(self, number: int, who: str) -> tuple[int, str]:
        n = number % len(self.model.reviews) + 1
        holder = self.model.reviews[n].reviewer or "sora"
        return n, holder if who == "holder" else who

    def _ids(self, table: str) -> list[int]:
        model = Assignment if table == "assignment" else Review
        with self.transactions.reading() as session:
            return list(session.scalars(select(model.id).order_by(model.id)))

    @rule(who=sampled_from(CREW))
    def claim(self, who: str) -> None:
        expected, n = self.model.claim(who)
        got = self._try(expected, lambda uow: claim_next(uow, person_id=self.crew[who]))
        if expected is None:
            assert self._number("assignment", got.assignment_id) == n

    def _number(self, table: str, row_id: int) -> int:
        return self._ids(table).index(row_id) + 1

    def _row(self, table: str, n: int) -> int:
        return self._ids(table)[n - 1]

    @precondition(lambda self: self.model.attempts)
    @rule(number=NUMBERS, who=ACTORS)
    def release(self, number: int, who: str) -> None:
        n, who = self._attempt(number, who)
        row = self._row("assignment", n)
        self._try(
            self.model.release(who, n), lambda uow: release(uow, person_id=self.crew[who], assignment_id=row)
        )

    @precondition(lambda self: self.model.attempts)
    @rule(number=NUMBERS, who=ACTORS)
    def extend(self, number: int, who: str) -> None:
        n, who = self._attempt(number, who)
        row = self._row("assignment", n)
        self._try(
            self.model.extend(who, n), lambda uow: extend(uow, person_id=self.crew[who], assignment_id=row)
        )

    @precondition(lambda self: self.model.attempts)
    @rule(number=NUMBERS, who=ACTORS, text=TEXTS)
    def submit(self, number: int, who: str, text: str) -> None:
        n, who = self._attempt(number, who)
        row = self._row("assignment", n)
        expected = self.model.submit(who, n, text)
        got = self._try(
            expected,
            lambda uow: submit(uow, person_id=self.crew[who], assignment_id=row, parts={"text": text}),
        )
        if expected is None:
            rounds = self.model.attempts[n].rounds
            assert (got.round, got.draft) == (len(rounds), rounds[-1].draft)

    @precondition(lambda self: self.model.reviews)
    @rule(who=sampled_from(CREW))
    def claim_next_review(self, who: str) -> None:
        expected, n = self.model.claim_next_review(who)
        got = self._try(expected, lambda uow: claim_next_review(uow, person_id=self.crew[who]))
        if expected is None:
            assert self._number("review", got.review_id) == n

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS)
    def claim_review(self, number: int, who: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(
            self.model.claim_review(who, n),
            lambda uow: claim_review(uow, person_id=self.crew[who], review_id=row),
        )

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS)
    def accept(self, number: int, who: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(self.model.accept(who, n), lambda uow: accept(uow, person_id=self.crew[who], review_id=row))

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS, text=TEXTS)
    def fix_and_accept(self, number: int, who: str, text: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(
            self.model.accept(who, n, fixed=text),
            lambda uow: fix_and_accept(uow, person_id=self.crew[who], review_id=row, parts={"text": text}),
        )

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS)
    def reject(self, number: int, who: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(
            self.model.reject(who, n),
            lambda uow: reject(uow, person_id=self.crew[who], review_id=row, **EXPLAINED),
        )

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS)
    def hand_over(self, number: int, who: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(
            self.model.hand_over(who, n),
            lambda uow: hand_over(uow, person_id=self.crew[who], review_id=row, note="애매해요."),
        )

    @precondition(lambda self: self.model.reviews)
    @rule(number=NUMBERS, who=ACTORS)
    def undo(self, number: int, who: str) -> None:
        n, who = self._review(number, who)
        row = self._row("review", n)
        self._try(self.model.undo(who, n), lambda uow: undo(uow, person_id=self.crew[who], review_id=row))

    @precondition(lambda self: self.model.attempts)
    @rule(
        number=NUMBERS, judge=sampled_from(("sora", "dohyun", "bridge")), verdicts=lists(VERDICTS, max_size=3)
    )
    def whole_rounds(self, number: int, judge: str, verdicts: list[str]) -> None:
        """Submit, take the review and judge it: single steps alone seldom get as far as a second round."""
        for text, verdict in zip(("가", "나", "다"), verdicts, strict=False):
            held = [n for n, a in self.model.attempts.items() if a.state in ("claimed", "returned")]
            if held:
                self.submit(held[number % len(held)] - 1, "holder", text)
            waiting = [n for n, r in self.model.reviews.items() if r.state == "waiting"]
            if waiting:
                review = waiting[-1]
                self.claim_review(review - 1, self.model.reviews[review].reviewer or judge)
                getattr(self, verdict)(review - 1, "holder")

    @precondition(lambda self: any(not verdict.undone for verdict in self.model.verdicts))
    @rule(number=NUMBERS)
    def think_again(self, number: int) -> None:
        """Take back any one of the verdicts that stand."""
        decided = [verdict.review for verdict in self.model.verdicts if not verdict.undone]
        self.undo(decided[number % len(decided)] - 1, "holder")

    @rule(task=integers(1, TASKS), cause=CAUSES)
    def hold(self, task: int, cause: int | None) -> None:
        self.model.hold(task, cause)
        with self.transactions() as uow:
            hold_tasks(uow, person_id=self.crew["boss"], task_ids=[task], issue_id=cause)

    @precondition(lambda self: any(job.causes for job in self.model.tasks.values()))
    @rule(task=integers(1, TASKS), cause=CAUSES, all_causes=sampled_from((True, True, False)))
    def end_holds(self, task: int, cause: int | None, *, all_causes: bool) -> None:
        """Seldom one of several reasons; without an issue every reason ends."""
        all_causes = all_causes or cause is None
        self.model.end_holds(task, cause, all_causes=all_causes)
        with self.transactions() as uow:
            issue_id = None if all_causes else cause
            release_tasks(uow, person_id=self.crew["boss"], task_ids=[task], issue_id=issue_id)

    @precondition(lambda self: self.model.rejects())
    @rule(number=NUMBERS)
    def re_review(self, number: int) -> None:
        """Overturn one of the rejects that stand."""
        rejects = self.model.rejects()
        n = rejects[number % len(rejects)]
        again = self.model.re_review(n)
        row = self._row("review", n)
        with self.transactions() as uow:
            standing = select(Verdict.id).where(Verdict.review_id == row, Verdict.undone_at.is_(None))
            verdict = uow.session.scalars(standing).one()
            boss = self.crew["boss"]
            done = re_review(uow, person_id=boss, verdict_ids=[verdict], why=UndoneBy.ISSUE)
        assert done == ReReviewed((verdict,), (verdict,) if again else ())

    @rule(minutes=sampled_from((1, 1, 1, 5, 9, 31, 61, 121, 1500, 2600)), sweep=booleans())
    def elapse(self, minutes: int, *, sweep: bool) -> None:
        self.clock.advance(minutes=minutes)
        self.model.now = self.clock()
        if sweep:
            self.model.sweep()
            for each in SWEEPS:
                with self.transactions() as uow:
                    each(uow)

    @rule(who=sampled_from(CREW), change=sampled_from((*"____", *Role, "account")))
    def change_crew(self, who: str, change: Role | str) -> None:
        """Seldom, for it ends much else: give or take a role, or let the person's account go or come back."""
        user, role = f"U{who.upper()}", change if isinstance(change, Role) else None
        if change == "_":
            return
        with self.transactions() as uow:
            if role is not None:
                granted = role not in self.model.roles[who]
                self.model.set_role(who, role, granted=granted)
                project = uow.session.get_one(Project, self.crew.project_id)
                boss = self.crew["boss"]
                set_role(uow, actor_id=boss, project=project, user=user, role=role, granted=granted)
            elif who in self.model.gone:
                self.model.come_back(who)
                join(uow, team=TEAM, user=user, nickname=who, language="ko", zone="UTC")
            else:
                self.model.leave(who)
                deactivate(uow, team=TEAM, user=user)

    @rule(price=integers(1, 1000))
    def change_price(self, price: int) -> None:
        self.model.price = price
        with self.transactions() as uow:
            project = uow.session.get_one(Project, self.crew.project_id)
            set_price(uow, actor_id=self.crew["boss"], project=project, amount_minor=price)

    @invariant()
    def same_rows(self) -> None:
        names = {self.crew[name]: name for name in CREW}
        with self.transactions.reading() as session:
            assert difference(session, self.model, names) == ""


def _crew(url: str) -> Crew:
    database = open_quickly(url)
    transactions = Transactions(database, clock=MovableClock())
    crew = make_crew(transactions, tasks=TASKS, max_in_hand=IN_HAND)
    with transactions() as uow:
        opened = open_issue(
            uow,
            person_id=crew["boss"],
            project_id=crew.project_id,
            severity=Severity.S3,
            request="기준이 달라요.",
        )
        assert opened.issue_id == 1
    database.dispose()
    return crew


def _run(opening: Opening, examples: int, steps: int) -> None:
    machine = type("LifeCycleHere", (LifeCycle,), {"opening": staticmethod(opening)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # Explaining a failure traces every line and takes minutes.
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_work_on_sqlite(sqlite_url: str, sqlite_template: Path) -> None:
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    filled, played = folder / "filled.db", folder / "played.db"
    shutil.copyfile(sqlite_template, filled)
    crew = _crew(f"sqlite:///{filled}")
    with sqlite3.connect(filled) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    @contextmanager
    def opening() -> Iterator[tuple[str, Crew]]:
        for leftover in folder.glob("played.db*"):
            leftover.unlink()
        shutil.copy(filled, played)
        yield f"sqlite:///{played}", crew

    _run(opening, 100 if LONG else 30, 50)


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_work_on_postgres(postgres_server: str) -> None:
    with fresh_database(postgres_server, template=_TEMPLATE) as filled:
        crew = _crew(filled)
        name = make_url(filled).database
        assert name is not None

        @contextmanager
        def opening() -> Iterator[tuple[str, Crew]]:
            with fresh_database(postgres_server, template=name) as url:
                yield url, crew

        _run(opening, 20 if LONG else 8, 40)


def test_a_verdict_followed_by_another_round_stays(transactions: Transactions) -> None:
    """Within the ten minutes the work came back and was judged again: only the newest verdict can be undone."""
    crew = make_crew(transactions, tasks=1)
    mina, sora = crew["mina"], crew["sora"]
    reviews: list[int] = []
    for text in ("가", "나"):
        with transactions() as uow:
            # The second time it is the first one's rework.
            assignment = claim_next(uow, person_id=mina).assignment_id
            submit(uow, person_id=mina, assignment_id=assignment, parts={"text": text})
        with transactions() as uow:
            reviews.append(claim_next_review(uow, person_id=sora).review_id)
            reject(uow, person_id=sora, review_id=reviews[-1], **EXPLAINED)
    with pytest.raises(UndoTooLate) as refused, transactions() as uow:
        undo(uow, person_id=sora, review_id=reviews[0])
    assert refused.value.reason == "resubmitted"
    with transactions() as uow:
        undo(uow, person_id=sora, review_id=reviews[1])
    with transactions.reading() as session:
        assert check(session, now=transactions.clock()) == ()
