"""Random months of pay, against a plain model."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import booleans, integers, sampled_from
from sqlalchemy import select

from bot.db.models import Project, Statement, StatementShare
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import DomainError
from bot.domain.pay import Month
from bot.reports.invariants import check
from bot.reports.pay_sums import read_pay_sums
from bot.reports.statements import find_statement, read_closable, read_statements
from bot.services.leases import SWEEPS
from bot.services.pay_requests import approve, ask_adjustment, ask_void, decline, withdraw
from bot.services.paying import close_statement, mark_paid
from bot.services.projects import set_price
from bot.services.verdicts import accept, undo
from tests.conftest import MovableClock, open_quickly
from tests.factories import Crew
from tests.integration.pay_model import Model, Refusal, refusal_of
from tests.integration.paying import TASKS, earn

PEOPLE = ("mina", "jun", "alex", "boss", "bridge")
WHO = sampled_from(("alex", "alex", "boss", "jun", "mina", "bridge"))
NUMBERS = integers(0, 30)

Opening = Callable[[], AbstractContextManager[tuple[str, Crew]]]


class Paying(RuleBasedStateMachine):
    """Random months of a project in which two people work and three look after the pay."""

    opening: Opening

    def __init__(self) -> None:
        super().__init__()
        self._opened = self.opening()
        url, self.crew = self._opened.__enter__()
        self.clock = MovableClock()
        self.database = open_quickly(url, pool_size=2)
        self.transactions = Transactions(self.database, clock=self.clock)
        self.model = Model(self.clock())
        self.rows: list[tuple[int, int]] = []
        self.requests: list[int] = []

    def teardown(self) -> None:
        # Reviews of verdicts that were taken back long ago are still in the reviewer's hand.
        for each in SWEEPS:
            with self.transactions() as uow:
                each(uow)
        with self.transactions.reading() as session:
            findings = check(session, now=self.clock())
        self.database.dispose()
        self._opened.__exit__(None, None, None)
        assert findings == ()

    def _try(self, expected: Refusal, step: Callable[[UnitOfWork], object]) -> Any:
        outcome: object = None
        error: DomainError | None = None
        try:
            with self.transactions() as uow:
                outcome = step(uow)
        except DomainError as refusal:
            error = refusal
        assert refusal_of(error) == expected
        return outcome

    @precondition(lambda self: len(self.rows) < TASKS)
    @rule(who=sampled_from(("mina", "mina", "jun")), price=sampled_from((350, 350, 1200)))
    def earn(self, who: str, price: int) -> None:
        self.model.earn(who, price)
        with self.transactions() as uow:
            project = uow.session.get_one(Project, self.crew.project_id)
            set_price(uow, actor_id=self.crew["boss"], project=project, amount_minor=price)
            uow.session.flush()
            self.rows.append(earn(uow, self.crew, who))

    @precondition(lambda self: self.rows)
    @rule(number=NUMBERS)
    def undo(self, number: int) -> None:
        n = number % len(self.rows)
        review_id = self.rows[n][1]
        expected = self.model.undo(self.model.works[n])
        self._try(expected, lambda uow: undo(uow, person_id=self.crew["dohyun"], review_id=review_id))

    @precondition(lambda self: self.rows)
    @rule(number=NUMBERS)
    def accept_again(self, number: int) -> None:
        n = number % len(self.rows)
        review_id = self.rows[n][1]
        expected = self.model.accept_again(self.model.works[n])
        self._try(expected, lambda uow: accept(uow, person_id=self.crew["dohyun"], review_id=review_id))

    @rule(
        who=WHO,
        payee=sampled_from(("mina", "jun", "jun", "bridge")),
        minor=sampled_from((500, -400, -3000, 0)),
    )
    def ask_adjustment(self, who: str, payee: str, minor: int) -> None:
        expected = self.model.ask_adjustment(who, payee, minor)
        self._asked(
            expected,
            lambda uow: ask_adjustment(
                uow,
                person_id=self.crew[who],
                project_id=self.crew.project_id,
                payee_id=self.crew[payee],
                amount_minor=minor,
                reason="A late correction.",
            ),
        )

    @precondition(lambda self: self.rows)
    @rule(number=NUMBERS, who=WHO)
    def ask_void(self, number: int, who: str) -> None:
        n = number % len(self.rows)
        row = self.rows[n][0]
        expected = self.model.ask_void(who, self.model.works[n])
        self._asked(
            expected,
            lambda uow: ask_void(
                uow, person_id=self.crew[who], assignment_id=row, reason="Done twice by mistake."
            ),
        )

    def _asked(self, expected: Refusal, step: Callable[[UnitOfWork], object]) -> None:
        asked = self._try(expected, step)
        if expected is None:
            self.requests.append(asked.request_id)

    @precondition(lambda self: self.requests)
    @rule(number=NUMBERS, who=WHO, state=sampled_from(("approved", "approved", "declined", "withdrawn")))
    def decide(self, number: int, who: str, state: str) -> None:
        n = len(self.requests) - 1 - number % len(self.requests)
        request_id, person_id = self.requests[n], self.crew[who]
        act = {"approved": approve, "declined": decline, "withdrawn": withdraw}[state]
        expected = self.model.decide(who, self.model.requests[n], state)
        self._try(expected, lambda uow: act(uow, person_id=person_id, request_id=request_id))

    @rule(who=WHO, back=sampled_from((1, 1, 1, 0, 2, 3)))
    def close(self, who: str, back: int) -> None:
        month = Month.of(self.clock(), "Asia/Seoul")
        for _ in range(back):
            month = month.previous()
        expected = self.model.close(who, month.year, month.month)
        with self.transactions.reading() as session:
            closable = read_closable(session, self.crew.project_id, month)
        closed = self._try(
            expected,
            lambda uow: close_statement(
                uow, person_id=self.crew[who], project_id=self.crew.project_id, month=month
            ),
        )
        if expected is None:
            assert (closable.people, closable.lines, closable.totals, closable.carried) == (
                closed.people,
                closed.lines,
                closed.totals,
                closed.carried,
            ), "what the dialog said is what was closed"

    @precondition(lambda self: self.model.statements)
    @rule(number=NUMBERS, who=WHO)
    def pay(self, number: int, who: str) -> None:
        name = sorted(self.model.statements)[number % len(self.model.statements)]
        with self.transactions.reading() as session:
            row = find_statement(session, self.crew.project_id, Month.parse(name))
        assert row is not None
        expected = self.model.pay(who, name)
        self._try(expected, lambda uow: mark_paid(uow, person_id=self.crew[who], statement_id=row))

    @rule(number=NUMBERS, paid=booleans())
    def whole_month(self, number: int, *, paid: bool) -> None:
        """Work, wait, close and perhaps pay: single steps alone seldom get as far as a statement."""
        if len(self.rows) < TASKS:
            self.earn("mina", 350)
        self.elapse(60 * 24 * 31)
        self.close("alex", 1)
        if paid and self.model.statements:
            self.pay(number, "boss")

    @precondition(lambda self: self.rows)
    @rule(number=NUMBERS)
    def take_back(self, number: int) -> None:
        """Void what one answer earned, whatever has become of that pay."""
        self.elapse(11)
        self.ask_void(number, "alex")
        if self.requests:
            self.decide(0, "boss", "approved")

    @rule(minutes=sampled_from((1, 9, 11, 60 * 24 * 5, 60 * 24 * 12, 60 * 24 * 20)))
    def elapse(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)
        self.model.now = self.clock()

    @invariant()
    def same_sums(self) -> None:
        names = {self.crew[name]: name for name in PEOPLE}
        with self.transactions.reading() as session:
            for name in ("mina", "jun"):
                found = read_pay_sums(session, self.crew[name])
                got = [(pay.pending, pay.earned, pay.payable, pay.paid) for pay in found] or [(0, 0, 0, 0)]
                assert got == [self.model.sums(name)]
            statements = session.execute(select(Statement.id, Statement.month, Statement.state)).all()
            months = {row.id: row.month for row in statements}
            shares = session.scalars(select(StatementShare)).all()
            states = read_statements(session, self.crew.project_id, 100)
        assert {row.month: row.state for row in statements} == self.model.statements
        assert [str(row.month) for row in states] == sorted(self.model.statements, reverse=True)
        assert {
            (months[share.statement_id], names[share.person_id]): (share.amount_minor, share.lines)
            for share in shares
        } == self.model.shares()
