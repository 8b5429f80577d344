"""views.open, views.push, views.update and views.publish."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.shapes import Json, SlackError
from sandbox.viewing import accept_view, find_view, open_view, publish_home, push_view, update_view
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.registry import Method


def open_modal(engine: Engine, arguments: Arguments) -> Json:
    """Serve views.open; a trigger is spent only when the view opens."""
    trigger = engine.triggers.look_up(arguments.get("trigger_id"))
    content = accept_view(engine, arguments.get_json("view"), "modal")
    view = open_view(engine, trigger.person, content)
    trigger.used = True
    return {"view": view.to_slack()}


def push_modal(engine: Engine, arguments: Arguments) -> Json:
    """Serve views.push with a trigger that came from a modal."""
    trigger = engine.triggers.look_up(arguments.get("trigger_id"))
    content = accept_view(engine, arguments.get_json("view"), "modal")
    if trigger.view_id is None:
        raise SlackError("not_found")
    view = push_view(engine, trigger.person, content)
    trigger.used = True
    return {"view": view.to_slack()}


def update(engine: Engine, arguments: Arguments) -> Json:
    """Serve views.update, refusing an old hash."""
    view_id, external_id = arguments.get("view_id"), arguments.get("external_id")
    if view_id is None and external_id is None:
        raise SlackError("invalid_arguments")
    view = find_view(engine, view_id=view_id, external_id=external_id)
    if view is None:
        raise SlackError("not_found")
    if arguments.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    content = accept_view(engine, arguments.get_json("view"), view.type, replaces=view)
    update_view(engine, view, content)
    return {"view": view.to_slack()}


def publish(engine: Engine, arguments: Arguments) -> Json:
    """Serve views.publish."""
    user = arguments.need("user_id", "invalid_arguments")
    if user not in engine.world.people:
        raise SlackError("invalid_arguments")
    known = engine.world.homes.get(user)
    if known is not None and arguments.get("hash") not in (None, known.hash):
        raise SlackError("hash_conflict")
    content = accept_view(engine, arguments.get_json("view"), "home", replaces=known)
    return {"view": publish_home(engine, user, content).to_slack()}


METHODS = {
    "views.open": Method(open_modal),
    "views.push": Method(push_modal),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
