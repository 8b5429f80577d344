"""Objections to rejects in the plain model: who may look at them, and what comes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.errors import DomainError, HandsFull, Invalid, NotAllowed, NotYours, OnHold, StaleAction
from bot.domain.escalation import UndoneBy
from bot.domain.hours import Hours, add_working, working_between
from bot.domain.people import Role
from bot.domain.quality import AppealStage, AppealState
from tests.integration.work_parts import Attempt, Judgement, Objection
from tests.integration.work_votes import Votes

AWAKE = Hours("Asia/Seoul", 9 * 60, 23 * 60)
JUDGES = {Role.REVIEWER, Role.SUPERVISOR}
WINDOW, PATIENCE, LEASE = timedelta(hours=72), timedelta(hours=48), timedelta(hours=2)
LEAST = timedelta(hours=3)

Refusal = type[DomainError] | None


class Appeals(Votes):
    """The part of the model that knows objections."""

    now: datetime
    roles: dict[str, set[Role]]
    gone: set[str]
    objections: dict[int, Objection]

    def may(self, who: str, *roles: Role) -> bool:
        return who not in self.gone and bool(self.roles[who] & set(roles))

    def touched(self, who: str, task: int, *, expired_too: bool) -> bool:
        return any(
            a.person == who and a.task == task and (expired_too or a.state is not A.EXPIRED or a.handed_in)
            for a in self.attempts.values()
        )

    def _held(self, who: str, n: int, *states: A) -> Refusal:
        attempt = self.attempts[n]
        if not self.may(who, Role.WORKER):
            return NotAllowed
        if attempt.person != who:
            return NotYours
        return None if attempt.state in states else StaleAction

    def rest(self, attempt: Attempt, since: datetime, least: timedelta = timedelta(0)) -> None:
        """Let the time for a rework go on with what was left of it at an instant, with `least` at least."""
        if attempt.rework_until is not None:
            left = max(least, working_between(AWAKE, since, attempt.rework_until))
            attempt.rework_until = add_working(AWAKE, self.now, left)

    def judges(self, n: int, stage: AppealStage, deciding: Objection | None = None) -> list[str]:
        """Return who could look at an objection about an attempt: nobody who knows anything of it."""
        needed = {Role.SUPERVISOR} if stage is AppealStage.SUPERVISOR else JUDGES
        spent = {v.who for v in self.verdicts if self.reviews[v.review].attempt == n}
        spent |= {o.reviewer for o in self.objections.values() if o.attempt == n and o is not deciding}
        return [
            who
            for who in self.roles
            if self.may(who, *needed)
            and who not in spent
            and not self.touched(who, self.attempts[n].task, expired_too=True)
        ]

    def _open_case(self, who: str, verdict: int) -> Refusal:
        """Say why somebody may not object to a verdict, apart from how often and how late."""
        given = self.verdicts[verdict]
        n = self.reviews[given.review].attempt
        refusal = self._held(who, n, A.RETURNED)
        if refusal is not None:
            return refusal
        newer = any(m > given.review and r.attempt == n for m, r in self.reviews.items())
        if given.undone or not given.rejected or newer:
            return StaleAction
        return OnHold if self.tasks[self.attempts[n].task].causes else None

    def appeal(self, who: str, verdict: int) -> Refusal:
        refusal = self._open_case(who, verdict)
        if refusal is not None:
            return refusal
        if any(o.verdict == verdict for o in self.objections.values()):
            return StaleAction
        if self.now > self.verdicts[verdict].at + WINDOW:
            return Invalid
        n = self.reviews[self.verdicts[verdict].review].attempt
        for stage in AppealStage:
            if self.judges(n, stage):
                self._object(verdict, n, stage)
                return None
        return Invalid

    def _object(self, verdict: int, n: int, stage: AppealStage) -> None:
        made = Objection(verdict, n, stage, self.now, self.now + PATIENCE)
        self.objections[len(self.objections) + 1] = made
        self.attempts[n].state = A.APPEALED

    def take_further(self, who: str, number: int) -> Refusal:
        first = self.objections[number]
        refusal = self._open_case(who, first.verdict)
        if refusal is not None:
            return refusal
        if first.stage is not AppealStage.SECOND or first.state is not AppealState.DENIED:
            return StaleAction
        if sum(o.verdict == first.verdict for o in self.objections.values()) > 1:
            return StaleAction
        too_late = first.decided is None or self.now > first.decided + WINDOW
        if too_late or not self.judges(first.attempt, AppealStage.SUPERVISOR):
            return Invalid
        self._object(first.verdict, first.attempt, AppealStage.SUPERVISOR)
        return None

    def _stands_still(self, one: Objection) -> bool:
        return bool(self.tasks[self.attempts[one.attempt].task].causes)

    def _in_hand(self, who: str) -> int:
        return sum(
            o.reviewer == who and o.state is AppealState.CLAIMED and not self._stands_still(o)
            for o in self.objections.values()
        )

    def take_next_appeal(self, who: str) -> int | None:
        """Return the number of the objection that is handed out, None for none."""
        if not self.may(who, *JUDGES) or self._in_hand(who):
            return None
        for stage in (AppealStage.SUPERVISOR, AppealStage.SECOND):
            for number, one in self.objections.items():
                waits = (
                    one.stage is stage and one.state is AppealState.WAITING and not self._stands_still(one)
                )
                if waits and who in self.judges(one.attempt, stage, one):
                    self._take(who, one)
                    return number
        return None

    def _take(self, who: str, one: Objection) -> None:
        one.state, one.reviewer, one.until = AppealState.CLAIMED, who, self.now + LEASE

    def _judging(self, who: str, one: Objection) -> Refusal:
        high = one.stage is AppealStage.SUPERVISOR
        if not self.may(who, *((Role.SUPERVISOR,) if high else JUDGES)):
            return NotAllowed
        return NotYours if self.attempts[one.attempt].person == who else None

    def take_appeal(self, who: str, number: int) -> Refusal:
        one = self.objections[number]
        refusal = self._judging(who, one)
        if refusal is not None:
            return refusal
        if one.state is not AppealState.WAITING:
            return StaleAction
        if who not in self.judges(one.attempt, one.stage, one):
            return NotYours
        if self._stands_still(one):
            return OnHold
        if self._in_hand(who) >= 5:
            return HandsFull
        self._take(who, one)
        return None

    def _decidable(self, who: str, one: Objection) -> Refusal:
        refusal = self._judging(who, one)
        if refusal is not None:
            return refusal
        if one.reviewer != who:
            return NotYours
        if one.state is not AppealState.CLAIMED:
            return StaleAction
        if self._stands_still(one):
            return OnHold
        return None if who in self.judges(one.attempt, one.stage, one) else NotYours

    def uphold(self, who: str, number: int) -> Refusal:
        one = self.objections[number]
        refusal = self._decidable(who, one)
        if refusal is None:
            first, attempt = self.verdicts[one.verdict], self.attempts[one.attempt]
            first.undone = UndoneBy.APPEAL
            self.verdicts.append(Judgement(first.review, who, self.now, rejected=False))
            self.reviews[first.review].reviewer = who
            one.state, one.until, one.decided = AppealState.WON, None, self.now
            attempt.state, attempt.rework_until, attempt.last_word = A.ACCEPTED, None, False
            attempt.lines.append(attempt.price)
            self.slots[attempt.slot].state = "accepted"
            self.settle(attempt.task)
        return refusal

    def deny(self, who: str, number: int) -> Refusal:
        one = self.objections[number]
        refusal = self._decidable(who, one)
        if refusal is None:
            over = one.stage is AppealStage.SUPERVISOR and self.attempts[one.attempt].last_word
            self._back(one, AppealState.DENIED, timedelta(0) if over else LEAST)
        return refusal

    def withdraw(self, who: str, number: int) -> Refusal:
        one = self.objections[number]
        if not self.may(who, Role.WORKER):
            return NotAllowed
        if self.attempts[one.attempt].person != who:
            return NotYours
        if not one.under_way:
            return StaleAction
        if self._stands_still(one):
            return OnHold
        self._back(one, AppealState.WITHDRAWN)
        return None

    def _back(self, one: Objection, state: AppealState, least: timedelta = timedelta(0)) -> None:
        one.state, one.until, one.decided = state, None, self.now
        self.rest(self.attempts[one.attempt], one.opened, least)
        self.attempts[one.attempt].state = A.RETURNED

    def overtake(self, n: int) -> None:
        """End the objection about an attempt whose reject is found wrong for another reason."""
        for one in self.objections.values():
            if one.attempt == n and one.under_way:
                self._back(one, AppealState.WITHDRAWN)

    def give_back_appeals(self, who: str) -> None:
        """Let go of what somebody has in hand and may not judge any more."""
        for one in self.objections.values():
            needed = (Role.SUPERVISOR,) if one.stage is AppealStage.SUPERVISOR else JUDGES
            if one.reviewer == who and one.state is AppealState.CLAIMED and not self.may(who, *needed):
                one.state, one.reviewer, one.until = AppealState.WAITING, None, None

    def sweep_appeals(self) -> None:
        for one in self.objections.values():
            over = one.until is not None and one.until <= self.now
            if one.state is AppealState.CLAIMED and over and not self._stands_still(one):
                one.state, one.reviewer, one.until = AppealState.WAITING, None, None
        for one in self.objections.values():
            second = one.state is AppealState.WAITING and one.stage is AppealStage.SECOND
            if second and one.decide_by <= self.now and not self._stands_still(one):
                one.decide_by = self.now + PATIENCE
                if self.judges(one.attempt, AppealStage.SUPERVISOR):
                    one.stage = AppealStage.SUPERVISOR
