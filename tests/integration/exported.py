"""A day's work of every kind there is to export, done through the services."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from bot.db.models import Project
from bot.db.unit_of_work import Transactions
from bot.domain.exports import Format, Order, What
from bot.domain.task import TaskType
from bot.imports.rows import TaskRow, fingerprint
from bot.reports.export import write_export
from bot.services.imports import import_tasks
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, fix_and_accept, reject, undo
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.remembering import remembered

NASTY = '=HYPERLINK("http://x")'


def order_of(crew: Crew, what: What = What.RESULTS, form: Format = Format.JSONL, **more: Any) -> Order:
    return Order(crew.project_id, crew.key, what, form, **more)


def exported(transactions: Transactions, order: Order) -> str:
    out = io.StringIO(newline="")
    with transactions.reading() as session:
        write_export(session, order, out)
    return out.getvalue()


def records(transactions: Transactions, order: Order) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(transactions, order).splitlines()]


def table(transactions: Transactions, order: Order) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(transactions, order), newline="")))


def work(transactions: Transactions, crew: Crew, who: str, answer: dict[str, str]) -> int:
    """Take the next task and hand this answer in; return the assignment."""
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew[who])
        submit(uow, person_id=crew[who], assignment_id=claim.assignment_id, parts=answer)
    return claim.assignment_id


def judge(transactions: Transactions, crew: Crew, **how: Any) -> int:
    """Take the next review and accept it, fix it (`fixed`), or reject it (`comment`); return the review."""
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["dohyun"]).review_id
        if "comment" in how:
            reject(
                uow, person_id=crew["dohyun"], review_id=review, reason="misheard", section="2.4",
                comment=how["comment"],
            )  # fmt: skip
        elif "fixed" in how:
            fix_and_accept(uow, person_id=crew["dohyun"], review_id=review, parts=how["fixed"])
        else:
            accept(uow, person_id=crew["dohyun"], review_id=review)
    return review


def a_day(transactions: Transactions, clock: MovableClock) -> Crew:
    """Six tasks: accepted, fixed, reworked, verdict taken back, unusable, and one still in review."""
    return remembered(transactions, "a day", lambda: _work_a_day(transactions, clock))


def _work_a_day(transactions: Transactions, clock: MovableClock) -> Crew:
    crew = make_crew(transactions, tasks=6, max_in_hand=10)
    work(transactions, crew, "mina", {"text": NASTY, "note": "@mina\n둘째 줄, 셋"})
    clock.advance(minutes=3)
    judge(transactions, crew)
    work(transactions, crew, "mina", {"text": "거시기"})
    judge(transactions, crew, fixed={"text": "거시기혀"})
    with transactions() as uow:
        held = claim_next(uow, person_id=crew["mina"]).assignment_id
    clock.advance(minutes=5)
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=held, parts={"text": "아니아니라"})
    judge(transactions, crew, comment="<@UMINA|mina> 님, 00:12를 <@U404>")
    clock.advance(minutes=2)
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=held, parts={"text": "아니아니라니께"})
    judge(transactions, crew)
    work(transactions, crew, "jun", {"text": "싸게싸게"})
    review = judge(transactions, crew)
    with transactions() as uow:
        undo(uow, person_id=crew["dohyun"], review_id=review)
    with transactions() as uow:
        accept(uow, person_id=crew["dohyun"], review_id=review)
    work(transactions, crew, "jun", {"unusable": "noise"})
    judge(transactions, crew)
    work(transactions, crew, "jun", {"text": "아직"})
    return crew


def shared_task(
    transactions: Transactions, overlap: int = 3, kind: TaskType = TaskType.TRANSCRIPTION
) -> Crew:
    """A crew with one task that several people answer."""
    crew = make_crew(transactions, tasks=0, kind=kind, max_in_hand=10)
    payload = {"text": "=좋아요"} if kind is TaskType.MODERATION else {"audio": "https://m.example/1.wav"}
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        project.overlap = overlap
        uow.session.flush()
        rows = (TaskRow("seg-1", payload, 0, 1, fingerprint(payload)),)
        import_tasks(uow, project=project, source_name="tasks.csv", rows=rows)
    return crew
