"""Taking tasks back and holding imports: the right states, the reason kept and told, everything still stored."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Assignment, Audit, Batch, Hold, OutboxRow, Submission, Task
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid, NotAllowed, StaleAction
from bot.domain.escalation import Severity
from bot.domain.review import ReasonCode
from bot.domain.task import SlotState
from bot.outbox.issue_messages import HoldNews
from bot.outbox.messages import RejectCard
from bot.outbox.quality_messages import TaskReclaimed
from bot.reports.live_board import Which, held_groups, open_batches, read_board
from bot.services.batches import hold_batch, release_batch
from bot.services.holding import hold_tasks
from bot.services.issues import open_issue
from bot.services.reclaiming import reclaim
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import reject
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew

WHY = "담당자가 바뀌었어요."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=5)


def _claim(transactions: Transactions, person_id: int) -> int:
    with transactions() as uow:
        return claim_next(uow, person_id=person_id).assignment_id


def _hand_in(transactions: Transactions, person_id: int, assignment_id: int) -> None:
    with transactions() as uow:
        submit(uow, person_id=person_id, assignment_id=assignment_id, parts={"text": "거시기"})


def _return(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["dohyun"])
        reject(
            uow,
            person_id=crew["dohyun"],
            review_id=review.review_id,
            reason=ReasonCode.MISHEARD,
            section="3.2",
            comment="다시 들어 주세요.",
        )


def _reclaim(
    transactions: Transactions, actor_id: int, id: int, reason: str = WHY, ver: int | None = None
) -> None:
    with transactions() as uow:
        reclaim(uow, actor_id=actor_id, assignment_id=id, reason=reason, ver=ver)


def _told(transactions: Transactions, kind: str) -> list[dict[str, object]]:
    with transactions.reading() as session:
        return list(session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind)))


def test_what_is_in_hand_goes_back_and_the_holder_is_told_why(transactions: Transactions, crew: Crew) -> None:
    held = _claim(transactions, crew["mina"])
    _reclaim(transactions, crew["bridge"], held)
    with transactions.reading() as session:
        assignment = session.get_one(Assignment, held)
        assert assignment.state is AssignmentState.RELEASED
        assert assignment.ended_why == WHY
        assert session.get_one(AnswerSlot, assignment.slot_id).state is SlotState.OPEN
        trail = session.scalars(select(Audit).where(Audit.action == "task.reclaim")).one()
        assert (trail.actor_id, trail.from_state, trail.to_state) == (crew["bridge"], "claimed", "released")
        assert WHY not in str(trail.detail)
    assert _told(transactions, TaskReclaimed.kind) == [
        {"person_id": crew["mina"], "assignment_id": held, "why": "reclaim"}
    ]
    with pytest.raises(StaleAction):
        _reclaim(transactions, crew["bridge"], held)
    assert _claim(transactions, crew["jun"]) != held


def test_returned_work_stays_stored_and_its_card_is_drawn_anew(
    transactions: Transactions, crew: Crew
) -> None:
    held = _claim(transactions, crew["mina"])
    _hand_in(transactions, crew["mina"], held)
    with pytest.raises(StaleAction):
        _reclaim(transactions, crew["bridge"], held)
    _return(transactions, crew)
    before = len(_told(transactions, RejectCard.kind))
    _reclaim(transactions, crew["boss"], held)
    assert len(_told(transactions, RejectCard.kind)) == before + 1
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).where(Submission.assignment_id == held)) == 1
    # Whoever had it does not get the same task again; somebody else does.
    task = _task_of(transactions, held)
    assert task not in {_task_of(transactions, _claim(transactions, crew["mina"])) for _ in range(3)}
    assert task in {_task_of(transactions, _claim(transactions, crew["jun"])) for _ in range(2)}


def _task_of(transactions: Transactions, assignment_id: int) -> int:
    with transactions.reading() as session:
        return session.get_one(Assignment, assignment_id).task_id


def test_a_reason_and_the_right_are_needed(transactions: Transactions, crew: Crew) -> None:
    held = _claim(transactions, crew["mina"])
    with pytest.raises(Invalid):
        _reclaim(transactions, crew["bridge"], held, "  ")
    with pytest.raises(StaleAction):
        _reclaim(transactions, crew["bridge"], held, ver=7)
    for person in ("mina", "dohyun", "alex"):
        with pytest.raises(NotAllowed):
            _reclaim(transactions, crew[person], held)


def test_the_board_says_who_has_what_and_what_is_ageing(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    returned = _claim(transactions, crew["mina"])
    _hand_in(transactions, crew["mina"], returned)
    _return(transactions, crew)
    reviewed = _claim(transactions, crew["jun"])
    _hand_in(transactions, crew["jun"], reviewed)
    clock.advance(minutes=1)
    fresh = _claim(transactions, crew["sora"])
    with transactions.reading() as session:
        page = read_board(session, crew.project_id, clock())
        assert [(row.assignment_id, row.nickname, row.state.value) for row in page.rows] == [
            (returned, "mina", "returned"),
            (reviewed, "jun", "in_review"),
            (fresh, "sora", "claimed"),
        ]
        assert page.counts == {
            Which.ALL: 3, Which.CLAIMED: 1, Which.RETURNED: 1, Which.IN_REVIEW: 1, Which.AGEING: 0, Which.HELD: 0,
        }  # fmt: skip
        assert page.rows[2].since == clock()
    clock.advance(hours=25)
    with transactions.reading() as session:
        old = read_board(session, crew.project_id, clock(), which=Which.AGEING)
        assert {row.assignment_id for row in old.rows} == {returned, reviewed, fresh}
        far = read_board(session, crew.project_id, clock(), page=99)
        assert (far.page, far.pages) == (0, 1)


def test_an_import_is_held_for_a_reason_and_goes_on_without_what_an_issue_holds(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    held = _claim(transactions, crew["mina"])
    with transactions.reading() as session:
        batch_id = session.scalars(select(Batch.id)).one()
        tasks = list(session.scalars(select(Task.id).order_by(Task.id)))
    with transactions() as uow:
        issue = open_issue(
            uow, person_id=crew["bridge"], project_id=crew.project_id, severity=Severity.S2, request="?"
        )
        uow.session.flush()
        hold_tasks(uow, person_id=crew["bridge"], task_ids=[tasks[0]], issue_id=issue.issue_id)
    with transactions() as uow, pytest.raises(NotAllowed):
        hold_batch(uow, actor_id=crew["mina"], batch_id=batch_id, reason=WHY)
    with transactions() as uow, pytest.raises(Invalid):
        hold_batch(uow, actor_id=crew["alex"], batch_id=batch_id, reason="")
    with transactions() as uow:
        assert len(hold_batch(uow, actor_id=crew["alex"], batch_id=batch_id, reason=WHY).tasks) == len(tasks)
        assert hold_batch(uow, actor_id=crew["alex"], batch_id=batch_id, reason=WHY).tasks == ()
    assert {str(one["what"]) for one in _told(transactions, HoldNews.kind)} == {"held"}
    with transactions.reading() as session:
        groups = held_groups(session, crew.project_id)
        assert [(g.tasks, g.issue_id, g.reason.text if g.reason else None) for g in groups] == [
            (1, issue.issue_id, None),
            (len(tasks), None, WHY),
        ]
        assert [(b.open, b.held) for b in open_batches(session, crew.project_id)] == [(5, 5)]
        assert read_board(session, crew.project_id, clock(), which=Which.HELD).rows[0].assignment_id == held
    with transactions() as uow:
        freed = release_batch(uow, actor_id=crew["bridge"], batch_id=batch_id)
    assert set(freed.tasks) == set(tasks[1:])
    assert freed.still_held == (tasks[0],)
    with transactions.reading() as session:
        left = session.scalars(select(Hold).where(Hold.released_at.is_(None))).one()
        assert left.issue_id == issue.issue_id
