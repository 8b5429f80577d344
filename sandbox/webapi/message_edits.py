"""chat.update and chat.delete: only for messages of this app, never for ephemerals."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.posting import change, withdraw
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.content import read_content
from sandbox.webapi.reach import find_message, find_readable
from sandbox.webapi.registry import Method


def update_message(engine: Engine, arguments: Arguments) -> Json:
    """Blocks and metadata that are not given stay; text alone does not remove blocks."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    message = find_message(conversation, arguments.need("ts", "message_not_found"))
    if message.bot_id != engine.world.app.bot_id:
        raise SlackError("cant_update_message")
    if conversation.archived:
        raise SlackError("is_archived")
    content = read_content(arguments)
    change(
        engine,
        conversation,
        message,
        editor=engine.world.app.bot_user_id,
        text=content.text,
        blocks=content.blocks,
        metadata=content.metadata,
    )
    shown = message.to_slack(engine.world.team.id, include_metadata=True, base_url=engine.base_url)
    return {"channel": conversation.id, "ts": message.ts, "text": message.text, "message": shown}


def delete_message(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.delete."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    message = find_message(conversation, arguments.need("ts", "message_not_found"))
    if message.bot_id != engine.world.app.bot_id:
        raise SlackError("cant_delete_message")
    withdraw(engine, conversation, message)
    return {"channel": conversation.id, "ts": message.ts}


METHODS = {"chat.update": Method(update_message), "chat.delete": Method(delete_message)}
