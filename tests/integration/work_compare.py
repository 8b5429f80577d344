"""The rows of the work in a database, held against the plain model."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.models import (
    AnswerSlot,
    Appeal,
    Assignment,
    Consensus,
    LedgerLine,
    Review,
    Submission,
    Task,
    Verdict,
)
from tests.integration.life_cycle import UNDER_WAY, Model

Rows = list[tuple[Any, ...]]
Read = Callable[..., Rows]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def difference(session: Session, model: Model, names: dict[int, str]) -> str:
    """Return what of the rows is not as the model has it, "" when all is; `names` are nicknames by person id."""
    for what, stored, meant in _tables(session, model, names):
        for place, (row, wanted) in enumerate(zip_longest(stored, meant), 1):
            if row != wanted:
                return f"{what} {place} is {row}, not {wanted}"
    return ""


def _tables(session: Session, model: Model, names: dict[int, str]) -> Iterator[tuple[str, Rows, Rows]]:
    def read(*columns: Column) -> Rows:
        return [tuple(row) for row in session.execute(_statement(*columns))]

    def who(person_id: int | None) -> str | None:
        return None if person_id is None else names[person_id]

    slots = read(AnswerSlot.id, AnswerSlot.task_id, AnswerSlot.number, AnswerSlot.state, AnswerSlot.held_at)
    yield (
        "slot",
        [row[1:] for row in slots],
        [(s.task, s.number, s.state, model.tasks[s.task].held_at) for s in model.slots.values()],
    )
    yield (
        "task",
        [(*row[1:-1], row[-1] is not None) for row in read(
            Task.id, Task.overlap, Task.extra, Task.state, Task.held_at, Task.final_at
        )],
        [(j.overlap, j.extra, j.state, j.held_at, j.state == "final") for j in model.tasks.values()],
    )  # fmt: skip
    submissions = read(Submission.id, Submission.assignment_id, Submission.round, Submission.draft)
    yield from _attempts(model, read, who, _places(slots))
    said = _places(submissions)
    yield "submission", *_submissions(model, submissions, _places(read(Assignment.id)))
    yield from _judged(model, read, who)
    yield "vote", *_votes(model, read, who, said)


@cache
def _statement(*columns: Column) -> Select[Any]:
    return select(*columns).order_by(columns[0])


def _places(rows: Rows) -> dict[Hashable, int]:
    """Number rows from 1 in the order of their ids, which on PostgreSQL may have gaps."""
    return {row[0]: place for place, row in enumerate(rows, 1)}


Who = Callable[[int | None], str | None]


def _attempts(
    model: Model, read: Read, who: Who, slots: dict[Hashable, int]
) -> Iterator[tuple[str, Rows, Rows]]:
    lines: dict[int, list[int]] = {}
    for _id, assignment_id, amount in read(LedgerLine.id, LedgerLine.assignment_id, LedgerLine.amount_minor):
        lines.setdefault(assignment_id, []).append(amount)
    rows = read(
        Assignment.id, Assignment.slot_id, Assignment.person_id, Assignment.state, Assignment.lease_until,
        Assignment.rework_until, Assignment.last_word,
        Assignment.held_at, Assignment.extended, Assignment.price_minor, Assignment.gold_id,
    )  # fmt: skip
    yield (
        "assignment",
        [
            (slots[slot], who(person), *rest, gold is not None, lines.get(id, []))
            for id, slot, person, *rest, gold in rows
        ],
        [
            (
                a.slot, a.person, a.state, a.lease_until, a.rework_until, a.last_word,
                model.tasks[a.task].held_at if a.state in UNDER_WAY else None, a.extended, a.price,
                model.slots[a.slot].trial, a.lines,
            )
            for a in model.attempts.values()
        ],
    )  # fmt: skip


def _submissions(model: Model, rows: Rows, attempts: dict[Hashable, int]) -> tuple[Rows, Rows]:
    meant = sorted(
        (said.number, n, place, said.draft)
        for n, attempt in model.attempts.items()
        for place, said in enumerate(attempt.rounds, 1)
    )
    return [(attempts[row[1]], *row[2:]) for row in rows], [row[1:] for row in meant]


def _judged(model: Model, read: Read, who: Who) -> Iterator[tuple[str, Rows, Rows]]:
    attempts, reviews, verdicts = (_places(read(table.id)) for table in (Assignment, Review, Verdict))
    rows = read(
        Review.id, Review.assignment_id, Review.state, Review.level, Review.reviewer_id, Review.lease_until
    )
    yield (
        "review",
        [
            (attempts[assignment], state, level == "supervisor", who(person), until)
            for _id, assignment, state, level, person, until in rows
        ],
        [(r.attempt, r.state, r.high, r.reviewer, r.until) for r in model.reviews.values()],
    )
    rows = read(
        Verdict.id, Verdict.review_id, Verdict.reviewer_id, Verdict.decision, Verdict.decided_at,
        Verdict.undone_why,
    )  # fmt: skip
    yield (
        "verdict",
        [
            (reviews[review], who(person), decision == "reject", at, why)
            for _id, review, person, decision, at, why in rows
        ],
        [(v.review, v.who, v.rejected, v.at, v.undone) for v in model.verdicts],
    )
    rows = read(
        Appeal.id, Appeal.verdict_id, Appeal.assignment_id, Appeal.stage, Appeal.state, Appeal.reviewer_id,
        Appeal.lease_until, Appeal.decide_by,
    )  # fmt: skip
    yield (
        "appeal",
        [
            (verdicts[verdict], attempts[assignment], stage, state, who(person), *rest)
            for _id, verdict, assignment, stage, state, person, *rest in rows
        ],
        [
            (o.verdict + 1, o.attempt, o.stage, o.state, o.reviewer, o.until, o.decide_by)
            for o in model.objections.values()
        ],
    )


def _votes(model: Model, read: Read, who: Who, said: dict[Hashable, int]) -> tuple[Rows, Rows]:
    rows = read(
        Consensus.task_id, Consensus.outcome, Consensus.answers, Consensus.submission_id, Consensus.words,
        Consensus.decided_by_id, Consensus.superseded_at,
    )  # fmt: skip
    stored = [
        (task, outcome, answers, True if words is not None else said.get(chosen), who(person))
        for task, outcome, answers, chosen, words, person, superseded in rows
        if superseded is None
    ]
    meant = [
        (n, job.agreed.outcome, job.agreed.answers, job.agreed.chosen, job.agreed.by)
        for n, job in model.tasks.items()
        if job.agreed is not None
    ]
    return stored, meant
