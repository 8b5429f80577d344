"""Words for the JSON that travels through the sandbox."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal with Slack's own error code; `extra` is merged into the JSON answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def to_answer(self) -> Json:
        """Return the JSON that a Web API call answers with."""
        return {"ok": False, "error": self.code, **self.extra}
