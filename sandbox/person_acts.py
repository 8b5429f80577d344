"""Acts that only store and announce: writing, editing, reacting, opening Home.

Each returns a function that makes the answer, so that it is read after the app has heard the event.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.hearing import tell_app
from sandbox.membership import add_member, remove_member
from sandbox.messages import Message
from sandbox.people import Person
from sandbox.posting import change, react, say, withdraw
from sandbox.rich_text import encode_typed
from sandbox.shapes import Json, SlackError

Answer = Callable[[], Json]


def _enter(engine: Engine, person: Person, request: Json) -> Conversation:
    """Return the conversation, which the person must belong to and which must not be archived."""
    conversation = engine.get_conversation(str(request.get("channel")))
    if person.id not in conversation.members:
        raise SlackError("not_in_channel")
    if conversation.archived:
        raise SlackError("is_archived")
    return conversation


def _pick(conversation: Conversation, request: Json) -> Message:
    message = conversation.find(str(request.get("ts")))
    if message is None or message.tombstone:
        raise SlackError("message_not_found")
    return message


def write(engine: Engine, person: Person, request: Json) -> Answer:
    """Write a message, in a thread with `thread_ts`, with `files` attached."""
    conversation = _enter(engine, person, request)
    text = encode_typed(str(request.get("text") or ""), engine.world.people.values())
    files = []
    for file_id in request.get("files") or ():
        stored = engine.world.files.get(file_id)
        if stored is None:
            raise SlackError("file_not_found")
        files.append(stored)
    if not text.strip() and not files:
        raise SlackError("no_text")
    thread_ts = request.get("thread_ts") or None
    if thread_ts:
        parent = conversation.find(str(thread_ts))
        if parent is None:
            raise SlackError("message_not_found")
        thread_ts = parent.thread_ts or parent.ts
    conversation.unread[person.id] = 0
    broadcast = bool(request.get("broadcast")) and thread_ts is not None
    message = say(
        engine, conversation, user=person.id, text=text, thread_ts=thread_ts, files=files, broadcast=broadcast
    )
    return lambda: {"ts": message.ts, "message": message.to_page(engine.base_url)}


def edit(engine: Engine, person: Person, request: Json) -> Answer:
    """Change one's own message."""
    conversation = _enter(engine, person, request)
    message = _pick(conversation, request)
    if message.user != person.id:
        raise SlackError("cant_edit")
    text = encode_typed(str(request.get("text") or ""), engine.world.people.values())
    change(engine, conversation, message, editor=person.id, text=text)
    return lambda: {"message": message.to_page(engine.base_url)}


def delete(engine: Engine, person: Person, request: Json) -> Answer:
    """Delete one's own message, or dismiss an ephemeral."""
    conversation = engine.get_conversation(str(request.get("channel")))
    mine = next(
        (one for one in conversation.ephemerals.get(person.id, ()) if one.ts == request.get("ts")), None
    )
    message = mine or _pick(_enter(engine, person, request), request)
    if mine is None and message.user != person.id:
        raise SlackError("cant_delete")
    withdraw(engine, conversation, message)
    return dict


def add_reaction(engine: Engine, person: Person, request: Json) -> Answer:
    """Add a reaction, or take it back with `remove`."""
    conversation = _enter(engine, person, request)
    message = _pick(conversation, request)
    name = str(request.get("name") or "").strip(":")
    if not name:
        raise SlackError("invalid_name")
    react(engine, conversation, message, person.id, name, remove=bool(request.get("remove")))
    return lambda: {"reactions": message.list_reactions()}


def open_home(engine: Engine, person: Person, _request: Json) -> Answer:
    """Open the app's Home tab; the app may publish a view when it hears of it."""
    world = engine.world
    conversation, is_new = world.open_direct(world.app.bot_user_id, person.id)
    if is_new:
        engine.push_conversation(conversation)
    home = world.homes.get(person.id)
    event = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": conversation.id,
        "tab": "home",
        "event_ts": world.mint.make_ts(),
    }
    tell_app(engine, event | ({"view": home.to_slack()} if home else {}), conversation)

    def answer() -> Json:
        shown = world.homes.get(person.id)
        return {"home": shown.to_slack() if shown else None}

    return answer


def open_dm(engine: Engine, person: Person, request: Json) -> Answer:
    """Open a direct message with somebody, the bot among them."""
    other = engine.world.people.get(str(request.get("user")))
    if other is None:
        raise SlackError("unknown_person")
    conversation, is_new = engine.world.open_direct(person.id, other.id)
    if is_new:
        engine.push_conversation(conversation)
    return lambda: {"conversation": engine.show_conversation(conversation, person.id)}


def join(engine: Engine, person: Person, request: Json) -> Answer:
    """Join a public channel."""
    conversation = engine.get_conversation(str(request.get("channel")))
    if conversation.kind != "channel":
        raise SlackError("channel_not_found")
    if person.id not in conversation.members:
        add_member(engine, conversation, person.id)
    return lambda: {"conversation": engine.show_conversation(conversation, person.id)}


def leave(engine: Engine, person: Person, request: Json) -> Answer:
    """Leave a channel."""
    conversation = _enter(engine, person, request)
    remove_member(engine, conversation, person.id)
    return lambda: {"conversation": engine.show_conversation(conversation, person.id)}


def mark_read(engine: Engine, person: Person, request: Json) -> Answer:
    """Set the unread count of a conversation to zero."""
    conversation = engine.get_conversation(str(request.get("channel")))
    conversation.unread[person.id] = 0
    engine.live.push(person.id, {"type": "unread", "channel": conversation.id, "unread": 0})
    return dict


SILENT_ACTS: dict[str, Callable[[Engine, Person, Json], Answer]] = {
    "message": write,
    "edit": edit,
    "delete": delete,
    "react": add_reaction,
    "home": open_home,
    "open_dm": open_dm,
    "join": join,
    "leave": leave,
    "read": mark_read,
}
