"""Pay from the ledger to the statement: against a plain model in any order, and who may decide about it."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, integers, sampled_from
from sqlalchemy import delete, make_url, select, update
from sqlalchemy.exc import DBAPIError

from bot.db.models import (
    Audit,
    LedgerLine,
    OutboxRow,
    Person,
    Project,
    Review,
    Statement,
    StatementLine,
    StatementShare,
)
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork
from bot.domain.errors import DomainError, Invalid, NotFound, NotYours
from bot.domain.pay import Money, Month, PayState, RequestKind, RequestState, StatementState
from bot.domain.people import Role
from bot.outbox.messages import load
from bot.outbox.pay_messages import PayChanged, PayRequested
from bot.reports.invariants import check
from bot.reports.pay_requests import read_request, waiting_requests
from bot.reports.pay_sums import read_lines, read_pay_sums
from bot.reports.statements import (
    find_statement,
    read_closable,
    read_own_share,
    read_statement,
    read_statements,
)
from bot.services.leases import SWEEPS
from bot.services.pay_requests import approve, ask_adjustment, ask_void, decline, may_decide, withdraw
from bot.services.paying import close_statement, mark_paid
from bot.services.people import deactivate, set_role
from bot.services.projects import set_price
from bot.services.reviews import accept, claim_review, undo
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from sandbox.postgres import fresh_database
from tests.conftest import _TEMPLATE, MovableClock, open_quickly
from tests.factories import TEAM, Crew, make_crew
from tests.integration.pay_model import Model, Refusal, refusal_of

NOVEMBER = Month(2026, 11)
TASKS = 40
PEOPLE = ("mina", "jun", "alex", "boss", "bridge")
WHO = sampled_from(("alex", "alex", "boss", "jun", "mina", "bridge"))
NUMBERS = integers(0, 30)

Opening = Callable[[], AbstractContextManager[tuple[str, Crew]]]


def _crew(transactions: Transactions) -> Crew:
    """A crew in which jun works and is a PM as well."""
    crew = make_crew(transactions, tasks=TASKS)
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        set_role(uow, actor_id=crew["boss"], project=project, user="UJUN", role=Role.PM, granted=True)
    return crew


def _earn(uow: UnitOfWork, crew: Crew, who: str) -> tuple[int, int]:
    """Let somebody's answer be accepted; return its assignment and review."""
    assignment_id = claim_next(uow, person_id=crew[who]).assignment_id
    submit(uow, person_id=crew[who], assignment_id=assignment_id, parts={"text": "거시기"})
    review_id = uow.session.scalars(select(Review.id).where(Review.assignment_id == assignment_id)).one()
    claim_review(uow, person_id=crew["dohyun"], review_id=review_id)
    accept(uow, person_id=crew["dohyun"], review_id=review_id)
    return assignment_id, review_id


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
            self.rows.append(_earn(uow, self.crew, who))

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


def _run(opening: Opening, examples: int, steps: int) -> None:
    machine = type("PayingHere", (Paying,), {"opening": staticmethod(opening)})
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


def _filled(url: str) -> Crew:
    database = open_quickly(url)
    crew = _crew(Transactions(database, clock=MovableClock()))
    database.dispose()
    return crew


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_pay_on_sqlite(sqlite_url: str, sqlite_template: Path) -> None:
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    filled, played = folder / "filled.db", folder / "played.db"
    shutil.copyfile(sqlite_template, filled)
    crew = _filled(f"sqlite:///{filled}")
    with sqlite3.connect(filled) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    @contextmanager
    def opening() -> Iterator[tuple[str, Crew]]:
        for leftover in folder.glob("played.db*"):
            leftover.unlink()
        shutil.copy(filled, played)
        yield f"sqlite:///{played}", crew

    _run(opening, 12, 30)


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_pay_on_postgres(postgres_server: str) -> None:
    with fresh_database(postgres_server, template=_TEMPLATE) as filled:
        crew = _filled(filled)
        name = make_url(filled).database
        assert name is not None

        @contextmanager
        def opening() -> Iterator[tuple[str, Crew]]:
            with fresh_database(postgres_server, template=name) as url:
                yield url, crew

        _run(opening, 4, 30)


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return _crew(transactions)


def _close(transactions: Transactions, crew: Crew, month: Month = NOVEMBER) -> int:
    with transactions() as uow:
        return close_statement(
            uow, person_id=crew["alex"], project_id=crew.project_id, month=month
        ).statement_id


def _told(transactions: Transactions, kind: str) -> list[Any]:
    with transactions.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return [load(row.kind, row.payload) for row in rows]


def test_a_month_from_work_to_payment(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    with transactions() as uow:
        _earn(uow, crew, "mina")
        _earn(uow, crew, "jun")
        submit(
            uow,
            person_id=crew["mina"],
            assignment_id=claim_next(uow, person_id=crew["mina"]).assignment_id,
            parts={"text": "아따"},
        )
    with transactions.reading() as session:
        (pay,) = read_pay_sums(session, crew["mina"], Month(2026, 11))
        assert (pay.project_key, pay.currency, pay.pending, pay.earned, pay.accepted) == (
            "DIAL", "KRW", 350, 350, 1,
        )  # fmt: skip
        (other,) = read_pay_sums(session, crew["mina"], Month(2026, 10))
        assert (other.pending, other.total) == (350, 0), "what nobody has decided about has no month"
    clock.advance(days=8)
    statement_id = _close(transactions, crew)
    assert {
        (told.person_id, told.what, told.statement_id) for told in _told(transactions, "pay_changed")
    } == {
        (crew["mina"], "closed", statement_id),
        (crew["jun"], "closed", statement_id),
    }
    with transactions() as uow:
        paid = mark_paid(uow, person_id=crew["boss"], statement_id=statement_id)
    assert (paid.people, paid.totals, paid.month) == (2, (Money(700, "KRW"),), NOVEMBER)
    with transactions.reading() as session:
        facts = read_statement(session, statement_id)
        assert facts is not None
        assert (facts.state, facts.closed_by, facts.paid_by) == (StatementState.PAID, "alex", "boss")
        assert [(share.nickname, share.amount_minor, share.lines) for share in facts.shares] == [
            ("jun", 350, 1),
            ("mina", 350, 1),
        ]
        assert [share.nickname for share in read_own_share(session, statement_id, crew["mina"])] == ["mina"]
        (line,) = read_lines(session, crew["mina"], crew.project_id, NOVEMBER)
        assert (line.state, line.amount_minor, line.task) == (PayState.PAID, 350, "seg-0001")
        trail = select(Audit.action, Audit.to_state).where(Audit.subject_type == "statement")
        assert session.execute(trail.order_by(Audit.id)).all() == [
            ("pay.close", "closed"),
            ("pay.paid", "paid"),
        ]
        assert check(session, now=clock()) == ()
    with pytest.raises(Invalid) as refused:
        _close(transactions, crew)
    assert (refused.value.code, refused.value.value) == ("closed", "2026-11")


def test_the_month_is_the_projects(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    """Midnight in Seoul is 15:00 of the day before in UTC: the month ends then, to the second."""
    _start, end = NOVEMBER.bounds("Asia/Seoul")
    for moment in (end - (end - clock()) / end.day, end):
        clock.now = moment
        with transactions() as uow:
            _earn(uow, crew, "mina")
    assert (end.isoformat(), clock().isoformat()) == ("2026-11-30T15:00:00+00:00",) * 2
    statement_id = _close(transactions, crew)
    with transactions.reading() as session:
        assert [share.lines for share in read_own_share(session, statement_id, crew["mina"])] == [1]
        (later,) = read_pay_sums(session, crew["mina"], Month(2026, 12))
        (span,) = read_pay_sums(session, crew["mina"], span=Month(2026, 12).bounds("Asia/Seoul"))
    assert (later.earned, later.payable) == (350, 0)
    assert span == later


def test_a_void_after_payment_lowers_the_next_statement(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    with transactions() as uow:
        assignment_id, _review = _earn(uow, crew, "mina")
    with pytest.raises(Invalid) as refused, transactions() as uow:
        ask_void(uow, person_id=crew["alex"], assignment_id=assignment_id, reason="Twice.")
    assert (refused.value.code, refused.value.value) == ("undo_first", "11")
    clock.advance(days=8)
    with transactions() as uow:
        mark_paid(uow, person_id=crew["alex"], statement_id=_close_in(uow, crew, NOVEMBER))
    with transactions() as uow:
        asked = ask_void(uow, person_id=crew["alex"], assignment_id=assignment_id, reason=" Twice. ")
    with transactions() as uow:
        approve(uow, person_id=crew["boss"], request_id=asked.request_id)
    clock.advance(days=35)
    december = NOVEMBER.next()
    with pytest.raises(Invalid) as nothing:
        _close(transactions, crew, december)
    assert nothing.value.code == "empty", "nobody pays back"
    with transactions() as uow:
        for _ in range(2):
            _earn(uow, crew, "mina")
    clock.advance(days=35)
    with transactions() as uow:
        closed = close_statement(
            uow, person_id=crew["alex"], project_id=crew.project_id, month=december.next()
        )
    assert (closed.people, closed.lines, closed.totals, closed.carried) == (1, 3, (Money(350, "KRW"),), 0)
    with transactions.reading() as session:
        (pay,) = read_pay_sums(session, crew["mina"])
        assert (pay.earned, pay.payable, pay.paid, pay.accepted, pay.adjusted) == (0, 350, 350, 3, -350)
        reasons = [
            (line.amount_minor, line.reason) for line in read_lines(session, crew["mina"], crew.project_id)
        ]
        assert reasons == [(350, None), (350, None), (-350, "Twice."), (350, None)]
        assert check(session, now=clock()) == ()


def test_nobody_is_told_of_a_statement_over_nothing(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    with transactions() as uow:
        _earn(uow, crew, "mina")
        _assignment, review_id = _earn(uow, crew, "jun")
        uow.session.flush()
        undo(uow, person_id=crew["dohyun"], review_id=review_id)
    clock.advance(days=8)
    statement_id = _close(transactions, crew)
    assert [told.person_id for told in _told(transactions, "pay_changed")] == [crew["mina"]]
    with transactions.reading() as session:
        (share,) = read_own_share(session, statement_id, crew["jun"])
        assert (share.amount_minor, share.lines) == (0, 2)


def _close_in(uow: UnitOfWork, crew: Crew, month: Month) -> int:
    return close_statement(uow, person_id=crew["alex"], project_id=crew.project_id, month=month).statement_id


def _ask(transactions: Transactions, crew: Crew, asker: str, payee: str, minor: int = 500) -> int:
    with transactions() as uow:
        return ask_adjustment(
            uow,
            person_id=crew[asker],
            project_id=crew.project_id,
            payee_id=crew[payee],
            amount_minor=minor,
            reason="Extra rework.",
        ).request_id


def test_a_second_person_decides(transactions: Transactions, crew: Crew) -> None:
    request_id = _ask(transactions, crew, "alex", "jun")
    cards = _told(transactions, "pay_requested")
    assert {card.person_id for card in cards} == {crew["alex"], crew["boss"]}, "the person paid is not asked"
    assert {card.card for card in cards} == {
        f"pay_request:{request_id}:{crew['alex']}",
        f"pay_request:{request_id}:{crew['boss']}",
    }
    assert cards[0] == PayRequested(cards[0].person_id, request_id)
    for who in ("alex", "jun"):
        for act in (approve, decline, may_decide):
            with pytest.raises(NotYours), transactions() as uow:
                act(uow, person_id=crew[who], request_id=request_id)
    with pytest.raises(NotYours), transactions() as uow:
        withdraw(uow, person_id=crew["boss"], request_id=request_id)
    with pytest.raises(Invalid) as refused, transactions() as uow:
        decline(uow, person_id=crew["boss"], request_id=request_id, note="x" * 301)
    assert (refused.value.field, refused.value.code) == ("note", "too_long")
    with transactions() as uow:
        may_decide(uow, person_id=crew["boss"], request_id=request_id)
        decline(uow, person_id=crew["boss"], request_id=request_id, note=" Not agreed. ")
    with transactions.reading() as session:
        facts = read_request(session, request_id)
        assert facts is not None
        assert (facts.state, facts.decided_by, facts.note) == (RequestState.DECLINED, "boss", "Not agreed.")
        assert (facts.kind, facts.payee, facts.asked_by) == (RequestKind.ADJUSTMENT, "jun", "alex")
        assert waiting_requests(session, crew.project_id) == ()
        assert read_pay_sums(session, crew["jun"]) == ()
        assert read_request(session, request_id + 1) is None
    assert len(_told(transactions, "pay_requested")) == 4, "both cards are redrawn"
    assert _told(transactions, "pay_changed") == [], "nothing has changed for the person"


def test_an_approved_adjustment_is_told_and_paid(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    request_id = _ask(transactions, crew, "boss", "mina")
    with transactions() as uow:
        approve(uow, person_id=crew["jun"], request_id=request_id)
    assert _told(transactions, "pay_changed") == [PayChanged(crew["mina"], "adjusted", request_id=request_id)]
    with transactions() as uow:
        deactivate(uow, team=TEAM, user="UMINA")
    clock.advance(days=8)
    statement_id = _close(transactions, crew)
    with transactions.reading() as session:
        (share,) = read_own_share(session, statement_id, crew["mina"])
        assert check(session, now=clock()) == ()
    assert share.amount_minor == 500, "pay that is owed stays, whoever has left"
    assert len(_told(transactions, "pay_changed")) == 1, "nobody writes to an account that is gone"


def test_what_is_asked_must_make_sense(transactions: Transactions, crew: Crew) -> None:
    def refused(**changes: Any) -> tuple[str, str]:
        values: dict[str, Any] = {"payee_id": crew["mina"], "amount_minor": 500, "reason": "Extra."} | changes
        with pytest.raises(Invalid) as error, transactions() as uow:
            ask_adjustment(uow, person_id=crew["alex"], project_id=crew.project_id, **values)
        return error.value.field, error.value.code

    assert refused(amount_minor=0) == ("amount", "zero")
    assert refused(amount_minor=-100_000_001) == ("amount", "too_large")
    assert refused(reason="  ") == ("reason", "missing")
    assert refused(reason="x" * 301) == ("reason", "too_long")
    assert refused(payee_id=crew["boss"]) == ("person", "not_in_project")
    with transactions() as uow:
        deactivate(uow, team=TEAM, user="UBOSS")
        deactivate(uow, team=TEAM, user="UJUN")
    assert refused() == ("approver", "nobody")
    for act in (approve, decline, withdraw):
        with pytest.raises(NotFound), transactions() as uow:
            act(uow, person_id=crew["alex"], request_id=99)
    with pytest.raises(NotFound), transactions() as uow:
        ask_void(uow, person_id=crew["alex"], assignment_id=99, reason="x")
    with pytest.raises(NotFound), transactions() as uow:
        mark_paid(uow, person_id=crew["alex"], statement_id=99)


def test_closing_at_once_closes_once(transactions: Transactions, clock: MovableClock, crew: Crew) -> None:
    with transactions() as uow:
        for _ in range(3):
            _earn(uow, crew, "mina")
    clock.advance(days=8)
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def close(who: str) -> None:
        barrier.wait()
        try:
            with transactions() as uow:
                close_statement(uow, person_id=crew[who], project_id=crew.project_id, month=NOVEMBER)
            outcomes.append("closed")
        except (Invalid, DatabaseBusy) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=close, args=(who,)) for who in ("alex", "boss", "jun", "alex")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("closed") == 1
    assert len(outcomes) == 4
    with transactions.reading() as session:
        assert len(session.scalars(select(StatementLine)).all()) == 3
        assert check(session, now=clock()) == ()


@pytest.mark.parametrize("model", [LedgerLine, StatementLine, StatementShare])
def test_what_was_counted_is_never_changed(
    transactions: Transactions, clock: MovableClock, crew: Crew, model: Any
) -> None:
    with transactions() as uow:
        _earn(uow, crew, "mina")
    clock.advance(days=8)
    _close(transactions, crew)
    column = next(column for column in model.__table__.columns if column.name != "id")
    for change in (update(model).values({column.name: column}), delete(model)):
        with pytest.raises(DBAPIError, match="append-only"), transactions() as uow:
            uow.session.execute(change)
    with transactions() as uow:
        assert uow.session.get_one(Person, crew["mina"]).nickname == "mina"
