"""What happens to messages: said, whispered, changed, withdrawn, reacted to; stored, shown and announced."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.hearing import tell_change, tell_deletion, tell_message, tell_reaction
from sandbox.messages import Message
from sandbox.rich_text import build_rich_text
from sandbox.shapes import Json, SlackError


def say(
    engine: Engine,
    conversation: Conversation,
    *,
    user: str,
    text: str,
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
    bare: bool = False,
    **details: Any,
) -> Message:
    """Store a message of a person or the bot; `details` are more Message fields (files, metadata…).

    A person's message gets the block their client would send along, unless it is `bare`.
    """
    world = engine.world
    message = Message(
        conversation.id, world.mint.make_ts(), user, text, blocks or [], thread_ts=thread_ts, **details
    )
    if user == world.app.bot_user_id:
        message.bot_id, message.app_id = world.app.bot_id, world.app.id
    else:
        message.client_msg_id = str(uuid.uuid4())
        if text and not message.blocks and not bare:
            message.blocks = [build_rich_text(text, world.mint.make_id("b")[-5:])]
    for stored in message.files:
        if conversation.id not in stored.channels:
            stored.channels.append(conversation.id)
    conversation.add(message)
    _push(engine, conversation, {"type": "message", "channel": conversation.id}, message)
    if message.is_reply:
        parent = conversation.messages[message.thread_ts or ""]
        _push(engine, conversation, {"type": "message_changed", "channel": conversation.id}, parent)
    for member in conversation.members:
        if member != user and engine.live.is_watched(member):
            unread = conversation.unread.get(member, 0)
            engine.live.push(member, {"type": "unread", "channel": conversation.id, "unread": unread})
    tell_message(engine, conversation, message)
    return message


def whisper(
    engine: Engine,
    conversation: Conversation,
    viewer: str,
    *,
    text: str,
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
    username: str | None = None,
) -> Message:
    """Show one person an ephemeral message of the bot; it reaches no history and no event."""
    app = engine.world.app
    message = Message(
        conversation.id,
        engine.world.mint.make_ts(),
        app.bot_user_id,
        text,
        blocks or [],
        bot_id=app.bot_id,
        app_id=app.id,
        username=username,
        thread_ts=thread_ts,
        viewer=viewer,
    )
    conversation.ephemerals.setdefault(viewer, []).append(message)
    _push(engine, conversation, {"type": "ephemeral", "channel": conversation.id}, message)
    return message


def change(
    engine: Engine,
    conversation: Conversation,
    message: Message,
    *,
    editor: str,
    text: str | None = None,
    blocks: list[Json] | None = None,
    metadata: Json | None = None,
) -> None:
    """Replace what is given; None keeps the old text, blocks or metadata."""
    team = engine.world.team.id
    previous = message.to_slack(team, base_url=engine.base_url)
    before = (message.text, message.blocks)
    if text is not None:
        message.text = text
        if blocks is None and message.bot_id is None:
            blocks = [build_rich_text(text, engine.world.mint.make_id("b")[-5:])]
    if blocks is not None:
        message.blocks = blocks
    if metadata is not None:
        message.metadata = metadata or None
    if (message.text, message.blocks) != before:
        message.edited = {"user": editor, "ts": engine.world.mint.make_ts()}
    _push(engine, conversation, {"type": "message_changed", "channel": conversation.id}, message)
    if message.viewer is None:
        tell_change(engine, conversation, message, previous)


def withdraw(engine: Engine, conversation: Conversation, message: Message) -> None:
    """Delete a message, ordinary or ephemeral."""
    frame = {
        "type": "message_deleted",
        "channel": conversation.id,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
    }
    if message.viewer is not None:
        message.deleted = True
        engine.live.push(message.viewer, frame)
        return
    previous = message.to_slack(engine.world.team.id, base_url=engine.base_url)
    conversation.remove(message)
    for member in tuple(conversation.members):
        engine.live.push(member, frame)
    if message.tombstone:
        _push(engine, conversation, {"type": "message_changed", "channel": conversation.id}, message)
    elif message.is_reply:
        parent = conversation.messages[message.thread_ts or ""]
        _push(engine, conversation, {"type": "message_changed", "channel": conversation.id}, parent)
    tell_deletion(engine, conversation, previous)


def react(
    engine: Engine, conversation: Conversation, message: Message, person: str, name: str, *, remove: bool
) -> None:
    """Add or take back a reaction; refuses what is there already or is not there."""
    users = message.reactions.get(name, [])
    if remove:
        if person not in users:
            raise SlackError("no_reaction")
        users.remove(person)
        if not users:
            message.reactions.pop(name, None)
    else:
        if person in users:
            raise SlackError("already_reacted")
        message.reactions.setdefault(name, []).append(person)
    frame = {
        "type": "reaction",
        "channel": conversation.id,
        "ts": message.ts,
        "reactions": message.list_reactions(),
    }
    for member in tuple(conversation.members):
        engine.live.push(member, frame)
    tell_reaction(engine, conversation, message, person, name, removed=remove)


def _push(engine: Engine, conversation: Conversation, frame: Json, message: Message) -> None:
    watchers = [message.viewer] if message.viewer else list(conversation.members)
    watching = [person for person in watchers if engine.live.is_watched(person)]
    if watching:
        shown = message.to_page(engine.base_url)
        for person in watching:
            engine.live.push(person, frame | {"message": shown})
