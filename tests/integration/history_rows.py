"""What happened in a project, as plain lists and as rows of a database: the same history told twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.db.models import (
    AnswerSlot,
    Assignment,
    Batch,
    LedgerLine,
    Person,
    Project,
    Review,
    Submission,
    Task,
    Team,
    Verdict,
)
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UndoneBy
from bot.domain.pay import LedgerKind
from bot.domain.people import WorkStatus
from bot.domain.review import Decision, ReasonCode, ReviewLevel, ReviewState
from bot.domain.task import SlotState, TaskState, TaskType

IMPORTED = datetime(2026, 1, 1, tzinfo=UTC)
PRICE = 350


@dataclass
class Judged:
    """A verdict in plain terms; `wrong` ones were undone by others than their reviewer."""

    at: datetime
    decision: Decision
    reviewer: int
    undone: bool
    spent: int
    reason: tuple[str, str] | None
    wrong: bool = False


@dataclass
class Handed:
    """A submission in plain terms, with the verdicts on it in their order."""

    at: datetime
    draft: bool
    words: str
    verdicts: list[Judged] = field(default_factory=list)


@dataclass
class Attempt:
    """Somebody's answer to a task."""

    person: int
    claimed_at: datetime
    rounds: list[Handed] = field(default_factory=list)
    released: bool = False

    @property
    def standing(self) -> list[Judged]:
        return [v for r in self.rounds for v in r.verdicts if not v.undone]

    @property
    def state(self) -> AssignmentState:
        if self.released:
            return AssignmentState.RELEASED
        counted = [r for r in self.rounds if not r.draft]
        if not counted:
            return AssignmentState.EXPIRED if self.rounds else AssignmentState.CLAIMED
        last = [v for v in counted[-1].verdicts if not v.undone]
        if not last:
            return AssignmentState.IN_REVIEW
        return AssignmentState.RETURNED if last[-1].decision is Decision.REJECT else AssignmentState.ACCEPTED


@dataclass
class Item:
    """A task with its answers; final as soon as `overlap` of them are accepted."""

    overlap: int
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def final_at(self) -> datetime | None:
        accepted = sorted(a.standing[-1].at for a in self.attempts if a.state is AssignmentState.ACCEPTED)
        return accepted[self.overlap - 1] if len(accepted) >= self.overlap else None

    @property
    def verdicts(self) -> list[Judged]:
        return sorted((v for a in self.attempts for v in a.standing), key=lambda v: v.at)


@dataclass
class History:
    """A project's tasks."""

    zone: str = "Asia/Seoul"
    items: list[Item] = field(default_factory=list)
    people: tuple[int, ...] = ()
    project_id: int = 0

    @property
    def attempts(self) -> list[Attempt]:
        return [attempt for item in self.items for attempt in item.attempts]


def store_people(session: Session, count: int) -> tuple[int, ...]:
    """Store a team of as many people and return their ids."""
    team = Team(slack_id=uuid4().hex[:12], created_at=IMPORTED)
    session.add(team)
    session.flush()
    people = [
        Person(
            team_id=team.id,
            slack_id=f"U{n}",
            nickname=f"n{n}",
            language="ko",
            zone="Asia/Seoul",
            status=WorkStatus.WORKING,
            created_at=IMPORTED,
        )
        for n in range(count)
    ]
    session.add_all(people)
    session.flush()
    return tuple(person.id for person in people)


def store(session: Session, history: History) -> None:
    """Write the history as the services would have left it; numbers in `person` and `reviewer` are places."""
    team_id = session.get_one(Person, history.people[0]).team_id
    project = Project(
        team_id=team_id, key=uuid4().hex[:12].upper(), name="history", type=TaskType.TRANSCRIPTION,
        zone=history.zone, created_at=IMPORTED,
    )  # fmt: skip
    session.add(project)
    session.flush()
    history.project_id = project.id
    batch = Batch(
        project_id=project.id, source_name="h", fingerprint="0", task_count=len(history.items),
        created_at=IMPORTED,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    for n, item in enumerate(history.items):
        _store_item(session, history, batch.id, n, item)
    session.flush()


def _store_item(session: Session, history: History, batch_id: int, n: int, item: Item) -> None:
    final_at = item.final_at
    task = Task(
        project_id=history.project_id, batch_id=batch_id, external_id=f"t{n}", payload={}, fingerprint="0",
        overlap=item.overlap, state=TaskState.FINAL if final_at else TaskState.OPEN,
        created_at=IMPORTED + timedelta(seconds=n), final_at=final_at,
    )  # fmt: skip
    session.add(task)
    session.flush()
    # One slot for each attempt and for each answer that is still missing.
    for number in range(1, max(len(item.attempts), item.overlap) + 1):
        attempt = item.attempts[number - 1] if number <= len(item.attempts) else None
        held = attempt is not None and attempt.state not in (
            AssignmentState.RELEASED,
            AssignmentState.EXPIRED,
        )
        accepted = attempt is not None and attempt.state is AssignmentState.ACCEPTED
        slot = AnswerSlot(
            task_id=task.id, project_id=history.project_id, number=number,
            state=SlotState.ACCEPTED if accepted else SlotState.TAKEN if held else SlotState.OPEN,
        )  # fmt: skip
        session.add(slot)
        session.flush()
        if attempt is not None:
            _store_attempt(session, history, task.id, slot.id, attempt)


def _store_attempt(session: Session, history: History, task_id: int, slot_id: int, attempt: Attempt) -> None:
    over = attempt.state in (AssignmentState.ACCEPTED, AssignmentState.RELEASED, AssignmentState.EXPIRED)
    accepted_at = attempt.standing[-1].at if attempt.state is AssignmentState.ACCEPTED else IMPORTED
    assignment = Assignment(
        slot_id=slot_id, task_id=task_id, project_id=history.project_id,
        person_id=history.people[attempt.person], attempt=1, state=attempt.state,
        claimed_at=attempt.claimed_at, lease_until=attempt.claimed_at + timedelta(hours=1),
        ended_at=accepted_at if over else None, price_minor=PRICE, currency="KRW", guideline_version="1",
    )  # fmt: skip
    session.add(assignment)
    session.flush()
    common = {"assignment_id": assignment.id, "project_id": history.project_id}
    for round, handed in enumerate(attempt.rounds, start=1):
        submission = Submission(
            **common, task_id=task_id, author_id=assignment.person_id, round=round,
            answer={"text": handed.words}, draft=handed.draft, submitted_at=handed.at,
        )  # fmt: skip
        session.add(submission)
        session.flush()
        if handed.draft:
            continue
        decided = any(v.wrong or not v.undone for v in handed.verdicts)
        review = Review(
            **common, submission_id=submission.id, task_id=task_id, author_id=assignment.person_id,
            level=ReviewLevel.REVIEWER, state=ReviewState.DECIDED if decided else ReviewState.WAITING,
            claimed_at=handed.verdicts[-1].at - timedelta(seconds=handed.verdicts[-1].spent)
            if handed.verdicts
            else None,
            created_at=handed.at,
        )  # fmt: skip
        session.add(review)
        session.flush()
        for judged in handed.verdicts:
            _store_verdict(session, history, assignment, submission.id, review.id, judged)


def _store_verdict(
    session: Session,
    history: History,
    assignment: Assignment,
    submission_id: int,
    review_id: int,
    judged: Judged,
) -> None:
    reason, section = judged.reason or (None, None)
    verdict = Verdict(
        review_id=review_id, submission_id=submission_id, assignment_id=assignment.id,
        project_id=history.project_id, reviewer_id=history.people[judged.reviewer],
        decision=judged.decision, reason=ReasonCode(reason) if reason else None, guideline_section=section,
        comment="because" if reason else None, decided_at=judged.at,
        undone_at=judged.at + timedelta(minutes=1) if judged.undone else None,
        undone_by_id=history.people[judged.reviewer] if judged.undone else None,
        undone_why=(UndoneBy.ISSUE if judged.wrong else UndoneBy.REVIEWER) if judged.undone else None,
    )  # fmt: skip
    session.add(verdict)
    session.flush()
    if judged.decision is Decision.REJECT:
        return
    line = {
        "project_id": history.project_id, "person_id": assignment.person_id, "assignment_id": assignment.id,
        "submission_id": submission_id, "verdict_id": verdict.id, "currency": "KRW",
    }  # fmt: skip
    lines = [line | {"kind": LedgerKind.EARNED, "amount_minor": PRICE, "created_at": judged.at}]
    if judged.undone:
        undone_at = judged.at + timedelta(minutes=1)
        lines.append(line | {"kind": LedgerKind.VOID, "amount_minor": -PRICE, "created_at": undone_at})
    session.execute(insert(LedgerLine), lines)
