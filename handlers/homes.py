"""Drawing the Home tab of one person."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.db.unit_of_work import UnitOfWork
from bot.domain.policy import Action
from bot.reports.desk import read_desk
from bot.reports.notices import NoticeFacts, notices_in_hand, unread_notices
from bot.reports.translations import ReportedFacts, reported
from bot.services.access import Known, allowed_projects
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
            more = _translated(UnitOfWork(session, heard.reader.now, reading=True), heard.actor)
        # Their language may just have been changed by the button that was pressed.
        t = heard.deps.catalogs[desk.language]
        reader = Reader(t, desk.language, desk.zone, heard.deps.transaction.clock(), heard.deps.commands)
        view = home_view(reader, desk, reported=more.reported, unread=more.unread, notices=more.notices)
    try:
        heard.deps.gateway.publish_home(heard.user, view)
    except SlackFailure as failure:
        # Opening Home again draws it anew, so there is nothing to repair.
        log.warning("Home could not be published: %s", failure.code)


@dataclass(frozen=True)
class _Translated:
    """What stands on a desk because two languages meet."""

    reported: tuple[ReportedFacts, ...]
    unread: tuple[NoticeFacts, ...]
    notices: tuple[NoticeFacts, ...]


def _translated(uow: UnitOfWork, person: Known) -> _Translated:
    corrects, writes = (
        tuple(
            id
            for id, _key in allowed_projects(uow, action, person_id=person.person_id, team_id=person.team_id)
        )
        for action in (Action.FIX_TRANSLATION, Action.NOTICE)
    )
    return _Translated(
        reported(uow.session, corrects) if corrects else (),
        unread_notices(uow.session, person.person_id),
        notices_in_hand(uow.session, writes) if writes else (),
    )
