"""The Home tab, and what people write to the bot."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.slack import ids
from bot.slack.views import trouble
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.homes import publish_home
from handlers.listening import press_listener
from handlers.speaking import answer_event


def register(app: App, deps: Deps) -> None:
    """Listen to Home being opened, to direct messages and to mentions."""

    @app.event("app_home_opened")
    def show(context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is not None:
            deps.afterwards.run("publishing Home", lambda: publish_home(heard))

    def point(context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is not None:
            answer_event(heard, where_things_are(heard))

    app.event("message")(point)
    app.event("app_mention")(point)
    app.action(ids.HOME_REFRESH)(press_listener({ids.HOME_REFRESH: lambda _heard, _value: {}}))


def where_things_are(heard: Heard) -> Answer:
    """Point to the commands; there is no conversation to be had yet."""
    names: dict[str, Any] = dict(heard.deps.commands)
    return trouble.pointer(heard.reader.t, names["work"], names["review"], names["my"]).as_reply()
