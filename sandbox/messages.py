"""One message, ordinary or ephemeral, and the two ways it is shown: to the app and to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.shapes import Json

if TYPE_CHECKING:
    from sandbox.files import StoredFile


@dataclass
class Message:
    """A stored message. `viewer` is set on an ephemeral: nobody else ever sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    edited: Json | None = None
    deleted: bool = False
    viewer: str | None = None
    client_msg_id: str | None = None
    reply_users: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    tombstone: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether the message lies in a thread that another one started."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def list_reactions(self) -> list[Json]:
        """Return [{name, users, count}] in the order of the first use."""
        return [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in self.reactions.items()
        ]

    def to_slack(self, team_id: str, *, include_metadata: bool = False, base_url: str = "") -> Json:
        """Return the object that conversations.history and message events carry."""
        found: Json = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": team_id,
        }
        if self.tombstone:
            return (
                found | {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True} | self._thread_fields()
            )
        if self.client_msg_id:
            found["client_msg_id"] = self.client_msg_id
        if self.bot_id:
            found |= {"bot_id": self.bot_id, "app_id": self.app_id}
            if self.username:
                found |= {"subtype": "bot_message", "username": self.username}
        if self.blocks:
            found["blocks"] = self.blocks
        if self.files:
            found["files"] = [stored.to_slack(base_url) for stored in self.files]
            if not self.bot_id:
                found["upload"] = False
        if self.edited:
            found["edited"] = self.edited
        if self.reactions:
            found["reactions"] = self.list_reactions()
        if self.broadcast:
            found["subtype"] = "thread_broadcast"
        if include_metadata and self.metadata:
            found["metadata"] = self.metadata
        return found | self._thread_fields()

    def _thread_fields(self) -> Json:
        if self.thread_ts is None and not self.replies:
            return {}
        fields: Json = {"thread_ts": self.thread_ts or self.ts}
        if self.replies:
            fields |= {
                "reply_count": len(self.replies),
                "reply_users_count": len(self.reply_users),
                "reply_users": list(self.reply_users),
                "latest_reply": self.replies[-1],
                "is_locked": False,
                "subscribed": False,
            }
        return fields

    def to_page(self, base_url: str = "") -> Json:
        """Return the Message shape of sandbox/README.md."""
        kind = (
            "tombstone"
            if self.tombstone
            else "ephemeral"
            if self.viewer
            else "bot"
            if self.bot_id
            else "message"
        )
        return {
            "channel": self.channel,
            "ts": self.ts,
            "user": self.user,
            "bot": self.bot_id is not None,
            "username": self.username,
            "text": self.text,
            "blocks": self.blocks,
            "files": [stored.to_slack(base_url) for stored in self.files],
            "reactions": self.list_reactions(),
            "thread_ts": self.thread_ts or (self.ts if self.replies else None),
            "reply_count": len(self.replies),
            "latest_reply": self.replies[-1] if self.replies else None,
            "reply_users": list(self.reply_users),
            "edited": self.edited,
            "ephemeral": self.viewer is not None,
            "kind": kind,
            "metadata": self.metadata,
        }
