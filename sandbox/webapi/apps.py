"""auth.test, api.test, apps.connections.open, team.info and bots.info."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.registry import Method


def echo(_engine: Engine, arguments: Arguments) -> Json:
    """Serve api.test: echo the arguments, or the error asked for."""
    if arguments.get("error"):
        raise SlackError(arguments.need("error"))
    return {"args": dict(arguments.values)}


def identify(engine: Engine, _arguments: Arguments) -> Json:
    """Serve auth.test."""
    world = engine.world
    return {
        "url": f"{engine.base_url}/",
        "team": world.team.name,
        "user": world.people[world.app.bot_user_id].name,
        "team_id": world.team.id,
        "user_id": world.app.bot_user_id,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(engine: Engine, _arguments: Arguments) -> Json:
    """Serve apps.connections.open with an address that works once."""
    base = engine.base_url.replace("http://", "ws://", 1)
    return {"url": f"{base}/socket/{engine.sockets.issue_ticket()}"}


def show_team(engine: Engine, _arguments: Arguments) -> Json:
    """Serve team.info."""
    team = engine.world.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def show_bot(engine: Engine, arguments: Arguments) -> Json:
    """Serve bots.info."""
    app = engine.world.app
    if arguments.get("bot") not in (None, app.bot_id):
        raise SlackError("bot_not_found")
    name = engine.world.people[app.bot_user_id].name
    return {
        "bot": {
            "id": app.bot_id,
            "app_id": app.id,
            "user_id": app.bot_user_id,
            "name": name,
            "deleted": False,
        }
    }


METHODS = {
    "api.test": Method(echo, "none"),
    "auth.test": Method(identify),
    "apps.connections.open": Method(open_connection, "app"),
    "team.info": Method(show_team),
    "bots.info": Method(show_bot),
}
