"""The typed facts about issues, holds and leaks: ids only, worded when they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.outbox.fact import Message


@dataclass(frozen=True)
class IssueThreadCard(Message):
    """The state of an issue where it was raised; `side` ("crew", "pm" or "mixed") says who reads there.

    In the PM's twin channel it stands in the twin of the thread.
    """

    kind: ClassVar[str] = "issue_thread_card"
    issue_id: int
    channel: str
    side: str = "mixed"

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}"

    @property
    def card(self) -> str:
        return f"issue_thread:{self.issue_id}:{self.channel}"


@dataclass(frozen=True)
class IssueCard(Message):
    """The state of an issue for one of those it concerns, in private."""

    kind: ClassVar[str] = "issue_card"
    issue_id: int

    @property
    def card(self) -> str:
        return f"issue:{self.issue_id}:{self.person_id}"


@dataclass(frozen=True)
class IssueCall(Message):
    """Somebody is called to an issue: a short line of its own, because a card that is redrawn wakes nobody.

    `why` is "level" (it reached them), "reminder", "decayed", "reassigned", "waiting", "reopened", or that nobody
    has answered: "no_answer" (the PM), "no_answer_worker".
    """

    kind: ClassVar[str] = "issue_call"
    issue_id: int
    why: str


@dataclass(frozen=True)
class IssueSaid(Message):
    """What somebody wrote to an issue from a card, to another of its people in private."""

    kind: ClassVar[str] = "issue_said"
    step_id: int

    @property
    def card(self) -> str:
        return f"issue_said:{self.step_id}:{self.person_id}"


@dataclass(frozen=True)
class IssueSaidThere(Message):
    """What somebody wrote to an issue from a card, in its thread; `side` as in `IssueThreadCard`."""

    kind: ClassVar[str] = "issue_said_there"
    step_id: int
    channel: str
    side: str = "mixed"

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}"

    @property
    def card(self) -> str:
        return f"issue_said_there:{self.step_id}:{self.channel}"


@dataclass(frozen=True)
class RulingCard(Message):
    """A provisional ruling: a PM agrees or not, everybody else reads it."""

    kind: ClassVar[str] = "ruling_card"
    ruling_id: int

    @property
    def card(self) -> str:
        return f"ruling:{self.ruling_id}:{self.person_id}"


@dataclass(frozen=True)
class GuidelineNoteCard(Message):
    """A note that is proposed for the guideline, to a PM, and to its author once it is decided."""

    kind: ClassVar[str] = "guideline_note_card"
    note_id: int

    @property
    def card(self) -> str:
        return f"guideline_note:{self.note_id}:{self.person_id}"


@dataclass(frozen=True)
class HoldNews(Message):
    """To whoever has work on tasks that were put on hold, released or given to a second review: one line.

    `what` is "held", "released", "ruled", "ruling_off", "re_review" or "overturned" (a reject that was wrong
    and needs no second look); `assignments` are the person's own. "to_review" tells a supervisor whose work waits
    for their second look.
    """

    kind: ClassVar[str] = "hold_news"
    what: str
    assignments: list[int]
    issue_id: int | None = None


@dataclass(frozen=True)
class ReworkGone(Message):
    """Returned work was not done in time and went to somebody else."""

    kind: ClassVar[str] = "rework_gone"
    assignment_id: int


@dataclass(frozen=True)
class LeakWarning(Message):
    """A message of this person shows task content in public, or may (a picture); nothing of it is repeated."""

    kind: ClassVar[str] = "leak_warning"
    leak_id: int

    @property
    def card(self) -> str:
        return f"leak:{self.leak_id}:{self.person_id}"


@dataclass(frozen=True)
class DutyChanged(Message):
    """Somebody else looks after a project's issues now: to both, with the note and what is open."""

    kind: ClassVar[str] = "duty_changed"
    duty_id: int


ISSUE_KINDS: tuple[type[Message], ...] = (
    IssueThreadCard,
    IssueCard,
    IssueCall,
    IssueSaid,
    IssueSaidThere,
    RulingCard,
    GuidelineNoteCard,
    HoldNews,
    ReworkGone,
    LeakWarning,
    DutyChanged,
)
