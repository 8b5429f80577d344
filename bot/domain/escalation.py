"""Issues that people raise: how urgent they are, who is told when, and what can become of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Severity(StrEnum):
    """S1 work stopped or a leak, S2 mass rejects or a contradictory guideline, S3 a question, S4 an idea."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class IssueState(StrEnum):
    """OPEN -ack-> ACKED <-> WAITING_PM | WAITING_WORKER -> RESOLVED -7 days-> CLOSED; see `advance`."""

    OPEN = "open"
    ACKED = "acked"
    WAITING_PM = "waiting_pm"
    WAITING_WORKER = "waiting_worker"
    RESOLVED = "resolved"
    CLOSED = "closed"


class IssueSource(StrEnum):
    """Where an issue was raised: in a thread, on somebody's own card, namelessly, or by the leak guard."""

    THREAD = "thread"
    CARD = "card"
    NAMELESS = "nameless"
    LEAK = "leak"


class Asked(StrEnum):
    """Of whom an answer is wanted."""

    SUPERVISOR = "supervisor"
    PM = "pm"


class Level(StrEnum):
    """Who is told, one after the other, as long as nobody acknowledges."""

    DUTY = "duty"
    SUPERVISORS = "supervisors"
    PM = "pm"
    ADMIN = "admin"


LEVELS = tuple(Level)
"""From the first to the last."""


class Event(StrEnum):
    """What can happen to an issue and changes its state."""

    ACK = "ack"
    REASSIGN = "reassign"
    WAIT_PM = "wait_pm"
    WAIT_WORKER = "wait_worker"
    RESUME = "resume"
    LEVEL_UP = "level_up"
    DECAY = "decay"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CLOSE = "close"


class Step(StrEnum):
    """What the history of an issue is made of; the events of `Event` and what leaves the state as it is."""

    OPENED = "opened"
    ACKED = "acked"
    REASSIGNED = "reassigned"
    SEVERITY = "severity"
    WAIT_PM = "wait_pm"
    WAIT_WORKER = "wait_worker"
    RESUMED = "resumed"
    LEVELLED = "levelled"
    REMINDED = "reminded"
    DECAYED = "decayed"
    SAID = "said"
    HELD = "held"
    RELEASED = "released"
    RULED = "ruled"
    RULING_AGREED = "ruling_agreed"
    RULING_DECLINED = "ruling_declined"
    MESSAGE_DELETED = "message_deleted"
    RE_REVIEW = "re_review"
    NOTE_PROPOSED = "note_proposed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"


class TimerKind(StrEnum):
    """What a timer does when it is due: tell the next level, remind whoever is to act, decay, close for good.

    DECAY takes an issue from its owner who did nothing, or from those who did not answer back to its owner.
    """

    LEVEL = "level"
    REMIND = "remind"
    DECAY = "decay"
    CLOSE = "close"


class TimerState(StrEnum):
    """A timer fires once or is cancelled."""

    SET = "set"
    FIRED = "fired"
    CANCELLED = "cancelled"


class RulingState(StrEnum):
    """A supervisor's provisional ruling stands until the PM agrees (it stays) or disagrees (it expires)."""

    STANDING = "standing"
    AGREED = "agreed"
    DECLINED = "declined"


class NoteState(StrEnum):
    """A proposed note to the guideline, and what the PM made of it."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    DECLINED = "declined"


class UndoneBy(StrEnum):
    """Why a verdict no longer stands: its reviewer took it back, an issue or an appeal overturned it."""

    REVIEWER = "reviewer"
    ISSUE = "issue"
    APPEAL = "appeal"


UNSETTLED = frozenset({IssueState.OPEN, IssueState.ACKED, IssueState.WAITING_PM, IssueState.WAITING_WORKER})
"""States in which somebody still has to do something."""

_WAITING = frozenset({IssueState.WAITING_PM, IssueState.WAITING_WORKER})

_TRANSITIONS: dict[Event, tuple[frozenset[IssueState], IssueState]] = {
    Event.ACK: (frozenset({IssueState.OPEN}), IssueState.ACKED),
    Event.REASSIGN: (UNSETTLED, IssueState.ACKED),
    Event.WAIT_PM: (UNSETTLED - {IssueState.WAITING_PM}, IssueState.WAITING_PM),
    Event.WAIT_WORKER: (UNSETTLED - {IssueState.WAITING_WORKER}, IssueState.WAITING_WORKER),
    Event.RESUME: (_WAITING, IssueState.ACKED),
    Event.LEVEL_UP: (UNSETTLED, IssueState.OPEN),
    Event.DECAY: (_WAITING | {IssueState.ACKED}, IssueState.OPEN),
    Event.RESOLVE: (UNSETTLED, IssueState.RESOLVED),
    Event.WITHDRAW: (frozenset({IssueState.OPEN}), IssueState.CLOSED),
    Event.REOPEN: (frozenset({IssueState.RESOLVED}), IssueState.OPEN),
    Event.CLOSE: (frozenset({IssueState.RESOLVED}), IssueState.CLOSED),
}


def advance(state: IssueState, event: Event) -> IssueState | None:
    """Return the state after `event`, or None when the event has no meaning in `state`."""
    before, after = _TRANSITIONS[event]
    return after if state in before else None


@dataclass(frozen=True)
class Delays:
    """How long each step may take. Except for S1 they count in the working hours of whoever would be told.

    `ack` until the first level's silence is told to the next one, `step` for each level after that, `resolve`
    the target for a solution, `decay` how long an acknowledgement holds when nothing happens.
    """

    ack: timedelta
    step: timedelta
    resolve: timedelta
    decay: timedelta


DELAYS: dict[Severity, Delays] = {
    Severity.S1: Delays(
        timedelta(minutes=10), timedelta(minutes=10), timedelta(hours=4), timedelta(minutes=30)
    ),
    Severity.S2: Delays(
        timedelta(minutes=30), timedelta(minutes=30), timedelta(hours=24), timedelta(hours=4)
    ),
    Severity.S3: Delays(timedelta(hours=4), timedelta(hours=4), timedelta(days=3), timedelta(hours=12)),
    Severity.S4: Delays(timedelta(hours=24), timedelta(hours=24), timedelta(days=14), timedelta(hours=48)),
}
"""What holds for a project that has set nothing else."""

REOPEN_WINDOW = timedelta(days=7)
REQUEST_LIMIT = 1000
SUMMARY_LIMIT = 1000


def first_level(asked: Asked) -> Level:
    """Return who is told first."""
    return Level.PM if asked is Asked.PM else Level.DUTY


def next_level(level: Level) -> Level | None:
    """Return who is told after that level, None after the last."""
    place = LEVELS.index(level) + 1
    return LEVELS[place] if place < len(LEVELS) else None


def wakes(severity: Severity) -> bool:
    """Say whether people are told whatever the hour is where they are."""
    return severity is Severity.S1
