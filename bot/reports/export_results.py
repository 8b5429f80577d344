"""The outcome of one final task: what its answers agree on or a supervisor chose, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.consensus import Counting, Outcome, Vote, ballot, decide
from bot.reports.export_rows import AnswerRow

SINGLE, BY_VOTE, BY_SUPERVISOR = "single", "vote", "supervisor"
"""How a result came about: there is one answer, the answers agree, or they do not and a supervisor decided."""

_USUAL = Counting()


@dataclass(frozen=True)
class Result:
    """A final task. `chosen` is the accepted answer that won, None where a supervisor wrote other words.

    `answers` is how many were accepted, `votes` how many of them say what stands; with nothing that stands (`tied`,
    only in tasks from before votes were kept) the most of any. `share` is the winner's part of all votes when they
    were counted. `seconds` and `review_seconds` are those of all answers, rework included.
    """

    first: AnswerRow
    chosen: AnswerRow | None
    words: Answer
    answers: int
    votes: int
    tied: bool
    decided: str | None
    share: float | None
    note: str | None
    seconds: int
    review_seconds: int


def count_votes(
    rows: Sequence[AnswerRow], counting: Counting = _USUAL
) -> tuple[list[AnswerRow], tuple[int, ...]]:
    """Return the answers of a task that count, as they were handed in, and how many say the same as each."""
    counted = _counted(rows)
    votes = decide([Vote(row.words) for row in counted], counting).votes if counted else ()
    return counted, votes


def _counted(rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    return sorted((row for row in rows if row.counts), key=lambda row: (row.submitted_at, row.submission_id))


def result_of(rows: Sequence[AnswerRow], counting: Counting = _USUAL) -> Result:
    """Return the outcome of a final task's answers: the one that was kept, or the only answer there is."""
    first, counted = rows[0], _counted(rows)
    chosen, decided = None, None
    words: Answer = {}
    if first.own_words is not None:
        words, decided = first.own_words, BY_SUPERVISOR
    elif first.winner_id is not None:
        chosen = next((row for row in counted if row.submission_id == first.winner_id), None)
        decided = BY_SUPERVISOR if first.decided_by_id is not None else BY_VOTE
    elif counted:
        poll = decide([Vote(row.words) for row in counted], counting)
        chosen = counted[poll.winner] if poll.winner is not None else None
        decided = None if chosen is None else SINGLE if len(counted) == 1 else BY_VOTE
    if chosen is not None:
        words = chosen.words
    ballots = [ballot(row.words, counting) for row in counted]
    votes = ballots.count(ballot(words, counting)) if words else max(map(ballots.count, ballots), default=0)
    return Result(
        first,
        chosen,
        words,
        len(counted),
        votes,
        not words and first.outcome in (None, Outcome.TIED) and len(counted) > 1,
        decided,
        first.share,
        first.decision_note,
        sum(row.seconds or 0 for row in rows),
        sum(row.review_seconds or 0 for row in rows),
    )
