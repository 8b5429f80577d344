"""Which of several answers to one task wins: most on the same words, never the "correct" ones.

Nothing here knows spelling or a standard language. What is left out of account for the vote stays in the answer.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from bot.domain.answers import UNUSABLE, Answer


class Outcome(StrEnum):
    """What a vote says: one answer clearly, none yet, or something a person has to look at."""

    CLEAR = "clear"
    WEAK = "weak"
    TIED = "tied"
    FLAGGED = "flagged"


@dataclass(frozen=True)
class Counting:
    """What the project declared to be left out of account, for the vote only, and the share that is needed.

    `majority` is in percent: more than that many of the votes have to say the same.
    """

    ignore_spaces: bool = False
    ignore_punctuation: bool = False
    majority: int = 50


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer and how much it counts; `dialect` marks somebody who is qualified for the dialect asked for."""

    answer: Answer
    weight: int = 1
    dialect: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """The result of a vote.

    `winner` is the place of the answer that stands for the majority (None when tied): of equal ballots the wording
    that most used, then the earliest. `votes` says for each answer how many say the same, itself included.
    `share` is the winner's part of all weight, 0 to 1; `dissent` are the places of dialect-qualified answers that
    the majority goes against.
    """

    outcome: Outcome
    winner: int | None
    votes: tuple[int, ...]
    share: float
    dissent: tuple[int, ...] = ()


_USUAL = Counting()


def ballot(answer: Answer, counting: Counting = _USUAL) -> str:
    """Return what is compared of an answer: composed, trimmed, with single spaces, less what is not counted.

    Rationales and notes are people's own words and don't vote. That something is unusable is an answer.
    """
    if UNUSABLE in answer:
        return f"{UNUSABLE}:{answer[UNUSABLE]}"
    words = answer.get("label") or answer.get("text", "")
    return _comparable(words, counting.ignore_spaces, counting.ignore_punctuation)


# Most of those who answer a task say the same, one after the other.
@lru_cache(maxsize=4096)
def _comparable(words: str, ignore_spaces: bool, ignore_punctuation: bool) -> str:
    words = unicodedata.normalize("NFC", words)
    if ignore_punctuation:
        words = "".join(" " if unicodedata.category(c).startswith("P") else c for c in words)
    return "=" + ("" if ignore_spaces else " ").join(words.split())


def decide(votes: Sequence[Vote], counting: Counting = _USUAL) -> Poll:
    """Count the votes of one task, in the order in which they were handed in. Raises ValueError without any."""
    if not votes:
        raise ValueError("no votes")
    ballots = [ballot(vote.answer, counting) for vote in votes]
    counts: dict[str, int] = {}
    weights: dict[str, int] = {}
    for one, vote in zip(ballots, votes, strict=True):
        counts[one] = counts.get(one, 0) + 1
        weights[one] = weights.get(one, 0) + vote.weight
    most, total = max(weights.values()), sum(weights.values())
    leading = [one for one, weight in weights.items() if weight == most]
    said = tuple([counts[one] for one in ballots])
    if len(leading) > 1:
        return Poll(Outcome.TIED, None, said, most / total)
    first = leading[0]
    loose = counting.ignore_spaces or counting.ignore_punctuation
    winner = _wording(votes, ballots, first) if loose else ballots.index(first)
    if len(counts) == 1:
        dissent: tuple[int, ...] = ()
    else:
        dissent = tuple([p for p, vote in enumerate(votes) if vote.dialect and ballots[p] != first])
    if most * 100 <= total * counting.majority:
        outcome = Outcome.WEAK
    else:
        outcome = Outcome.FLAGGED if dissent else Outcome.CLEAR
    return Poll(outcome, winner, said, most / total, dissent)


def _wording(votes: Sequence[Vote], ballots: Sequence[str], leading: str) -> int:
    """Return the place of the wording that most of those used who say the same, the earliest of equals."""
    exact = [
        ballot(vote.answer) if one == leading else None for vote, one in zip(votes, ballots, strict=True)
    ]
    counts = Counter(words for words in exact if words is not None)
    best = max(counts.values())
    return next(place for place, words in enumerate(exact) if words is not None and counts[words] == best)


@dataclass(frozen=True)
class Cluster:
    """Answers that are nearly the same, the most frequent wording first; a suggestion, never a decision.

    `places` are those of the answers, `likeness` the least likeness (0 to 1) to the first wording.
    """

    places: tuple[int, ...]
    likeness: float


ALIKE = 0.8


def cluster(answers: Sequence[Answer], counting: Counting = _USUAL) -> tuple[Cluster, ...]:
    """Group answers by likeness of their words, biggest group first, for whoever has to choose.

    Likeness is 1 - Levenshtein distance / length of the longer one, on NFC syllables. Wordings are taken from the
    most frequent on; each joins the first group whose first wording it is like by `ALIKE`.
    """
    ballots = [ballot(answer, counting) for answer in answers]
    counts = Counter(ballots)
    order = sorted(counts, key=lambda one: (-counts[one], ballots.index(one)))
    groups: list[tuple[str, list[str], float]] = []
    for one in order:
        for number, (first, members, least) in enumerate(groups):
            if not (first.startswith("=") and one.startswith("=")):
                continue
            alike = likeness(first[1:], one[1:])
            if alike >= ALIKE:
                groups[number] = (first, [*members, one], min(least, alike))
                break
        else:
            groups.append((one, [one], 1.0))
    found = [
        Cluster(
            tuple(
                sorted(
                    (p for p, b in enumerate(ballots) if b in members), key=lambda p: order.index(ballots[p])
                )
            ),
            least,
        )
        for _first, members, least in groups
    ]
    return tuple(sorted(found, key=lambda group: (-len(group.places), group.places[0])))


def likeness(one: str, other: str) -> float:
    """Return 1 - Levenshtein distance / length of the longer one (0 to 1); 1 for two empty texts."""
    return Levenshtein.normalized_similarity(one, other)
