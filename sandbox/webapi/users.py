"""users.info, users.list, users.lookupByEmail and users.conversations."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments, cut_page
from sandbox.webapi.registry import Method


def show_user(engine: Engine, arguments: Arguments) -> Json:
    """Serve users.info."""
    person = engine.world.people.get(arguments.need("user", "user_not_found"))
    if person is None:
        raise SlackError("user_not_found")
    locale = arguments.is_on("include_locale")
    return {"user": person.to_slack(engine.world.team.id, include_locale=locale)}


def list_users(engine: Engine, arguments: Arguments) -> Json:
    """Serve users.list."""
    people, metadata = cut_page(arguments, list(engine.world.people.values()), default=1000, most=1000)
    locale = arguments.is_on("include_locale")
    members = [person.to_slack(engine.world.team.id, include_locale=locale) for person in people]
    return {"members": members, "cache_ts": 0, "response_metadata": metadata}


def look_up_by_email(engine: Engine, arguments: Arguments) -> Json:
    """Serve users.lookupByEmail."""
    email = arguments.need("email", "users_not_found").lower()
    for person in engine.world.people.values():
        if person.email.lower() == email and not person.deleted:
            return {"user": person.to_slack(engine.world.team.id)}
    raise SlackError("users_not_found")


def list_conversations(engine: Engine, arguments: Arguments) -> Json:
    """Serve users.conversations."""
    who = arguments.get("user") or engine.world.app.bot_user_id
    if who not in engine.world.people:
        raise SlackError("user_not_found")
    bot = engine.world.app.bot_user_id
    types = (arguments.get("types") or "public_channel").replace(" ", "").split(",")
    names = {"channel": "public_channel", "private": "private_channel", "im": "im"}
    mine = [
        one
        for one in engine.world.conversations.values()
        if who in one.members and names[one.kind] in types and (one.kind == "channel" or bot in one.members)
    ]
    page, metadata = cut_page(arguments, mine, default=100, most=1000)
    shown = [one.to_slack(bot, engine.world.team.id) for one in page]
    return {"channels": shown, "response_metadata": metadata}


METHODS = {
    "users.info": Method(show_user),
    "users.list": Method(list_users),
    "users.lookupByEmail": Method(look_up_by_email),
    "users.conversations": Method(list_conversations),
}
