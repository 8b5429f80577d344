"""The typed facts that are sent: ids only, worded in the reader's language at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

# Named twice so that it can be had from here too.
from bot.outbox.fact import Message as Message
from bot.outbox.issue_messages import ISSUE_KINDS
from bot.outbox.pay_messages import PayChanged, PayRequested
from bot.outbox.quality_messages import QUALITY_KINDS
from bot.outbox.report_messages import AlertCard, CoachCard, DigestCard


@dataclass(frozen=True)
class AssignmentCard(Message):
    """The worker's card of an assignment, as it stands now."""

    kind: ClassVar[str] = "assignment_card"
    assignment_id: int

    @property
    def card(self) -> str:
        return f"assignment:{self.assignment_id}"


@dataclass(frozen=True)
class ReviewCard(Message):
    """The reviewer's card of a review, as it stands now."""

    kind: ClassVar[str] = "review_card"
    review_id: int

    @property
    def card(self) -> str:
        return f"review:{self.review_id}:{self.person_id}"


@dataclass(frozen=True)
class RejectCard(Message):
    """The private explanation of a reject to the author; redrawn when it is answered or taken back."""

    kind: ClassVar[str] = "reject_card"
    verdict_id: int

    @property
    def card(self) -> str:
        return f"verdict:{self.verdict_id}"


@dataclass(frozen=True)
class LeaseEnding(Message):
    """80 % of the lease has passed."""

    kind: ClassVar[str] = "lease_ending"
    assignment_id: int


@dataclass(frozen=True)
class LeaseExpired(Message):
    """The lease ended and the task went back."""

    kind: ClassVar[str] = "lease_expired"
    assignment_id: int


@dataclass(frozen=True)
class ReviewReserved(Message):
    """Rework came back to the reviewer who had rejected it."""

    kind: ClassVar[str] = "review_reserved"
    review_id: int


@dataclass(frozen=True)
class ReviewHandedOver(Message):
    """A reviewer asks the supervisors to judge a submission."""

    kind: ClassVar[str] = "review_handed_over"
    review_id: int


@dataclass(frozen=True)
class JoinRequested(Message):
    """Somebody new has joined and waits for a role; goes to the admins."""

    kind: ClassVar[str] = "join_requested"
    newcomer_id: int


@dataclass(frozen=True)
class RoleChanged(Message):
    """A role was given or taken away; goes to the person concerned."""

    kind: ClassVar[str] = "role_changed"
    project_id: int
    role: str
    granted: bool


@dataclass(frozen=True)
class MessageParked(Message):
    """A message could not be delivered and waits for an admin, with `count` in all of its lane."""

    kind: ClassVar[str] = "message_parked"
    outbox_id: int
    parked_kind: str
    error: str
    count: int = 1
    parked_lane: str = ""


@dataclass(frozen=True)
class ImportReport(Message):
    """How an import from Slack ended; `problems` holds line, code and values, never content."""

    kind: ClassVar[str] = "import_report"
    project_id: int
    added: int
    unchanged: int
    problems: list[dict[str, Any]]
    omitted: int = 0


@dataclass(frozen=True)
class GuidelineCard(Message):
    """A guideline version to a worker: what is new in it, and the button to say that they have read it."""

    kind: ClassVar[str] = "guideline_card"
    version_id: int

    @property
    def card(self) -> str:
        return f"guideline:{self.version_id}:{self.person_id}"


@dataclass(frozen=True)
class GuidelineReport(Message):
    """How an uploaded guideline was read: the version to look at, or `problem` with its values."""

    kind: ClassVar[str] = "guideline_report"
    project_id: int
    version_id: int | None = None
    problem: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerCard(Message):
    """What a question was answered with, redrawn as it is judged, shared or handed over.

    With a `channel` it stands there, in the thread `thread_ts`, in the language of the person who asked.
    """

    kind: ClassVar[str] = "answer_card"
    question_id: int
    channel: str = ""
    thread_ts: str = ""

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}" if self.channel else super().lane

    @property
    def card(self) -> str:
        return f"answer:{self.question_id}:{self.channel or self.person_id}"


@dataclass(frozen=True)
class HandoverCard(Message):
    """A question that waits for a person's reply, for one of those who may reply."""

    kind: ClassVar[str] = "handover_card"
    handover_id: int

    @property
    def card(self) -> str:
        return f"handover:{self.handover_id}:{self.person_id}"


@dataclass(frozen=True)
class HumanReply(Message):
    """A person's reply to somebody who asked; with a `channel`, in the thread where they asked."""

    kind: ClassVar[str] = "human_reply"
    question_id: int
    channel: str = ""
    thread_ts: str = ""

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}" if self.channel else super().lane

    @property
    def card(self) -> str:
        return f"reply:{self.question_id}:{self.channel or self.person_id}"


@dataclass(frozen=True)
class FaqCard(Message):
    """A kept answer that a PM is asked to look at, as it stands now."""

    kind: ClassVar[str] = "faq_card"
    faq_id: int

    @property
    def card(self) -> str:
        return f"faq:{self.faq_id}:{self.person_id}"


@dataclass(frozen=True)
class TranslationCard(Message):
    """One part of a translated message, in its thread or in the twin channel, redrawn as the message changes.

    Where it stands in its channel (which thread, or none) is read at the moment of sending. A part that the
    message no longer has, and every part of a deleted message, vanishes.
    """

    kind: ClassVar[str] = "translation_card"
    source_id: int
    place: str
    channel: str
    part: int = 0

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}"

    @property
    def card(self) -> str:
        return f"translation:{self.source_id}:{self.place}:{self.part}"


@dataclass(frozen=True)
class TranslationReported(Message):
    """Somebody says that a translation is wrong; goes to those who may correct it."""

    kind: ClassVar[str] = "translation_reported"
    rendition_id: int

    @property
    def card(self) -> str:
        return f"reported:{self.rendition_id}:{self.person_id}"


@dataclass(frozen=True)
class PrivateDataWarning(Message):
    """A message held private data, which stayed behind; goes to its author, without the data."""

    kind: ClassVar[str] = "private_data_warning"
    source_id: int


@dataclass(frozen=True)
class LimitReached(Message):
    """A project has used `share` percent of what it may have translated on `day` (ISO date)."""

    kind: ClassVar[str] = "limit_reached"
    project_id: int
    day: str
    share: int


@dataclass(frozen=True)
class EngineTrouble(Message):
    """A translation engine is set aside for a while; goes to the admins."""

    kind: ClassVar[str] = "engine_trouble"
    engine: str
    fault: str


@dataclass(frozen=True)
class NoticeDraftCard(Message):
    """A notice in both languages before it is posted, for one of those who may work on it."""

    kind: ClassVar[str] = "notice_draft_card"
    notice_id: int

    @property
    def card(self) -> str:
        return f"notice_draft:{self.notice_id}:{self.person_id}"


@dataclass(frozen=True)
class NoticeCard(Message):
    """A notice in the channel where it is posted, with the number of those who have read it."""

    kind: ClassVar[str] = "notice_card"
    notice_id: int
    channel: str

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}"

    @property
    def card(self) -> str:
        return f"notice:{self.notice_id}"


@dataclass(frozen=True)
class NoticeReminder(Message):
    """A notice waits to be read by this person."""

    kind: ClassVar[str] = "notice_reminder"
    notice_id: int


_ALL: tuple[type[Message], ...] = (
    AssignmentCard,
    ReviewCard,
    RejectCard,
    LeaseEnding,
    LeaseExpired,
    ReviewReserved,
    ReviewHandedOver,
    JoinRequested,
    RoleChanged,
    MessageParked,
    ImportReport,
    AnswerCard,
    HandoverCard,
    HumanReply,
    FaqCard,
    GuidelineCard,
    GuidelineReport,
    TranslationCard,
    TranslationReported,
    PrivateDataWarning,
    LimitReached,
    EngineTrouble,
    NoticeDraftCard,
    NoticeCard,
    NoticeReminder,
    PayRequested,
    PayChanged,
    DigestCard,
    AlertCard,
    CoachCard,
    *ISSUE_KINDS,
    *QUALITY_KINDS,
)
KINDS: dict[str, type[Message]] = {kind.kind: kind for kind in _ALL}


def load(kind: str, payload: dict[str, Any]) -> Message:
    """Return the fact stored in a row. Raises KeyError for a kind this code does not know."""
    return KINDS[kind](**payload)
