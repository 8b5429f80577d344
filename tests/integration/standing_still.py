"""A crew whose work is put on hold, and short ways to look at what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from bot.db.models import Assignment, Base, OutboxRow, Review, Verdict
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import Severity
from bot.outbox.messages import Message, load
from bot.reports.invariants import Finding, check
from bot.services.holding import Held, Released, hold_tasks, release_tasks
from bot.services.issues import open_issue
from bot.services.leases import SWEEPS
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import reject
from tests.conftest import MovableClock
from tests.every_state import EXPLAINED
from tests.factories import Crew, make_crew

RowT = TypeVar("RowT", bound=Base)


class Scene:
    """One project in which people do one step after the other."""

    def __init__(self, transactions: Transactions, clock: MovableClock, *, tasks: int = 3) -> None:
        self.transactions = transactions
        self.clock = clock
        self.crew: Crew = make_crew(transactions, tasks=tasks)

    def claim(self, who: str = "mina") -> int:
        with self.transactions() as uow:
            return claim_next(uow, person_id=self.crew[who]).assignment_id

    def submit(self, assignment: int, text: str = "거시기", who: str = "mina") -> bool:
        """Return whether it was kept as a draft only."""
        with self.transactions() as uow:
            parts = {"text": text}
            return submit(uow, person_id=self.crew[who], assignment_id=assignment, parts=parts).draft

    def take(self, who: str = "sora") -> int:
        with self.transactions() as uow:
            return claim_next_review(uow, person_id=self.crew[who]).review_id

    def reject(self, review: int, who: str = "sora") -> int:
        with self.transactions() as uow:
            done = reject(uow, person_id=self.crew[who], review_id=review, **EXPLAINED)
        assert done.verdict_id is not None
        return done.verdict_id

    def returned(self, who: str = "mina", by: str = "sora") -> tuple[int, int]:
        """Bring a task as far as its first reject; return the assignment and the verdict."""
        assignment = self.claim(who)
        self.submit(assignment, who=who)
        return assignment, self.reject(self.take(by), by)

    def issue(self, who: str = "bridge") -> int:
        with self.transactions() as uow:
            return open_issue(
                uow,
                person_id=self.crew[who],
                project_id=self.crew.project_id,
                severity=Severity.S2,
                request="기준이 서로 달라요.",
            ).issue_id

    def hold(self, *tasks: int, issue: int | None = None, who: str = "bridge") -> Held:
        with self.transactions() as uow:
            return hold_tasks(uow, person_id=self.crew[who], task_ids=tasks, issue_id=issue)

    def release(self, *tasks: int, issue: int | None = None, who: str = "bridge") -> Released:
        with self.transactions() as uow:
            return release_tasks(uow, person_id=self.crew[who], task_ids=tasks or None, issue_id=issue)

    def sweep(self) -> None:
        for each in SWEEPS:
            with self.transactions() as uow:
                each(uow)

    def row(self, model: type[RowT], row_id: int) -> RowT:
        with self.transactions.reading() as session:
            return session.get_one(model, row_id)

    def assignment(self, row_id: int) -> Assignment:
        return self.row(Assignment, row_id)

    def task_of(self, assignment: int) -> int:
        return self.assignment(assignment).task_id

    def review_of(self, assignment: int) -> Review:
        """Return the newest review of an assignment."""
        with self.transactions.reading() as session:
            query = select(Review).where(Review.assignment_id == assignment).order_by(Review.id.desc())
            return session.scalars(query.limit(1)).one()

    def told(self, kind: type[Message], since: int = 0) -> list[Any]:
        """Return the facts of a kind that were queued after the row `since`."""
        with self.transactions.reading() as session:
            rows = session.execute(
                select(OutboxRow.kind, OutboxRow.payload)
                .where(OutboxRow.kind == kind.kind, OutboxRow.id > since)
                .order_by(OutboxRow.id)
            ).all()
        return [load(row.kind, row.payload) for row in rows]

    def findings(self) -> list[Finding]:
        """Return what is broken, apart from the issue itself, which nobody looks after here."""
        with self.transactions.reading() as session:
            return [f for f in check(session, now=self.clock()) if not f.invariant.startswith("issue")]

    def standing(self, assignment: int) -> list[int]:
        with self.transactions.reading() as session:
            query = select(Verdict.id).where(Verdict.assignment_id == assignment, Verdict.undone_at.is_(None))
            return list(session.scalars(query))


def minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
