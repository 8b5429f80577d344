"""Reactions that mean something: a flag asks for a translation, 🚨 for people."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from handlers import calling, for_me
from handlers.deps import Deps
from handlers.flags import ALARM
from handlers.heard import Heard


def register(app: App, _deps: Deps) -> None:
    """Listen to reactions; Bolt gives an event to one listener only, so this one shares them out."""

    def reacted(event: dict[str, Any], context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is None:
            return
        if event.get("reaction") == ALARM:
            calling.by_alarm(heard, event)
        else:
            for_me.by_flag(heard, event)

    app.event("reaction_added")(reacted)
