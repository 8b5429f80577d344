"""Random lives of issues on a real database, by two processes at once, held against the plain model."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.models import Issue, IssueAlert, IssueStep, IssueTimer, OutboxRow, Person
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork
from bot.domain.errors import DomainError
from bot.domain.escalation import Asked, IssueState, Severity, Step, TimerState
from bot.domain.people import Role
from bot.reports.duty import present_duty
from bot.reports.invariants import check
from bot.services.access import find_project
from bot.services.duty import switch_off, switch_on
from bot.services.issue_steering import level_up, reassign, reopen, resume, set_severity, wait
from bot.services.issue_talk import note_activity, say
from bot.services.issue_timers import fire_timers, tell_people
from bot.services.issues import acknowledge, open_issue, withdraw
from bot.services.people import set_role
from bot.services.resolving import resolve
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.issue_model import HOURS, STEERS, SUPERVISORS, Model

CHANNEL, THREADS = "C0CREW", 6
PEOPLE = tuple(HOURS)
BEGIN = datetime(2026, 3, 27, 3, 0, tzinfo=UTC)
"""A Friday, two days before Berlin's clocks go forward."""

_PATIENCE, _TRIES = 30.0, 5
_SWEEPS = ("fire", "tell")


@dataclass(frozen=True)
class Act:
    """One thing that somebody does, or that the clock makes the bot do."""

    name: str
    who: str = ""
    n: int = 0
    more: tuple[Any, ...] = ()


@dataclass
class Tally:
    """What was tried: acts by name, refused ones, pairs at the same time, timers that fired, people told.

    `busy` counts locks that took longer than anybody waits, so that it was tried again.
    """

    steps: int = 0
    races: int = 0
    clock_back: int = 0
    duplicates: int = 0
    refused: int = 0
    fired: int = 0
    called: int = 0
    issues: int = 0
    busy: int = 0
    acts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add what another run has tried."""
        for name in (one.name for one in fields(self) if one.name != "acts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.acts += other.acts


class Divergence(AssertionError):
    """The database and the model no longer agree."""


class Play:
    """Two processes on one database with a crew of six, and the model beside them."""

    def __init__(self, first: Database, second: Database, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = MovableClock()
        self.clock.now = BEGIN
        self.processes = [Transactions(one, clock=self.clock) for one in (first, second)]
        self.crew = _crew(self.processes[0])
        self.names = {id: name for name, id in self.crew.people.items()}
        self.model = Model(BEGIN)
        self.ids: list[int] = []
        self.tally = Tally()
        self.last: Act | None = None
        self.told: list[Act] = []

    def run(self, steps: int) -> Tally:
        """Take `steps` steps and compare after each. Raises Divergence."""
        with ThreadPoolExecutor(2) as pool:
            for number in range(steps):
                self._step(pool)
                if number % 25 == 24:
                    self._compare_calls()
            self._quiet()
        self._compare_calls()
        with self.processes[0].reading() as session:
            findings = check(session, now=self.clock())
            self.tally.issues = session.scalar(select(func.count()).select_from(Issue)) or 0
        if odd := [one for one in findings if one.table != "rendition"]:
            raise Divergence(f"the doctor finds {odd}")
        self.tally.fired, self.tally.called = self.model.fired, sum(self.model.calls.values())
        return self.tally

    def _quiet(self) -> None:
        for name in ("fire", "tell", "fire", "tell"):
            self._one(Act(name))

    def _step(self, pool: ThreadPoolExecutor) -> None:
        self.tally.steps += 1
        roll = self.random.random()
        if roll < 0.2:
            self._move_clock()
            for name in _SWEEPS:
                if self.random.random() < 0.7:
                    self._tick(pool, name)
        elif roll < 0.28 and self.last is not None:
            self.tally.duplicates += 1
            self._one(self.last)
        elif roll < 0.45:
            self._both(pool, self._choose(), self.last if roll < 0.32 and self.last else self._choose())
        else:
            self.last = self._choose()
            self._one(self.last)

    def _tick(self, pool: ThreadPoolExecutor, name: str) -> None:
        """Let one process do what time brings, or both at once."""
        if self.random.random() < 0.4:
            self._both(pool, Act(name), Act(name))
        else:
            self._one(Act(name))

    def _move_clock(self) -> None:
        roll, now = self.random.random(), self.model.now
        waits = [due for thing in self.model.issues for due in thing.timers.values()]
        waits += [one.due for thing in self.model.issues for one in thing.alerts if not one.told]
        if roll < 0.2:
            self.tally.clock_back += 1
            now -= timedelta(minutes=self.random.randint(1, 60))
        elif roll < 0.6 and waits:
            now = max(now, min(due for due in waits)) + timedelta(minutes=self.random.choice((0, 0, 1)))
        elif roll < 0.95:
            now += timedelta(minutes=self.random.choice((1, 5, 10, 30, 60, 240, 600)))
        else:
            now += timedelta(days=self.random.randint(1, 8))
        self.clock.now = self.model.now = now

    def _choose(self) -> Act:
        pick = self.random.choice
        if not self.model.issues or self.random.random() < 0.06:
            opening = (self.random.randrange(THREADS), pick(list(Severity)), pick(list(Asked)))
            return Act("open", pick(PEOPLE), more=opening)
        alive = [n for n, one in enumerate(self.model.issues) if one.state is not IssueState.CLOSED]
        n = (
            pick(alive)
            if alive and self.random.random() < 0.93
            else self.random.randrange(len(self.model.issues))
        )
        thing = self.model.issues[n]
        who = pick(STEERS) if self.random.random() < 0.85 else pick(PEOPLE)
        ver = thing.ver if self.random.random() < 0.9 else thing.ver - 1
        name = self.random.choices(tuple(_WEIGHTS), weights=tuple(_WEIGHTS.values()))[0]
        if name in _SWEEPS:
            return Act(name)
        if name in ("on", "off"):
            return Act(name, pick(SUPERVISORS))
        if name == "withdraw":
            return Act(name, thing.opener if self.random.random() < 0.7 else who, n)
        if name in ("speak", "say"):
            return Act(name, pick(PEOPLE) if self.random.random() < 0.4 else (thing.owner or who), n)
        more: tuple[Any, ...] = {
            "reassign": (ver, pick(PEOPLE)),
            "severity": (ver, pick(list(Severity))),
            "wait": (ver, pick((IssueState.WAITING_PM, IssueState.WAITING_WORKER))),
            "resume": (ver,),
            "level_up": (ver,),
            "resolve": (ver,),
        }.get(name, ())
        return Act(name, who, n, more)

    # --- doing it

    def _one(self, act: Act) -> None:
        self.told.append(act)
        before = self.model
        expected = self._in_model(before, act)
        came = self._do(self.random.choice(self.processes), act)
        self._count(act, came)
        if came != expected:
            raise Divergence(f"{act}: {came}, not {expected}; lately {self.told[-12:]}")
        self._compare(self.model, act)

    def _both(self, pool: ThreadPoolExecutor, one: Act, two: Act) -> None:
        """Let both processes do something at once: it must have come as if one had been after the other."""
        self.tally.races += 1
        self.told += [one, two]
        acts = (one, two)
        jobs = [
            pool.submit(self._do, process, act) for process, act in zip(self.processes, acts, strict=True)
        ]
        came = [job.result() for job in jobs]
        for act, outcome in zip(acts, came, strict=True):
            self._count(act, outcome)
        # What was in another's hands is left for the next tick, so that one is needed to compare.
        sweeps = [name for name in _SWEEPS if name in (one.name, two.name)]
        swept = {name: self._do(self.processes[0], Act(name)) for name in sweeps}
        wrong = []
        for order in ((0, 1), (1, 0)):
            model = copy.deepcopy(self.model)
            results: dict[int, Any] = {place: self._in_model(model, acts[place]) for place in order}
            again = {name: self._in_model(model, Act(name)) for name in sweeps}
            fits = all(
                results[place] == came[place] for place in order if acts[place].name not in _SWEEPS
            ) and all(
                swept[name] + sum(came[p] for p in order if acts[p].name == name)
                == again[name] + sum(results[p] for p in order if acts[p].name == name)
                for name in sweeps
            )
            difference = self._difference(model)
            if fits and not difference:
                self.model = model
                return
            wrong.append((order, results, difference))
        raise Divergence(f"{acts} at once: {came}, swept {swept}; {wrong}; lately {self.told[-12:]}")

    def _count(self, act: Act, came: Any) -> None:
        self.tally.acts[act.name] += 1
        self.tally.refused += isinstance(came, type)

    def _in_model(self, model: Model, act: Act) -> Any:
        if act.name == "fire":
            return model.fire()
        if act.name == "tell":
            return model.tell()
        if act.name == "open":
            return model.open(act.who, *act.more)
        if act.name in ("on", "off"):
            return model.switch_on(act.who) if act.name == "on" else model.switch_off(act.who)
        return getattr(model, act.name)(act.who, act.n, *act.more)

    def _do(self, process: Transactions, act: Act) -> Any:
        """Return the type of the refusal, else what a sweep counted or None.

        On a busy machine a lock may take longer than anybody waits: nothing was saved then, and it is tried again.
        """
        for _ in range(_TRIES):
            try:
                with process(patience=_PATIENCE) as uow:
                    count = self._in_database(uow, act)
                return count if act.name in _SWEEPS else None
            except DomainError as error:
                return type(error)
            except DatabaseBusy:
                self.tally.busy += 1
        raise Divergence(f"{act} found no room; lately {self.told[-6:]}")

    def _in_database(self, uow: UnitOfWork, act: Act) -> Any:
        if act.name in _SWEEPS:
            return fire_timers(uow) if act.name == "fire" else tell_people(uow)
        who = self.crew[act.who]
        if act.name == "open":
            thread, severity, asked = act.more
            return open_issue(
                uow, person_id=who, project_id=self.crew.project_id, severity=severity, asked=asked,
                request="", channel=CHANNEL, thread_ts=f"{thread}.1",
            )  # fmt: skip
        if act.name in ("on", "off"):
            switch = switch_on if act.name == "on" else switch_off
            return switch(uow, person_id=who, project_id=self.crew.project_id)
        if act.name == "speak":
            thread = self.model.issues[act.n].thread
            found = uow.session.get_one(Issue, self.ids[act.n])
            # A thread may have got another issue since.
            if found.state is IssueState.CLOSED:
                return None
            return note_activity(
                uow, channel=CHANNEL, thread_ts=f"{thread}.1", team_id=self.crew.team_id, person_id=who
            )
        return _ACTS[act.name](uow, who, self.ids[act.n], self.crew, act.more)

    # --- comparing

    def _compare(self, model: Model, act: Act) -> None:
        if difference := self._difference(model):
            raise Divergence(f"after {act}: {difference}; lately {self.told[-12:]}")

    def _difference(self, model: Model) -> str:
        with self.processes[0].reading() as session:
            actual, duty = self._stored(session), present_duty(session, self.crew.project_id)
        if (duty.nickname if duty else None) != model.duty:
            return f"{duty} is on duty, not {model.duty}"
        expected = [
            (
                one.thread, one.opener, one.state, one.level, one.owner, one.severity, one.ver, one.waited,
                one.paused,
                dict(one.timers), {alert.person: alert.due for alert in one.alerts if not alert.told},
                one.steps,
            )
            for one in model.issues
        ]  # fmt: skip
        if len(actual) != len(expected):
            return f"{len(actual)} issues, not {len(expected)}"
        return "; ".join(
            f"issue {n}: {a}, not {e}"
            for n, (a, e) in enumerate(zip(actual, expected, strict=True))
            if a != e
        )

    def _stored(self, session: Session) -> list[tuple[Any, ...]]:
        issues = session.scalars(select(Issue).order_by(Issue.id)).all()
        self.ids = [issue.id for issue in issues]
        timers: dict[int, dict[Any, Any]] = {}
        for id, kind, due in session.execute(
            select(IssueTimer.issue_id, IssueTimer.kind, IssueTimer.due_at).where(
                IssueTimer.state == TimerState.SET
            )
        ):
            timers.setdefault(id, {})[kind] = due
        steps: dict[int, list[Step]] = {}
        for id, step in session.execute(
            select(IssueStep.issue_id, IssueStep.step).order_by(IssueStep.issue_id, IssueStep.id)
        ):
            steps.setdefault(id, []).append(step)
        alerts: dict[int, dict[str, datetime]] = {}
        for id, person, due in session.execute(
            select(IssueAlert.issue_id, IssueAlert.person_id, IssueAlert.due_at).where(
                IssueAlert.told_at.is_(None), IssueAlert.dropped.is_(False)
            )
        ):
            alerts.setdefault(id, {})[self.names[person]] = due
        return [
            (
                int((one.thread_ts or "").removesuffix(".1")), self.names[one.opener_id or 0],
                one.state, one.level, self.names[one.owner_id] if one.owner_id else None, one.severity,
                one.ver, one.waited_seconds, one.paused_at, timers.get(one.id, {}), alerts.get(one.id, {}),
                steps.get(one.id, []),
            )
            for one in issues
        ]  # fmt: skip

    def _compare_calls(self) -> None:
        with self.processes[1].reading() as session:
            calls = Counter(
                (self.names[row["person_id"]], self.ids.index(row["issue_id"]), row["why"])
                for row in session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "issue_call"))
            )
            fired = session.scalar(
                select(func.count()).select_from(IssueTimer).where(IssueTimer.state == TimerState.FIRED)
            )
        if calls != self.model.calls:
            raise Divergence(
                f"calls: {calls - self.model.calls} too many, {self.model.calls - calls} missing"
            )
        if fired != self.model.fired:
            raise Divergence(f"{fired} timers fired, not {self.model.fired}")


_WEIGHTS = {
    "fire": 8, "tell": 8, "ack": 12, "reassign": 6, "severity": 6, "wait": 9, "resume": 5, "level_up": 6,
    "say": 6, "speak": 7, "resolve": 4, "withdraw": 2, "reopen": 6, "on": 4, "off": 2,
}  # fmt: skip

Try = Callable[[UnitOfWork, int, int, Crew, tuple[Any, ...]], Any]

_ACTS: dict[str, Try] = {
    "ack": lambda uow, who, row, _crew, _more: acknowledge(uow, person_id=who, issue_id=row),
    "reassign": lambda uow, who, row, crew, more: reassign(
        uow, person_id=who, issue_id=row, ver=more[0], to_id=crew[more[1]]
    ),
    "severity": lambda uow, who, row, _crew, more: set_severity(
        uow, person_id=who, issue_id=row, ver=more[0], severity=more[1]
    ),
    "wait": lambda uow, who, row, _crew, more: wait(
        uow, person_id=who, issue_id=row, ver=more[0], for_=more[1]
    ),
    "resume": lambda uow, who, row, _crew, more: resume(uow, person_id=who, issue_id=row, ver=more[0]),
    "level_up": lambda uow, who, row, _crew, more: level_up(uow, person_id=who, issue_id=row, ver=more[0]),
    "say": lambda uow, who, row, _crew, _more: say(uow, person_id=who, issue_id=row, words="네"),
    "resolve": lambda uow, who, row, _crew, more: resolve(
        uow, person_id=who, issue_id=row, ver=more[0], cause="소음", remedy="다시 들었어요", section=None,
        release=True,
    ),
    "withdraw": lambda uow, who, row, _crew, _more: withdraw(uow, person_id=who, issue_id=row),
    "reopen": lambda uow, who, row, _crew, _more: reopen(uow, person_id=who, issue_id=row),
}  # fmt: skip


def _crew(transactions: Transactions) -> Crew:
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        set_role(
            uow, actor_id=crew["boss"], project=project, user="UDOHYUN", role=Role.SUPERVISOR, granted=True
        )
        for name, hours in HOURS.items():
            values = {
                "zone": hours.zone, "hours_from": hours.start, "hours_until": hours.end,
                "work_days": hours.days,
            }  # fmt: skip
            uow.session.execute(update(Person).where(Person.id == crew[name]).values(values))
    return crew
