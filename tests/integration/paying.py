"""A crew whose work is paid, and short ways through the services of pay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.db.models import OutboxRow, Project, Review
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.pay import Month
from bot.domain.people import Role
from bot.domain.translation import TranslationMode
from bot.outbox.messages import load
from bot.services.pay_requests import ask_adjustment
from bot.services.paying import close_statement
from bot.services.people import set_role
from bot.services.reviews import claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept
from tests.factories import Crew, make_crew

NOVEMBER = Month(2026, 11)
TASKS = 40


def pay_crew(transactions: Transactions) -> Crew:
    """A crew in which jun works and is a PM as well, and where nothing waits to be translated for months."""
    crew = make_crew(transactions, tasks=TASKS)
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        project.translation = TranslationMode.OFF
        set_role(uow, actor_id=crew["boss"], project=project, user="UJUN", role=Role.PM, granted=True)
    return crew


def earn(uow: UnitOfWork, crew: Crew, who: str) -> tuple[int, int]:
    """Let somebody's answer be accepted; return its assignment and review."""
    assignment_id = claim_next(uow, person_id=crew[who]).assignment_id
    submit(uow, person_id=crew[who], assignment_id=assignment_id, parts={"text": "거시기"})
    review_id = uow.session.scalars(select(Review.id).where(Review.assignment_id == assignment_id)).one()
    claim_review(uow, person_id=crew["dohyun"], review_id=review_id)
    accept(uow, person_id=crew["dohyun"], review_id=review_id)
    return assignment_id, review_id


def close_month(transactions: Transactions, crew: Crew, month: Month = NOVEMBER) -> int:
    with transactions() as uow:
        return close_statement(
            uow, person_id=crew["alex"], project_id=crew.project_id, month=month
        ).statement_id


def close_month_in(uow: UnitOfWork, crew: Crew, month: Month) -> int:
    return close_statement(uow, person_id=crew["alex"], project_id=crew.project_id, month=month).statement_id


def ask_extra(transactions: Transactions, crew: Crew, asker: str, payee: str, minor: int = 500) -> int:
    with transactions() as uow:
        return ask_adjustment(
            uow,
            person_id=crew[asker],
            project_id=crew.project_id,
            payee_id=crew[payee],
            amount_minor=minor,
            reason="Extra rework.",
        ).request_id


def told_of(transactions: Transactions, kind: str) -> list[Any]:
    with transactions.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return [load(row.kind, row.payload) for row in rows]
