"""A plain model of issues, their chain and their clocks: what must be so after any steps, without a database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import (
    AlreadyOwned,
    DomainError,
    Invalid,
    NotAllowed,
    NotYours,
    StaleAction,
    ThreadTaken,
)
from bot.domain.escalation import DELAYS, Asked, IssueState, Level, Severity, Step, TimerKind
from bot.domain.hours import Hours, add_working, is_working, next_working

Refusal = type[DomainError] | None

HOURS = {
    "bridge": Hours("Asia/Seoul", 9 * 60, 21 * 60),
    "dohyun": Hours("Europe/Berlin", 10 * 60, 19 * 60, 0b0011111),
    "alex": Hours("America/New_York", 9 * 60, 18 * 60),
    "boss": Hours("Asia/Seoul", 22 * 60, 6 * 60),
    "mina": Hours("Asia/Seoul", 9 * 60, 21 * 60),
    "jun": Hours("Asia/Seoul", 0, 0),
}
SUPERVISORS, PM, ADMIN = ("bridge", "dohyun"), "alex", "boss"
STEERS = (*SUPERVISORS, PM, ADMIN)

OPEN, ACKED, CLOSED, RESOLVED = IssueState.OPEN, IssueState.ACKED, IssueState.CLOSED, IssueState.RESOLVED
WAITING = (IssueState.WAITING_PM, IssueState.WAITING_WORKER)
UNDER_WAY = (OPEN, ACKED, *WAITING)
_WHY = {
    Step.DECAYED: "decayed",
    Step.REOPENED: "reopened",
    Step.REASSIGNED: "reassigned",
    Step.WAIT_PM: "waiting",
    Step.WAIT_WORKER: "waiting",
    Step.OPENED: "level",
    Step.LEVELLED: "level",
    Step.RESUMED: "",
}


@dataclass
class Alert:
    """Somebody who is to be told, or was."""

    person: str
    level: Level
    due: datetime
    round: int
    told: bool = False


@dataclass
class Thing:
    """An issue as the model has it."""

    thread: int
    opener: str
    severity: Severity
    asked: Asked
    state: IssueState = OPEN
    level: Level = Level.DUTY
    owner: str | None = None
    ver: int = 1
    round: int = 0
    waited: int = 0
    paused: datetime | None = None
    resolved: datetime | None = None
    timers: dict[TimerKind, datetime] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    unanswered: str = ""
    asker: str = ""

    @property
    def wakes(self) -> bool:
        return self.severity is Severity.S1


@dataclass
class Model:
    """All issues of one project, who is on duty, and how often who was called why."""

    now: datetime
    duty: str | None = None
    issues: list[Thing] = field(default_factory=list)
    calls: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    fired: int = 0

    # --- the chain and its clocks

    def _at(self, thing: Thing, level: Level) -> list[str]:
        found = {
            Level.DUTY: [self.duty] if self.duty else [],
            Level.SUPERVISORS: [who for who in SUPERVISORS if who != self.duty],
            Level.PM: [PM],
            Level.ADMIN: [ADMIN],
        }[level]
        return [who for who in found if who != thing.opener]

    def _from(self, thing: Thing, level: Level) -> Level | None:
        levels = list(Level)
        later = levels[levels.index(level) :]
        return next((one for one in later if self._at(thing, one)), None)

    def _askable(self, thing: Thing, who: str) -> datetime:
        return self.now if thing.wakes else next_working(HOURS[who], self.now)

    def _after(self, thing: Thing, people: list[str], delay: timedelta) -> datetime:
        if thing.wakes or not people:
            return self.now + delay
        return min(add_working(HOURS[who], self.now, delay) for who in people)

    def _alert(self, thing: Thing, who: str, level: Level, due: datetime | None = None) -> None:
        thing.alerts.append(Alert(who, level, due or self._askable(thing, who), thing.round))

    @staticmethod
    def _forget(thing: Thing) -> None:
        thing.alerts = [alert for alert in thing.alerts if alert.told]

    @staticmethod
    def _new_round(thing: Thing) -> None:
        thing.round += 1
        thing.timers = {}

    def _climb(
        self,
        thing: Thing,
        level: Level | None,
        *,
        also: tuple[str, ...] = (),
        told: frozenset[str] = frozenset(),
        carry: bool = False,
    ) -> None:
        waiting = [alert for alert in thing.alerts if not alert.told] if carry else []
        self._forget(thing)
        self._new_round(thing)
        reached = self._from(thing, level) if level is not None else None
        thing.level = reached or Level.ADMIN
        people = self._at(thing, reached) if reached else []
        called = list(dict.fromkeys((*people, *also)))
        for who in called:
            self._alert(thing, who, thing.level)
            thing.alerts[-1].told = who in told
        for alert in waiting:
            if alert.person not in called:
                called.append(alert.person)
                self._alert(thing, alert.person, alert.level, alert.due)
        if reached and reached is not Level.ADMIN:
            begins = Level.PM if thing.asked is Asked.PM else Level.DUTY
            delays = DELAYS[thing.severity]
            delay = delays.ack if reached is self._from(thing, begins) else delays.step
            thing.timers[TimerKind.LEVEL] = self._after(thing, people, delay)

    @staticmethod
    def _next(level: Level) -> Level | None:
        levels = list(Level)
        return levels[levels.index(level) + 1] if level is not levels[-1] else None

    def _hold_owner(self, thing: Thing) -> None:
        assert thing.owner
        self._new_round(thing)
        decay = DELAYS[thing.severity].decay
        thing.timers[TimerKind.REMIND] = self._after(thing, [thing.owner], decay / 2)
        thing.timers[TimerKind.DECAY] = self._after(thing, [thing.owner], decay)

    def _end_pause(self, thing: Thing) -> None:
        if thing.paused is not None:
            thing.waited += max(0, int((self.now - thing.paused).total_seconds()))
            thing.paused = None

    def _own(self, thing: Thing, who: str) -> None:
        thing.owner = who
        self._end_pause(thing)
        self._forget(thing)

    @staticmethod
    def _waited_for(thing: Thing) -> str:
        return PM if thing.state is IssueState.WAITING_PM else thing.opener

    def _pause(self, thing: Thing) -> None:
        self._end_pause(thing)
        thing.paused = self.now
        self._forget(thing)
        self._new_round(thing)
        who = self._waited_for(thing)
        if who != thing.owner:
            self._alert(thing, who, thing.level)
        thing.timers[TimerKind.REMIND] = self._after(thing, [who], timedelta(hours=24))
        thing.timers[TimerKind.DECAY] = self._after(thing, [who], timedelta(hours=48))

    def _move(self, thing: Thing, state: IssueState, step: Step) -> None:
        thing.state = state
        thing.ver += 1
        thing.steps.append(step)

    def _settle(self, thing: Thing) -> None:
        self._end_pause(thing)
        self._forget(thing)
        self._new_round(thing)
        if thing.state is RESOLVED:
            thing.timers[TimerKind.CLOSE] = self.now + timedelta(days=7)

    # --- what people do

    def open(self, who: str, thread: int, severity: Severity, asked: Asked) -> Refusal:
        if any(one.thread == thread and one.state is not CLOSED for one in self.issues):
            return ThreadTaken
        thing = Thing(thread, who, severity, asked)
        self.issues.append(thing)
        thing.steps.append(Step.OPENED)
        self._climb(thing, Level.PM if asked is Asked.PM else Level.DUTY)
        if asked is Asked.PM:
            called = {alert.person for alert in thing.alerts if not alert.told}
            for level in (Level.DUTY, Level.SUPERVISORS):
                for other in self._at(thing, level):
                    if other not in called:
                        self._alert(thing, other, level, self.now)
                        thing.alerts[-1].told = True
        return None

    def ack(self, who: str, n: int) -> Refusal:
        thing = self.issues[n]
        if who not in STEERS:
            return NotAllowed
        if thing.owner is not None and thing.state in UNDER_WAY:
            return None if thing.owner == who else AlreadyOwned
        if thing.state is not OPEN:
            return StaleAction
        self._move(thing, ACKED, Step.ACKED)
        self._own(thing, who)
        self._hold_owner(thing)
        return None

    def _refused(self, who: str, thing: Thing, ver: int) -> Refusal:
        if who not in STEERS:
            return NotAllowed
        return StaleAction if thing.state not in UNDER_WAY or ver != thing.ver else None

    def reassign(self, who: str, n: int, ver: int, to: str) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        if to == thing.owner or to not in STEERS:
            return Invalid
        self._move(thing, ACKED, Step.REASSIGNED)
        self._own(thing, to)
        self._hold_owner(thing)
        if to != who:
            self._alert(thing, to, thing.level)
        return None

    def severity(self, who: str, n: int, ver: int, severity: Severity) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        if severity is thing.severity:
            return Invalid
        rose, thing.severity = severity < thing.severity, severity
        thing.ver += 1
        thing.steps.append(Step.SEVERITY)
        if thing.state is OPEN:
            told = frozenset(
                alert.person
                for alert in thing.alerts
                if alert.told and alert.round == thing.round and alert.level is thing.level and not rose
            )
            self._climb(thing, thing.level, told=told, carry=True)
        elif thing.state is ACKED:
            self._hold_owner(thing)
        else:
            since, waited = thing.paused, thing.waited
            self._pause(thing)
            thing.paused, thing.waited = since, waited
        return None

    def wait(self, who: str, n: int, ver: int, state: IssueState) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        if thing.state is state:
            return StaleAction
        self._move(thing, state, Step.WAIT_PM if state is IssueState.WAITING_PM else Step.WAIT_WORKER)
        thing.asker = who
        if thing.owner is None:
            self._own(thing, who)
        self._pause(thing)
        return None

    def resume(self, who: str, n: int, ver: int) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        if thing.state not in WAITING:
            return StaleAction
        self._go_on(thing)
        return None

    def _go_on(self, thing: Thing) -> None:
        self._move(thing, ACKED, Step.RESUMED)
        self._end_pause(thing)
        self._forget(thing)
        self._hold_owner(thing)

    def level_up(self, who: str, n: int, ver: int) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        above = self._next(thing.level)
        if above is None or self._from(thing, above) is None:
            return Invalid
        self._move(thing, OPEN, Step.LEVELLED)
        thing.owner = None
        self._end_pause(thing)
        self._climb(thing, above, carry=True)
        return None

    def _heard(self, who: str, thing: Thing) -> None:
        themselves = who == thing.owner == thing.asker
        if thing.state in WAITING and not themselves and who == self._waited_for(thing):
            self._go_on(thing)
        elif thing.state is ACKED and who == thing.owner:
            self._hold_owner(thing)

    def say(self, who: str, n: int) -> Refusal:
        thing = self.issues[n]
        if thing.state is CLOSED:
            return StaleAction
        thing.steps.append(Step.SAID)
        self._heard(who, thing)
        return None

    def speak(self, who: str, n: int) -> Refusal:
        if self.issues[n].state in UNDER_WAY:
            self._heard(who, self.issues[n])
        return None

    def resolve(self, who: str, n: int, ver: int) -> Refusal:
        thing = self.issues[n]
        if no := self._refused(who, thing, ver):
            return no
        self._move(thing, RESOLVED, Step.RESOLVED)
        if thing.owner is None:
            self._own(thing, who)
        thing.resolved = self.now
        self._settle(thing)
        return None

    def withdraw(self, who: str, n: int) -> Refusal:
        thing = self.issues[n]
        if who != thing.opener:
            return NotYours
        if thing.state is not OPEN:
            return StaleAction
        self._move(thing, CLOSED, Step.WITHDRAWN)
        self._settle(thing)
        return None

    def reopen(self, who: str, n: int) -> Refusal:
        thing = self.issues[n]
        if thing.state is not RESOLVED or thing.resolved is None:
            return StaleAction
        if self.now >= thing.resolved + timedelta(days=7):
            return StaleAction
        also = (thing.owner,) if thing.owner and thing.owner != who else ()
        self._move(thing, OPEN, Step.REOPENED)
        thing.owner, thing.resolved = None, None
        self._climb(thing, Level.PM if thing.asked is Asked.PM else Level.DUTY, also=also)
        return None

    def switch_on(self, who: str) -> Refusal:
        before, self.duty = self.duty, who
        if before == who:
            return None
        for thing in self.issues:
            if thing.state is OPEN and thing.level is Level.DUTY:
                if before is not None:
                    thing.alerts = [one for one in thing.alerts if one.told or one.person != before]
                has = any(one.person == who and one.round == thing.round for one in thing.alerts)
                if who != thing.opener and not has:
                    self._alert(thing, who, Level.DUTY)
        return None

    def switch_off(self, who: str) -> Refusal:
        if self.duty != who:
            return Invalid
        self.duty = None
        return None

    # --- what time does

    def fire(self) -> int:
        return sum(self._fire(n) for n in range(len(self.issues)))

    def _fire(self, n: int) -> bool:
        thing = self.issues[n]
        due = [kind for kind, at in thing.timers.items() if at <= self.now]
        if not due:
            return False
        kind = max(due, key=(TimerKind.REMIND, TimerKind.LEVEL, TimerKind.DECAY, TimerKind.CLOSE).index)
        for over in due:
            if over is not kind:
                del thing.timers[over]
        if kind is TimerKind.REMIND:
            assert thing.owner
            who = self._waited_for(thing) if thing.state in WAITING else thing.owner
            if not (thing.wakes or is_working(HOURS[who], self.now)):
                thing.timers[kind] = next_working(HOURS[who], self.now)
                return False
            del thing.timers[kind]
            thing.steps.append(Step.REMINDED)
            self.calls[who, n, "reminder" if thing.state is ACKED else "waiting"] += 1
        elif kind is TimerKind.LEVEL:
            self._climb(thing, self._next(thing.level), carry=True)
            thing.ver += 1
            thing.steps.append(Step.LEVELLED)
        elif kind is TimerKind.DECAY and thing.state in WAITING:
            assert thing.owner
            pm = thing.state is IssueState.WAITING_PM
            thing.unanswered = "no_answer" if pm else "no_answer_worker"
            self._go_on(thing)
            self._alert(thing, thing.owner, thing.level)
        elif kind is TimerKind.DECAY:
            owner, thing.owner = thing.owner, None
            self._move(thing, OPEN, Step.DECAYED)
            assert owner
            self._climb(thing, thing.level, also=(owner,))
        else:
            self._move(thing, CLOSED, Step.CLOSED)
            self._settle(thing)
        self.fired += 1
        return True

    def tell(self) -> int:
        told = 0
        for n, thing in enumerate(self.issues):
            last = next(step for step in reversed(thing.steps) if step in _WHY)
            why = thing.unanswered if last is Step.RESUMED else _WHY[last]
            for alert in thing.alerts:
                if alert.told or alert.due > self.now:
                    continue
                if not (thing.wakes or is_working(HOURS[alert.person], self.now)):
                    alert.due = next_working(HOURS[alert.person], self.now)
                    continue
                alert.told = True
                self.calls[alert.person, n, why] += 1
                told += 1
        return told
