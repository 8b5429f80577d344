"""The typed facts that are sent: ids only, worded in the reader's language at the moment of sending."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Message:
    """A fact for one person. `card` names a message that is posted once and updated in place afterwards.

    Sending a fact whose card already stands updates it; without a card every fact is a message of its own.
    """

    person_id: int

    kind: ClassVar[str]

    @property
    def lane(self) -> str:
        """The conversation whose order this message keeps."""
        return f"person:{self.person_id}"

    @property
    def card(self) -> str | None:
        """The key of the card in `posted_card`, or None."""
        return None

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


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


@dataclass(frozen=True)
class FaqCard(Message):
    """A kept answer that a PM is asked to look at, as it stands now."""

    kind: ClassVar[str] = "faq_card"
    faq_id: int

    @property
    def card(self) -> str:
        return f"faq:{self.faq_id}:{self.person_id}"


KINDS: dict[str, type[Message]] = {
    kind.kind: kind
    for kind in (
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
    )
}


def load(kind: str, payload: dict[str, Any]) -> Message:
    """Return the fact stored in a row. Raises KeyError for a kind this code does not know."""
    return KINDS[kind](**payload)
