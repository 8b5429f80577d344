"""Drawing the Home tab of one person."""

from __future__ import annotations

import logging

from bot.reports.desk import read_desk
from bot.slack.failures import SlackFailure
from bot.slack.reader import Reader
from bot.slack.views.home import home_view
from bot.slack.views.people import welcome
from handlers.heard import Heard

log = logging.getLogger(__name__)


def publish_home(heard: Heard) -> None:
    """Show the person their desk as it is now, or the greeting to somebody who has not joined."""
    if heard.actor is None:
        view = {"type": "home", "blocks": welcome().blocks}
    else:
        with heard.deps.transaction.reading() as session:
            desk = read_desk(session, heard.actor.person_id)
        # Their language may just have been changed by the button that was pressed.
        t = heard.deps.catalogs[desk.language]
        view = home_view(
            Reader(t, desk.language, desk.zone, heard.deps.transaction.clock(), heard.deps.commands), desk
        )
    try:
        heard.deps.gateway.publish_home(heard.user, view)
    except SlackFailure as failure:
        # Opening Home again draws it anew, so there is nothing to repair.
        log.warning("Home could not be published: %s", failure.code)
