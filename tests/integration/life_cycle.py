"""The life cycle as a plain model: what must become of each request, worked out without the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.people import Role
from bot.domain.review import ReviewState as R
from bot.domain.rules import Rules
from tests.integration.work_appeals import JUDGES
from tests.integration.work_parts import USUAL, Attempt, Job, Known, Round, Slot
from tests.integration.work_reviews import Reviews

LEASE = timedelta(minutes=30)
UNDER_WAY = (A.CLAIMED, A.IN_REVIEW, A.RETURNED, A.APPEALED)


class Model(Reviews):
    """Every operation says how it must be refused, or None after changing the model."""

    def __init__(
        self, now: datetime, roles: dict[str, set[Role]], tasks: int, price: int, known: Known | None = None
    ) -> None:
        self.now = now
        self.lease = LEASE
        self.roles = roles
        self.gone = set()
        self.price = price
        self.rules: Rules = USUAL
        self.known = known or Known()
        self.tasks = {n: Job() for n in range(1, tasks + 1)}
        self.slots = {n: Slot(n, 1) for n in self.tasks}
        self.attempts: dict[int, Attempt] = {}
        self.reviews: dict[int, Round] = {}
        self.verdicts = []
        self.objections = {}
        self.submissions = 0
        self.golds: dict[int, bool] = {}
        self.deciders: set[tuple[str, int]] = set()

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
        self.give_back_appeals(who)
        for review in self.reviews.values():
            needed = (Role.SUPERVISOR,) if review.high else JUDGES
            if review.reviewer == who and review.state is not R.DECIDED and not self.may(who, *needed):
                review.state, review.reviewer, review.until = R.WAITING, None, None
        self._lower()

    def _lower(self) -> None:
        for n, review in self.reviews.items():
            task = self.attempts[review.attempt].task
            above = any(
                self.may(p, Role.SUPERVISOR)
                and p not in self.wrong(n)
                and not self.touched(p, task, expired_too=True)
                for p in self.roles
            )
            if review.state is R.WAITING and not above:
                review.high = False

    def hold(self, task: int, cause: int | None) -> None:
        job = self.tasks[task]
        if job.state != "final":
            job.causes.add(cause)
            job.held_at = job.held_at or self.now

    def end_holds(self, task: int, cause: int | None, *, all_causes: bool) -> None:
        """End one cause, or all, and let every clock of the task go on once none is left."""
        job = self.tasks[task]
        since = job.held_at
        job.causes = set() if all_causes else job.causes - {cause}
        if since is None or job.causes:
            return
        stood, job.held_at = self.now - since, None
        for attempt in self.attempts.values():
            if attempt.task != task:
                continue
            if attempt.state is A.CLAIMED:
                attempt.lease_until, attempt.stood = attempt.lease_until + stood, attempt.stood + stood
            if attempt.state is A.RETURNED:
                self.rest(attempt, since)
        for review in self.reviews.values():
            open_here = review.state is not R.DECIDED and self.attempts[review.attempt].task == task
            if open_here and review.until is not None:
                review.until += stood
        for one in self.objections.values():
            if one.under_way and self.attempts[one.attempt].task == task:
                one.decide_by += stood
                one.until = one.until + stood if one.until is not None else None

    def come_back(self, who: str) -> None:
        self.gone.discard(who)

    def sweep(self) -> None:
        self._expire(A.CLAIMED)
        self._expire(A.RETURNED)
        for n, review in self.reviews.items():
            over = review.until is not None and review.until <= self.now
            if review.state is not R.DECIDED and over and not self.on_hold(n):
                review.state, review.reviewer, review.until = R.WAITING, None, None
        self._lower()
        self.sweep_appeals()

    def _expire(self, state: A) -> None:
        ended = [
            (until, n)
            for n, a in self.attempts.items()
            if a.state is state and not self.tasks[a.task].causes
            if (until := a.lease_until if state is A.CLAIMED else a.rework_until) is not None
            if until <= self.now
        ]
        for _until, n in sorted(ended):
            self._free(n, A.RELEASED if self.attempts[n].last_word else A.EXPIRED)
