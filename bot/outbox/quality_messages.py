"""The typed facts about votes, appeals, qualifications, call-outs and wishes for work: ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.outbox.fact import Message


@dataclass(frozen=True)
class AdjudicationCard(Message):
    """A task whose answers do not agree, for a supervisor who has to choose; redrawn when somebody has."""

    kind: ClassVar[str] = "adjudication_card"
    task_id: int

    @property
    def card(self) -> str:
        return f"adjudication:{self.task_id}:{self.person_id}"


@dataclass(frozen=True)
class AppealCard(Message):
    """An appeal for whoever has it in hand, as it stands now; the first stage does not see the first verdict."""

    kind: ClassVar[str] = "appeal_card"
    appeal_id: int

    @property
    def card(self) -> str:
        return f"appeal:{self.appeal_id}:{self.person_id}"


@dataclass(frozen=True)
class AppealNews(Message):
    """To the author of an appeal: how it ended, and what they can do."""

    kind: ClassVar[str] = "appeal_news"
    appeal_id: int


@dataclass(frozen=True)
class GrantNews(Message):
    """To somebody whose qualification was given, is about to end, has ended or was taken back (`what`)."""

    kind: ClassVar[str] = "grant_news"
    grant_id: int
    what: str


@dataclass(frozen=True)
class SuggestionCard(Message):
    """What a rule noticed, for a supervisor to think about; nothing happens by itself."""

    kind: ClassVar[str] = "suggestion_card"
    suggestion_id: int

    @property
    def card(self) -> str:
        return f"suggestion:{self.suggestion_id}:{self.person_id}"


@dataclass(frozen=True)
class PracticeOffer(Message):
    """An offer to practise, after known tasks went wrong; declining it leaves no trace."""

    kind: ClassVar[str] = "practice_offer"
    project_id: int


@dataclass(frozen=True)
class CallOutCard(Message):
    """A call-out in its channel, with the places that are left."""

    kind: ClassVar[str] = "call_out_card"
    call_out_id: int
    channel: str

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}"

    @property
    def card(self) -> str:
        return f"call_out:{self.call_out_id}"


@dataclass(frozen=True)
class CallOutInvite(Message):
    """A call-out to somebody in private who may take part and is not resting."""

    kind: ClassVar[str] = "call_out_invite"
    call_out_id: int

    @property
    def card(self) -> str:
        return f"call_out_invite:{self.call_out_id}:{self.person_id}"


@dataclass(frozen=True)
class CallOutNews(Message):
    """To somebody who asked for a place: they have one, wait for one, or the call-out has ended (`what`)."""

    kind: ClassVar[str] = "call_out_news"
    call_out_id: int
    what: str


@dataclass(frozen=True)
class WorkWaiting(Message):
    """There is work again, for somebody who wanted to be told."""

    kind: ClassVar[str] = "work_waiting"
    project_id: int


@dataclass(frozen=True)
class TaskReclaimed(Message):
    """A supervisor took a task back, with the reason; to whoever had it. `why` is "reclaim" or "rework_limit"."""

    kind: ClassVar[str] = "task_reclaimed"
    assignment_id: int
    why: str

    @property
    def card(self) -> str:
        return f"task_reclaimed:{self.assignment_id}"


@dataclass(frozen=True)
class HandedOn(Message):
    """After its last reject a task is about to go to somebody else: for the supervisors to know."""

    kind: ClassVar[str] = "handed_on"
    assignment_id: int


QUALITY_KINDS: tuple[type[Message], ...] = (
    AdjudicationCard,
    AppealCard,
    AppealNews,
    GrantNews,
    SuggestionCard,
    PracticeOffer,
    CallOutCard,
    CallOutInvite,
    CallOutNews,
    WorkWaiting,
    TaskReclaimed,
    HandedOn,
)
