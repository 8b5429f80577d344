"""Channels and direct messages with what was said in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from time import time
from typing import Literal

from sandbox.messages import Message
from sandbox.shapes import Json

Kind = Literal["channel", "private", "im"]
CHANNEL_TYPES: dict[Kind, str] = {"channel": "channel", "private": "group", "im": "im"}
SUBSCRIPTIONS: dict[Kind, str] = {
    "channel": "message.channels",
    "private": "message.groups",
    "im": "message.im",
}


@dataclass
class Conversation:
    """A channel or direct message; `members` keeps the order of joining."""

    id: str
    kind: Kind
    name: str
    creator: str = ""
    topic: str = ""
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    created: int = field(default_factory=lambda: int(time()))
    messages: dict[str, Message] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    last_ts: str | None = None

    @property
    def channel_type(self) -> str:
        """The word that message events use: channel, group or im."""
        return CHANNEL_TYPES[self.kind]

    def add(self, message: Message) -> None:
        """File the message in time order; a reply also under its parent, a broadcast in both places."""
        self.messages[message.ts] = message
        if message.is_reply:
            parent = self.messages[message.thread_ts or ""]
            parent.replies.append(message.ts)
            if message.user not in parent.reply_users:
                parent.reply_users.append(message.user)
        if not message.is_reply or message.broadcast:
            insort(self.roots, message.ts)
        self.last_ts = message.ts
        for member in self.members:
            if member != message.user:
                self.unread[member] = self.unread.get(member, 0) + 1

    def remove(self, message: Message) -> None:
        """Take the message out of sight; a parent with replies stays behind as a tombstone."""
        if message.replies:
            message.tombstone, message.text, message.blocks = True, "This message was deleted.", []
            message.files, message.reactions, message.metadata = [], {}, None
            return
        message.deleted = True
        if message.ts in self.roots:
            self.roots.remove(message.ts)
        if message.is_reply:
            parent = self.messages.get(message.thread_ts or "")
            if parent and message.ts in parent.replies:
                parent.replies.remove(message.ts)
                parent.reply_users = list(dict.fromkeys(self.messages[ts].user for ts in parent.replies))

    def find(self, ts: str) -> Message | None:
        """Return the message with this ts unless it was deleted."""
        message = self.messages.get(ts)
        return message if message and not message.deleted else None

    def find_for(self, viewer: str, ts: str) -> Message | None:
        """Return an ordinary message or one of this viewer's ephemerals."""
        found = self.find(ts)
        if found:
            return found
        mine = self.ephemerals.get(viewer, ())
        return next((message for message in mine if message.ts == ts and not message.deleted), None)

    def slice_roots(self, oldest: str, latest: str, *, inclusive: bool) -> list[str]:
        """Return root timestamps between two bounds (empty string: open), oldest first."""
        low, high = 0, len(self.roots)
        if oldest:
            low = bisect_left(self.roots, oldest) if inclusive else bisect_right(self.roots, oldest)
        if latest:
            high = bisect_right(self.roots, latest) if inclusive else bisect_left(self.roots, latest)
        return self.roots[low:high]

    def peer_of(self, person: str) -> str | None:
        """Return the other side of a direct message, None in channels."""
        if self.kind != "im":
            return None
        return next((member for member in self.members if member != person), person)

    def to_slack(self, viewer: str, team_id: str, *, peer_deleted: bool = False) -> Json:
        """Return the `channel` object as conversations.info shows it to `viewer`."""
        shared: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "context_team_id": team_id,
            "updated": self.created * 1000,
        }
        if self.kind == "im":
            return shared | {"user": self.peer_of(viewer), "is_user_deleted": peer_deleted, "priority": 0}
        private = self.kind == "private"
        return shared | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not private,
            "is_group": private,
            "is_mpim": False,
            "is_private": private,
            "is_general": self.name == "general",
            "unlinked": 0,
            "is_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "parent_conversation": None,
            "creator": self.creator,
            "is_ext_shared": False,
            "shared_team_ids": [team_id],
            "pending_connected_team_ids": [],
            "is_member": viewer in self.members,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
            "num_members": len(self.members),
        }
