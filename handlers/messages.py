"""Everything that is written in conversations: what asks the bot is answered, what two sides share is bridged."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from handlers import ask, bridging
from handlers.deps import Deps
from handlers.heard import Heard
from handlers.said import Change, read_said


def register(app: App, _deps: Deps) -> None:
    """Listen to messages and to mentions; Bolt gives an event to one listener only, so this one shares it out."""

    def written(event: dict[str, Any], context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        said = read_said(event)
        if heard is None or said is None:
            return
        if said.change is Change.NEW and event.get("subtype") in (None, "file_share"):
            ask.hear_event(heard, event)
        if said.in_channel:
            bridging.overhear(heard, said, bot=str(context.bot_user_id or ""))

    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is not None:
            ask.hear_event(heard, event)

    app.event("message")(written)
    app.event("app_mention")(mentioned)
