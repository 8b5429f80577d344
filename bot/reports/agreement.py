"""How far the answers to one task agree, where several people answered it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Levenshtein
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Project, Submission, Task
from bot.domain.answers import UNUSABLE, Answer, main_part
from bot.domain.assignment import AssignmentState
from bot.reports.window import Window


@dataclass(frozen=True)
class Agreement:
    """Shares from 0 to 1 over all tasks with several answers together.

    `vote_share` is of the answers those equal to their task's most frequent one; `pairwise_exact` of the pairs within
    tasks those equal; `char_agreement` the pairs' mean of 1 - Levenshtein distance / length of the longer one.
    """

    tasks: int
    answers: int
    pairs: int
    vote_share: float
    pairwise_exact: float
    char_agreement: float


def agree(answers: Iterable[Sequence[str]]) -> Agreement | None:
    """Return how the answers agree, given for each task; None when no task has two ("no overlap").

    Equal means equal syllables: Unicode is composed and white space trimmed and collapsed, nothing else.
    """
    tasks = count = pairs = votes = same = 0
    alike = 0.0
    for texts in answers:
        if len(texts) < 2:
            continue
        ballot = Counter(map(_comparable, texts))
        tasks, count = tasks + 1, count + len(texts)
        pairs += len(texts) * (len(texts) - 1) // 2
        votes += max(ballot.values())
        equal = sum(n * (n - 1) // 2 for n in ballot.values())
        same += equal
        alike += equal
        for (one, n), (other, m) in combinations(ballot.items(), 2):
            alike += n * m * Levenshtein.normalized_similarity(one, other)
    return Agreement(tasks, count, pairs, votes / count, same / pairs, alike / pairs) if tasks else None


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_agreement(session: Session, project_id: int, window: Window) -> Agreement | None:
    """Return how the accepted answers of the tasks agree that became final in the window; None without overlap.

    What workers wrote counts, not what a reviewer made of it. That something is unusable is an answer too.
    """
    part = main_part(session.get_one(Project, project_id).type)
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
            Task.overlap > 1,
            Assignment.state == AssignmentState.ACCEPTED,
            Submission.round == newest,
        )
    )
    texts: dict[int, list[str]] = {}
    for task_id, answer in rows:
        texts.setdefault(task_id, []).append(_vote(answer, part))
    return agree(texts.values())


def _vote(answer: Answer, part: str) -> str:
    """Return the text that is compared. An unusable item has no letter in common with any words."""
    return "\0" if UNUSABLE in answer else answer.get(part, "")
