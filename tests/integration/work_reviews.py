"""Judging what was handed in, and deciding where answers do not agree, in the plain model."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.errors import (
    HandsFull,
    IdenticalAnswer,
    Invalid,
    NotAllowed,
    NotYours,
    NoWork,
    OnHold,
    StaleAction,
    UndoTooLate,
)
from bot.domain.escalation import UndoneBy
from bot.domain.hours import add_working
from bot.domain.people import Role
from bot.domain.review import ReviewState as R
from tests.integration.work_appeals import AWAKE, JUDGES, Refusal
from tests.integration.work_attempts import Attempts
from tests.integration.work_parts import Judgement


class Reviews(Attempts):
    """The part of the model that knows reviewers and supervisors."""

    def standing(self, n: int) -> Judgement | None:
        """Return the verdict of a review that stands."""
        return next((v for v in self.verdicts if v.review == n and not v.undone), None)

    def wrong(self, n: int) -> set[str | None]:
        """Return whose verdicts of a review were found wrong."""
        return {v.who for v in self.verdicts if v.review == n and v.wrong}

    def on_hold(self, n: int) -> bool:
        """Say whether the task of a review is on hold."""
        return bool(self.tasks[self.attempts[self.reviews[n].attempt].task].causes)

    def claim_next_review(self, who: str) -> tuple[Refusal, int]:
        if not self.may(who, *JUDGES):
            return NoWork, 0
        mine_now = [n for n, r in self.reviews.items() if r.reviewer == who and r.state is R.CLAIMED]
        if sum(not self.on_hold(n) for n in mine_now) >= 5:
            return HandsFull, 0
        open_to_me = [
            (r.reviewer != who, not r.high, n)
            for n, r in self.reviews.items()
            if r.state is R.WAITING
            and r.reviewer in (None, who)
            and not self.on_hold(n)
            and who not in self.wrong(n)
            and (not r.high or Role.SUPERVISOR in self.roles[who])
            and not self.touched(who, self.attempts[r.attempt].task, expired_too=True)
        ]
        if not open_to_me:
            return NoWork, 0
        # Reserved ones go by age alone, the others first by level.
        mine = [entry for entry in open_to_me if not entry[0]]
        n = min(mine, key=lambda entry: entry[2])[2] if mine else min(open_to_me)[2]
        self._hold(who, n)
        return None, n

    def _hold(self, who: str, n: int) -> None:
        review = self.reviews[n]
        clock = self.clock(self.attempts[review.attempt].task)
        review.reviewer, review.state, review.until = who, R.CLAIMED, clock + timedelta(hours=2)

    def _judge(self, who: str, n: int, state: R, *, owner: bool = True) -> Refusal:
        review = self.reviews[n]
        if not self.may(who, *JUDGES) or (review.high and Role.SUPERVISOR not in self.roles[who]):
            return NotAllowed
        if (owner and review.reviewer != who) or self.attempts[review.attempt].person == who:
            return NotYours
        if review.state is not state:
            return StaleAction
        return OnHold if self.on_hold(n) and state is not R.DECIDED else None

    def claim_review(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.WAITING, owner=False), self.reviews[n]
        had = self.touched(who, self.attempts[review.attempt].task, expired_too=True)
        if refusal is None and (had or who in self.wrong(n)):
            return NotYours
        if refusal is None and review.reviewer not in (None, who):
            return StaleAction
        if refusal is None:
            self._hold(who, n)
        return refusal

    def accept(self, who: str, n: int, fixed: str | None = None) -> Refusal:
        refusal, review = self._judge(who, n, R.CLAIMED), self.reviews[n]
        if refusal is None and fixed == review.said.text:
            return IdenticalAnswer
        if refusal is None:
            self._decide(n, who, rejected=False, fixed=fixed)
            self._accepted(self.attempts[review.attempt])
        return refusal

    def reject(self, who: str, n: int) -> Refusal:
        refusal = self._judge(who, n, R.CLAIMED)
        if refusal is None:
            self._decide(n, who, rejected=True)
            attempt = self.attempts[self.reviews[n].attempt]
            attempt.state = A.RETURNED
            rejects = sum(self.reviews[m].attempt == self.reviews[n].attempt for m in self.rejects())
            attempt.last_word = rejects >= self.rules.rework_limit
            attempt.rework_until = add_working(
                AWAKE, self.now, timedelta(hours=3 if attempt.last_word else 24)
            )
        return refusal

    def hand_over(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.CLAIMED), self.reviews[n]
        if refusal is not None:
            return refusal
        task = self.attempts[review.attempt].task
        others = [
            p
            for p in self.roles
            if p not in {who, *self.wrong(n)}
            and self.may(p, Role.SUPERVISOR)
            and not self.touched(p, task, expired_too=True)
        ]
        if not others:
            return Invalid
        review.high, review.reviewer, review.until, review.state = True, None, None, R.WAITING
        return None

    def undo(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.DECIDED), self.reviews[n]
        if refusal is not None:
            return refusal
        verdict, attempt = self.standing(n), self.attempts[review.attempt]
        if verdict is None:
            return UndoTooLate
        later = any(m > n and r.attempt == review.attempt for m, r in self.reviews.items())
        if self.now > verdict.at + timedelta(minutes=10) or later:
            return UndoTooLate
        if attempt.state not in (A.ACCEPTED, A.RETURNED):
            return UndoTooLate
        verdict.undone = UndoneBy.REVIEWER
        if attempt.state is A.ACCEPTED:
            attempt.lines.append(-attempt.price)
        self._into_review(attempt)
        self._hold(who, n)
        self.settle(attempt.task)
        return None

    def rejects(self) -> list[int]:
        """Return the reviews whose verdict is a reject that stands."""
        return [v.review for v in self.verdicts if v.rejected and not v.undone]

    def re_review(self, n: int) -> bool:
        """Overturn the reject of a review; return whether the work is judged anew."""
        review, verdict = self.reviews[n], self.standing(n)
        attempt = self.attempts[review.attempt]
        assert verdict is not None
        verdict.undone = UndoneBy.ISSUE
        self.overtake(review.attempt)
        newer = any(m > n and r.attempt == review.attempt for m, r in self.reviews.items())
        free = attempt.state in (A.RELEASED, A.EXPIRED) and self.slots[attempt.slot].state == "open"
        if newer or not (attempt.state is A.RETURNED or free):
            return False
        self._into_review(attempt)
        review.state, review.high, review.reviewer, review.until = R.WAITING, True, None, None
        return True

    def adjudicate(self, who: str, task: int, choice: int | bool) -> Refusal:
        """Decide a task by one of its submissions, or (True) in words of one's own."""
        job = self.tasks[task]
        if not self.may(who, Role.SUPERVISOR):
            return NotAllowed
        if self.touched(who, task, expired_too=True):
            return NotYours
        if job.state != "adjudication":
            return StaleAction
        if job.causes:
            return OnHold
        if choice is not True and choice not in {b.submission for b in self.ballots(task)}:
            return NotYours
        assert job.agreed is not None
        job.agreed.chosen, job.agreed.by, job.state = choice, who, "final"
        self.deciders.add((who, task))
        self.fit(task)
        return None

    def next_adjudication(self, who: str) -> int | None:
        """Return the oldest task that waits for the person's decision."""
        return next(
            (
                n
                for n, job in self.tasks.items()
                if job.state == "adjudication"
                and not job.causes
                and Role.SUPERVISOR in self.roles[who]
                and not self.touched(who, n, expired_too=True)
            ),
            None,
        )
