"""What became of one delivery to the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """One result: `status` is ok, timeout, http_error, connection_failed, ack_dropped or dropped.

    `body` is the parsed ack.
    """

    status: str
    body: Any = None
    http_status: int = 0
    wants_no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged."""
        return self.status == "ok"

    @property
    def shown_error(self) -> str:
        """The error code a person sees when a command, click or form fails."""
        return "operation_timeout" if self.status in ("timeout", "ack_dropped") else "dispatch_failed"
