"""chat.postMessage, chat.postEphemeral and chat.getPermalink."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.posting import say, whisper
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.content import read_content
from sandbox.webapi.reach import find_message, find_readable, find_thread, find_visible, find_writable
from sandbox.webapi.registry import Method


def post_message(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.postMessage."""
    channel = arguments.need("channel", "channel_not_found")
    content = read_content(arguments)
    conversation = find_writable(engine, channel)
    message = say(
        engine,
        conversation,
        user=engine.world.app.bot_user_id,
        text=content.text or "",
        blocks=content.blocks,
        thread_ts=find_thread(conversation, arguments.get("thread_ts")),
        broadcast=arguments.is_on("reply_broadcast") and arguments.has("thread_ts"),
        metadata=content.metadata or None,
        username=arguments.get("username"),
    )
    shown = message.to_slack(engine.world.team.id, include_metadata=True, base_url=engine.base_url)
    return {"channel": conversation.id, "ts": message.ts, "message": shown}


def post_ephemeral(engine: Engine, arguments: Arguments) -> Json:
    """Answers ok with a message_ts that no other method accepts."""
    channel = arguments.need("channel", "channel_not_found")
    user = arguments.need("user", "user_not_found")
    content = read_content(arguments)
    conversation = find_visible(engine, channel)
    if engine.world.app.bot_user_id not in conversation.members:
        raise SlackError("not_in_channel")
    if conversation.archived:
        raise SlackError("is_archived")
    if user not in conversation.members or engine.world.people[user].deleted:
        raise SlackError("user_not_in_channel")
    message = whisper(
        engine,
        conversation,
        user,
        text=content.text or "",
        blocks=content.blocks,
        thread_ts=find_thread(conversation, arguments.get("thread_ts")),
        username=arguments.get("username"),
    )
    return {"message_ts": message.ts}


def get_permalink(engine: Engine, arguments: Arguments) -> Json:
    """Serve chat.getPermalink with an address that leads to the page."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    message = find_message(conversation, arguments.need("message_ts", "message_not_found"))
    link = f"{engine.base_url}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message),
    "chat.postEphemeral": Method(post_ephemeral),
    "chat.getPermalink": Method(get_permalink),
}
