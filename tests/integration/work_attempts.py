"""Taking tasks, handing them in, and the known ones among them, in the plain model."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.errors import (
    AlreadyExtended,
    GoesOn,
    HandsFull,
    IdenticalAnswer,
    Invalid,
    NotAllowed,
    NotFound,
    NoWork,
    StaleAction,
)
from bot.domain.people import Role
from bot.domain.review import ReviewState as R
from bot.domain.rules import ReviewMode
from tests.integration.work_appeals import JUDGES, Appeals, Refusal
from tests.integration.work_parts import Attempt, Job, Judgement, Round, Said, Slot

IN_HAND = 2


class Attempts(Appeals):
    """The part of the model that gives tasks out and takes answers in."""

    lease: timedelta
    price: int
    submissions: int
    golds: dict[int, bool]
    deciders: set[tuple[str, int]]

    def add_task(self) -> None:
        """Let another task be imported."""
        task = len(self.tasks) + 1
        self.tasks[task] = Job(self.rules.overlap)
        for number in range(1, self.rules.overlap + 1):
            self.slots[len(self.slots) + 1] = Slot(task, number)

    def judged(self, who: str, task: int) -> bool:
        """Say whether somebody knows of another's answer to a task, from judging it."""
        return (
            any(self.attempts[r.attempt].task == task and r.reviewer == who for r in self.reviews.values())
            or any(
                v.who == who and self.attempts[self.reviews[v.review].attempt].task == task
                for v in self.verdicts
            )
            or any(
                o.reviewer == who and self.attempts[o.attempt].task == task for o in self.objections.values()
            )
        )

    def clock(self, task: int) -> datetime:
        return self.tasks[task].held_at or self.now

    def claim(self, who: str, lots: tuple[float, float] = (1.0, 0.0)) -> tuple[Refusal, int]:
        """Return the refusal and the number of the assignment that is handed out.

        `lots`, from 0 up to 1, say whether it is one of a known task, and which.
        """
        if who in self.gone:
            return NotAllowed, 0
        if not self.may(who, Role.WORKER):
            return NoWork, 0
        held = [
            n
            for n, a in self.attempts.items()
            if a.person == who
            and a.state in (A.CLAIMED, A.RETURNED)
            and not a.last_word
            and not self.tasks[a.task].causes
        ]
        for n in held:
            if self.attempts[n].state is A.RETURNED:
                return None, n
        if len(held) >= IN_HAND:
            return HandsFull, 0
        for number, slot in sorted(self.slots.items(), key=lambda each: not each[1].begun):
            if slot.state != "open" or self.tasks[slot.task].causes or self.judged(who, slot.task):
                continue
            if not self.touched(who, slot.task, expired_too=False):
                n = len(self.attempts) + 1
                until = self.now + self.lease
                self.attempts[n] = Attempt(number, slot.task, who, self.now, until, self.price)
                slot.state = "taken"
                if lots[0] * 100 < self.rules.gold_percent:
                    self._swap(n, lots[1])
                return None, n
        return NoWork, 0

    def _swap(self, n: int, lot: float) -> None:
        """Let somebody have a known task that they know nothing of, and others what they would have had."""
        attempt = self.attempts[n]
        fitting = [
            task
            for task, mixed_in in self.golds.items()
            if mixed_in
            and not self.tasks[task].causes
            and not self.judged(attempt.person, task)
            and (attempt.person, task) not in self.deciders
            and not self.touched(attempt.person, task, expired_too=True)
        ]
        if fitting:
            task = fitting[int(lot * len(fitting))]
            number = max(s.number for s in self.slots.values() if s.task == task) + 1
            self.slots[attempt.slot].state = "open"
            attempt.slot, attempt.task = len(self.slots) + 1, task
            self.slots[attempt.slot] = Slot(task, number, "taken", trial=True)

    def set_gold(self, task: int, *, typed: bool) -> Refusal:
        """Make a task a known one, by words of one's own or by its answer."""
        if not typed and self.tasks[task].state != "final":
            return Invalid
        self.golds[task] = True
        return None

    def retire_gold(self, task: int) -> Refusal:
        if not self.golds.get(task):
            return NotFound
        self.golds[task] = False
        return None

    def kept(self) -> list[int]:
        """Return the reviews of known tasks that time decides."""
        return [n for n, r in self.reviews.items() if r.state is R.CLAIMED and r.reviewer is None]

    def accept_known(self, n: int) -> None:
        """Let time accept what was answered to a known task."""
        self._decide(n, None, rejected=False)
        self._accepted(self.attempts[self.reviews[n].attempt])

    def release(self, who: str, n: int) -> Refusal:
        refusal = self._held(who, n, A.CLAIMED, A.RETURNED)
        if refusal is None:
            self._free(n, A.RELEASED)
        return refusal

    def reclaim(self, n: int) -> Refusal:
        """A supervisor takes a task back."""
        if self.attempts[n].state not in (A.CLAIMED, A.RETURNED):
            return StaleAction
        self._free(n, A.RELEASED)
        return None

    def _free(self, n: int, state: A) -> None:
        """End an attempt; its slot is open again, if the task wants that many still."""
        attempt = self.attempts[n]
        attempt.state, attempt.rework_until, attempt.last_word = state, None, False
        slot = self.slots[attempt.slot]
        others = sum(
            s.task == slot.task and s is not slot and not s.trial and s.state != "closed"
            for s in self.slots.values()
        )
        slot.state = "closed" if slot.trial or others >= self.wanted(slot.task) else "open"

    def extend(self, who: str, n: int) -> Refusal:
        refusal, attempt = self._held(who, n, A.CLAIMED), self.attempts[n]
        if refusal is None and attempt.extended:
            return AlreadyExtended
        if refusal is None:
            attempt.lease_until += attempt.lease_until - attempt.claimed_at - attempt.stood
            attempt.extended = True
        return refusal

    def submit(self, who: str, n: int, text: str) -> Refusal:
        refusal, attempt = self._held(who, n, A.CLAIMED, A.RETURNED, A.EXPIRED), self.attempts[n]
        if refusal is not None:
            return refusal
        if attempt.last_word:
            return GoesOn
        if attempt.rounds and (attempt.rounds[-1].text, attempt.rounds[-1].draft) == (text, False):
            return IdenticalAnswer
        late = attempt.state is A.EXPIRED
        again = any(
            a.person == who and a.task == attempt.task and (a.state is not A.EXPIRED or a.handed_in)
            for a in self.attempts.values()
            if a is not attempt
        )
        slot = self.slots[attempt.slot]
        free = slot.state == ("closed" if slot.trial else "open") and not again
        rework = attempt.handed_in
        self.submissions += 1
        said = Said(self.submissions, self.now, text, late and not free)
        attempt.rounds.append(said)
        if said.draft:
            return None
        reviewer = self._rejected_by(n) if rework else None
        until = self.clock(attempt.task) + timedelta(hours=24) if reviewer else None
        review = len(self.reviews) + 1
        self.reviews[review] = Round(n, said, reviewer, until)
        self._into_review(attempt)
        if not self.is_reviewed(n):
            self._decide(review, None, rejected=False)
            self._accepted(attempt)
        elif slot.trial:
            self.reviews[review].state = R.CLAIMED
        return None

    def is_reviewed(self, n: int) -> bool:
        """Say whether a person judges what has just been handed in."""
        attempt = self.attempts[n]
        job = self.tasks[attempt.task]
        if len(attempt.rounds) > 1 or job.causes or self.rules.review_mode is ReviewMode.EVERY:
            return True
        if self.rules.review_mode is ReviewMode.CONSENSUS:
            return job.overlap == 1
        earlier = sum(
            a.person == attempt.person and a.handed_in and not self.slots[a.slot].trial
            for a in self.attempts.values()
            if a is not attempt
        )
        # The play has all of the rest reviewed or nothing of it.
        return earlier < self.rules.newcomer_first or self.rules.sample_percent == 100

    def _into_review(self, attempt: Attempt) -> None:
        attempt.state, attempt.rework_until, attempt.last_word = A.IN_REVIEW, None, False
        self.slots[attempt.slot].state = "taken"

    def _accepted(self, attempt: Attempt) -> None:
        attempt.state, attempt.rework_until = A.ACCEPTED, None
        attempt.lines.append(attempt.price)
        self.slots[attempt.slot].state = "accepted"
        self.settle(attempt.task)

    def _decide(self, n: int, who: str | None, *, rejected: bool, fixed: str | None = None) -> None:
        review = self.reviews[n]
        review.state, review.until = R.DECIDED, None
        self.verdicts.append(Judgement(n, who, self.now, rejected, fixed))

    def _rejected_by(self, n: int) -> str | None:
        standing = [v for v in self.verdicts if self.reviews[v.review].attempt == n and not v.undone]
        last = standing[-1].who if standing else None
        return last if last and self.may(last, *JUDGES) else None
