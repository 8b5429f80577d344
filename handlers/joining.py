"""Becoming known to the bot: the button, the form, and leaving with the Slack account."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.services.people import deactivate, join, language_of
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.gateway import UserProfile
from bot.slack.views import forms, people, trouble
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.homes import publish_home
from handlers.listening import form_listener, press_listener
from handlers.middleware import STRANGERS_LANGUAGE, STRANGERS_ZONE
from handlers.once import look, once, open_view

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Listen to the join button and form, and to accounts that are closed."""
    app.action(ids.JOIN_OPEN)(press_listener({ids.JOIN_OPEN: open_join}))
    app.view(ids.FORM_JOIN)(form_listener({ids.FORM_JOIN: join_crew}))

    @app.event("user_change")
    def leave(event: dict[str, Any], body: dict[str, Any]) -> None:
        user = event.get("user") or {}
        if user.get("deleted") and user.get("id"):
            # Doing this twice changes nothing, so a redelivery needs no memory.
            with deps.transaction() as uow:
                deactivate(uow, team=str(user.get("team_id") or body["team_id"]), user=str(user["id"]))


def open_join(heard: Heard, _value: str) -> Answer:
    """Open the form, in the language of the person's own Slack."""
    if heard.actor is not None:
        nickname = heard.actor.nickname
        return look(heard, lambda _uow: people.joined(heard.reader, nickname).as_reply())
    profile = _profile(heard)
    reader = heard.speaking(_slack_language(profile)).reader
    zone = profile.zone if profile else ""
    # The form carries the zone, so that handing it in asks nobody and answers at once.
    return open_view(heard, {**forms.join_form(reader), "private_metadata": zone})


def join_crew(heard: Heard, fields: Fields, zone: str) -> Answer:
    """Register the person; the window then says what happens next."""
    language = fields.text(ids.LANGUAGE) or STRANGERS_LANGUAGE
    speaking = heard.speaking(language)

    def effect(uow: UnitOfWork) -> Answer:
        joined = join(
            uow,
            team=heard.team,
            user=heard.user,
            nickname=fields.text(ids.NICKNAME),
            language=language,
            zone=zone or STRANGERS_ZONE,
        )
        words: Content = people.joined(speaking.reader, joined.nickname)
        return {"response_action": "update", "view": trouble.notice(speaking.reader.t, words)}

    return once(speaking, effect, then=lambda: publish_home(heard.known_now()))


def _profile(heard: Heard) -> UserProfile | None:
    try:
        return heard.deps.gateway.user_profile(heard.user)
    except SlackFailure as failure:
        # Joining must not depend on it, nor wait for it: the form asks for the language, and most of the crew live
        # in Korea.
        log.warning("a newcomer's language could not be asked: %s", failure.code)
        return None


def _slack_language(profile: UserProfile | None) -> str:
    return language_of(profile.locale) if profile and profile.locale else STRANGERS_LANGUAGE
