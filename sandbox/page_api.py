"""The HTTP and WebSocket routes a person's page (and a test acting as a person) uses."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.acts import perform
from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.files import StoredFile
from sandbox.shapes import Json, SlackError
from sandbox.viewing import list_stack


def answer_json(body: Json, status: int = 200) -> Response:
    """Return a JSON response with readable Korean."""
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")


def _refuse(error: SlackError) -> Response:
    return answer_json(error.to_answer(), 400)


async def show_people(request: Request) -> Response:
    """Serve GET /_page/people: whom one can be."""
    world = request.app.state.engine.world
    return answer_json(
        {
            "ok": True,
            "team": {"id": world.team.id, "name": world.team.name, "domain": world.team.domain},
            "people": [one.to_page() for one in world.people.values()],
        }
    )


async def show_state(request: Request) -> Response:
    """Serve GET /_page/state?as=U."""
    engine: Engine = request.app.state.engine
    world = engine.world
    try:
        person = engine.get_person(request.query_params.get("as", ""))
    except SlackError as error:
        return _refuse(error)
    home = world.homes.get(person.id)
    conversations = [engine.show_conversation(one, person.id) for one in world.visible_to(person.id)]
    app = world.app
    return answer_json(
        {
            "ok": True,
            "me": person.to_page(),
            "team": {"id": world.team.id, "name": world.team.name, "domain": world.team.domain},
            "app": {
                "id": app.id,
                "name": app.manifest.bot_name,
                "bot_id": app.bot_id,
                "bot_user_id": app.bot_user_id,
            },
            "people": [one.to_page() for one in world.people.values()],
            "conversations": conversations,
            "commands": app.manifest.list_commands(),
            "shortcuts": app.manifest.list_shortcuts(),
            "views": list_stack(engine, person.id),
            "home": home.to_slack() if home else None,
        }
    )


async def show_views(request: Request) -> Response:
    """Serve GET /_page/views?as=U, the cheap part of the state that tests poll."""
    engine: Engine = request.app.state.engine
    person = request.query_params.get("as", "")
    if person not in engine.world.people:
        return _refuse(SlackError("unknown_person"))
    home = engine.world.homes.get(person)
    shown = home.to_slack() if home else None
    return answer_json({"ok": True, "views": list_stack(engine, person), "home": shown})


def _look_into(engine: Engine, request: Request) -> Conversation:
    """Return a conversation this person may read: their own, and public channels."""
    person = engine.get_person(request.query_params.get("as", ""))
    conversation = engine.get_conversation(request.query_params.get("channel", ""))
    if person.id not in conversation.members and conversation.kind != "channel":
        raise SlackError("channel_not_found")
    return conversation


async def list_messages(request: Request) -> Response:
    """Serve GET /_page/messages?as=U&channel=C[&thread_ts][&before][&limit]."""
    engine: Engine = request.app.state.engine
    query = request.query_params
    try:
        conversation = _look_into(engine, request)
        limit = max(1, min(1000, int(query.get("limit", "100"))))
    except SlackError as error:
        return _refuse(error)
    except ValueError:
        return answer_json({"ok": False, "error": "invalid_limit"}, 400)
    thread_ts, before = query.get("thread_ts"), query.get("before")
    whispers = [one for one in conversation.ephemerals.get(query["as"], ()) if not one.deleted]
    if thread_ts:
        parent = conversation.find(thread_ts)
        if parent is None:
            return _refuse(SlackError("message_not_found"))
        found = [parent, *(conversation.messages[ts] for ts in parent.replies)]
        found += [one for one in whispers if one.thread_ts == thread_ts]
    else:
        # At most `limit` + 1 roots can matter, however many thousands the channel has.
        stamps = conversation.slice_roots("", before or "", inclusive=False)[-(limit + 1) :]
        found = [conversation.messages[ts] for ts in stamps]
        found += [one for one in whispers if one.thread_ts is None]
    found = sorted((one for one in found if not before or one.ts < before), key=lambda one: one.ts)
    page = found[-limit:]
    shown = [message.to_page(engine.base_url) for message in page]
    return answer_json({"ok": True, "messages": shown, "has_more": len(found) > len(page)})


async def show_message(request: Request) -> Response:
    """Serve GET /_page/message?as=U&channel=C&ts=T."""
    engine: Engine = request.app.state.engine
    try:
        conversation = _look_into(engine, request)
    except SlackError as error:
        return _refuse(error)
    message = conversation.find_for(request.query_params["as"], request.query_params.get("ts", ""))
    if message is None:
        return _refuse(SlackError("message_not_found"))
    return answer_json({"ok": True, "message": message.to_page(engine.base_url)})


async def show_file(request: Request) -> Response:
    """Serve GET /_page/file?as=U&id=F."""
    engine: Engine = request.app.state.engine
    stored = engine.world.files.get(request.query_params.get("id", ""))
    if stored is None:
        return _refuse(SlackError("file_not_found"))
    return answer_json({"ok": True, "file": stored.to_slack(engine.base_url)})


async def act(request: Request) -> Response:
    """Serve POST /_page/act."""
    try:
        body: Any = json.loads(await request.body())
    except ValueError:
        return answer_json({"ok": False, "error": "invalid_json"}, 400)
    if not isinstance(body, dict):
        return answer_json({"ok": False, "error": "invalid_json"}, 400)
    return answer_json(await perform(request.app.state.engine, body))


async def upload(request: Request) -> Response:
    """Serve POST /_page/upload?as=U&name=… with the raw bytes as body."""
    engine: Engine = request.app.state.engine
    try:
        person = engine.get_person(request.query_params.get("as", ""))
    except SlackError as error:
        return _refuse(error)
    name = request.query_params.get("name") or "file"
    data = await request.body()
    stored = StoredFile(engine.world.mint.make_id("F"), name, person.id, data=data, completed=True)
    engine.world.files[stored.id] = stored
    return answer_json({"ok": True, "file": stored.to_slack(engine.base_url)})


async def live(socket: WebSocket) -> None:
    """Serve WS /_page/live?as=U."""
    engine: Engine = socket.app.state.engine
    person = socket.query_params.get("as", "")
    if person not in engine.world.people:
        await socket.close(1008)
        return
    await socket.accept()
    queue = engine.live.join(person)
    sending = asyncio.create_task(_send_frames(socket, queue))
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return
    finally:
        engine.live.leave(person, queue)
        sending.cancel()


async def _send_frames(socket: WebSocket, queue: asyncio.Queue[str | None]) -> None:
    await socket.send_text('{"type": "hello"}')
    while (frame := await queue.get()) is not None:
        try:
            await socket.send_text(frame)
        except (WebSocketDisconnect, RuntimeError):
            # Starlette raises RuntimeError when the page has gone between two frames.
            return
    await socket.close(1013)
