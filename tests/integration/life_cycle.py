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
    OnHold,
    StaleAction,
    UndoTooLate,
)
from bot.domain.hours import Hours, add_working, working_between
from bot.domain.people import Role
from bot.domain.review import ReviewState as R

JUDGES = {Role.REVIEWER, Role.SUPERVISOR}
LEASE = timedelta(minutes=30)
IN_HAND = 2
AWAKE = Hours("Asia/Seoul", 9 * 60, 23 * 60)
UNDER_WAY = (A.CLAIMED, A.IN_REVIEW, A.RETURNED)

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
    stood: timedelta = timedelta()
    rework_until: datetime | None = None
    rounds: list[tuple[str, bool]] = field(default_factory=list)
    earned: int = 0

    @property
    def handed_in(self) -> bool:
        return any(not draft for _text, draft in self.rounds)


@dataclass
class Round:
    """A review; `decided` holds when, and whether it was a reject, `wrong` whose rejects were found wrong."""

    attempt: int
    text: str
    reviewer: str | None = None
    until: datetime | None = None
    state: R = R.WAITING
    high: bool = False
    decided: tuple[datetime, bool] | None = None
    wrong: set[str] = field(default_factory=set)


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
        self.holds: dict[int, set[int | None]] = {slot: set() for slot in self.slots}
        self.held_at: dict[int, datetime | None] = dict.fromkeys(self.slots)

    def may(self, who: str, *roles: Role) -> bool:
        return who not in self.gone and bool(self.roles[who] & set(roles))

    def touched(self, who: str, slot: int, *, expired_too: bool) -> bool:
        return any(
            a.person == who and a.slot == slot and (expired_too or a.state is not A.EXPIRED or a.handed_in)
            for a in self.attempts.values()
        )

    def judged(self, who: str, slot: int) -> bool:
        return any(
            who in {r.reviewer, *r.wrong} and self.attempts[r.attempt].slot == slot
            for r in self.reviews.values()
        )

    def on_hold(self, n: int) -> bool:
        """Say whether the task of a review is on hold."""
        return bool(self.holds[self.attempts[self.reviews[n].attempt].slot])

    def clock(self, slot: int) -> datetime:
        return self.held_at[slot] or self.now

    def claim(self, who: str) -> tuple[Refusal, int]:
        """Return the refusal and the number of the assignment that is handed out."""
        if who in self.gone:
            return NotAllowed, 0
        if not self.may(who, Role.WORKER):
            return NoWork, 0
        held = [
            n
            for n, a in self.attempts.items()
            if a.person == who and a.state in (A.CLAIMED, A.RETURNED) and not self.holds[a.slot]
        ]
        for n in held:
            if self.attempts[n].state is A.RETURNED:
                return None, n
        if len(held) >= IN_HAND:
            return HandsFull, 0
        for slot, state in self.slots.items():
            if state != "open" or self.holds[slot] or self.judged(who, slot):
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
        self.attempts[n].state, self.attempts[n].rework_until = state, None
        self.slots[self.attempts[n].slot] = "open"

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
        if attempt.rounds and attempt.rounds[-1] == (text, False):
            return IdenticalAnswer
        late = attempt.state is A.EXPIRED
        again = any(
            a.person == who and a.slot == attempt.slot and a.state is not A.EXPIRED
            for a in self.attempts.values()
        )
        free, rework = self.slots[attempt.slot] == "open" and not again, attempt.handed_in
        attempt.rounds.append((text, late and not free))
        if late and not free:
            return None
        reviewer = self._rejected_by(n) if rework else None
        until = self.clock(attempt.slot) + timedelta(hours=24) if reviewer else None
        self.reviews[len(self.reviews) + 1] = Round(n, text, reviewer, until)
        self._into_review(attempt)
        return None

    def _into_review(self, attempt: Attempt) -> None:
        attempt.state, attempt.rework_until = A.IN_REVIEW, None
        self.slots[attempt.slot] = "taken"

    def _rejected_by(self, n: int) -> str | None:
        standing = [r for r in self.reviews.values() if r.attempt == n and r.decided]
        last = standing[-1].reviewer if standing else None
        return last if last and self.may(last, *JUDGES) else None

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
            and who not in r.wrong
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
        clock = self.clock(self.attempts[review.attempt].slot)
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
        had = self.touched(who, self.attempts[review.attempt].slot, expired_too=True)
        if refusal is None and (had or who in review.wrong):
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
            attempt = self.attempts[self.reviews[n].attempt]
            attempt.state = A.RETURNED
            attempt.rework_until = add_working(AWAKE, self.now, timedelta(hours=24))
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
            if p not in {who, *review.wrong}
            and self.may(p, Role.SUPERVISOR)
            and not self.touched(p, slot, expired_too=True)
        ]
        if not others:
            return Invalid
        review.high, review.reviewer, review.until, review.state = True, None, None, R.WAITING
        return None

    def undo(self, who: str, n: int) -> Refusal:
        refusal, review = self._judge(who, n, R.DECIDED), self.reviews[n]
        if refusal is not None:
            return refusal
        if review.decided is None:
            return UndoTooLate
        attempt = self.attempts[review.attempt]
        later = any(m > n and r.attempt == review.attempt for m, r in self.reviews.items())
        if self.now > review.decided[0] + timedelta(minutes=10) or later:
            return UndoTooLate
        if attempt.state not in (A.ACCEPTED, A.RETURNED):
            return UndoTooLate
        attempt.earned, review.decided = 0, None
        self._into_review(attempt)
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
                self.may(p, Role.SUPERVISOR)
                and p not in review.wrong
                and not self.touched(p, slot, expired_too=True)
                for p in self.roles
            )
            if review.state is R.WAITING and not above:
                review.high = False

    def hold(self, slot: int, cause: int | None) -> None:
        if self.slots[slot] != "accepted":
            self.holds[slot].add(cause)
            self.held_at[slot] = self.held_at[slot] or self.now

    def end_holds(self, slot: int, cause: int | None, *, all_causes: bool) -> None:
        """End one cause, or all, and let every clock of the task go on once none is left."""
        since = self.held_at[slot]
        self.holds[slot] = set() if all_causes else self.holds[slot] - {cause}
        if since is None or self.holds[slot]:
            return
        stood, self.held_at[slot] = self.now - since, None
        for attempt in self.attempts.values():
            if attempt.slot != slot:
                continue
            if attempt.state is A.CLAIMED:
                attempt.lease_until, attempt.stood = attempt.lease_until + stood, attempt.stood + stood
            if attempt.rework_until is not None:
                left = working_between(AWAKE, since, attempt.rework_until)
                attempt.rework_until = add_working(AWAKE, self.now, left)
        for review in self.reviews.values():
            open_here = review.state is not R.DECIDED and self.attempts[review.attempt].slot == slot
            if open_here and review.until is not None:
                review.until += stood

    def rejects(self) -> list[int]:
        """Return the reviews whose verdict is a reject that stands."""
        return [n for n, r in self.reviews.items() if r.decided and r.decided[1]]

    def re_review(self, n: int) -> bool:
        """Overturn the reject of a review; return whether the work is judged anew."""
        review = self.reviews[n]
        attempt = self.attempts[review.attempt]
        assert review.reviewer is not None
        review.wrong.add(review.reviewer)
        review.decided = None
        newer = any(m > n and r.attempt == review.attempt for m, r in self.reviews.items())
        free = attempt.state in (A.RELEASED, A.EXPIRED) and self.slots[attempt.slot] == "open"
        if newer or not (attempt.state is A.RETURNED or free):
            return False
        self._into_review(attempt)
        review.state, review.high, review.reviewer, review.until = R.WAITING, True, None, None
        return True

    def come_back(self, who: str) -> None:
        self.gone.discard(who)

    def sweep(self) -> None:
        for n, attempt in self.attempts.items():
            until = attempt.rework_until if attempt.state is A.RETURNED else attempt.lease_until
            in_hand = attempt.state in (A.CLAIMED, A.RETURNED) and not self.holds[attempt.slot]
            if in_hand and until is not None and until <= self.now:
                self._free(n, A.EXPIRED)
        for n, review in self.reviews.items():
            over = review.until is not None and review.until <= self.now
            if review.state is not R.DECIDED and over and not self.on_hold(n):
                review.state, review.reviewer, review.until = R.WAITING, None, None
        self._lower()
