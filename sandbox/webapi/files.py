"""The three-step upload, files.info and files.delete."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.files import StoredFile
from sandbox.posting import say
from sandbox.rich_text import escape_wire
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.content import accept_blocks
from sandbox.webapi.reach import find_thread, find_writable
from sandbox.webapi.registry import Method

MOST_BYTES = 1_000_000_000


def get_upload_url(engine: Engine, arguments: Arguments) -> Json:
    """Serve files.getUploadURLExternal."""
    name = arguments.need("filename")
    length = arguments.get_number("length", 0, 0, MOST_BYTES)
    if length < 1:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] length must be positive"]}
        )
    stored = StoredFile(
        engine.world.mint.make_id("F"),
        name,
        engine.world.app.bot_user_id,
        expected_size=length,
        alt_text=arguments.get("alt_txt"),
    )
    engine.world.files[stored.id] = stored
    return {"upload_url": f"{engine.base_url}/upload/{stored.id}", "file_id": stored.id}


def complete_upload(engine: Engine, arguments: Arguments) -> Json:
    """Finish uploads and share them; without a channel they stay private to the bot."""
    wanted = arguments.get_json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments")
    uploads: list[StoredFile] = []
    for entry in wanted:
        stored = engine.world.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
        if stored is None or stored.data is None or stored.completed:
            raise SlackError("file_not_found")
        uploads.append(stored)
    channels = arguments.get("channel_id") or arguments.get("channels") or ""
    blocks = arguments.get_json("blocks", "invalid_blocks_format")
    accepted = accept_blocks(blocks) if blocks else None
    targets = [find_writable(engine, channel.strip()) for channel in channels.split(",") if channel.strip()]
    threads = [find_thread(conversation, arguments.get("thread_ts")) for conversation in targets]
    for entry, stored in zip(wanted, uploads, strict=True):
        stored.title, stored.completed = entry.get("title") or stored.name, True
    for conversation, thread_ts in zip(targets, threads, strict=True):
        say(
            engine,
            conversation,
            user=engine.world.app.bot_user_id,
            text=escape_wire(arguments.get("initial_comment") or ""),
            blocks=accepted,
            thread_ts=thread_ts,
            files=list(uploads),
        )
    return {"files": [stored.to_slack(engine.base_url) for stored in uploads]}


def _find(engine: Engine, arguments: Arguments) -> StoredFile:
    stored = engine.world.files.get(arguments.need("file", "file_not_found"))
    if stored is None or not stored.completed:
        raise SlackError("file_not_found")
    return stored


def show_file(engine: Engine, arguments: Arguments) -> Json:
    """Serve files.info."""
    stored = _find(engine, arguments)
    return {
        "file": stored.to_slack(engine.base_url),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def delete_file(engine: Engine, arguments: Arguments) -> Json:
    """Serve files.delete for files of the bot."""
    stored = _find(engine, arguments)
    if stored.user != engine.world.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del engine.world.files[stored.id]
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url),
    "files.completeUploadExternal": Method(complete_upload),
    "files.info": Method(show_file),
    "files.delete": Method(delete_file),
}
