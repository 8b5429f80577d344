"""Clicks on buttons and menus: block_actions."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import Any

from sandbox.blockkit import find_element
from sandbox.choices import DIRECT, MANY_OPTIONS, SINGLE_OPTION, TYPED, expand
from sandbox.engine import Engine
from sandbox.form_state import enter_values, merge_values, read_initial_state
from sandbox.interactions.failures import report_failure
from sandbox.interactions.payloads import start_payload
from sandbox.interactions.sources import Source, find_source
from sandbox.outcome import Outcome
from sandbox.people import Person
from sandbox.rich_text import unescape
from sandbox.shapes import Json, SlackError
from sandbox.viewing import list_stack

SIMPLE_KEYS = (
    "value", "option", "options", "user", "users", "conversation", "conversations", "channel", "channels",
    "date", "time", "date_time", "files", "selected_option", "selected_options", "selected_user",
    "selected_users", "selected_conversation", "selected_conversations", "selected_channel",
    "selected_channels", "selected_date", "selected_time", "selected_date_time", "rich_text_value",
)  # fmt: skip
CHOSEN = (*SINGLE_OPTION, *MANY_OPTIONS, *DIRECT, *TYPED)


async def click(engine: Engine, person: Person, request: Json) -> Json:
    """Deliver one click, or `times` equal clicks at once, built from the block as it is stored."""
    source = find_source(engine, person, request.get("source") or {})
    found = find_element(source.blocks, request.get("block_id"), str(request.get("action_id")))
    if found is None:
        raise SlackError("element_not_found")
    block, element = found
    if source.view is not None and request.get("values"):
        enter_values(engine, source.view, request["values"])
    clicks = [
        _deliver(engine, person, source, _describe_action(engine, source, block, element, request), request)
        for _ in range(max(1, int(request.get("times", 1))))
    ]
    outcomes = await asyncio.gather(*clicks)
    failed = next((outcome for outcome in outcomes if not outcome.ok), None)
    acks = [outcome.body for outcome in outcomes]
    if failed is not None:
        answer = report_failure(engine, person, failed.shown_error, kind="action", what=_read_label(element))
        return answer | {"acks": acks}
    return {"ok": True, "ack": acks[0], "acks": acks, "views": list_stack(engine, person.id)}


def _deliver(engine: Engine, person: Person, source: Source, action: Json, request: Json) -> Any:
    payload = start_payload(engine, "block_actions", person)
    payload["trigger_id"] = engine.triggers.issue(person.id, source.view.id if source.view else None)
    payload |= source.describe(engine)
    message, conversation = source.message, source.conversation
    if message is not None and conversation is not None:
        state = read_initial_state(message.blocks)
        if request.get("values"):
            state = merge_values(engine, message.blocks, state, request["values"], source.place)
        if action["type"] in CHOSEN and action["type"] != "overflow":
            entry = {
                key: value for key, value in action.items() if key == "value" or key.startswith("selected_")
            }
            state.setdefault(action["block_id"], {})[action["action_id"]] = {"type": action["type"], **entry}
        payload["state"] = {"values": state}
        key = engine.response_urls.issue(person.id, conversation.id, message, message.thread_ts)
        payload["response_url"] = engine.make_response_url(key)
    payload["actions"] = [action | {"action_ts": engine.world.mint.make_ts()}]
    return _send(engine, payload)


async def _send(engine: Engine, payload: Json) -> Outcome:
    return await engine.deliverer.deliver_once("interactive", payload)


def _describe_action(engine: Engine, source: Source, block: Json, element: Json, request: Json) -> Json:
    action: Json = {
        "type": element["type"],
        "block_id": block["block_id"],
        "action_id": element["action_id"],
    }
    for key in ("text", "value", "style", "url", "confirm", "placeholder"):
        if key in element and (key not in ("value", "text") or element["type"] in ("button", "icon_button")):
            action[key] = deepcopy(element[key])
    for key in [key for key in element if key.startswith("initial_") and element["type"] not in TYPED]:
        action[key] = deepcopy(element[key])
    if element["type"] == "feedback_buttons":
        action["value"] = request.get("value")
    if element["type"] not in (*CHOSEN, "rich_text_input"):
        return action
    given = [request[key] for key in SIMPLE_KEYS if key in request]
    offered = engine.world.offered.get((source.place, block["block_id"], element["action_id"]), [])
    entry = expand(element, given[0] if given else None, offered, engine.world.files, engine.base_url)
    if element["type"] == "overflow" and entry["selected_option"] is None:
        raise SlackError("option_not_found")
    if source.view is not None and element["type"] != "overflow":
        source.view.values.setdefault(block["block_id"], {})[element["action_id"]] = dict(entry)
    return action | entry


def _read_label(element: Json) -> str:
    text = element.get("text") or element.get("placeholder") or {}
    return unescape(str(text.get("text") or element["action_id"]))
