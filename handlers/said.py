"""Message events as people mean them: said, changed or taken back, by whom and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A reply that is also shown in the channel, and "/me", are messages like any other.
_PEOPLES = (None, "file_share", "thread_broadcast", "me_message")


class Change(StrEnum):
    """What has become of a message."""

    NEW = "new"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True)
class Said:
    """A person's message. `when` orders the changes of one message; a deleted one has no words any more."""

    change: Change
    user: str
    channel: str
    ts: str
    thread_ts: str | None
    text: str
    blocks: tuple[dict[str, Any], ...]
    files: int
    when: str
    in_channel: bool


def read_said(event: Mapping[str, Any]) -> Said | None:
    """Return what a message event says, None for everything that no person did to their words.

    Bots, this one among them, are never heard, and neither is Slack when it only adds a preview of a link.
    """
    if event.get("type") != "message":
        return None
    subtype = event.get("subtype")
    if subtype in _PEOPLES:
        return _said(Change.NEW, event, event)
    message = _dict(event.get("message"))
    previous = _dict(event.get("previous_message"))
    if subtype == "message_deleted" or (
        # A deleted message that has a thread leaves a stone behind.
        subtype == "message_changed" and message.get("subtype") == "tombstone"
    ):
        return _said(Change.DELETED, event, previous)
    if subtype != "message_changed" or _words(message) == _words(previous):
        return None
    return _said(Change.EDITED, event, message)


def _said(change: Change, event: Mapping[str, Any], message: Mapping[str, Any]) -> Said | None:
    if message.get("bot_id") or message.get("subtype") not in _PEOPLES:
        return None
    user, channel, ts = message.get("user"), event.get("channel"), message.get("ts")
    if not (user and channel and ts):
        return None
    gone = change is Change.DELETED
    thread = message.get("thread_ts")
    return Said(
        change,
        str(user),
        str(channel),
        str(ts),
        str(thread) if thread and thread != ts else None,
        "" if gone else str(message.get("text") or ""),
        () if gone else tuple(block for block in message.get("blocks") or () if isinstance(block, dict)),
        0 if gone else len(message.get("files") or ()),
        str(event.get("event_ts") or event.get("ts") or ts),
        _in_channel(event),
    )


def _in_channel(event: Mapping[str, Any]) -> bool:
    kind = event.get("channel_type")
    return kind in ("channel", "group") if kind else str(event.get("channel"))[:1] in ("C", "G")


def _words(message: Mapping[str, Any]) -> tuple[object, ...]:
    return (message.get("text"), message.get("blocks"), len(message.get("files") or ()))


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
