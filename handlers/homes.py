"""Drawing the Home tab of the person who asks for it."""

from __future__ import annotations

import logging

from bot.db.unit_of_work import UnitOfWork
from bot.homes import draw_home, remember_opened
from bot.slack.failures import SlackFailure
from bot.slack.views.people import welcome
from handlers.heard import Heard

log = logging.getLogger(__name__)


def publish_home(heard: Heard) -> None:
    """Show the person their desk as it is now, or the greeting to somebody who has not joined."""
    deps, actor = heard.deps, heard.actor
    if actor is None:
        view = {"type": "home", "blocks": welcome().blocks}
    else:
        with deps.transaction.reading() as session:
            uow = UnitOfWork(session, deps.transaction.clock(), reading=True)
            view = draw_home(uow, actor.person_id, catalogs=deps.catalogs, commands=deps.commands)
    try:
        shown = deps.gateway.publish_home(heard.user, view)
    except SlackFailure as failure:
        # Opening Home again draws it anew, so there is nothing to repair.
        log.warning("Home could not be published: %s", failure.code)
        return
    if actor is not None:
        remember_opened(deps.transaction, actor.person_id, heard.user, shown.id)
