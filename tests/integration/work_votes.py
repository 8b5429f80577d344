"""What a task's answers come to, counted plainly: one wording each, most votes, one more answer, or a person."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass

from bot.domain.assignment import AssignmentState as A
from bot.domain.consensus import Outcome
from bot.domain.rules import Rules
from tests.integration.work_parts import Agreed, Attempt, Job, Judgement, Known, Round, Slot


@dataclass(frozen=True)
class Ballot:
    """An accepted answer: which submission, whose, and the words that count."""

    submission: int
    person: str
    words: str


def plainly(words: str, *, spaces: bool = True, punctuation: bool = True) -> str:
    """Return what is compared of some words."""
    kept = unicodedata.normalize("NFC", words)
    if not punctuation:
        kept = "".join(" " if unicodedata.category(c)[0] == "P" else c for c in kept)
    return (" " if spaces else "").join(kept.split())


def count(ballots: list[Ballot], rules: Rules, known: Known) -> tuple[Outcome, int]:
    """Return how a vote ends and the submission that leads it."""
    said = [
        plainly(b.words, spaces=not rules.ignore_spaces, punctuation=not rules.ignore_punctuation)
        for b in ballots
    ]
    weighs = Counter[str]()
    for one, ballot in zip(said, ballots, strict=True):
        weighs[one] += known.weights.get(ballot.person, 1) if rules.weight_by else 1
    best = max(weighs.values())
    leaders = [one for one in said if weighs[one] == best]
    exact = Counter(plainly(b.words) for b, one in zip(ballots, said, strict=True) if one == leaders[0])
    wording = max(exact.values())
    leading = next(
        b.submission
        for b, one in zip(ballots, said, strict=True)
        if one == leaders[0] and exact[plainly(b.words)] == wording
    )
    if len(set(leaders)) > 1:
        return Outcome.TIED, leading
    if best * 100 <= sum(weighs.values()) * rules.majority:
        return Outcome.WEAK, leading
    against = any(
        rules.dialect and b.person in known.dialect and one != leaders[0]
        for b, one in zip(ballots, said, strict=True)
    )
    return (Outcome.FLAGGED if against else Outcome.CLEAR), leading


class Votes:
    """The part of the model that brings tasks in line with their answers."""

    rules: Rules
    known: Known
    tasks: dict[int, Job]
    slots: dict[int, Slot]
    attempts: dict[int, Attempt]
    reviews: dict[int, Round]
    verdicts: list[Judgement]

    def ballots(self, task: int) -> list[Ballot]:
        """Return the accepted answers of a task in the order they came; trials are none."""
        found = []
        for verdict in self.verdicts:
            review = self.reviews[verdict.review]
            attempt = self.attempts[review.attempt]
            counts = attempt.task == task and attempt.state is A.ACCEPTED
            if counts and not self.slots[attempt.slot].trial and not verdict.rejected and not verdict.undone:
                words = verdict.fixed if verdict.fixed is not None else review.said.text
                ballot = Ballot(review.said.number, attempt.person, words)
                found.append(((review.said.at, review.said.number), ballot))
        return [ballot for _order, ballot in sorted(found, key=lambda entry: entry[0])]

    def settle(self, task: int) -> None:
        """Bring a task's state, its vote and its slots in line with its accepted answers."""
        job, ballots = self.tasks[task], self.ballots(task)
        if len(ballots) < job.overlap:
            job.extra = 0
            self._into(task, "open", None)
        elif job.overlap == 1 and job.extra == 0 and len(ballots) == 1:
            self._into(task, "final", None)
        elif job.agreed is not None and self._still_holds(job.agreed, ballots):
            self._into(task, "adjudication" if job.agreed.chosen is None else "final", job.agreed)
        elif len(ballots) < job.overlap + job.extra:
            self._into(task, "open", None)
        else:
            self._vote(task, ballots)

    def _still_holds(self, agreed: Agreed, ballots: list[Ballot]) -> bool:
        """A vote holds for the answers it was made on, a supervisor's choice for any that come after it too."""
        if agreed.by is not None and len(ballots) > agreed.answers:
            agreed.answers = len(ballots)
        return agreed.answers == len(ballots)

    def _vote(self, task: int, ballots: list[Ballot]) -> None:
        outcome, leading = count(ballots, self.rules, self.known)
        if outcome in (Outcome.WEAK, Outcome.TIED) and len(ballots) < self.rules.overlap_max:
            self.tasks[task].extra = len(ballots) + 1 - self.tasks[task].overlap
            self._into(task, "open", None)
        elif outcome is Outcome.CLEAR:
            self._into(task, "final", Agreed(outcome, len(ballots), leading))
        else:
            self._into(task, "adjudication", Agreed(outcome, len(ballots)))

    def _into(self, task: int, state: str, agreed: Agreed | None) -> None:
        job = self.tasks[task]
        job.state, job.agreed = state, agreed
        self.fit(task)

    def wanted(self, task: int) -> int:
        """Return how many slots a task is to have that somebody has or can take."""
        job = self.tasks[task]
        return job.overlap + job.extra if job.state == "open" else 0

    def fit(self, task: int) -> None:
        """Close, open or add slots; what somebody has stays."""
        own = [s for s in self.slots.values() if s.task == task and not s.trial]
        wanted = self.wanted(task)
        for slot in reversed(own):
            if slot.state == "open" and sum(s.state != "closed" for s in own) > wanted:
                slot.state = "closed"
        for slot in own:
            if slot.state == "closed" and sum(s.state != "closed" for s in own) < wanted:
                slot.state = "open"
        while sum(s.state != "closed" for s in own) < wanted:
            number = max(s.number for s in self.slots.values() if s.task == task) + 1
            own.append(Slot(task, number))
            self.slots[len(self.slots) + 1] = own[-1]
        begun = any(s.state in ("taken", "accepted") for s in own)
        for slot in own:
            slot.begun = begun if slot.state == "open" else slot.begun

    def follow(self, tasks: list[int]) -> None:
        """Give tasks the project's overlap."""
        for n in tasks:
            self.tasks[n].overlap, self.tasks[n].extra = self.rules.overlap, 0
            self.settle(n)
