"""conversations.history and conversations.replies."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.messages import Message
from sandbox.shapes import Json, SlackError
from sandbox.webapi.arguments import Arguments, write_cursor
from sandbox.webapi.reach import find_readable
from sandbox.webapi.registry import Method


def read_history(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.history, newest first; `cursor` goes on below the page before."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    limit = arguments.get_number("limit", 100, 1, 999)
    inclusive = arguments.is_on("inclusive")
    oldest, latest = arguments.get("oldest") or "", arguments.get("latest") or ""
    stamps = conversation.slice_roots(_pad(oldest), _pad(latest), inclusive=inclusive)
    cursor = arguments.read_cursor()
    if cursor:
        stamps = [ts for ts in stamps if ts < cursor]
    page = stamps[-limit:]
    more = len(stamps) > len(page)
    messages = [_show(engine, arguments, conversation.messages[ts]) for ts in reversed(page)]
    answer: Json = {"messages": messages, "has_more": more, "pin_count": 0, "channel_actions_ts": None}
    if more:
        answer["response_metadata"] = {"next_cursor": write_cursor(page[0])}
    return answer


def read_replies(engine: Engine, arguments: Arguments) -> Json:
    """Serve conversations.replies: the parent, then its replies, oldest first."""
    conversation = find_readable(engine, arguments.need("channel", "channel_not_found"))
    parent = conversation.find(arguments.need("ts", "thread_not_found"))
    if parent is None:
        raise SlackError("thread_not_found")
    limit = arguments.get_number("limit", 1000, 1, 1000)
    inclusive = arguments.is_on("inclusive")
    oldest, latest = _pad(arguments.get("oldest") or ""), _pad(arguments.get("latest") or "")
    cursor = arguments.read_cursor()
    stamps = [
        ts
        for ts in parent.replies
        if (not oldest or ts > oldest or (inclusive and ts == oldest))
        and (not latest or ts < latest or (inclusive and ts == latest))
        and ts > cursor
    ]
    page = stamps[: limit - 1] if limit > 1 else []
    more = len(stamps) > len(page)
    messages = [
        _show(engine, arguments, message)
        for message in (parent, *map(conversation.messages.__getitem__, page))
    ]
    answer: Json = {"messages": messages, "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": write_cursor(page[-1] if page else parent.ts)}
    return answer


def _pad(bound: str) -> str:
    """Bring a bound such as "1790000000" or "1790000000.5" into the form of a ts, so that strings compare."""
    if not bound:
        return ""
    seconds, _, fraction = bound.partition(".")
    if not seconds.isdigit() or (fraction and not fraction.isdigit()):
        raise SlackError("invalid_ts_oldest" if bound else "invalid_ts_latest")
    return "" if int(seconds) == 0 else f"{seconds.rjust(10, '0')}.{fraction.ljust(6, '0')}"


def _show(engine: Engine, arguments: Arguments, message: Message) -> Json:
    # Slack includes metadata only on request.
    wanted = arguments.is_on("include_all_metadata")
    return message.to_slack(engine.world.team.id, include_metadata=wanted, base_url=engine.base_url)


METHODS = {
    "conversations.history": Method(read_history),
    "conversations.replies": Method(read_replies),
}
