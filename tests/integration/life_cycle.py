"""The life cycle as a plain model: what must become of each request, worked out without the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.errors import (
    AlreadyExtended,
    DomainError,
    HandsFull,
    IdenticalAnswer,
    Invalid,
    NotAllowed,
    NotYours,
    NoWork,
    StaleAction,
    UndoTooLate,
)
from bot.domain.people import Role
from bot.domain.review import ReviewState as R

JUDGES = {Role.REVIEWER, Role.SUPERVISOR}
LEASE = timedelta(minutes=30)
IN_HAND = 2

Refusal = type[DomainError] | None


@dataclass
class Attempt:
    """An assignment: a person's hold on a slot (each task has one, of the same number)."""

    slot: int
    person: str
    claimed_at: datetime
    lease_until: datetime
    price: int
    state: A = A.CLAIMED
    extended: bool = False
    rounds: list[tuple[str, bool]] = field(default_factory=list)
    earned: int = 0


@dataclass
class Round:
    """A review; `decided` holds when, and whether it was a reject."""

    attempt: int
    text: str
    reviewer: str | None = None
    until: datetime | None = None
    state: R = R.WAITING
    high: bool = False
    decided: tuple[datetime, bool] | None = None


class Model:
    """Every operation says how it must be refused, or None after changing the model."""

    def __init__(self, now: datetime, roles: dict[str, set[Role]], slots: int, price: int) -> None:
        self.now = now
        self.roles = roles
        self.gone: set[str] = set()
        self.price = price
        self.slots = dict.fromkeys(range(1, slots + 1), "open")
        self.attempts: dict[int, Attempt] = {}
        self.reviews: dict[int, Round] = {}

    def may(self, who: str, *roles: Role) -> bool:
        return who not in self.gone and bool(self.roles[who] & set(roles))

    def touched(self, who: str, slot: int, *, expired_too: bool) -> bool:
        return any(
            a.person == who and a.slot == slot and (expired_too or a.state is not A.EXPIRED)
            for a in self.attempts.values()
        )

    def judged(self, who: str, slot: int) -> bool:
        return any(r.reviewer == who and self.attempts[r.attempt].slot == slot for r in self.reviews.values())

    def claim(self, who: str) -> tuple[Refusal, int]:
        """Return the refusal and the number of the assignment that is handed out."""
        if who in self.gone:
            return NotAllowed, 0
        if not self.may(who, Role.WORKER):
            return NoWork, 0
        held = [n for n, a in self.attempts.items() if a.person == who and a.state in (A.CLAIMED, A.RETURNED)]
        for n in held:
            if self.attempts[n].state is A.RETURNED:
                return None, n
        if len(held) >= IN_HAND:
            return HandsFull, 0
        for slot, state in self.slots.items():
            if state != "open" or self.judged(who, slot):
                continue
            if not self.touched(who, slot, expired_too=False):
                n = len(self.attempts) + 1
                self.attempts[n] = Attempt(slot, who, self.now, self.now + LEASE, self.price)
                self.slots[slot] = "taken"
                return None, n
        return NoWork, 0

    def _held(self, who: str, n: int, *states: A) -> Refusal:
        attempt = self.attempts[n]
        if not self.may(who, Role.WORKER):
            return NotAllowed
        if attempt.person != who:
            return NotYours
        return None if attempt.state in states else StaleAction

    def release(self, who: str, n: int) -> Refusal:
        refusal = self._held(who, n, A.CLAIMED, A.RETURNED)
        if refusal is None:
            self._free(n, A.RELEASED)
        return refusal

    def _free(self, n: int, state: A) -> None:
        self.attempts[n].state = state
        self.slots[self.attempts[n].slot] = "open"

    def extend(self, who: str, n: int) -> Refusal:
        refusal, attempt = self._held(who, n, A.CLAIMED), self.attempts[n]
        if refusal is None and attempt.extended:
            return AlreadyExtended
        if refusal is None:
            attempt.lease_until += attempt.lease_until - attempt.claimed_at
            attempt.extended = True
        return refusal

    def submit(self, who: str, n: int, text: str) -> Refusal:
        refusal, attempt = self._held(who, n, A.CLAIMED, A.RETURNED, A.EXPIRED), self.attempts[n]
        if refusal is not None:
            return refusal
        if attempt.rounds and attempt.rounds[-1] == (text, False):
            return IdenticalAnswer
        late = attempt.state is A.EXPIRED
        free = self.slots[attempt.slot] == "open" and not self.touched(who, attempt.slot, expired_too=False)
        attempt.rounds.append((text, late and not free))
        if late and not free:
            return None
        reviewer = self._rejected_by(n) if attempt.state is A.RETURNED else None
        until = self.now + timedelta(hours=24) if reviewer else None
        self.reviews[len(self.reviews) + 1] = Round(n, text, reviewer, until)
        attempt.state = A.IN_REVIEW
        self.slots[attempt.slot] = "taken"
        return None

    def _rejected_by(self, n: int) -> str | None:
        last = [r for r in self.reviews.values() if r.attempt == n][-1]
        return last.reviewer if last.reviewer and self.may(last.reviewer, *JUDGES) else None

    def claim_next_review(self, who: str) -> tuple[Refusal, int]:
        if not self.may(who, *JUDGES):
            return NoWork, 0
        if sum(r.reviewer == who and r.state is R.CLAIMED for r in self.reviews.values()) >= 5:
            return HandsFull, 0
        open_to_me = [
            (r.reviewer != who, not r.high, n)
            for n, r in self.reviews.items()
            if r.state is R.WAITING
            and r.reviewer in (None, who)
            and (not r.high or Role.SUPERVISOR in self.roles[who])
            and not self.touched(who, self.attempts[r.attempt].slot, expired_too=True)
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
        review.reviewer, review.state, review.until = who, R.CLAIMED, self.now + timedelta(hours=2)

    def _judge(self, who: str, n: int, state: R, *, owner: bool = True) -> Refusal:
        review = self.reviews[n]
        if not self.may(who, *JUDGES) or (review.high and Role.SUPERVISOR not in self.roles[who]):
            return NotAllowed
        if (owner and review.reviewer != who) or self.attempts[review.attempt].person == who:
            return NotYours
        return None if review.state is state else StaleAction

    def claim_review(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.WAITING, owner=False), self.reviews[n]
        if refusal is None and self.touched(who, self.attempts[review.attempt].slot, expired_too=True):
            return NotYours
        if refusal is None and review.reviewer not in (None, who):
            return StaleAction
        if refusal is None:
            self._hold(who, n)
        return refusal

    def accept(self, who: str, n: int, fixed: str | None = None) -> Refusal:
        refusal, review = self._judge(who, n, R.CLAIMED), self.reviews[n]
        if refusal is None and fixed == review.text:
            return IdenticalAnswer
        if refusal is None:
            attempt = self.attempts[review.attempt]
            self._decide(n, rejected=False)
            attempt.state, attempt.earned = A.ACCEPTED, attempt.price
            self.slots[attempt.slot] = "accepted"
        return refusal

    def reject(self, who: str, n: int) -> Refusal:
        refusal = self._judge(who, n, R.CLAIMED)
        if refusal is None:
            self._decide(n, rejected=True)
            self.attempts[self.reviews[n].attempt].state = A.RETURNED
        return refusal

    def _decide(self, n: int, *, rejected: bool) -> None:
        review = self.reviews[n]
        review.state, review.until, review.decided = R.DECIDED, None, (self.now, rejected)

    def hand_over(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.CLAIMED), self.reviews[n]
        if refusal is not None:
            return refusal
        slot = self.attempts[review.attempt].slot
        others = [
            p
            for p in self.roles
            if p != who and self.may(p, Role.SUPERVISOR) and not self.touched(p, slot, expired_too=True)
        ]
        if not others:
            return Invalid
        review.high, review.reviewer, review.until, review.state = True, None, None, R.WAITING
        return None

    def undo(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.DECIDED), self.reviews[n]
        if refusal is not None:
            return refusal
        assert review.decided is not None
        attempt = self.attempts[review.attempt]
        later = any(m > n and r.attempt == review.attempt for m, r in self.reviews.items())
        if self.now > review.decided[0] + timedelta(minutes=10) or later:
            return UndoTooLate
        if attempt.state not in (A.ACCEPTED, A.RETURNED):
            return UndoTooLate
        attempt.state, attempt.earned, review.decided = A.IN_REVIEW, 0, None
        self.slots[attempt.slot] = "taken"
        self._hold(who, n)
        return None

    def set_role(self, who: str, role: Role, *, granted: bool) -> None:
        if granted:
            self.roles[who].add(role)
        elif role in self.roles[who]:
            self.roles[who].remove(role)
            if role is Role.WORKER:
                self._give_back(who)
            elif role in JUDGES:
                self._return_uncovered(who)

    def _give_back(self, who: str) -> None:
        for n, attempt in self.attempts.items():
            if attempt.person == who and attempt.state in (A.CLAIMED, A.RETURNED):
                self._free(n, A.RELEASED)

    def leave(self, who: str) -> None:
        if who not in self.gone:
            self.gone.add(who)
            self._give_back(who)
            self._return_uncovered(who)

    def _return_uncovered(self, who: str) -> None:
        """Give up the open reviews that the person may not judge any more, and bring down what nobody above can."""
        for review in self.reviews.values():
            needed = (Role.SUPERVISOR,) if review.high else JUDGES
            if review.reviewer == who and review.state is not R.DECIDED and not self.may(who, *needed):
                review.state, review.reviewer, review.until = R.WAITING, None, None
        self._lower()

    def _lower(self) -> None:
        for review in self.reviews.values():
            slot = self.attempts[review.attempt].slot
            above = any(
                self.may(p, Role.SUPERVISOR) and not self.touched(p, slot, expired_too=True)
                for p in self.roles
            )
            if review.state is R.WAITING and not above:
                review.high = False

    def come_back(self, who: str) -> None:
        self.gone.discard(who)

    def sweep(self) -> None:
        for n, attempt in self.attempts.items():
            if attempt.state is A.CLAIMED and attempt.lease_until <= self.now:
                self._free(n, A.EXPIRED)
        for review in self.reviews.values():
            if review.state is not R.DECIDED and review.until is not None and review.until <= self.now:
                review.state, review.reviewer, review.until = R.WAITING, None, None
        self._lower()
