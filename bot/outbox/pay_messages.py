"""The facts of pay: what waits for a second person, and what has changed for the person who is paid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from bot.outbox.fact import Message


class PayChange(StrEnum):
    """What a person is told about their own pay."""

    CLOSED = "closed"
    PAID = "paid"
    ADJUSTED = "adjusted"
    VOIDED = "voided"


@dataclass(frozen=True)
class PayRequested(Message):
    """An adjustment or a void as it stands now, for one who may decide about it and for who asked."""

    kind: ClassVar[str] = "pay_requested"
    request_id: int

    @property
    def card(self) -> str:
        return f"pay_request:{self.request_id}:{self.person_id}"


@dataclass(frozen=True)
class PayChanged(Message):
    """Somebody's own pay has changed: `what` is a PayChange, with the statement or the request behind it.

    Behind a request stands somebody's reason, so that it is drawn again once that is translated.
    """

    kind: ClassVar[str] = "pay_changed"
    what: str
    statement_id: int | None = None
    request_id: int | None = None

    @property
    def card(self) -> str | None:
        return f"pay_changed:{self.request_id}:{self.person_id}" if self.request_id is not None else None
