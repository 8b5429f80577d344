"""Random appeals and supervisors' decisions; each is False when there was nothing to try it on."""

from __future__ import annotations

from collections.abc import Callable

from bot.db.models import Appeal, Submission, Verdict
from bot.services.appeal_queue import take, take_next
from bot.services.appeals import appeal, deny, take_further, uphold, withdraw
from bot.services.voting import adjudicate, next_adjudication
from tests.integration.work_scene import CREW, JUDGING
from tests.integration.work_steps import AtWork
from tests.integration.work_trial import Divergence


class Objecting(AtWork):
    """What comes of rejects and of answers that do not agree."""

    def _appeal(self) -> bool | None:
        fitting = [
            v
            for v, given in enumerate(self.model.verdicts)
            if given.rejected and (not given.undone or self.random.random() < 0.05)
        ]
        if not fitting:
            return False
        v = fitting[-1] if self.random.random() < 0.6 else self.random.choice(fitting)
        n = self.model.reviews[self.model.verdicts[v].review].attempt
        who = self.model.attempts[n].person if self.random.random() < 0.95 else self.random.choice(CREW)
        row = self._row(Verdict, v + 1)
        self._do(
            "appeal",
            (who, v),
            self.model.appeal(who, v),
            lambda uow: appeal(uow, person_id=self.crew[who], verdict_id=row, words="들은 대로예요."),
        )
        return None

    def _next_appeal(self) -> bool | None:
        if not self.model.objections:
            return False
        who = self.random.choice(JUDGING)
        number = self.model.take_next_appeal(who)
        got = self._do("next_appeal", (who,), None, lambda uow: take_next(uow, person_id=self.crew[who]))
        given = None if got is None else self._ids(Appeal).index(got.appeal_id) + 1
        if given != number:
            raise Divergence(f"{who} was given the appeal {given}, not {number}")
        return None

    def _take_appeal(self) -> bool | None:
        return self._on_appeal("take_appeal", take, "waiting")

    def _uphold(self) -> bool | None:
        return self._on_appeal("uphold", uphold, "claimed")

    def _deny(self) -> bool | None:
        return self._on_appeal("deny", deny, "claimed", reason="기준과 달라요.")

    def _withdraw(self) -> bool | None:
        return self._on_appeal("withdraw", withdraw, "waiting", "claimed")

    def _take_further(self) -> bool | None:
        return self._on_appeal("take_further", take_further, "denied")

    def _on_appeal(self, name: str, step: Callable[..., object], *states: str, **more: object) -> bool | None:
        fitting = [n for n, o in self.model.objections.items() if o.state in states]
        if not fitting or self.random.random() < 0.1:
            fitting = list(self.model.objections)
        if not fitting:
            return False
        n = self.random.choice(fitting)
        one = self.model.objections[n]
        author = name in ("withdraw", "take_further")
        who = self.model.attempts[one.attempt].person if author else one.reviewer
        if who is None or self.random.random() < 0.07:
            who = self.random.choice(JUDGING)
        row, person = self._row(Appeal, n), self.crew[who]
        expected = getattr(self.model, name)(who, n)
        self._do(name, (who, n), expected, lambda uow: step(uow, person_id=person, appeal_id=row, **more))
        return None

    def _adjudicate(self) -> bool | None:
        fitting = [n for n, job in self.model.tasks.items() if job.state == "adjudication"]
        if not fitting and self.random.random() < 0.8:
            return False
        task = self.random.choice(fitting or list(self.model.tasks))
        who = self.random.choice(("bridge", "garam", "chan", "garam", "sora"))
        named = [b.submission for b in self.model.ballots(task)]
        choice: int | bool = self.random.choice([True, *named])
        row = None if choice is True else self._row(Submission, choice)
        words = self._parts(self._words()) if choice is True else None
        self._do(
            "adjudicate",
            (who, task, choice),
            self.model.adjudicate(who, task, choice),
            lambda uow: adjudicate(
                uow,
                person_id=self.crew[who],
                task_id=task,
                note="들어 봤어요.",
                submission_id=row,
                words=words,
            ),
        )
        with self.transactions() as uow:
            found = next_adjudication(uow, person_id=self.crew[who])
        if who not in self.model.gone and found != self.model.next_adjudication(who):
            raise Divergence(f"{who} is to decide {found}, not {self.model.next_adjudication(who)}")
        return None
