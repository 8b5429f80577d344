"""Random operations on tasks and reviews; each is False when there was nothing to try it on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Assignment, Review
from bot.domain.review import ReviewState
from bot.domain.task import TaskType
from bot.services.gold import draw, retire_gold, set_gold
from bot.services.known import PATIENCE, accept_known
from bot.services.reclaiming import reclaim
from bot.services.reviews import claim_next_review, claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, extend, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from tests.every_state import EXPLAINED
from tests.integration.work_scene import CREW, JUDGING, SAID, WORKERS
from tests.integration.work_trial import Divergence, Trial


class AtWork(Trial):
    """What workers and reviewers do."""

    def _claim(self) -> bool | None:
        who = self.random.choice(WORKERS)
        got, came = self._try(lambda uow: claim_next(uow, person_id=self.crew[who]))
        lots = (1.0, 0.0)
        if got is not None:
            drawn = got.assignment_id
            with self.transactions.reading() as session:
                since = session.get_one(Assignment, drawn).claimed_at.isoformat()
            lots = draw("gold", self.crew.project_id, drawn, since), draw("which", drawn)
        expected, n = self.model.claim(who, lots)
        self._came("claim", (who,), expected, came)
        if expected is None and self._ids(Assignment).index(got.assignment_id) + 1 != n:
            raise Divergence(f"{who} was given {got}, not {n}")
        return None

    def _gold(self) -> bool | None:
        """Make a task a known one, seldom not one any more."""
        final = [n for n, job in self.model.tasks.items() if job.state == "final"]
        if not final or self.random.random() < 0.2:
            final = list(self.model.tasks)
        task, typed = self.random.choice(final), self.random.random() < 0.3
        at = {"actor_id": self.crew["boss"], "project_id": self.crew.project_id, "task_id": task}
        if self.random.random() < 0.2:
            self._do("retire", (task,), self.model.retire_gold(task), lambda uow: retire_gold(uow, **at))
        else:
            answer = SAID[self.kind][0] if typed else None
            expected = self.model.set_gold(task, typed=typed)
            self._do("gold", (task,), expected, lambda uow: set_gold(uow, **at, answer=answer))
        return None

    def _known_due(self) -> bool | None:
        """Let time accept answers to known tasks: when exactly is drawn, after five minutes to three days."""
        waiting = self.model.kept()
        if not waiting:
            return False
        done, _came = self._try(accept_known)
        rows = self._ids(Review)
        with self.transactions.reading() as session:
            decided = session.scalars(
                select(Review.id).where(Review.state == ReviewState.DECIDED).order_by(Review.id)
            ).all()
        accepted = [n for n in waiting if rows[n - 1] in decided]
        for n in waiting:
            waits = self.model.now - self.model.reviews[n].said.at
            early, late = waits < timedelta(minutes=2.5), waits >= PATIENCE
            if (n in accepted and (early or self.model.on_hold(n))) or (
                n not in accepted and late and not self.model.on_hold(n)
            ):
                raise Divergence(
                    f"the known answer {n} was decided or not after {waits}; lately {self.told[-12:]}"
                )
        for n in accepted:
            self.model.accept_known(n)
        if done != len(accepted):
            raise Divergence(f"{done} known answers were accepted, not {accepted}")
        self.told.append(f"known_due {accepted}")
        self.tally.done["known_due"] += 1
        self._compare("known_due")
        return None

    def _attempt(self, *states: str) -> tuple[int, str] | None:
        """Choose an assignment, mostly in one of the states, and somebody, mostly its holder, to act on it."""
        fitting = [n for n, a in self.model.attempts.items() if a.state in states]
        if not fitting or self.random.random() < 0.08:
            fitting = list(self.model.attempts)
        if not fitting:
            return None
        n = self.random.choice(fitting)
        holder = self.model.attempts[n].person
        return n, holder if self.random.random() < 0.93 else self.random.choice(CREW)

    def _release(self) -> bool | None:
        return self._on_attempt("release", release, "claimed", "returned")

    def _extend(self) -> bool | None:
        return self._on_attempt("extend", extend, "claimed")

    def _on_attempt(self, name: str, step: Callable[..., object], *states: str) -> bool | None:
        if (chosen := self._attempt(*states)) is None:
            return False
        n, who = chosen
        row = self._row(Assignment, n)
        expected = getattr(self.model, name)(who, n)
        self._do(name, (who, n), expected, lambda uow: step(uow, person_id=self.crew[who], assignment_id=row))
        return None

    def _submit(self) -> bool | None:
        if (chosen := self._attempt("claimed", "claimed", "returned", "expired")) is None:
            return False
        n, who = chosen
        row, text = self._row(Assignment, n), self._words()
        expected = self.model.submit(who, n, text)
        self._do(
            "submit",
            (who, n, text),
            expected,
            lambda uow: submit(uow, person_id=self.crew[who], assignment_id=row, parts=self._parts(text)),
        )
        return None

    def _reclaim(self) -> bool | None:
        if (chosen := self._attempt("claimed", "returned")) is None:
            return False
        n = chosen[0]
        row = self._row(Assignment, n)
        boss = self.crew["boss"]
        self._do(
            "reclaim",
            (n,),
            self.model.reclaim(n),
            lambda uow: reclaim(uow, actor_id=boss, assignment_id=row, reason="급해요."),
        )
        return None

    def _next_review(self) -> bool | None:
        if not self.model.reviews:
            return False
        who = self.random.choice(JUDGING)
        expected, n = self.model.claim_next_review(who)
        got = self._do(
            "next_review", (who,), expected, lambda uow: claim_next_review(uow, person_id=self.crew[who])
        )
        if expected is None and self._ids(Review).index(got.review_id) + 1 != n:
            raise Divergence(f"{who} was given {got}, not {n}")
        return None

    def _review(self, state: ReviewState) -> tuple[int, str] | None:
        fitting = [n for n, r in self.model.reviews.items() if r.state is state]
        if not fitting or self.random.random() < 0.08:
            fitting = list(self.model.reviews)
        if not fitting:
            return None
        # The newest are the ones that something can come of.
        n = fitting[-1] if self.random.random() < 0.4 else self.random.choice(fitting)
        holder = self.model.reviews[n].reviewer
        return n, holder if holder and self.random.random() < 0.95 else self.random.choice(JUDGING)

    def _claim_review(self) -> bool | None:
        return self._judge("claim_review", claim_review, ReviewState.WAITING)

    def _accept(self) -> bool | None:
        return self._judge("accept", accept, ReviewState.CLAIMED)

    def _reject(self) -> bool | None:
        return self._judge("reject", reject, ReviewState.CLAIMED, **EXPLAINED | self._reason())

    def _reason(self) -> dict[str, str]:
        return {"reason": "wrong_label"} if self.kind is TaskType.MODERATION else {}

    def _hand_over(self) -> bool | None:
        return self._judge("hand_over", hand_over, ReviewState.CLAIMED, note="애매해요.")

    def _undo(self) -> bool | None:
        return self._judge("undo", undo, ReviewState.DECIDED)

    def _judge(
        self, name: str, step: Callable[..., object], state: ReviewState, **more: object
    ) -> bool | None:
        if (chosen := self._review(state)) is None:
            return False
        n, who = chosen
        row = self._row(Review, n)
        expected = getattr(self.model, name)(who, n)
        self._do(
            name,
            (who, n),
            expected,
            lambda uow: step(uow, person_id=self.crew[who], review_id=row, **more),
        )
        return None

    def _fix(self) -> bool | None:
        if (chosen := self._review(ReviewState.CLAIMED)) is None:
            return False
        n, who = chosen
        row, text = self._row(Review, n), self._words()
        expected = self.model.accept(who, n, fixed=text)
        self._do(
            "fix",
            (who, n, text),
            expected,
            lambda uow: fix_and_accept(uow, person_id=self.crew[who], review_id=row, parts=self._parts(text)),
        )
        return None
