"""The Home tab."""

from __future__ import annotations

from slack_bolt import App, BoltContext

from bot.slack import ids
from handlers.deps import Deps
from handlers.heard import Heard
from handlers.homes import publish_home
from handlers.listening import press_listener


def register(app: App, deps: Deps) -> None:
    """Listen to Home being opened and to its own button."""

    @app.event("app_home_opened")
    def show(context: BoltContext) -> None:
        heard: Heard | None = context.get("heard")
        if heard is not None:
            deps.afterwards.run("publishing Home", lambda: publish_home(heard))

    app.action(ids.HOME_REFRESH)(press_listener({ids.HOME_REFRESH: lambda _heard, _value: {}}))
