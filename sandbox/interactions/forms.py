"""Submitting and closing modals."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit import walk_elements
from sandbox.engine import Engine
from sandbox.form_state import check_inputs, enter_values
from sandbox.interactions.failures import report_failure
from sandbox.interactions.payloads import start_payload
from sandbox.people import Person
from sandbox.shapes import Json, SlackError
from sandbox.viewing import accept_view, drop_views, list_stack, push_view, update_view
from sandbox.views import View


def find_modal(engine: Engine, person: Person, view_id: str) -> View:
    """Return an open modal of this person or refuse with `view_not_found`."""
    view = next((one for one in engine.world.stacks.get(person.id, ()) if one.id == view_id), None)
    if view is None:
        raise SlackError("view_not_found")
    return view


async def submit(engine: Engine, person: Person, *, view_id: str, values: Json) -> Json:
    """Check the form as the client does, deliver view_submission and carry out the ack."""
    view = find_modal(engine, person, view_id)
    if values:
        enter_values(engine, view, values)
    refused = check_inputs(view, person.locale)
    if refused:
        return {
            "ok": False,
            "error": "invalid_input",
            "errors": refused,
            "views": list_stack(engine, person.id),
        }
    payload = start_payload(engine, "view_submission", person)
    payload |= {
        "trigger_id": engine.triggers.issue(person.id, view.id),
        "view": view.to_slack(),
        "response_urls": _make_response_urls(engine, person, view),
    }
    title = str((view.content.get("title") or {}).get("text", ""))
    outcome = await engine.deliverer.deliver_once("interactive", payload)
    if not outcome.ok:
        answer = report_failure(engine, person, outcome.shown_error, kind="submit", what=title)
        return answer | {"views": list_stack(engine, person.id)}
    try:
        answer = _carry_out(engine, person, view, outcome.body)
    except SlackError as error:
        metadata = error.extra.get("response_metadata") or {}
        detail = "; ".join(metadata.get("messages", ())) or error.code
        answer = report_failure(engine, person, "invalid_ack", kind="submit", what=title, detail=detail)
    return answer | {"views": list_stack(engine, person.id)}


def _carry_out(engine: Engine, person: Person, view: View, ack: Any) -> Json:
    """Keep the form for errors, replace it for update, stack for push, close all for clear, else close it."""
    action = ack.get("response_action") if isinstance(ack, dict) else None
    answer = {"ok": True, "ack": ack, "response_action": action, "errors": {}}
    stack = engine.world.stacks.get(person.id, [])
    if action == "errors":
        errors = ack.get("errors")
        known = {block.get("block_id") for block in view.blocks if block.get("type") == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= known:
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": ["errors must name input blocks"]}
            )
        return answer | {"errors": errors}
    if action == "update":
        update_view(engine, view, accept_view(engine, ack.get("view"), "modal", replaces=view))
    elif action == "push":
        push_view(engine, person.id, accept_view(engine, ack.get("view"), "modal"))
    elif action == "clear":
        drop_views(engine, person.id, len(stack))
    elif action is None:
        if stack and stack[-1] is view:
            drop_views(engine, person.id)
    else:
        raise SlackError("unknown_response_action")
    return answer


def _make_response_urls(engine: Engine, person: Person, view: View) -> list[Json]:
    """Return the response addresses of conversation selects that ask for one."""
    urls: list[Json] = []
    for block, element in walk_elements(view.blocks):
        if not element.get("response_url_enabled"):
            continue
        entry = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        channel = entry.get("selected_conversation") or entry.get("selected_channel")
        if channel in engine.world.conversations:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": engine.make_response_url(engine.response_urls.issue(person.id, channel)),
                }
            )
    return urls


async def close(engine: Engine, person: Person, *, view_id: str, everything: bool) -> Json:
    """Close the view (and what lies on it), or the whole stack; tells the app where a view asked for it."""
    view = find_modal(engine, person, view_id)
    stack = engine.world.stacks[person.id]
    everything = everything or bool(view.content.get("clear_on_close"))
    count = len(stack) if everything else len(stack) - stack.index(view)
    for closed in drop_views(engine, person.id, count):
        if not closed.content.get("notify_on_close"):
            continue
        payload = start_payload(engine, "view_closed", person)
        payload |= {"view": closed.to_slack(), "is_cleared": everything}
        outcome = await engine.deliverer.deliver_once("interactive", payload)
        if not outcome.ok:
            answer = report_failure(engine, person, outcome.shown_error, kind="close", what="view_closed")
            return answer | {"views": list_stack(engine, person.id)}
    return {"ok": True, "ack": None, "views": list_stack(engine, person.id)}
