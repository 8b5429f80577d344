"""Random work of a crew on a real database, held against the plain model after every operation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.db.models import Project, Review, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import UndoneBy
from bot.domain.people import Role
from bot.domain.rules import ReviewMode
from bot.domain.task import TaskType
from bot.services.holding import hold_tasks, release_tasks
from bot.services.imports import import_tasks
from bot.services.people import deactivate, join, set_role
from bot.services.projects import set_price
from bot.services.re_reviewing import re_review
from bot.services.rules import set_rules
from bot.services.voting import follow_overlap
from tests.factories import ROLES, TEAM, task_rows
from tests.integration.work_objecting import Objecting
from tests.integration.work_scene import CREW, DIALECT, NEW, SKILL
from tests.integration.work_trial import Divergence, Tally


class Play(Objecting):
    """What everybody does, one thing after the other, at random."""

    def run(self, operations: int, *, look_every: int = 25) -> Tally:
        """Do so many operations and compare after each; ask the doctor now and then and in the end.

        Raises Divergence.
        """
        if self.random.random() < 0.8:
            self._rules()
        while self.tally.operations < operations:
            name = self.random.choices(tuple(_WEIGHTS), weights=tuple(_WEIGHTS.values()))[0]
            if getattr(self, f"_{name}")() is None:
                self.tally.operations += 1
                if self.tally.operations % look_every == 0:
                    self._look()
        self._look()
        return self.tally

    def _rules(self) -> None:
        """Change what the project has agreed on; its tasks follow at once, or at a later tick."""
        changes = self._other_rules()
        before = self.model.rules
        values = {name: value for name, value in changes.items() if value != getattr(before, name)}

        def step(uow: UnitOfWork) -> object:
            return set_rules(uow, actor_id=self.crew["boss"], project_id=self.crew.project_id, changes=values)

        self.model.rules = self._do("rules", (values,), None, step)[1]
        if self.random.random() < 0.8:
            self._follow()

    def _other_rules(self) -> dict[str, Any]:
        pick = self.random.choice
        overlap = pick((1, 1, 2, 2, 3))
        modes = [ReviewMode.EVERY, ReviewMode.EVERY, ReviewMode.SAMPLE]
        if overlap > 1:
            modes.append(ReviewMode.CONSENSUS)
        return {
            "overlap": overlap,
            "overlap_max": min(5, overlap + pick((0, 1, 2))),
            "majority": pick((50, 50, 60, 70)),
            "ignore_spaces": pick((True, False)),
            "ignore_punctuation": pick((True, False)),
            "dialect": pick((None, DIALECT)),
            "weight_by": pick((None, SKILL)) if self.kind is TaskType.MODERATION else None,
            "review_mode": pick(modes),
            "sample_percent": pick((0, 0, 100)),
            "newcomer_first": pick((0, 1, 2)),
            "rework_limit": pick((2, 3, 3)),
            "gold_percent": pick((0, 30, 50)),
        }

    def _follow(self) -> None:
        most = self.random.choice((1, 2, 100))
        while True:
            behind = [n for n, job in self.model.tasks.items() if self._is_behind(n)]
            with self.transactions() as uow:
                done = follow_overlap(uow, project_id=self.crew.project_id, actor_id=None, most=most)
            if done != min(most, len(behind)):
                raise Divergence(f"{done} tasks followed, not {behind}")
            self.model.follow(behind[:most])
            if done < most:
                break
        self._compare("follow")

    def _is_behind(self, task: int) -> bool:
        job = self.model.tasks[task]
        return job.overlap != self.model.rules.overlap and not job.causes

    def _import(self) -> bool | None:
        if any(slot.state == "open" for slot in self.model.slots.values()) and self.random.random() < 0.8:
            return False
        rows = task_rows(1, start=len(self.model.tasks) + 1)
        self.model.add_task()

        def step(uow: UnitOfWork) -> object:
            project = uow.session.get_one(Project, self.crew.project_id)
            return import_tasks(uow, project=project, source_name="more.csv", rows=rows)

        self._do("import", (), None, step)
        return None

    def _price(self) -> None:
        price = self.random.randint(1, 1000)
        self.model.price = price

        def step(uow: UnitOfWork) -> object:
            project = uow.session.get_one(Project, self.crew.project_id)
            return set_price(uow, actor_id=self.crew["boss"], project=project, amount_minor=price)

        self._do("price", (price,), None, step)

    def _hold(self) -> None:
        task, cause = self.random.randint(1, len(self.model.tasks)), self.random.choice((None, 1))
        self.model.hold(task, cause)
        boss = self.crew["boss"]
        self._do(
            "hold",
            (task, cause),
            None,
            lambda uow: hold_tasks(uow, person_id=boss, task_ids=[task], issue_id=cause),
        )

    def _end_holds(self) -> bool | None:
        held = [n for n, job in self.model.tasks.items() if job.causes]
        if not held:
            return False
        task, cause = self.random.choice(held), self.random.choice((None, None, 1))
        self.model.end_holds(task, cause, all_causes=cause is None)
        boss = self.crew["boss"]
        self._do(
            "end_holds",
            (task, cause),
            None,
            lambda uow: release_tasks(uow, person_id=boss, task_ids=[task], issue_id=cause),
        )
        return None

    def _re_review(self) -> bool | None:
        rejects = self.model.rejects()
        if not rejects:
            return False
        n = self.random.choice(rejects)
        again = self.model.re_review(n)
        row = self._row(Review, n)

        def step(uow: UnitOfWork) -> bool:
            standing = select(Verdict.id).where(Verdict.review_id == row, Verdict.undone_at.is_(None))
            verdict = uow.session.scalars(standing).one()
            boss = self.crew["boss"]
            return bool(re_review(uow, person_id=boss, verdict_ids=[verdict], why=UndoneBy.ISSUE).again)

        if self._do("re_review", (n,), None, step) != again:
            raise Divergence(f"the review {n} is judged anew: {not again}")
        return None

    def _crew_change(self) -> None:
        who, change = self.random.choice(CREW), self.random.choice((*Role, "account", "back", "back"))
        lost = [
            (name, role)
            for name in CREW
            for role in (ROLES | NEW)[name]
            if name in self.model.gone or role not in self.model.roles[name]
        ]
        if change == "back" and lost:
            who, change = self.random.choice(lost)
            if who in self.model.gone:
                change = "account"
        user = f"U{who.upper()}"
        if isinstance(change, Role):
            role, granted = change, change not in self.model.roles[who]
            self.model.set_role(who, role, granted=granted)

            def step(uow: UnitOfWork) -> object:
                project = uow.session.get_one(Project, self.crew.project_id)
                return set_role(
                    uow, actor_id=self.crew["boss"], project=project, user=user, role=role, granted=granted
                )

            self._do("role", (who, role, granted), None, step)
        elif who in self.model.gone:
            self.model.come_back(who)
            seen = {"nickname": who, "language": "ko", "zone": "UTC"}
            self._do("return", (who,), None, lambda uow: join(uow, team=TEAM, user=user, **seen))
        else:
            self.model.leave(who)
            self._do("leave", (who,), None, lambda uow: deactivate(uow, team=TEAM, user=user))

    def _time(self) -> None:
        roll, pick = self.random.random(), self.random.choice
        if roll < 0.15:
            by = timedelta(hours=-1)
        elif roll < 0.25:
            by = timedelta(hours=1)
        else:
            by = timedelta(minutes=pick((1, 1, 1, 2, 5, 9, 16, 31, 61, 121, 700, 1500, 2600)))
        self._move_clock(by, sweep=self.random.random() < 0.6)
        self._compare("time")


_WEIGHTS = {
    "claim": 16, "submit": 18, "release": 2, "extend": 1, "reclaim": 1,
    "next_review": 12, "claim_review": 3, "accept": 9, "fix": 3, "reject": 7, "hand_over": 1, "undo": 3,
    "appeal": 5, "next_appeal": 4, "take_appeal": 1, "uphold": 2, "deny": 2, "withdraw": 1, "take_further": 2,
    "adjudicate": 3, "rules": 2, "price": 1, "import": 6, "gold": 2.5, "known_due": 2,
    "hold": 1, "end_holds": 3, "re_review": 1, "crew_change": 1,
    "time": 9,
}  # fmt: skip
