"""Opens, stacks, updates, publishes and closes views, and shows each step to the person's pages."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit import check_view, finish_blocks
from sandbox.blockkit.views import is_too_large
from sandbox.engine import Engine
from sandbox.form_state import keep_typed, read_initial_state
from sandbox.shapes import Json, SlackError
from sandbox.views import View

STACK_LIMIT = 3


def accept_view(engine: Engine, content: Any, *allowed: str, replaces: View | None = None) -> Json:
    """Check what the app sent and return it with ids filled in, or refuse as Slack does."""
    problems = check_view(content, allowed)
    if problems:
        raise SlackError(
            "invalid_arguments",
            response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
        )
    if is_too_large(content):
        raise SlackError("view_too_large")
    external_id = content.get("external_id")
    if external_id:
        taken = find_view(engine, external_id=external_id)
        if taken is not None and taken is not replaces:
            raise SlackError("duplicate_external_id")
    return {**content, "blocks": finish_blocks(content["blocks"])}


def find_view(engine: Engine, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
    """Return a view by id or by external id."""
    if view_id:
        return engine.world.views.get(view_id)
    return next(
        (view for view in engine.world.views.values() if external_id == view.content.get("external_id")), None
    )


def make_view(engine: Engine, person: str, content: Json, *, below: View | None = None) -> View:
    """Create a view, on top of `below` if given; it is not shown yet."""
    world = engine.world
    view_id = world.mint.make_id("V")
    view = View(
        id=view_id,
        owner=person,
        team_id=world.team.id,
        app_id=world.app.id,
        bot_id=world.app.bot_id,
        content=content,
        root_view_id=below.root_view_id if below else view_id,
        previous_view_id=below.id if below else None,
        values=read_initial_state(content["blocks"]),
    )
    world.views[view_id] = view
    return view


def list_stack(engine: Engine, person: str) -> list[Json]:
    """Return the open modals of a person, the topmost last."""
    return [view.to_slack() for view in engine.world.stacks.get(person, ())]


def open_view(engine: Engine, person: str, content: Json) -> View:
    """Show a new modal; one that is open already is replaced, with everything under it."""
    drop_views(engine, person, len(engine.world.stacks.get(person, ())))
    view = make_view(engine, person, content)
    engine.world.stacks[person] = [view]
    _show(engine, "view_opened", view)
    return view


def push_view(engine: Engine, person: str, content: Json) -> View:
    """Put a modal on top of the open one; at most three lie on each other."""
    stack = engine.world.stacks.get(person, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")
    view = make_view(engine, person, content, below=stack[-1])
    stack.append(view)
    _show(engine, "view_pushed", view)
    return view


def update_view(engine: Engine, view: View, content: Json) -> None:
    """Replace the content, keeping what was typed where the fields stayed the same."""
    old_values = view.values
    view.content = content
    view.values = read_initial_state(content["blocks"])
    keep_typed(view, old_values)
    view.renew_hash()
    if view.type == "home":
        engine.live.push(view.owner, {"type": "home", "view": view.to_slack()})
    else:
        _show(engine, "view_updated", view)


def publish_home(engine: Engine, person: str, content: Json) -> View:
    """Create or replace a person's Home tab."""
    view = engine.world.homes.get(person)
    if view is not None:
        update_view(engine, view, content)
        return view
    view = make_view(engine, person, content)
    engine.world.homes[person] = view
    engine.live.push(person, {"type": "home", "view": view.to_slack()})
    return view


def drop_views(engine: Engine, person: str, count: int = 1) -> list[View]:
    """Close the top `count` views without telling the app; return them, the topmost first."""
    stack = engine.world.stacks.get(person, [])
    dropped: list[View] = []
    for _ in range(min(count, len(stack))):
        view = stack.pop()
        engine.world.views.pop(view.id, None)
        dropped.append(view)
    for view in dropped:
        if engine.live.is_watched(person):
            frame = {"type": "view_closed", "view_id": view.id, "views": list_stack(engine, person)}
            engine.live.push(person, frame)
    return dropped


def _show(engine: Engine, kind: str, view: View) -> None:
    if engine.live.is_watched(view.owner):
        stack = list_stack(engine, view.owner)
        engine.live.push(view.owner, {"type": kind, "view": view.to_slack(), "views": stack})
