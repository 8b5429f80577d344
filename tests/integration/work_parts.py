"""What the plain model of the work remembers: tasks, slots, attempts, verdicts and objections, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.assignment import AssignmentState as A
from bot.domain.consensus import Outcome
from bot.domain.escalation import UndoneBy
from bot.domain.quality import AppealStage, AppealState
from bot.domain.review import ReviewState as R
from bot.domain.rules import Rules


@dataclass
class Slot:
    """One wanted answer of a task. `begun` ones go before others: their task had answers when it was last settled."""

    task: int
    number: int
    state: str = "open"
    trial: bool = False
    begun: bool = False


@dataclass
class Agreed:
    """A vote that stands; `chosen` is a submission, True for a supervisor's own words, None while undecided."""

    outcome: Outcome
    answers: int
    chosen: int | bool | None = None
    by: str | None = None


@dataclass
class Job:
    """A task."""

    overlap: int = 1
    extra: int = 0
    state: str = "open"
    agreed: Agreed | None = None
    causes: set[int | None] = field(default_factory=set)
    held_at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """A submission: its number among all there are, when it came, and whether it was only kept aside."""

    number: int
    at: datetime
    text: str
    draft: bool


@dataclass
class Attempt:
    """An assignment: a person's hold on a slot. `lines` is what was written into the ledger for it."""

    slot: int
    task: int
    person: str
    claimed_at: datetime
    lease_until: datetime
    price: int
    state: A = A.CLAIMED
    extended: bool = False
    stood: timedelta = timedelta()
    rework_until: datetime | None = None
    last_word: bool = False
    rounds: list[Said] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def handed_in(self) -> bool:
        return any(not said.draft for said in self.rounds)


@dataclass
class Judgement:
    """A verdict of a review; `who` is None where nobody reviewed, `fixed` the reviewer's own wording."""

    review: int
    who: str | None
    at: datetime
    rejected: bool
    fixed: str | None = None
    undone: UndoneBy | None = None

    @property
    def wrong(self) -> bool:
        return self.undone not in (None, UndoneBy.REVIEWER)


@dataclass
class Round:
    """A review of one submission."""

    attempt: int
    said: Said
    reviewer: str | None = None
    until: datetime | None = None
    state: R = R.WAITING
    high: bool = False


@dataclass
class Objection:
    """An appeal."""

    verdict: int
    attempt: int
    stage: AppealStage
    opened: datetime
    decide_by: datetime
    state: AppealState = AppealState.WAITING
    reviewer: str | None = None
    until: datetime | None = None
    decided: datetime | None = None

    @property
    def under_way(self) -> bool:
        return self.state in (AppealState.WAITING, AppealState.CLAIMED)


@dataclass(frozen=True)
class Known:
    """Who is qualified for a dialect, and how much the votes of those count who don't count as one."""

    dialect: frozenset[str] = frozenset()
    weights: dict[str, int] = field(default_factory=dict)


USUAL = Rules()
