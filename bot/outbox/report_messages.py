"""The facts of digests, of what happens between them, and of the words to a worker about their rejects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.outbox.fact import Message


@dataclass(frozen=True)
class DigestCard(Message):
    """A digest as it was drawn up. With a `channel` it stands there; the person then answers for the project."""

    kind: ClassVar[str] = "digest_card"
    run_id: int
    channel: str = ""

    @property
    def lane(self) -> str:
        return f"channel:{self.channel}" if self.channel else super().lane

    @property
    def card(self) -> str:
        return f"digest:{self.run_id}:{self.channel or self.person_id}"


@dataclass(frozen=True)
class AlertCard(Message):
    """Something in a project that cannot wait for the next digest, for one who looks after it."""

    kind: ClassVar[str] = "alert_card"
    incident_id: int

    @property
    def card(self) -> str:
        return f"alert:{self.incident_id}:{self.person_id}"


@dataclass(frozen=True)
class CoachCard(Message):
    """A private word to a worker about the reasons behind most of their rejects."""

    kind: ClassVar[str] = "coach_card"
    note_id: int
