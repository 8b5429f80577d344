"""Every invariant of the doctor: clean after real work, and naming exactly the row that is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from bot.db.models import (
    AnswerSlot,
    Assignment,
    Audit,
    AuditOutcome,
    GuidelineVersion,
    LedgerLine,
    Membership,
    OutboxRow,
    OutboxState,
    Person,
    Review,
    Submission,
    Task,
    Verdict,
)
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.guideline import GuidelineState
from bot.domain.people import Role
from bot.domain.review import ReviewLevel, ReviewState
from bot.domain.task import SlotState, TaskState
from bot.reports.invariants import INVARIANTS, LEASE_SLACK, SENDING_SLACK, check
from tests.appeal_damage import DAMAGES as APPEAL_DAMAGES
from tests.every_state import EveryState, every_state
from tests.hold_damage import DAMAGES as HOLD_DAMAGES
from tests.issue_damage import DAMAGES as ISSUE_DAMAGES
from tests.pay_damage import DAMAGES as PAY_DAMAGES
from tests.translation_damage import DAMAGES as TRANSLATION_DAMAGES

Broken = set[tuple[str, int | None]]


class Bench:
    """A session on the filled database whose damage is rolled back, and short ways to break things in it."""

    def __init__(self, states: EveryState, session: Session) -> None:
        self.states = states
        self.session = session
        self.sqlite = states.database.is_sqlite

    def unlock(self, table: str) -> None:
        """Take away what makes the table append-only."""
        names = [f"{table}_no_update", f"{table}_no_delete"] if self.sqlite else [f"{table}_append_only"]
        for name in names:
            self.session.execute(text(f"DROP TRIGGER {name}" + ("" if self.sqlite else f" ON {table}")))

    def set(self, model: Any, row_id: int, **values: object) -> None:
        """Overwrite columns of one row."""
        self.session.execute(update(model).where(model.id == row_id).values(**values))

    def copy(self, model: Any, row_id: int, **values: object) -> int:
        """Add a row like another one and return its id."""
        source = self.session.execute(select(model.__table__).where(model.id == row_id)).mappings().one()
        row = {k: v for k, v in source.items() if k != "id"} | values
        new_id: int = self.session.scalars(insert(model).returning(model.id), [row]).one()
        return new_id

    def one(self, query: Any) -> int:
        """Return the only value."""
        value: int = self.session.scalars(query).one()
        return value

    def verdict(self, review: str) -> int:
        return self.one(select(Verdict.id).where(Verdict.review_id == self.states.reviews[review]))

    def of(self, model: Any, assignment: str, column: Any) -> int:
        return self.one(select(column).where(model.id == self.states.assignments[assignment]))

    def submission(self, assignment: str) -> int:
        return self.one(
            select(Submission.id).where(Submission.assignment_id == self.states.assignments[assignment])
        )

    def trail(self, kind: str, row_id: int) -> list[int]:
        rows = self.session.scalars(
            select(Audit.id).where(Audit.subject_type == kind, Audit.subject_id == row_id).order_by(Audit.id)
        )
        return list(rows)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def states(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EveryState]:
    with every_state(request.param, request, tmp_path_factory) as filled:
        yield filled


@pytest.fixture
def bench(states: EveryState) -> Iterator[Bench]:
    with Session(states.database.writer) as session:
        yield Bench(states, session)


def _second_holder(bench: Bench) -> Broken:
    bench.session.execute(text("DROP INDEX uq_assignment_one_live_per_slot"))
    other = bench.copy(
        Assignment,
        bench.states.assignments["claimed"],
        attempt=99,
        person_id=bench.states.crew["bridge"],
        state=AssignmentState.CLAIMED,
    )
    return {("slot_two_live", other)}


def _slot_offered_while_held(bench: Bench) -> Broken:
    slot = bench.of(Assignment, "claimed", Assignment.slot_id)
    bench.set(AnswerSlot, slot, state=SlotState.OPEN)
    return {("slot_state", slot)}


def _slot_held_by_nobody(bench: Bench) -> Broken:
    slot = bench.of(Assignment, "expired", Assignment.slot_id)
    bench.set(AnswerSlot, slot, state=SlotState.TAKEN)
    return {("slot_state", slot)}


def _final_too_early(bench: Bench) -> Broken:
    task = bench.of(Assignment, "under_accepted", Assignment.task_id)
    bench.set(Task, task, overlap=2)
    return {("task_state", task)}


def _final_without_an_instant(bench: Bench) -> Broken:
    task = bench.of(Assignment, "under_accepted", Assignment.task_id)
    bench.set(Task, task, final_at=None)
    return {("task_state", task)}


def _open_for_ever(bench: Bench) -> Broken:
    task = bench.of(Assignment, "under_accepted", Assignment.task_id)
    bench.set(Task, task, state=TaskState.OPEN)
    return {("task_state", task), ("audit_task", task)}


def _counted_work_made_a_draft(bench: Bench) -> Broken:
    submission = bench.submission("under_waiting")
    bench.set(Submission, submission, draft=True)
    return {
        ("assignment_submission", bench.states.assignments["under_waiting"]),
        ("submission_review", submission),
    }


def _claim_with_an_answer(bench: Bench) -> Broken:
    submission = bench.submission("lost")
    bench.set(Submission, submission, draft=False)
    return {("assignment_submission", bench.states.assignments["lost"]), ("submission_review", submission)}


def _review_lost(bench: Bench) -> Broken:
    bench.session.execute(delete(Review).where(Review.id == bench.states.reviews["waiting"]))
    return {("submission_review", bench.submission("under_waiting"))}


def _submission_of_somebody_else(bench: Bench) -> Broken:
    submission = bench.submission("under_waiting")
    bench.set(Submission, submission, author_id=bench.states.crew["jun"])
    return {("submission_owner", submission), ("review_owner", bench.states.reviews["waiting"])}


def _review_of_another_task(bench: Bench) -> Broken:
    review = bench.states.reviews["waiting"]
    bench.set(Review, review, task_id=bench.of(Assignment, "claimed", Assignment.task_id))
    return {("review_owner", review)}


def _claim_never_swept(bench: Bench) -> Broken:
    now = bench.states.clock()
    bench.set(Assignment, bench.states.assignments["retaken"], lease_until=now - LEASE_SLACK)
    claimed = bench.states.assignments["claimed"]
    bench.set(Assignment, claimed, lease_until=now - LEASE_SLACK - timedelta(seconds=1))
    return {("lease_overdue", claimed)}


def _review_never_freed(bench: Bench) -> Broken:
    review = bench.states.reviews["claimed"]
    bench.set(Review, review, lease_until=bench.states.clock() - LEASE_SLACK - timedelta(seconds=1))
    return {("review_lease_overdue", review)}


def _reject_taken_away(bench: Bench) -> Broken:
    sora = bench.states.crew["sora"]
    bench.set(
        Verdict,
        bench.verdict("rejected"),
        undone_at=bench.states.clock(),
        undone_by_id=sora,
        undone_why=UndoneBy.REVIEWER,
    )
    return {
        ("review_verdict", bench.states.reviews["rejected"]),
        ("returned_without_reason", bench.states.assignments["under_rejected"]),
    }


def _undone_verdict_stands(bench: Bench) -> Broken:
    bench.set(Verdict, bench.verdict("undone"), undone_at=None, undone_why=None)
    assignment = bench.states.assignments["under_undone"]
    return {
        ("review_verdict", bench.states.reviews["undone"]),
        ("assignment_accepted", assignment),
        ("ledger_assignment", assignment),
        ("ledger_person", bench.states.crew["mina"]),
        ("ledger_total", None),
    }


def _reject_without_a_sentence(bench: Bench) -> Broken:
    bench.set(Verdict, bench.verdict("rejected"), comment="")
    return {("returned_without_reason", bench.states.assignments["under_rejected"])}


def _own_work_judged(bench: Bench) -> Broken:
    verdict = bench.verdict("rejected")
    bench.set(Verdict, verdict, reviewer_id=bench.states.crew["mina"])
    return {("verdict_self", verdict)}


def _task_of_a_judged_answer(bench: Bench) -> Broken:
    """Sora, who had judged somebody's answer to a task, holds a task she may not."""
    verdict = bench.session.get_one(Verdict, bench.verdict("rejected"))
    assignment = bench.session.get_one(Assignment, verdict.assignment_id)
    other = bench.states.assignments["claimed"]
    bench.set(
        Assignment,
        other,
        person_id=verdict.reviewer_id,
        task_id=assignment.task_id,
        claimed_at=bench.states.clock(),
    )
    return {("assignment_judge", other)}


def _own_work_in_review(bench: Bench) -> Broken:
    review = bench.states.reviews["claimed"]
    bench.set(Review, review, reviewer_id=bench.states.crew["mina"])
    return {("review_self", review), ("review_out_of_reach", review)}


def _judge_without_a_role(bench: Bench) -> Broken:
    sora = bench.states.crew["sora"]
    bench.session.execute(
        delete(Membership).where(Membership.person_id == sora, Membership.role == Role.REVIEWER)
    )
    held = bench.session.scalars(
        select(Review.id).where(Review.reviewer_id == sora, Review.state != ReviewState.DECIDED)
    ).all()
    assert held
    return {("review_out_of_reach", row_id) for row_id in held}


def _no_supervisor_left(bench: Bench) -> Broken:
    bench.set(Person, bench.states.crew["bridge"], active=False)
    above = bench.session.scalars(
        select(Review.id).where(Review.level == ReviewLevel.SUPERVISOR, Review.state != ReviewState.DECIDED)
    ).all()
    assert bench.states.reviews["sup_waiting"] in above
    return {("review_out_of_reach", row_id) for row_id in above}


def _out_of_balance(bench: Bench, assignment: int) -> Broken:
    """What pay is broken by that was mina's: the assignment, all that she has, and the whole."""
    mina = bench.states.crew["mina"]
    return {("ledger_assignment", assignment), ("ledger_person", mina), ("ledger_total", None)}


def _price_changed_later(bench: Bench) -> Broken:
    assignment = bench.states.assignments["under_fixed"]
    bench.set(Assignment, assignment, price_minor=351)
    return _out_of_balance(bench, assignment)


def _pay_lost(bench: Bench) -> Broken:
    bench.unlock("ledger_line")
    assignment = bench.states.assignments["under_accepted"]
    bench.session.execute(delete(LedgerLine).where(LedgerLine.assignment_id == assignment))
    return _out_of_balance(bench, assignment)


def _pay_in_another_currency(bench: Bench) -> Broken:
    bench.unlock("ledger_line")
    assignment = bench.states.assignments["under_accepted"]
    bench.session.execute(
        update(LedgerLine).where(LedgerLine.assignment_id == assignment).values(currency="USD")
    )
    # Both currencies are out of balance.
    return _out_of_balance(bench, assignment)


def _pay_of_two_swapped(bench: Bench) -> Broken:
    bench.unlock("ledger_line")
    one, other = (bench.states.assignments[name] for name in ("under_accepted", "under_fixed"))
    for assignment, minor in ((one, 300), (other, 400)):
        bench.session.execute(
            update(LedgerLine).where(LedgerLine.assignment_id == assignment).values(amount_minor=minor)
        )
    return {("ledger_assignment", one), ("ledger_assignment", other)}


def _last_audit_row_lost(bench: Bench) -> Broken:
    bench.unlock("audit")
    broken: Broken = set()
    for kind, row_id in (
        ("assignment", bench.states.assignments["released"]),
        ("review", bench.states.reviews["claimed"]),
        ("task", bench.of(Assignment, "under_accepted", Assignment.task_id)),
    ):
        bench.session.execute(delete(Audit).where(Audit.id == bench.trail(kind, row_id)[-1]))
        broken.add((f"audit_{kind}", row_id))
    return broken


def _audit_row_in_between_lost(bench: Bench) -> Broken:
    bench.unlock("audit")
    first, second, third, *_ = bench.trail("assignment", bench.states.assignments["under_undone"])
    bench.session.execute(delete(Audit).where(Audit.id == second))
    assert first < second < third
    return {("audit_gap", third)}


def _state_changed_without_audit(bench: Bench) -> Broken:
    assignment = bench.states.assignments["claimed"]
    slot = bench.of(Assignment, "claimed", Assignment.slot_id)
    bench.set(Assignment, assignment, state=AssignmentState.EXPIRED)
    bench.set(AnswerSlot, slot, state=SlotState.OPEN)
    return {("audit_assignment", assignment)}


def _told_twice(bench: Bench) -> Broken:
    if bench.sqlite:
        # SQLite can't drop a constraint, but a copy of the table has none.
        for statement in (
            "CREATE TABLE free AS SELECT * FROM outbox",
            "DROP TABLE outbox",
            "ALTER TABLE free RENAME TO outbox",
        ):
            bench.session.execute(text(statement))
    else:
        bench.session.execute(text("ALTER TABLE outbox DROP CONSTRAINT uq_outbox_dedupe_key"))
    first, second = bench.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id).limit(2))
    key = bench.session.scalar(select(OutboxRow.dedupe_key).where(OutboxRow.id == first))
    bench.set(OutboxRow, second, dedupe_key=key)
    return {("outbox_twice", second)}


def _sender_died(bench: Bench) -> Broken:
    broken: Broken = set()
    ids = bench.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id).limit(3)).all()
    now = bench.states.clock()
    late = now - SENDING_SLACK - timedelta(seconds=1)
    for row_id, lease_until in zip(ids, (now - SENDING_SLACK, late, None), strict=True):
        bench.set(OutboxRow, row_id, state=OutboxState.SENDING, lease_until=lease_until)
        if lease_until is None or lease_until < now - SENDING_SLACK:
            broken.add(("outbox_stuck", row_id))
    return broken


def _new_version(bench: Bench, state: GuidelineState, **values: object) -> int:
    now = bench.states.clock()
    row = {
        "project_id": bench.states.crew.project_id, "number": 2, "state": state, "ver": 1, "title": "x",
        "source_name": "x.md", "sha256": "0" * 64, "words": 1, "uploaded_at": now, **values,
    }  # fmt: skip
    return bench.one(insert(GuidelineVersion).values(row).returning(GuidelineVersion.id))


def _claims_pinned_elsewhere(bench: Bench) -> Broken:
    version = _new_version(bench, GuidelineState.CURRENT, began_at=bench.states.clock())
    return {("guideline_pinned", version), ("audit_guideline", version)}


def _version_never_begun(bench: Bench) -> Broken:
    late = bench.states.clock() - LEASE_SLACK - timedelta(seconds=1)
    version = _new_version(bench, GuidelineState.SCHEDULED, effective_at=late)
    return {("guideline_dates", version), ("audit_guideline", version)}


def _worked_without_reading(bench: Bench) -> Broken:
    now = bench.states.clock()
    version = _new_version(bench, GuidelineState.PAST, began_at=now, ended_at=now)
    held = bench.states.assignments["claimed"]
    bench.set(Assignment, held, guideline_version="2")
    return {("guideline_unread", held), ("audit_guideline", version)}


DAMAGES: tuple[Callable[[Bench], Broken], ...] = (
    _second_holder,
    _slot_offered_while_held,
    _slot_held_by_nobody,
    _final_too_early,
    _final_without_an_instant,
    _open_for_ever,
    _counted_work_made_a_draft,
    _claim_with_an_answer,
    _review_lost,
    _submission_of_somebody_else,
    _review_of_another_task,
    _claim_never_swept,
    _review_never_freed,
    _reject_taken_away,
    _undone_verdict_stands,
    _reject_without_a_sentence,
    _own_work_judged,
    _task_of_a_judged_answer,
    _own_work_in_review,
    _judge_without_a_role,
    _no_supervisor_left,
    _price_changed_later,
    _pay_lost,
    _pay_in_another_currency,
    _pay_of_two_swapped,
    _last_audit_row_lost,
    _audit_row_in_between_lost,
    _state_changed_without_audit,
    _told_twice,
    _claims_pinned_elsewhere,
    _version_never_begun,
    _worked_without_reading,
    _sender_died,
    *TRANSLATION_DAMAGES,
    *PAY_DAMAGES,
    *HOLD_DAMAGES,
    *ISSUE_DAMAGES,
    *APPEAL_DAMAGES,
)


def test_clean_after_real_work(bench: Bench) -> None:
    assert check(bench.session, now=bench.states.clock()) == ()
    present = set(bench.session.scalars(select(Assignment.state)))
    assert present == set(AssignmentState), "the world must hold every state for this to mean anything"
    assert bench.session.scalar(select(func.count()).select_from(LedgerLine)) == 5


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_names_exactly_the_broken_rows(bench: Bench, damage: Callable[[Bench], Broken]) -> None:
    expected = damage(bench)
    findings = check(bench.session, now=bench.states.clock())
    assert {(f.invariant, f.row_id) for f in findings} == expected
    assert all(f.table == INVARIANTS[f.invariant][0] for f in findings)
    assert all("거시기" not in f.detail for f in findings)


def test_every_invariant_is_broken_by_some_test(bench: Bench) -> None:
    seen: set[str] = set()
    for damage in DAMAGES:
        seen |= {invariant for invariant, _row in damage(bench)}
        bench.session.rollback()
    assert seen == set(INVARIANTS)


def test_a_refused_try_is_no_change_of_state(bench: Bench) -> None:
    bench.copy(
        Audit,
        bench.trail("assignment", bench.states.assignments["released"])[0],
        outcome=AuditOutcome.DENIED,
        from_state=None,
        to_state=None,
    )
    assert check(bench.session, now=bench.states.clock()) == ()
