"""A task whose answers do not agree, as a supervisor sees it: what was said how often, never by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Consensus, Project, Task
from bot.domain.answers import Answer
from bot.domain.consensus import Outcome as Vote
from bot.domain.consensus import ballot, cluster
from bot.domain.task import TaskState
from bot.reports.cards import TaskFacts, task_facts
from bot.reports.counted import CountedAnswer, counted_answers, counting_of
from bot.reports.expressions import fixed
from bot.reports.holders import holders_of
from bot.reports.rules import rules_of


@dataclass(frozen=True)
class Wording:
    """One way of saying it: how many wrote exactly this, and whether somebody who knows the dialect did.

    `submission_id` is the earliest of these answers, which stands for all of them.
    """

    submission_id: int
    words: Answer
    count: int
    dialect: bool


@dataclass(frozen=True)
class Group:
    """Wordings that are nearly the same, the most frequent first; `likeness` (0 to 1) is that of the least like."""

    wordings: tuple[Wording, ...]
    likeness: float

    @property
    def count(self) -> int:
        """How many answers are in it."""
        return sum(wording.count for wording in self.wordings)


@dataclass(frozen=True)
class Decided:
    """What was decided: a supervisor's choice with their note, or an agreement that came about meanwhile."""

    words: Answer
    own_words: bool
    by_id: int | None
    note: str
    at: datetime


@dataclass(frozen=True)
class AdjudicationFacts:
    """A task to be decided, or that has been. `groups` hold every answer that counts, the biggest first."""

    task: TaskFacts
    consensus_id: int
    ver: int
    outcome: Vote
    answers: int
    groups: tuple[Group, ...]
    waits: bool
    decided: Decided | None
    guideline_version: str

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All the different wordings, in the order they are shown."""
        return tuple(wording for group in self.groups for wording in group.wordings)


def read_adjudication(session: Session, task_id: int, now: datetime) -> AdjudicationFacts | None:
    """Return the task as it stands, None when its answers never had an outcome.

    Of an outcome that stands no more, the newest is what a card was about.
    """
    task = session.get(Task, task_id)
    standing = session.scalar(
        select(Consensus)
        .where(Consensus.task_id == task_id)
        .order_by(Consensus.superseded_at.is_not(None), Consensus.id.desc())
        .limit(1)
    )
    if task is None or standing is None:
        return None
    project = session.get_one(Project, task.project_id)
    rules = rules_of(session, project.id)
    answers = counted_answers(session, task_id)
    knowing = holders_of(session, project.team_id, rules.dialect, now) if rules.dialect else frozenset()
    groups = tuple(
        Group(_wordings([answers[place] for place in found.places], knowing), found.likeness)
        for found in cluster([answer.words for answer in answers], counting_of(rules))
    )
    return AdjudicationFacts(
        task_facts(task, project),
        standing.id,
        standing.ver,
        standing.outcome,
        len(answers),
        groups,
        task.state is TaskState.ADJUDICATION,
        _decided(standing, answers),
        project.guideline_version,
    )


def _wordings(answers: Sequence[CountedAnswer], knowing: frozenset[int]) -> tuple[Wording, ...]:
    """Return the exact wordings, however little the project's vote makes of their spaces and punctuation."""
    exact = [ballot(answer.words) for answer in answers]
    counts = Counter(exact)
    return tuple(
        Wording(
            answers[exact.index(one)].submission_id,
            answers[exact.index(one)].words,
            count,
            any(
                answer.author_id in knowing
                for answer, said in zip(answers, exact, strict=True)
                if said == one
            ),
        )
        for one, count in counts.most_common()
    )


def _decided(standing: Consensus, answers: Sequence[CountedAnswer]) -> Decided | None:
    chosen = {answer.submission_id: answer.words for answer in answers}.get(standing.submission_id or 0)
    words = standing.words or chosen
    if words is None or standing.superseded_at is not None:
        return None
    return Decided(
        words, standing.words is not None, standing.decided_by_id, standing.note or "", standing.made_at
    )


def waiting_decisions(session: Session, project_id: int) -> int:
    """Return how many of a project's tasks wait for a supervisor's decision; those on hold wait for nobody."""
    return (
        session.scalar(
            select(func.count()).where(
                Task.project_id == project_id,
                Task.state == fixed(Task.state, TaskState.ADJUDICATION),
                Task.held_at.is_(None),
            )
        )
        or 0
    )
