"""What a view makes of facts: the blocks of a message and the line that stands for them in notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Content:
    """A message. `text` says it in one line, without any work in it, for notifications and screen readers."""

    text: str
    blocks: list[dict[str, Any]]

    def as_reply(self) -> dict[str, Any]:
        """Return the keyword values of an acknowledgement, a response or a post."""
        return {"text": self.text, "blocks": self.blocks}
