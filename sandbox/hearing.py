"""Decides which events the app hears and wraps them as the Events API does."""

from __future__ import annotations

from copy import deepcopy
from time import time

from sandbox.conversations import SUBSCRIPTIONS, Conversation
from sandbox.engine import Engine
from sandbox.messages import Message
from sandbox.shapes import Json


def tell_app(engine: Engine, event: Json, conversation: Conversation | None = None) -> None:
    """Deliver an event if the manifest subscribes to it and the bot is where it happened."""
    app, team = engine.world.app, engine.world.team
    subscription = event["type"]
    if conversation is not None:
        if app.bot_user_id not in conversation.members:
            return
        if subscription == "message":
            subscription = SUBSCRIPTIONS[conversation.kind]
    if not app.manifest.hears(subscription):
        return
    event_id = engine.world.mint.make_id("Ev")
    engine.deliverer.announce(
        {
            "token": app.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": deepcopy(event),
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
    )


def tell_message(engine: Engine, conversation: Conversation, message: Message) -> None:
    """Announce a new message, and the mention in it if it names the bot."""
    body = message.to_slack(engine.world.team.id, base_url=engine.base_url)
    event = body | {
        "channel": conversation.id,
        "event_ts": message.ts,
        "channel_type": conversation.channel_type,
    }
    if message.is_reply:
        parent = conversation.messages.get(message.thread_ts or "")
        event["parent_user_id"] = parent.user if parent else None
    if message.files:
        event["subtype"] = "file_share"
    tell_app(engine, event, conversation)
    bot = engine.world.app.bot_user_id
    if f"<@{bot}" in message.text and message.user != bot and conversation.kind != "im":
        mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type")}
        tell_app(engine, mention | {"type": "app_mention"}, conversation)


def tell_change(engine: Engine, conversation: Conversation, message: Message, previous: Json) -> None:
    """Announce that a message was changed."""
    now = engine.world.mint.make_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": message.to_slack(engine.world.team.id, base_url=engine.base_url),
        "previous_message": previous,
        "channel": conversation.id,
        "hidden": True,
        "ts": now,
        "event_ts": now,
        "channel_type": conversation.channel_type,
    }
    tell_app(engine, event, conversation)


def tell_deletion(engine: Engine, conversation: Conversation, previous: Json) -> None:
    """Announce that a message was deleted."""
    now = engine.world.mint.make_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": conversation.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "ts": now,
        "event_ts": now,
        "channel_type": conversation.channel_type,
    }
    tell_app(engine, event, conversation)


def tell_reaction(
    engine: Engine, conversation: Conversation, message: Message, person: str, name: str, removed: bool
) -> None:
    """Announce a reaction that was added or removed."""
    event = {
        "type": "reaction_removed" if removed else "reaction_added",
        "user": person,
        "reaction": name,
        "item": {"type": "message", "channel": conversation.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": engine.world.mint.make_ts(),
    }
    tell_app(engine, event, conversation)


def tell_joined(engine: Engine, conversation: Conversation, person: str) -> None:
    """Announce that somebody joined a channel."""
    event = {
        "type": "member_joined_channel",
        "user": person,
        "channel": conversation.id,
        "channel_type": "G" if conversation.kind == "private" else "C",
        "team": engine.world.team.id,
        "event_ts": engine.world.mint.make_ts(),
    }
    tell_app(engine, event, conversation)


def tell_left(engine: Engine, conversation: Conversation, person: str) -> None:
    """Announce that somebody left a channel."""
    event = {
        "type": "member_left_channel",
        "user": person,
        "channel": conversation.id,
        "channel_type": "G" if conversation.kind == "private" else "C",
        "team": engine.world.team.id,
        "event_ts": engine.world.mint.make_ts(),
    }
    tell_app(engine, event, conversation)
