"""chat.scheduleMessage with its known bug: a message with metadata is accepted but never posted."""

from __future__ import annotations

import asyncio
from time import time

from sandbox.engine import Engine
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.bot_messages import post_message
from sandbox.webapi.content import read_content
from sandbox.webapi.reach import find_writable
from sandbox.webapi.registry import Method

MOST_DAYS = 120
MOST_IN_FIVE_MINUTES = 30


def schedule_message(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.scheduleMessage: 120 days ahead, 30 messages per 5 minutes and channel."""
    conversation = find_writable(engine, arguments.need("channel", "channel_not_found"))
    content = read_content(arguments)
    post_at = arguments.get_number("post_at", 0, 0, 10**11)
    wait = post_at - time()
    if wait <= 0:
        raise SlackError("time_in_past")
    if wait > MOST_DAYS * 86_400:
        raise SlackError("time_too_far")
    same_window = [
        entry
        for _, entry in engine.scheduled.values()
        if entry["channel_id"] == conversation.id and entry["post_at"] // 300 == post_at // 300
    ]
    if len(same_window) >= MOST_IN_FIVE_MINUTES:
        raise SlackError("restricted_too_many")
    scheduled_id = engine.world.mint.make_id("Q")

    def post() -> None:
        engine.scheduled.pop(scheduled_id, None)
        if not content.metadata:
            try:
                post_message(engine, arguments)
            except SlackError as error:
                # There is nobody to tell: Slack, too, drops a scheduled message whose channel has gone.
                engine.calls.note(method="scheduled post", args={}, ok=False, error=error.code, status=0)

    entry: Json = {
        "id": scheduled_id,
        "channel_id": conversation.id,
        "post_at": post_at,
        "text": content.text,
    }
    handle = asyncio.get_running_loop().call_later(wait, post)
    engine.scheduled[scheduled_id] = (handle, entry)
    return {
        "channel": conversation.id,
        "scheduled_message_id": scheduled_id,
        "post_at": post_at,
        "message": {"text": content.text, "type": "delayed_message", "bot_id": engine.world.app.bot_id},
    }


def list_scheduled(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.scheduledMessages.list."""
    channel = arguments.get("channel")
    entries = [entry for _, entry in engine.scheduled.values() if channel in (None, entry["channel_id"])]
    return {"scheduled_messages": entries, "response_metadata": {"next_cursor": ""}}


def delete_scheduled(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.deleteScheduledMessage."""
    found = engine.scheduled.pop(arguments.need("scheduled_message_id", "invalid_scheduled_message_id"), None)
    if found is None:
        raise SlackError("invalid_scheduled_message_id")
    found[0].cancel()
    return {}


METHODS = {
    "chat.scheduleMessage": Method(schedule_message),
    "chat.scheduledMessages.list": Method(list_scheduled),
    "chat.deleteScheduledMessage": Method(delete_scheduled),
}
