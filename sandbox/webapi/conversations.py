"""conversations.*: opening, describing, listing, joining and membership."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.membership import add_member, remove_member
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments, cut_page
from sandbox.webapi.reach import find_readable, find_visible, open_bot_direct
from sandbox.webapi.registry import Method

TYPE_NAMES = {"channel": "public_channel", "private": "private_channel", "im": "im"}


def open_direct(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.open for one person."""
    if arguments.get("channel"):
        conversation = find_readable(engine, arguments.need("channel"))
        return {"no_op": True, "already_open": True, "channel": {"id": conversation.id}}
    users = [user for user in (arguments.get("users") or "").replace(" ", "").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        # Group direct messages are outside this workspace; nothing in the project opens one.
        raise SlackError("too_many_users")
    known = set(engine.world.conversations)
    conversation = open_bot_direct(engine, users[0])
    channel: Json = {"id": conversation.id}
    if arguments.is_on("return_im"):
        channel = conversation.to_slack(engine.world.app.bot_user_id, engine.world.team.id)
    already = conversation.id in known
    return {"channel": channel, **({"no_op": True, "already_open": True} if already else {})}


def show_conversation(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.info."""
    bot = engine.world.app.bot_user_id
    conversation = find_visible(engine, arguments.need("channel", "channel_not_found"))
    shown = conversation.to_slack(bot, engine.world.team.id)
    if not arguments.is_on("include_num_members"):
        shown.pop("num_members", None)
    if arguments.is_on("include_locale"):
        shown["locale"] = "en-US"
    return {"channel": shown}


def list_channels(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.list."""
    bot = engine.world.app.bot_user_id
    types = (arguments.get("types") or "public_channel").replace(" ", "").split(",")
    no_archived = arguments.is_on("exclude_archived")
    found = [
        one
        for one in engine.world.conversations.values()
        if TYPE_NAMES[one.kind] in types
        and (one.kind == "channel" or bot in one.members)
        and not (no_archived and one.archived)
    ]
    page, metadata = cut_page(arguments, found, default=100, most=1000)
    shown = [one.to_slack(bot, engine.world.team.id) for one in page]
    return {"channels": shown, "response_metadata": metadata}


def list_members(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.members."""
    conversation = find_visible(engine, arguments.need("channel", "channel_not_found"))
    page, metadata = cut_page(arguments, list(conversation.members), default=100, most=1000)
    return {"members": page, "response_metadata": metadata}


def join(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.join for public channels."""
    conversation = find_visible(engine, arguments.need("channel", "channel_not_found"))
    bot = engine.world.app.bot_user_id
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    new = bot not in conversation.members
    if new:
        add_member(engine, conversation, bot)
    warning = (
        {}
        if new
        else {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    )
    return {"channel": conversation.to_slack(bot, engine.world.team.id), **warning}


def leave(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.leave."""
    conversation = find_visible(engine, arguments.need("channel", "channel_not_found"))
    bot = engine.world.app.bot_user_id
    if bot not in conversation.members:
        return {"not_in_channel": True}
    remove_member(engine, conversation, bot)
    return {}


def invite(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.invite."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    users = arguments.need("users", "no_user").replace(" ", "").split(",")
    for user in users:
        if user not in engine.world.people:
            raise SlackError("user_not_found")
        if user in conversation.members:
            raise SlackError("already_in_channel")
        add_member(engine, conversation, user)
    return {"channel": conversation.to_slack(engine.world.app.bot_user_id, engine.world.team.id)}


def create(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.create."""
    name = arguments.need("name", "invalid_name_required")
    if any(one.name == name for one in engine.world.conversations.values()):
        raise SlackError("name_taken")
    entry = {"name": name, "private": arguments.is_on("is_private"), "bot": True}
    conversation, _, _ = engine.world.put_channel(entry)
    engine.push_conversation(conversation)
    return {"channel": conversation.to_slack(engine.world.app.bot_user_id, engine.world.team.id)}


METHODS = {
    "conversations.open": Method(open_direct),
    "conversations.info": Method(show_conversation),
    "conversations.list": Method(list_channels),
    "conversations.members": Method(list_members),
    "conversations.join": Method(join),
    "conversations.leave": Method(leave),
    "conversations.invite": Method(invite),
    "conversations.create": Method(create),
}
