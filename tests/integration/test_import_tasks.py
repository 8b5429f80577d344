"""A file is stored as a whole or not at all, and sending it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event, func, select, text, update

from bot.db.models import AnswerSlot, Audit, Batch, Project, Task
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.task import SlotState, TaskState
from bot.imports.problems import BadFile, ProblemCode
from bot.imports.rows import TaskRow, fingerprint
from bot.reports.invariants import check
from bot.services.imports import Imported, import_tasks
from bot.services.tasks import claim_next
from tests.factories import Crew, make_crew, task_rows


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=0, max_in_hand=50)


def _import(
    transactions: Transactions, crew: Crew, rows: tuple[TaskRow, ...], *, actor: str | None = "alex"
) -> Imported:
    with transactions() as uow:
        return import_tasks(
            uow,
            project=uow.session.get_one(Project, crew.project_id),
            source_name="tasks.csv",
            rows=rows,
            actor_id=crew[actor] if actor else None,
        )


def _count(transactions: Transactions) -> tuple[int, int, int]:
    """Return how many batches, tasks and slots there are."""
    with transactions.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(m)) or 0 for m in (Batch, Task, AnswerSlot)]
    return counts[0], counts[1], counts[2]


def test_rows_become_open_tasks_with_slots_in_file_order(transactions: Transactions, crew: Crew) -> None:
    # More rows than one statement takes.
    rows = task_rows(1201)
    assert _import(transactions, crew, rows) == Imported(1, 1201, 0)
    with transactions.reading() as session:
        tasks = session.scalars(select(Task).order_by(Task.id)).all()
        slots = session.scalars(select(AnswerSlot).order_by(AnswerSlot.id)).all()
        batch = session.scalars(select(Batch)).one()
        assert check(session, now=transactions.clock()) == ()
    assert [(t.external_id, t.payload, t.fingerprint) for t in tasks] == [
        (r.external_id, r.payload, r.fingerprint) for r in rows
    ]
    assert {(t.state, t.overlap, t.batch_id) for t in tasks} == {(TaskState.OPEN, 1, batch.id)}
    assert [(s.task_id, s.number, s.rank, s.state) for s in slots] == [
        (t.id, 1, 0, SlotState.OPEN) for t in tasks
    ]
    assert (batch.task_count, batch.source_name, batch.imported_by_id) == (1201, "tasks.csv", crew["alex"])


def test_the_same_file_again_changes_nothing(transactions: Transactions, crew: Crew) -> None:
    _import(transactions, crew, task_rows(5))
    assert _import(transactions, crew, task_rows(5)) == Imported(None, 0, 5)
    assert _count(transactions) == (1, 5, 5)
    assert _import(transactions, crew, task_rows(7)) == Imported(2, 2, 5)
    assert _count(transactions) == (2, 7, 7)


def test_a_changed_row_refuses_the_whole_file(transactions: Transactions, crew: Crew) -> None:
    _import(transactions, crew, task_rows(3))
    payload = {"audio": "https://media.example/other.wav"}
    changed = (
        *task_rows(1),
        TaskRow("seg-0002", payload, 0, 2, fingerprint(payload)),
        *task_rows(5, start=10),
        TaskRow("seg-0003", payload, 0, 8, fingerprint(payload)),
    )
    with pytest.raises(BadFile) as refused:
        _import(transactions, crew, changed)
    assert [(p.line, p.code, p.values) for p in refused.value.problems] == [
        (2, ProblemCode.CHANGED_TASK, {"id": "seg-0002"}),
        (8, ProblemCode.CHANGED_TASK, {"id": "seg-0003"}),
    ]
    assert _count(transactions) == (1, 3, 3)


def test_priority_and_overlap_reach_the_slots(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        uow.session.execute(update(Project).values(overlap=2))
    payload = {"audio": "https://media.example/now.wav"}
    urgent = TaskRow("seg-urgent", payload, 9, 3, fingerprint(payload))
    _import(transactions, crew, (*task_rows(2), urgent))
    with transactions.reading() as session:
        slots = session.execute(
            select(AnswerSlot.task_id, AnswerSlot.number, AnswerSlot.rank).order_by(AnswerSlot.id)
        ).all()
    assert slots == [(1, 1, 0), (1, 2, 0), (2, 1, 0), (2, 2, 0), (3, 1, -18), (3, 2, -18)]
    with transactions() as uow:
        first = claim_next(uow, person_id=crew["mina"])
    with transactions.reading() as session:
        assert (
            session.execute(
                text("SELECT task_id FROM assignment WHERE id = :id"), {"id": first.assignment_id}
            ).scalar_one()
            == 3
        )


def test_the_same_ids_in_another_project_are_other_tasks(transactions: Transactions, crew: Crew) -> None:
    _import(transactions, crew, task_rows(3))
    with transactions() as uow:
        first = uow.session.get_one(Project, crew.project_id)
        other = Project(
            team_id=first.team_id, key="TWO", name="둘", type=first.type, zone="UTC", created_at=uow.now
        )
        uow.session.add(other)
        uow.session.flush()
        assert import_tasks(uow, project=other, source_name="x", rows=task_rows(3)).added == 3


def test_a_crash_in_the_middle_leaves_nothing(transactions: Transactions, crew: Crew) -> None:
    class _Stopped(Exception):
        pass

    def stop(done: int) -> None:
        if done >= 500:
            raise _Stopped

    with pytest.raises(_Stopped), transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        import_tasks(uow, project=project, source_name="x", rows=task_rows(1200), progress=stop)
    assert _count(transactions) == (0, 0, 0)


def test_progress_counts_every_row(transactions: Transactions, crew: Crew) -> None:
    _import(transactions, crew, task_rows(10))
    seen: list[int] = []
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        import_tasks(uow, project=project, source_name="x", rows=task_rows(1010), progress=seen.append)
    assert seen == [10, 510, 1010]


def test_who_may_and_what_is_written_down(transactions: Transactions, crew: Crew) -> None:
    for name in ("mina", "sora", "bridge"):
        with pytest.raises(NotAllowed):
            _import(transactions, crew, task_rows(1), actor=name)
    _import(transactions, crew, task_rows(1), actor=None)
    _import(transactions, crew, task_rows(2))
    with transactions.reading() as session:
        lines = session.scalars(
            select(Audit).where(Audit.action == "project.import").order_by(Audit.id)
        ).all()
    assert [(a.actor_id, a.subject_type, a.detail) for a in lines] == [
        (None, "batch", {"added": 1, "unchanged": 0}),
        (crew["alex"], "batch", {"added": 1, "unchanged": 1}),
    ]


def test_two_imports_of_one_file_side_by_side_store_it_once(transactions: Transactions, crew: Crew) -> None:
    """On PostgreSQL the second waits for the first one's rows and is then refused by their unique ids."""
    if transactions.database.is_sqlite:
        pytest.skip("one writer at a time")
    with transactions() as first:
        _store(first, crew)
        with transactions.database.writer.connect() as watcher, transactions() as second:
            second.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(Exception, match=r"lock timeout|duplicate key"):
                _store(second, crew)
            second.session.rollback()
            assert watcher.execute(text("SELECT count(*) FROM task")).scalar_one() == 0
    assert _count(transactions) == (1, 20, 20)


def _store(uow: UnitOfWork, crew: Crew) -> None:
    project = uow.session.get_one(Project, crew.project_id)
    import_tasks(uow, project=project, source_name="x", rows=task_rows(20))


@pytest.fixture
def statements(transactions: Transactions) -> Iterator[list[str]]:
    """Every statement that is run."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(transactions.database.writer, "before_cursor_execute", note)
    yield seen
    event.remove(transactions.database.writer, "before_cursor_execute", note)


def test_statements_grow_with_chunks_and_not_with_rows(
    transactions: Transactions, crew: Crew, statements: list[str]
) -> None:
    _import(transactions, crew, task_rows(100))
    few = len(statements)
    statements.clear()
    _import(transactions, crew, task_rows(500, start=1000))
    assert len(statements) <= few + 5
