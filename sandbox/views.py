"""Modals and Home tabs as the workspace keeps them."""

from __future__ import annotations

import secrets
from copy import deepcopy
from dataclasses import dataclass, field
from time import time

from sandbox.shapes import Json

CONTENT_FIELDS = (
    "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id",
    "clear_on_close", "notify_on_close", "submit_disabled",
)  # fmt: skip
DEFAULTS: Json = {
    "title": None, "submit": None, "close": None, "private_metadata": "", "callback_id": "",
    "external_id": "",
    "clear_on_close": False, "notify_on_close": False, "submit_disabled": False,
}  # fmt: skip


@dataclass
class View:
    """A view of one person; `content` is what the app sent, `values` what the person has entered so far."""

    id: str
    owner: str
    team_id: str
    app_id: str
    bot_id: str
    content: Json
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    hash: str = ""
    response_channel: str | None = None

    def __post_init__(self) -> None:
        self.renew_hash()

    @property
    def type(self) -> str:
        """Either modal or home."""
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        """The blocks, each with a block_id."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def renew_hash(self) -> None:
        """Make a new hash, so that updates of an older state are refused."""
        self.hash = f"{time():.6f}.{secrets.token_hex(4)}"

    def to_slack(self) -> Json:
        """Return the `view` object of payloads and of views.* answers (a copy)."""
        return {
            **DEFAULTS,
            **deepcopy({key: value for key, value in self.content.items() if key in CONTENT_FIELDS}),
            "id": self.id,
            "team_id": self.team_id,
            "state": {"values": deepcopy(self.values)},
            "hash": self.hash,
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
            "app_id": self.app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }
