"""reactions.add, reactions.remove and reactions.get."""

from __future__ import annotations

import re

from sandbox.engine import Engine
from sandbox.posting import react
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.reach import find_message, find_readable
from sandbox.webapi.registry import Method

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _change(engine: Engine, arguments: Arguments, *, remove: bool) -> Json:
    name = arguments.need("name", "invalid_name").strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    if conversation.archived:
        raise SlackError("is_archived")
    message = find_message(conversation, arguments.need("timestamp", "no_item_specified"))
    react(engine, conversation, message, engine.world.app.bot_user_id, name, remove=remove)
    return {}


def add(engine: Engine, arguments: Arguments) -> Json:
    """Serve reactions.add."""
    return _change(engine, arguments, remove=False)


def remove(engine: Engine, arguments: Arguments) -> Json:
    """Serve reactions.remove."""
    return _change(engine, arguments, remove=True)


def show(engine: Engine, arguments: Arguments) -> Json:
    """Serve reactions.get."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    message = find_message(conversation, arguments.need("timestamp", "no_item_specified"))
    shown = message.to_slack(engine.world.team.id, base_url=engine.base_url)
    return {"type": "message", "channel": conversation.id, "message": shown}


METHODS = {"reactions.add": Method(add), "reactions.remove": Method(remove), "reactions.get": Method(show)}
