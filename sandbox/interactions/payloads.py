"""The parts that Slack's interaction payloads share."""

from __future__ import annotations

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.messages import Message
from sandbox.people import Person
from sandbox.shapes import Json


def describe_user(engine: Engine, person: Person) -> Json:
    """Return the `user` object of interactive payloads."""
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": engine.world.team.id}


def describe_team(engine: Engine) -> Json:
    """Return the `team` object of interactive payloads."""
    return {"id": engine.world.team.id, "domain": engine.world.team.domain}


def describe_channel(conversation: Conversation) -> Json:
    """Return the `channel` object of interactive payloads."""
    return {"id": conversation.id, "name": name_channel(conversation)}


def name_channel(conversation: Conversation) -> str:
    """Return the name that payloads carry: private channels and direct messages do not say theirs."""
    return {"channel": conversation.name, "private": "privategroup", "im": "directmessage"}[conversation.kind]


def start_payload(engine: Engine, kind: str, person: Person) -> Json:
    """Return what every interactive payload begins with."""
    app = engine.world.app
    return {
        "type": kind,
        "user": describe_user(engine, person),
        "api_app_id": app.id,
        "token": app.verification_token,
        "team": describe_team(engine),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def describe_message(engine: Engine, message: Message) -> Json:
    """Return the `message` object, metadata included."""
    return message.to_slack(engine.world.team.id, include_metadata=True, base_url=engine.base_url)


def describe_container(message: Message) -> Json:
    """Return the `container` object of a message."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.viewer is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return container
