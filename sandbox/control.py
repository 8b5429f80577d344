"""The control API: tests build the world, switch faults on, and look behind the scenes."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request
from starlette.responses import Response

from sandbox.engine import Engine
from sandbox.hearing import tell_app, tell_joined, tell_left
from sandbox.manifest import AppManifest
from sandbox.page_api import answer_json
from sandbox.posting import say
from sandbox.shapes import Json, SlackError


async def control(request: Request) -> Response:
    """Serve POST /_control/<what>."""
    engine: Engine = request.app.state.engine
    command = COMMANDS.get(request.path_params["what"])
    if command is None:
        return answer_json({"ok": False, "error": "unknown_command"}, 404)
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
        return answer_json({"ok": True, **await command(engine, body)})
    except ValueError:
        return answer_json({"ok": False, "error": "invalid_json"}, 400)
    except SlackError as error:
        return answer_json(error.to_answer(), 400)


async def put_people(engine: Engine, body: Json) -> Json:
    """Create or change people and announce them as team_join or user_change."""
    people = []
    for entry in body.get("people", ()):
        try:
            ZoneInfo(entry.get("tz", "UTC"))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SlackError("unknown_time_zone", detail=str(entry.get("tz"))) from error
        person, is_new = engine.world.put_person(entry)
        people.append(person.to_page())
        user = person.to_slack(engine.world.team.id, include_locale=True)
        stamp = engine.world.mint.make_ts()
        kind = "team_join" if is_new else "user_change"
        tell_app(engine, {"type": kind, "user": user, "cache_ts": int(float(stamp)), "event_ts": stamp})
    engine.live.push_all(
        {"type": "people", "people": [one.to_page() for one in engine.world.people.values()]}
    )
    return {"people": people}


async def put_channels(engine: Engine, body: Json) -> Json:
    """Create or change channels and announce who joined and left."""
    channels = []
    bot = engine.world.app.bot_user_id
    for entry in body.get("channels", ()):
        found = engine.world.conversations.get(entry.get("id", ""))
        bot_leaves = found is not None and bot in found.members and entry.get("bot") is False
        if bot_leaves and found is not None:
            tell_left(engine, found, bot)
        conversation, joined, left = engine.world.put_channel(entry)
        engine.push_conversation(conversation)
        for person in joined:
            tell_joined(engine, conversation, person)
        for person in left:
            if person != bot:
                tell_left(engine, conversation, person)
        channels.append(engine.show_conversation(conversation, bot))
    return {"channels": channels}


async def set_up_app(engine: Engine, body: Json) -> Json:
    """Change the manifest, the events URL and the times; a new URL must pass url_verification."""
    settings = engine.settings
    if "manifest" in body:
        engine.world.app.manifest = AppManifest.read(body["manifest"])
        bot = engine.world.people[engine.world.app.bot_user_id]
        bot.name = engine.world.app.manifest.bot_handle
        bot.display_name = bot.real_name = engine.world.app.manifest.bot_name
    for key in ("ack_seconds", "retry_scale"):
        if key in body:
            setattr(settings, key, float(body[key]))
    if "trigger_seconds" in body:
        engine.triggers.seconds = float(body["trigger_seconds"])
    if "response_url_seconds" in body:
        engine.response_urls.seconds = float(body["response_url_seconds"])
    if "events_url" in body:
        url = body["events_url"]
        if url and not await engine.deliverer.verify_url(str(url)):
            raise SlackError("url_not_verified")
        settings.events_url = str(url) if url else None
    manifest = engine.world.app.manifest
    engine.live.push_all(
        {"type": "app", "commands": manifest.list_commands(), "shortcuts": manifest.list_shortcuts()}
    )
    return {"app": _describe_app(engine)}


def _describe_app(engine: Engine) -> Json:
    app = engine.world.app
    return {
        "id": app.id,
        "name": app.manifest.bot_name,
        "bot_id": app.bot_id,
        "bot_user_id": app.bot_user_id,
        "events_url": engine.settings.events_url,
    }


async def set_faults(engine: Engine, body: Json) -> Json:
    """Switch faults on or off, and disturb the sockets at once if asked."""
    engine.faults.configure(body)
    if body.get("socket"):
        if body["socket"] not in ("refresh", "warning", "close", "reset"):
            raise SlackError("unknown_fault", detail=str(body["socket"]))
        await engine.sockets.disturb(str(body["socket"]))
    return {}


async def say_exactly(engine: Engine, body: Json) -> Json:
    """Let a person write a text in wire form as it stands; `blocks` left out or empty: without any."""
    conversation = engine.get_conversation(str(body.get("channel")))
    person = engine.get_person(str(body.get("as")))
    if person.id not in conversation.members:
        raise SlackError("not_in_channel")
    message = say(
        engine,
        conversation,
        user=person.id,
        text=str(body.get("text") or ""),
        blocks=body.get("blocks") or [],
        thread_ts=body.get("thread_ts") or None,
        bare=True,
    )
    return {"ts": message.ts, "message": message.to_page(engine.base_url)}


async def redeliver(engine: Engine, body: Json) -> Json:
    """Deliver events that the app has had once more, as Slack's first retry: those of messages by channel, ts."""
    wanted = {(one["channel"], one["ts"]) for one in body.get("messages", ())}
    again: dict[str, Json] = {}
    for entry in engine.deliverer.log.read(kind="events_api", type="message"):
        event = entry["payload"]["event"]
        if (event.get("channel"), event.get("ts")) in wanted:
            again[entry["id"]] = entry["payload"]
    for payload in again.values():
        engine.deliverer.deliver_again(payload)
    return {"events": len(again)}


async def reset(engine: Engine, _body: Json) -> Json:
    """Bring the seed back and forget faults, logs and scheduled messages."""
    return await load_seed(engine, engine.world.seed)


async def load_seed(engine: Engine, body: Json) -> Json:
    """Replace the world and forget faults, logs and scheduled messages."""
    for handle, _ in engine.scheduled.values():
        handle.cancel()
    engine.scheduled.clear()
    engine.world.load(body)
    engine.faults.configure({"clear": True})
    engine.calls.clear()
    engine.deliverer.log.clear()
    engine.live.push_all({"type": "reset"})
    return {}


COMMANDS = {
    "people": put_people,
    "channels": put_channels,
    "app": set_up_app,
    "faults": set_faults,
    "say": say_exactly,
    "redeliver": redeliver,
    "reset": reset,
    "seed": load_seed,
}


async def look(request: Request) -> Response:
    """Serve GET /_control/<what>."""
    engine: Engine = request.app.state.engine
    query = request.query_params
    since = int(query.get("since") or 0)
    what = request.path_params["what"]
    if what == "calls":
        calls = engine.calls.read(since=since, method=query.get("method"))
        return answer_json({"ok": True, "calls": calls, "total": engine.calls.total})
    if what == "deliveries":
        log = engine.deliverer.log.read(since=since, kind=query.get("kind"), type=query.get("type"))
        return answer_json({"ok": True, "deliveries": log, "pending": engine.deliverer.pending})
    if what == "app":
        return answer_json({"ok": True, "app": _describe_app(engine)})
    if what == "sockets":
        return answer_json({"ok": True, "connections": len(engine.sockets.connections)})
    if what == "messages":
        return _look_at_messages(engine, query.get("channel", ""))
    return answer_json({"ok": False, "error": "unknown_command"}, 404)


def _look_at_messages(engine: Engine, channel: str) -> Response:
    conversation = engine.world.conversations.get(channel)
    if conversation is None:
        return answer_json({"ok": False, "error": "channel_not_found"}, 404)
    whispers = [one for mine in conversation.ephemerals.values() for one in mine]
    messages = sorted([*conversation.messages.values(), *whispers], key=lambda one: one.ts)
    shown = [
        message.to_page(engine.base_url) | {"viewer": message.viewer, "deleted": message.deleted}
        for message in messages
    ]
    return answer_json({"ok": True, "messages": shown})
