"""What every typed fact of the outbox has: its reader, the order it keeps, and the card it redraws."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
