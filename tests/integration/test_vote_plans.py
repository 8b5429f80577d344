"""What settling, deciding, checking and holding read: never a whole table of the project's history."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.db.engine import Database
from bot.db.models import Assignment, Review, Submission, Task
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.quality import AppealStage
from bot.reports.adjudications import read_adjudication
from bot.reports.live_board import read_board
from bot.reports.spot_checks import read_check
from bot.services.appeal_queue import judges_of
from bot.services.batches import hold_batch
from bot.services.reviews import fit_supervisors
from bot.services.spot_checks import record
from bot.services.voting import may_adjudicate, next_adjudication, settle
from tests.integration.voting_scene import Scene, voting_crew, voting_scene

_HISTORY = ("task", "answer_slot", "assignment", "submission", "review", "verdict", "consensus", "spot_check")
_SCAN = re.compile(rf"^SCAN ({'|'.join(_HISTORY)})(_\d+)?\b")


def plans(database: Database, transactions: Transactions, act: Callable[[UnitOfWork], object]) -> list[str]:
    """Return how SQLite goes about each statement of an act, one line a step."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if not statement.startswith(("EXPLAIN", "INSERT", "PRAGMA", "BEGIN")):
            said.append((statement, parameters))

    event.listen(database.writer, "before_cursor_execute", hear)
    try:
        with transactions() as uow:
            act(uow)
    finally:
        event.remove(database.writer, "before_cursor_execute", hear)
    with database.reader.connect() as connection:
        return [
            str(row[3])
            for statement, parameters in said
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("database_url_of", ["sqlite"], indirect=True)
def test_no_step_reads_a_whole_history(database: Database, transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 4)
    scene: Scene = voting_scene(transactions, crew, people, overlap=2)
    task, _other = scene.bring(2)
    scene.all_say("가", "나")
    held = scene.answer(2, "다")
    assert held is not None
    with transactions.reading() as session:
        accepted = session.scalars(select(Submission.id).order_by(Submission.id)).first() or 0
        waiting = session.scalars(select(Review).order_by(Review.id.desc())).first()
        attempt = session.get_one(Assignment, held)
        batch = session.get_one(Task, task).batch_id
    assert waiting is not None
    bridge = crew["bridge"]
    with database.writer.begin() as connection:
        # With figures of tables that are not small a planner knows what a scan costs.
        connection.exec_driver_sql("ANALYZE")
        for table in _HISTORY:
            connection.exec_driver_sql(
                "UPDATE sqlite_stat1 SET stat = '100000' || substr(stat, instr(stat, ' ')) WHERE tbl = ?",
                (table,),
            )
    for act in (
        lambda uow: settle(uow, task, None),
        lambda uow: may_adjudicate(uow, person_id=bridge, task_id=task),
        lambda uow: next_adjudication(uow, person_id=bridge),
        lambda uow: read_adjudication(uow.session, task, uow.now),
        lambda uow: fit_supervisors(uow.session, waiting),
        lambda uow: judges_of(uow, attempt, AppealStage.SECOND),
        lambda uow: read_check(uow.session, accepted),
        lambda uow: read_board(uow.session, scene.project_id, uow.now),
        lambda uow: record(uow, person_id=bridge, submission_id=accepted, agrees=True),
        lambda uow: hold_batch(uow, actor_id=bridge, batch_id=batch, reason="기다려요."),
    ):
        found = [step for step in plans(database, transactions, act) if _SCAN.match(step)]
        assert found == []
