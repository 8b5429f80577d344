"""Messages the app sends without the Web API: in the ack of a command and through a response_url."""

from __future__ import annotations

from typing import Any

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.messages import Message
from sandbox.posting import change, say, whisper, withdraw
from sandbox.rich_text import escape_wire
from sandbox.shapes import Json, SlackError
from sandbox.triggers import ResponseUrl
from sandbox.webapi.content import TEXT_CHARACTERS, accept_blocks


def read_response(body: Any) -> tuple[str, list[Json] | None]:
    """Return checked (text, blocks) of a response body: a string or an object; refuse one with neither."""
    fields = {"text": body} if isinstance(body, str) else body
    if not isinstance(fields, dict):
        raise SlackError("invalid_payload")
    text, blocks = fields.get("text"), fields.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    if text and len(str(text)) > TEXT_CHARACTERS:
        raise SlackError("msg_too_long")
    return escape_wire(str(text or "")), accept_blocks(blocks) if blocks else None


def show_response(
    engine: Engine, conversation: Conversation, viewer: str, body: Any, *, thread_ts: str | None = None
) -> Message:
    """Show a response: ephemeral unless `response_type` says in_channel."""
    text, blocks = read_response(body)
    if isinstance(body, dict) and body.get("response_type") == "in_channel":
        bot = engine.world.app.bot_user_id
        return say(engine, conversation, user=bot, text=text, blocks=blocks, thread_ts=thread_ts)
    return whisper(engine, conversation, viewer, text=text, blocks=blocks, thread_ts=thread_ts)


def use_response_url(engine: Engine, key: str, body: Any) -> None:
    """Carry out a POST to a response_url; refuses unknown, used-up or expired ones."""
    place = engine.response_urls.use(key)
    conversation = engine.get_conversation(place.channel)
    fields = body if isinstance(body, dict) else {"text": body}
    original = place.message if place.message and not place.message.deleted else None
    if fields.get("delete_original") and original:
        withdraw(engine, conversation, original)
        return
    if fields.get("replace_original") and original:
        _replace(engine, conversation, original, fields)
        return
    thread_ts = fields.get("thread_ts") or (place.thread_ts if _stays_in_thread(place, fields) else None)
    show_response(engine, conversation, place.person, fields, thread_ts=thread_ts)


def _stays_in_thread(place: ResponseUrl, fields: Json) -> bool:
    """Tell whether an answer goes into the thread it was asked from: ephemeral ones do."""
    return place.thread_ts is not None and fields.get("response_type") != "in_channel"


def _replace(engine: Engine, conversation: Conversation, original: Message, fields: Json) -> None:
    text, blocks = read_response(fields)
    # Unlike chat.update, a replacement without blocks takes the old blocks away.
    change(
        engine, conversation, original, editor=engine.world.app.bot_user_id, text=text, blocks=blocks or []
    )
