"""Task content in public channels: kept back before anything is done with it, and what its author then presses."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.reports.issue_parts import LeakFacts
from bot.services import leaked_pictures, leaks
from bot.services.content_prints import Copied
from bot.slack import ids
from bot.slack.failures import Final, SlackFailure
from bot.slack.ids import Ref
from bot.slack.views import leaks as views
from bot.slack.views import trouble
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import by_ref, press_listener
from handlers.once import look, once
from handlers.said import Change, Said, read_said
from handlers.shown import shows_picture, words_shown
from handlers.speaking import whisper

log = logging.getLogger(__name__)


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons of warnings."""
    app.action(re.compile("^leak:"))(
        press_listener(
            {
                ids.LEAK_ASK: by_ref(ask_deletion),
                ids.LEAK_DELETED: by_ref(said_deleted),
                ids.LEAK_YES: by_ref(picture_is_work),
                ids.LEAK_HARMLESS: by_ref(picture_is_harmless),
            }
        )
    )


def guard(heard: Heard, event: dict[str, Any]) -> bool:
    """Look a message of a public channel up; True when it shows task content and nobody may take its words.

    Its author is warned then and an issue raised, or what they did about it noted. Also for people who have
    not joined. Private channels and direct messages are none of its business.
    """
    said = read_said(event)
    if said is None or event.get("channel_type") != "channel":
        return False
    with heard.deps.transaction.reading() as session:
        team_id = heard.actor.team_id if heard.actor else leaks.find_team(session, heard.team)
        if team_id is None:
            return False
        copied = None if said.change is Change.DELETED else _copied(heard, session, team_id, _message(event))
        known = copied is None and leaks.stands(session, team_id=team_id, channel=said.channel, ts=said.ts)
    if copied is not None:
        _leaked(heard, said, team_id, copied)
    elif said.change is Change.DELETED or known:
        _gone(heard, team_id, said.channel, said.ts)
    elif heard.actor is not None and shows_picture(_message(event)):
        _picture(heard, said)
    return copied is not None


def holds_content(heard: Heard, event: dict[str, Any]) -> bool:
    """Say whether a person's message to the bot copies task content, wherever it stands."""
    with heard.deps.transaction.reading() as session:
        return _copied(heard, session, heard.me.team_id, event) is not None


def _message(event: dict[str, Any]) -> dict[str, Any]:
    return event["message"] if event.get("subtype") == "message_changed" else event


def _copied(heard: Heard, session: Any, team_id: int, message: dict[str, Any]) -> Copied | None:
    person_id = heard.actor.person_id if heard.actor else None
    words = words_shown(message)
    return heard.deps.prints.lookup(session, team_id=team_id, words=words, person_id=person_id)


def _leaked(heard: Heard, said: Said, team_id: int, copied: Copied) -> None:
    with heard.deps.transaction() as uow:
        leaks.message_leaked(
            uow,
            team_id=team_id,
            author_id=heard.actor.person_id if heard.actor else None,
            channel=said.channel,
            ts=said.ts,
            thread_ts=said.thread_ts,
            copied=copied,
        )


def _gone(heard: Heard, team_id: int, channel: str, ts: str) -> None:
    with heard.deps.transaction() as uow:
        leaks.message_gone(uow, team_id=team_id, channel=channel, ts=ts)


def _picture(heard: Heard, said: Said) -> None:
    me = heard.me
    with heard.deps.transaction() as uow:
        leaked_pictures.picture_seen(
            uow,
            person_id=me.person_id,
            team_id=me.team_id,
            channel=said.channel,
            ts=said.ts,
            thread_ts=said.thread_ts,
        )


def ask_deletion(heard: Heard, ref: Ref) -> Answer:
    """Have supervisors and admins asked to delete the author's message."""
    return _press(heard, leaks.ask_deletion, ref)


def picture_is_work(heard: Heard, ref: Ref) -> Answer:
    """Take the author's word that a picture shows work."""
    return _press(heard, leaked_pictures.picture_is_work, ref)


def picture_is_harmless(heard: Heard, ref: Ref) -> Answer:
    """Take the author's word that a picture shows no work."""
    return _press(heard, leaked_pictures.picture_is_harmless, ref)


def _press(heard: Heard, service: Callable[..., None], ref: Ref) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        service(uow, person_id=heard.me.person_id, leak_id=ref.id)
        return {}

    return once(heard, effect)


def said_deleted(heard: Heard, ref: Ref) -> Answer:
    """Look whether a message is gone whose author says so: the event of it may not have reached us."""
    found: list[LeakFacts] = []

    def read(uow: UnitOfWork) -> Answer:
        found.append(leaks.own_message(uow, person_id=heard.me.person_id, leak_id=ref.id))
        return {}

    answer = look(heard, read)
    for leak in found:
        heard.deps.afterwards.run("looking whether a message is gone", partial(_look, heard, leak))
    return answer


def _look(heard: Heard, leak: LeakFacts) -> None:
    try:
        message = heard.deps.gateway.read_message(leak.channel, leak.ts, leak.thread_ts)
    except Final as failure:
        log.info("a message could not be looked for, so its author is believed: %s", failure.code)
        message = None
    except SlackFailure as failure:
        log.warning("a message could not be looked for: %s", failure.code)
        whisper(heard, trouble.say(trouble.busy(heard.reader.t)).as_reply())
        return
    if message is not None and _still_shows(heard, leak, message):
        whisper(heard, views.still_there(heard.reader).as_reply())
    else:
        _gone(heard, heard.me.team_id, leak.channel, leak.ts)


def _still_shows(heard: Heard, leak: LeakFacts, message: dict[str, Any]) -> bool:
    if leak.picture:
        return shows_picture(message)
    with heard.deps.transaction.reading() as session:
        return _copied(heard, session, heard.me.team_id, message) is not None
