"""Counting answers that say the same: plurality on the exact words, whatever their spelling or dialect."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answers import UNUSABLE, Answer


@dataclass(frozen=True)
class Tally:
    """The vote of a task: `winner` is the first of the answers that most agree on, None for a tie or nothing.

    `votes` says for each answer, in the given order, how many say the same, itself included.
    """

    winner: int | None
    votes: tuple[int, ...]
    tied: bool


def ballot(answer: Answer) -> str:
    """Return what is compared of an answer: its text or label composed, trimmed, with single spaces.

    Rationales and notes are people's own words and don't vote. Nothing else is normalised: a different
    spelling is a different answer.
    """
    if UNUSABLE in answer:
        return f"{UNUSABLE}:{answer[UNUSABLE]}"
    words = answer.get("label", answer.get("text", ""))
    return "=" + " ".join(unicodedata.normalize("NFC", words).split())


def tally(ballots: Sequence[str]) -> Tally:
    """Count ballots in their given order."""
    if len(ballots) == 1:
        return Tally(0, (1,), tied=False)
    counts = Counter(ballots)
    most = max(counts.values(), default=0)
    leading = [one for one, count in counts.items() if count == most]
    winner = ballots.index(leading[0]) if len(leading) == 1 else None
    return Tally(winner, tuple(counts[one] for one in ballots), len(leading) > 1)
