"""When there is no work: said honestly, with the offer to be told when there is some."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NoWork
from bot.reports.work_wishes import has_wished, is_quiet
from bot.services import wishing
from bot.slack import ids
from bot.slack.views import wishes as views
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import press_listener
from handlers.once import once


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons of wishes for work."""
    app.action(re.compile("^wish:"))(
        press_listener(
            {
                ids.WISH_TELL: lambda heard, _value: tell_me(heard),
                ids.WISH_FORGET: lambda heard, _value: forget(heard),
            }
        )
    )


def no_work(uow: UnitOfWork, heard: Heard, error: NoWork) -> Answer:
    """Return the answer to somebody for whom there is nothing; raises the error again where a wish is no help."""
    if error.reason != "empty":
        raise error
    person_id = heard.me.person_id
    shown = views.no_work(
        heard.reader,
        wished=has_wished(uow.session, person_id),
        quiet=is_quiet(uow.session, person_id, uow.now),
    )
    # At Home a refusal opens a window; Home itself has the button.
    return shown.as_reply() | {"trouble": True}


def tell_me(heard: Heard) -> Answer:
    """Keep that the person wants to be told of work."""

    def effect(uow: UnitOfWork) -> Answer:
        wishing.wish(uow, person_id=heard.me.person_id)
        return views.wished_reply(heard.reader).as_reply()

    return once(heard, effect)


def forget(heard: Heard) -> Answer:
    """End that wish."""

    def effect(uow: UnitOfWork) -> Answer:
        wishing.forget(uow, person_id=heard.me.person_id)
        return views.forgotten_reply(heard.reader).as_reply()

    return once(heard, effect)
