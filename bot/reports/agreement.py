"""How far the answers to one task agree, where several people answered it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rapidfuzz.distance import Levenshtein
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Consensus, Project, Submission, Task
from bot.domain.answers import UNUSABLE, Answer, main_part
from bot.domain.assignment import AssignmentState
from bot.domain.consensus import Counting, ballot
from bot.domain.task import TaskType
from bot.reports.counted import counting_of
from bot.reports.rules import rules_of
from bot.reports.window import Window

ALPHA_FROM = 50
"""Fewer doubly labelled tasks say nothing about chance."""

_EXACT = Counting()


@dataclass(frozen=True)
class Agreement:
    """Shares from 0 to 1 over all tasks with several answers together.

    `vote_share` is of the answers those that say the same, as the project counts its votes, as their task's most
    frequent one; `pairwise_exact` of the pairs within tasks those equal; `char_agreement` the pairs' mean of
    1 - Levenshtein distance / length of the longer one. `alpha` is Krippendorff's, for closed labels and 50 tasks or
    more. `decided` of the tasks were decided by a supervisor.
    """

    tasks: int
    answers: int
    pairs: int
    vote_share: float
    pairwise_exact: float
    char_agreement: float
    alpha: float | None = None
    decided: int = 0


def agree(answers: Iterable[Sequence[str]], counting: Counting = _EXACT) -> Agreement | None:
    """Return how the answers agree, given for each task; None when no task has two ("no overlap").

    Equal means equal syllables: Unicode is composed and white space trimmed and collapsed, nothing else. Only the
    share of the vote leaves out what the project does.
    """
    tasks = count = pairs = votes = same = 0
    alike = 0.0
    for texts in answers:
        if len(texts) < 2:
            continue
        exact = Counter(_comparable(text) for text in texts)
        said = exact if counting == _EXACT else Counter(_comparable(text, counting) for text in texts)
        tasks, count = tasks + 1, count + len(texts)
        pairs += len(texts) * (len(texts) - 1) // 2
        votes += max(said.values())
        equal = sum(n * (n - 1) // 2 for n in exact.values())
        same += equal
        alike += equal
        for (one, n), (other, m) in combinations(exact.items(), 2):
            alike += n * m * Levenshtein.normalized_similarity(one, other)
    return Agreement(tasks, count, pairs, votes / count, same / pairs, alike / pairs) if tasks else None


def _comparable(text: str, counting: Counting = _EXACT) -> str:
    return ballot({"text": text}, counting)[1:]


def nominal_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Return Krippendorff's alpha for labels without an order; None where everybody always says the same.

    With n values in units of two or more, alpha = 1 - observed / expected disagreement: the observed one is the sum
    over units of (m^2 - sum of squared counts) / (m - 1), over n; the expected one is (n^2 - sum of squared totals)
    over n (n - 1). (Krippendorff, Content Analysis, 2004, chapter 11.)
    """
    totals: Counter[str] = Counter()
    observed = 0.0
    for labels in units:
        if len(labels) < 2:
            continue
        counts = Counter(labels)
        totals += counts
        observed += (len(labels) ** 2 - sum(n * n for n in counts.values())) / (len(labels) - 1)
    n = totals.total()
    expected = n * n - sum(total * total for total in totals.values())
    return 1 - observed * (n - 1) / expected if expected else None


def read_agreement(session: Session, project_id: int, window: Window) -> Agreement | None:
    """Return how the accepted answers of the tasks agree that became final in the window; None without overlap.

    What workers wrote counts, not what a reviewer made of it. That something is unusable is an answer too.
    """
    project = session.get_one(Project, project_id)
    part = main_part(project.type)
    later = aliased(Submission)
    newest = (
        select(func.max(later.round))
        .where(later.assignment_id == Submission.assignment_id, later.draft.is_(False))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Task.id, Submission.answer)
        .join(Submission, Submission.task_id == Task.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(
            Task.project_id == project_id,
            window.holds(Task.final_at),
            Task.overlap + Task.extra > 1,
            Assignment.state == AssignmentState.ACCEPTED,
            Assignment.gold_id.is_(None),
            Submission.round == newest,
        )
    )
    texts: dict[int, list[str]] = {}
    for task_id, answer in rows:
        texts.setdefault(task_id, []).append(_vote(answer, part))
    found = agree(texts.values(), counting_of(rules_of(session, project_id)))
    if found is None:
        return None
    closed = project.type is TaskType.MODERATION and bool(project.labels)
    alpha = nominal_alpha(texts.values()) if closed and found.tasks >= ALPHA_FROM else None
    return replace(found, alpha=alpha, decided=_decided(session, project_id, window))


def _decided(session: Session, project_id: int, window: Window) -> int:
    """Return how many tasks became final by a supervisor's decision in the window."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Task)
            .join(Consensus, Consensus.task_id == Task.id)
            .where(
                Task.project_id == project_id,
                window.holds(Task.final_at),
                Consensus.superseded_at.is_(None),
                Consensus.decided_by_id.is_not(None),
            )
        )
        or 0
    )


def _vote(answer: Answer, part: str) -> str:
    """Return the text that is compared. An unusable item has no letter in common with any words."""
    return "\0" if UNUSABLE in answer else answer.get(part, "")
