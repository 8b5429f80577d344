"""Everything that is written in conversations: what asks the bot is answered, what two sides share is bridged."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.reports.issue_threads import find_issue_at
from bot.services import issue_talk
from handlers import ask, bridging, calling, leaks
from handlers.deps import Deps
from handlers.heard import Heard
from handlers.said import Change, Said, read_said


def register(app: App, _deps: Deps) -> None:
    """Listen to messages and to mentions; Bolt gives an event to one listener only, so this one shares it out."""

    def written(event: dict[str, Any], context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        said = read_said(event)
        if heard is None or said is None:
            return
        bot = str(context.bot_user_id or "")
        if said.in_channel and said.change is Change.NEW:
            notice_activity(heard, said)
        if leaks.guard(heard, event):
            if said.change is Change.EDITED:
                bridging.forget(heard, said)
            return
        if event.get("channel_type") == "group" and _names(said, bot) and leaks.holds_content(heard, event):
            # As a mention it was kept back, because that does not say whether its channel is public.
            _turned_to(heard, event, bot)
        # A call comes as a mention as well, and is taken up there.
        asks = said.change is Change.NEW and event.get("subtype") in (None, "file_share")
        if asks and not calling.is_call(event, bot):
            ask.hear_event(heard, event)
        if said.in_channel:
            bridging.overhear(heard, said, bot=bot)

    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is None:
            return
        if event.get("channel_type") in (None, "channel") and leaks.holds_content(heard, event):
            return
        _turned_to(heard, event, str(context.bot_user_id or ""))

    app.event("message")(written)
    app.event("app_mention")(mentioned)


def _turned_to(heard: Heard, event: dict[str, Any], bot: str) -> None:
    if calling.is_call(event, bot):
        calling.by_mention(heard, event, bot)
    else:
        ask.hear_event(heard, event | {"type": "app_mention"})


def _names(said: Said, bot: str) -> bool:
    return said.change is Change.NEW and bool(bot) and f"<@{bot}" in said.text


def notice_activity(heard: Heard, said: Said) -> None:
    """Let an issue know that somebody wrote in its thread, so that it does not count as forgotten."""
    if said.thread_ts is None:
        return
    me = heard.me
    with heard.deps.transaction.reading() as session:
        # Most threads have no issue, and those that have none cost a look only.
        if find_issue_at(session, me.team_id, said.channel, said.thread_ts) is None:
            return
    with heard.deps.transaction() as uow:
        issue_talk.note_activity(
            uow, channel=said.channel, thread_ts=said.thread_ts, team_id=me.team_id, person_id=me.person_id
        )
