"""Finding out who asks, before any listener runs; strangers are greeted and go no further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from bot.slack import ids
from bot.slack.reader import Reader
from bot.slack.views.people import welcome
from handlers import leaks
from handlers.deps import Deps
from handlers.flags import ALARM, FLAGS
from handlers.heard import Heard, Kind, keys_of, kind_of
from handlers.said import read_said
from handlers.speaking import answer_event, deliver

STRANGERS_LANGUAGE = "ko"
STRANGERS_ZONE = "Asia/Seoul"

_FOR_STRANGERS = frozenset({ids.JOIN_OPEN, ids.FORM_JOIN, ids.HOME_REFRESH})

Middleware = Callable[[dict[str, Any], BoltContext, Callable[[], None]], BoltResponse | None]


def build_middleware(deps: Deps) -> Middleware:
    """Return the global middleware that puts `heard` into the context of everything somebody asks for."""

    def recognise(
        body: dict[str, Any], context: BoltContext, next: Callable[[], None]
    ) -> BoltResponse | None:
        deps.pulse.beat()
        kind = kind_of(body)
        event = body.get("event") or {}
        if kind is Kind.EVENT and not is_for_us(event):
            next()
            return None
        team, user = context.team_id, speaker_of(event) or context.user_id
        if not team or not user:
            next()
            return None
        heard = _hear(deps, kind, team, user, body)
        # Also for the error handler, should the database not say who this is.
        context["heard"] = heard
        heard = context["heard"] = _recognise(heard)
        if heard.actor is None and _in_passing(event):
            # Somebody who talks in a channel has not turned to the bot, so they are not greeted.
            leaks.guard(heard, event)
            return BoltResponse(status=200, body="")
        if heard.actor is None and not _open_to_strangers(body, event):
            answer = deliver(heard, greet(heard))
            return BoltResponse(status=200, body=answer or "")
        next()
        return None

    return recognise


def is_for_us(event: dict[str, Any]) -> bool:
    """Say whether an event is somebody turning to the bot, or talking where the bot may have to carry it on."""
    kind = event.get("type")
    if kind == "app_home_opened":
        return str(event.get("tab", "home")) == "home"
    if kind == "message":
        said = read_said(event)
        if said is None:
            return False
        return said.in_channel or (
            event.get("channel_type") == "im" and event.get("subtype") in (None, "file_share")
        )
    if event.get("bot_id") or not event.get("user"):
        return False
    return kind == "app_mention" or (kind == "reaction_added" and event.get("reaction") in {*FLAGS, ALARM})


def speaker_of(event: dict[str, Any]) -> str | None:
    """Return whose message an event is about; of a deleted one Slack would name itself."""
    said = read_said(event)
    return said.user if said else None


def _in_passing(event: dict[str, Any]) -> bool:
    """Say whether something was said or done in a channel and not to the bot."""
    if event.get("type") == "reaction_added":
        return True
    said = read_said(event)
    return said is not None and said.in_channel


def _hear(deps: Deps, kind: Kind, team: str, user: str, body: dict[str, Any]) -> Heard:
    """Make a stranger's request of a payload: in Korean, since most newcomers are workers."""
    reader = Reader(
        deps.catalogs[STRANGERS_LANGUAGE],
        STRANGERS_LANGUAGE,
        STRANGERS_ZONE,
        deps.transaction.clock(),
        deps.commands,
    )
    key, delivery = keys_of(kind, team, body)
    return Heard(deps, kind, team, user, None, reader, key, delivery, body)


def _recognise(heard: Heard) -> Heard:
    """Return the request as the person's own, if they have joined."""
    known = heard.known_now()
    if known.actor is None:
        return heard
    speaking = known.speaking(known.actor.language)
    return replace(speaking, reader=replace(speaking.reader, zone=known.actor.zone))


def _open_to_strangers(body: dict[str, Any], event: dict[str, Any]) -> bool:
    if event.get("type") == "app_home_opened":
        return True
    actions = body.get("actions") or [{}]
    view = body.get("view") or {}
    return bool({actions[0].get("action_id"), view.get("callback_id")} & _FOR_STRANGERS)


def greet(heard: Heard) -> dict[str, Any]:
    """Answer a stranger: who the bot is, and the button to join."""
    if heard.kind is Kind.FORM:
        return {"response_action": "clear"}
    if heard.kind is Kind.EVENT:
        answer_event(heard, welcome().as_reply())
        return {}
    return welcome().as_reply()
