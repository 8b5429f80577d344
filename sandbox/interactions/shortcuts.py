"""Global shortcuts and message shortcuts."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.interactions.failures import report_failure
from sandbox.interactions.payloads import describe_channel, describe_message, start_payload
from sandbox.interactions.sources import find_source
from sandbox.people import Person
from sandbox.shapes import Json, SlackError
from sandbox.viewing import list_stack


def _find_shortcut(engine: Engine, kind: str, callback_id: str) -> Json:
    known = engine.world.app.manifest.list_shortcuts()
    if engine.world.app.manifest.commands is None:
        # Without a manifest every shortcut is one.
        return {"type": kind, "callback_id": callback_id, "name": callback_id}
    found = next((one for one in known if one["type"] == kind and one["callback_id"] == callback_id), None)
    if found is None:
        raise SlackError("shortcut_not_found")
    return found


async def run_shortcut(engine: Engine, person: Person, *, callback_id: str) -> Json:
    """Deliver a global shortcut; it carries no channel and no response_url."""
    shortcut = _find_shortcut(engine, "global", callback_id)
    payload = start_payload(engine, "shortcut", person)
    payload |= {
        "action_ts": engine.world.mint.make_ts(),
        "callback_id": callback_id,
        "trigger_id": engine.triggers.issue(person.id),
    }
    return await _send(engine, person, payload, shortcut)


async def run_message_shortcut(
    engine: Engine, person: Person, *, callback_id: str, channel: str, ts: str
) -> Json:
    """Deliver a message shortcut on a message the person can see."""
    shortcut = _find_shortcut(engine, "message", callback_id)
    source = find_source(engine, person, {"channel": channel, "ts": ts})
    message, conversation = source.message, source.conversation
    if message is None or conversation is None or message.viewer is not None:
        raise SlackError("message_not_found")
    key = engine.response_urls.issue(person.id, channel, message, message.thread_ts)
    payload = start_payload(engine, "message_action", person)
    payload |= {
        "action_ts": engine.world.mint.make_ts(),
        "callback_id": callback_id,
        "trigger_id": engine.triggers.issue(person.id),
        "response_url": engine.make_response_url(key),
        "channel": describe_channel(conversation),
        "message_ts": message.ts,
        "message": describe_message(engine, message),
    }
    return await _send(engine, person, payload, shortcut)


async def _send(engine: Engine, person: Person, payload: Json, shortcut: Json) -> Json:
    outcome = await engine.deliverer.deliver_once("interactive", payload)
    if not outcome.ok:
        return report_failure(engine, person, outcome.shown_error, kind="shortcut", what=shortcut["name"])
    return {"ok": True, "ack": outcome.body, "views": list_stack(engine, person.id)}
