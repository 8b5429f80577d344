"""Which conversations the bot may see and write to."""

from __future__ import annotations

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.messages import Message
from sandbox.shapes import SlackError


def find_visible(engine: Engine, channel: str) -> Conversation:
    """Return a conversation the bot may know of: public ones and those it belongs to."""
    found = engine.world.conversations.get(channel)
    bot = engine.world.app.bot_user_id
    if found is None or (found.kind != "channel" and bot not in found.members):
        raise SlackError("channel_not_found")
    return found


def find_readable(engine: Engine, channel: str) -> Conversation:
    """Return a conversation whose messages the bot may read: it must be a member."""
    found = find_visible(engine, channel)
    if engine.world.app.bot_user_id not in found.members:
        raise SlackError("not_in_channel")
    return found


def find_writable(engine: Engine, channel: str) -> Conversation:
    """Return a conversation to post to; a person's id means their direct message, `#name` a channel."""
    if channel[:1] in "UW" and channel in engine.world.people:
        return open_bot_direct(engine, channel)
    if channel not in engine.world.conversations:
        name = channel.lstrip("#")
        channel = next((one.id for one in engine.world.conversations.values() if one.name == name), channel)
    found = find_readable(engine, channel)
    if found.archived:
        raise SlackError("is_archived")
    peer = found.peer_of(engine.world.app.bot_user_id)
    if peer and engine.world.people[peer].deleted:
        raise SlackError("user_disabled")
    return found


def open_bot_direct(engine: Engine, person: str) -> Conversation:
    """Return the direct message between the bot and a person, opening it when needed."""
    found = engine.world.people.get(person)
    if found is None:
        raise SlackError("user_not_found")
    if found.is_bot:
        raise SlackError("cannot_dm_bot")
    if found.deleted:
        raise SlackError("user_disabled")
    conversation, is_new = engine.world.open_direct(engine.world.app.bot_user_id, person)
    if is_new:
        engine.push_conversation(conversation)
    return conversation


def find_message(conversation: Conversation, ts: str) -> Message:
    """Return a message or refuse with `message_not_found`."""
    found = conversation.find(ts)
    if found is None or found.tombstone:
        raise SlackError("message_not_found")
    return found


def find_thread(conversation: Conversation, thread_ts: str | None) -> str | None:
    """Return the parent's ts for a reply to `thread_ts`; a reply's own ts leads to its parent."""
    if thread_ts is None:
        return None
    parent = conversation.find(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts
