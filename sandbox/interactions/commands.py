"""Slash commands."""

from __future__ import annotations

import re

from sandbox.engine import Engine
from sandbox.interactions.failures import report_failure
from sandbox.interactions.payloads import name_channel
from sandbox.interactions.responses import show_response
from sandbox.people import Person
from sandbox.rich_text import HANDLE
from sandbox.shapes import Json, SlackError


async def run_command(engine: Engine, person: Person, *, channel: str, typed: str) -> Json:
    """Deliver `/name text` and show what the ack says; commands do not exist in threads."""
    conversation = engine.get_conversation(channel)
    if person.id not in conversation.members:
        raise SlackError("not_in_channel")
    if conversation.archived:
        raise SlackError("is_archived")
    name, _, text = typed.strip().partition(" ")
    known = engine.world.app.manifest.find_command(name)
    if not re.fullmatch(r"/\S+", name) or known is None:
        raise SlackError("command_not_found")
    if known.get("should_escape"):
        text = _escape_mentions(engine, text)
    world = engine.world
    payload = {
        "token": world.app.verification_token,
        "team_id": world.team.id,
        "team_domain": world.team.domain,
        "channel_id": conversation.id,
        "channel_name": name_channel(conversation),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": engine.make_response_url(engine.response_urls.issue(person.id, conversation.id)),
        "trigger_id": engine.triggers.issue(person.id),
    }
    outcome = await engine.deliverer.deliver_once("slash_commands", payload)
    if not outcome.ok:
        return report_failure(engine, person, outcome.shown_error, kind="command", what=name)
    shown = None
    if outcome.body not in (None, "", {}):
        try:
            shown = show_response(engine, conversation, person.id, outcome.body).to_page(engine.base_url)
        except SlackError as error:
            detail = str(error.extra.get("errors") or error.code)
            return report_failure(
                engine, person, "invalid_command_response", kind="command", what=name, detail=detail
            )
    return {"ok": True, "ack": outcome.body, "message": shown}


def _escape_mentions(engine: Engine, text: str) -> str:
    people = {person.name: person for person in engine.world.people.values()}

    def name_person(found: re.Match[str]) -> str:
        person = people.get(found["name"])
        return f"<@{person.id}|{person.name}>" if person else found.group()

    return HANDLE.sub(name_person, text)
