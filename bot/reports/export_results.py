"""The outcome of one final task: what its answers agree on, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.votes import Tally, ballot, tally
from bot.reports.export_rows import AnswerRow


@dataclass(frozen=True)
class Result:
    """A final task. `chosen` is the accepted answer that won, None while equally many say different things.

    `answers` is how many were accepted, `votes` how many of them say what was chosen (the most of any in a
    tie). `seconds` and `review_seconds` are those of all its answers, rework included.
    """

    first: AnswerRow
    chosen: AnswerRow | None
    answers: int
    votes: int
    tied: bool
    seconds: int
    review_seconds: int

    @property
    def words(self) -> Answer:
        """The final answer, {} for a tie."""
        return self.chosen.words if self.chosen else {}


def count_votes(rows: Sequence[AnswerRow]) -> tuple[list[AnswerRow], Tally]:
    """Return the answers of a task that count, in the order they were handed in, and how they voted."""
    counting = [row for row in rows if row.counts]
    return counting, tally([ballot(row.words) for row in counting])


def result_of(rows: Sequence[AnswerRow]) -> Result:
    """Return the outcome of a final task's answers."""
    counting, vote = count_votes(rows)
    return Result(
        rows[0],
        counting[vote.winner] if vote.winner is not None else None,
        len(counting),
        max(vote.votes, default=0),
        vote.tied,
        sum(row.seconds or 0 for row in rows),
        sum(row.review_seconds or 0 for row in rows),
    )
