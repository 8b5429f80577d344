"""What a person may do, by the `kind` words of the page API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.engine import Engine
from sandbox.interactions.actions import click
from sandbox.interactions.commands import run_command
from sandbox.interactions.forms import close, submit
from sandbox.interactions.shortcuts import run_message_shortcut, run_shortcut
from sandbox.interactions.suggestions import ask_options
from sandbox.people import Person
from sandbox.person_acts import SILENT_ACTS
from sandbox.shapes import Json, SlackError

Act = Callable[[Engine, Person, Json], Awaitable[Json]]


async def _command(engine: Engine, person: Person, request: Json) -> Json:
    return await run_command(engine, person, channel=_need(request, "channel"), typed=_need(request, "text"))


async def _submit(engine: Engine, person: Person, request: Json) -> Json:
    return await submit(engine, person, view_id=_need(request, "view_id"), values=request.get("values") or {})


async def _close(engine: Engine, person: Person, request: Json) -> Json:
    return await close(engine, person, view_id=_need(request, "view_id"), everything=bool(request.get("all")))


async def _shortcut(engine: Engine, person: Person, request: Json) -> Json:
    return await run_shortcut(engine, person, callback_id=_need(request, "callback_id"))


async def _message_shortcut(engine: Engine, person: Person, request: Json) -> Json:
    callback_id, channel = _need(request, "callback_id"), _need(request, "channel")
    return await run_message_shortcut(
        engine, person, callback_id=callback_id, channel=channel, ts=_need(request, "ts")
    )


ACTS: dict[str, Act] = {
    "command": _command,
    "action": click,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "message_shortcut": _message_shortcut,
    "options": ask_options,
}


async def perform(engine: Engine, request: Json) -> Json:
    """Carry out one act and return the answer of `POST /_page/act`."""
    try:
        person = engine.get_person(str(request.get("as")))
        kind = str(request.get("kind"))
        if kind in ACTS:
            return await ACTS[kind](engine, person, request)
        if kind not in SILENT_ACTS:
            return {"ok": False, "error": "unknown_kind"}
        with engine.deliverer.collect() as deliveries:
            result = SILENT_ACTS[kind](engine, person, request)
        if request.get("wait") and deliveries:
            # Retries of an app that does not answer may take minutes: the first attempts are waited for.
            await asyncio.wait(deliveries, timeout=engine.settings.ack_seconds + 1)
        return {"ok": True, "ack": None, **result()}
    except SlackError as error:
        return error.to_answer()


def _need(request: Json, name: str) -> str:
    value: Any = request.get(name)
    if value in (None, ""):
        raise SlackError("invalid_arguments", detail=f"missing field: {name}")
    return str(value)
