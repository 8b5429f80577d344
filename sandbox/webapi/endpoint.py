"""The HTTP side of the Web API: tokens, faults, the rate limit, and the log of calls."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.engine import Engine
from sandbox.faults import Rule
from sandbox.shapes import Json, SlackError
from sandbox.webapi import METHODS
from sandbox.webapi.arguments import Arguments
from sandbox.webapi.registry import Method

SCOPES = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:read,files:write,groups:history,"
    "groups:read,im:history,im:write,reactions:read,reactions:write,users:read,users:read.email"
)


async def call_method(request: Request) -> Response:
    """Serve `/api/<method>`."""
    engine: Engine = request.app.state.engine
    name = request.path_params["method"]
    try:
        values = await _read_values(request)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_json"})
    token = _take_token(request, values)
    channel = values.get("channel") or values.get("channel_id")
    entry = engine.calls.note(
        method=name, args=values, status=200, ok=False, error=None, fault=None, result={}
    )
    rule = engine.faults.find(name, channel)
    if rule is not None:
        entry["fault"] = rule.kind
        refused = await fail_before(engine, request, rule, entry)
        if refused is not None:
            return refused
    answer = _serve(engine, name, token, values)
    entry |= {"ok": answer["ok"], "error": answer.get("error"), "result": _summarise(answer)}
    headers = {"x-oauth-scopes": SCOPES}
    status = 200
    if answer.get("error") == "ratelimited":
        headers["Retry-After"] = str(answer.pop("retry_after"))
        entry["status"] = status = 429
    if rule is not None:
        spoiled = await fail_after(engine, request, rule, entry)
        if spoiled is not None:
            return spoiled
    return Response(
        json.dumps(answer, ensure_ascii=False), status, headers, "application/json; charset=utf-8"
    )


def _serve(engine: Engine, name: str, token: str | None, values: Json) -> Json:
    method = METHODS.get(name)
    if method is None:
        return {"ok": False, "error": "unknown_method", "req_method": name}
    try:
        _check_token(engine, method, token)
        limit = engine.faults.rate_limit
        if limit is not None and name == "chat.postMessage":
            wait = limit.take(str(values.get("channel")))
            if wait:
                return {"ok": False, "error": "ratelimited", "retry_after": wait}
        return {"ok": True, **method.serve(engine, Arguments(values))}
    except SlackError as error:
        return error.to_answer()


def _check_token(engine: Engine, method: Method, token: str | None) -> None:
    if method.token == "none":
        return
    app = engine.world.app
    if not token:
        raise SlackError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise SlackError("invalid_auth")
    if token != (app.app_token if method.token == "app" else app.bot_token):
        raise SlackError("not_allowed_token_type")


async def _read_values(request: Request) -> Json:
    """Return query, form and JSON arguments as one dictionary; raise ValueError for broken JSON."""
    values: Json = dict(request.query_params)
    body = await request.body()
    if not body:
        return values
    if "json" in request.headers.get("content-type", ""):
        parsed = json.loads(body)
        if not isinstance(parsed, dict):
            raise ValueError("not an object")
        return values | parsed
    return values | dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))


def _take_token(request: Request, values: Json) -> str | None:
    """Remove the token from the arguments, so that no log ever holds it."""
    given = values.pop("token", None)
    header = request.headers.get("authorization", "")
    return header[7:] if header.lower().startswith("bearer ") else given


def _summarise(answer: Json) -> Json:
    kept: Json = {key: answer[key] for key in ("ts", "channel", "message_ts", "file_id") if key in answer}
    view: Any = answer.get("view")
    if isinstance(view, dict):
        kept["view_id"] = view.get("id")
    return kept


async def fail_before(engine: Engine, request: Request, rule: Rule, entry: Json) -> Response | None:
    """Answer for a fault that keeps the call from being executed; None lets it go on."""
    if rule.kind == "429":
        entry |= {"status": 429, "error": "ratelimited"}
        headers = {"Retry-After": f"{rule.retry_after:g}"}
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
    if rule.kind in ("500", "502", "503", "504"):
        entry["status"] = int(rule.kind)
        return PlainTextResponse("server error", int(rule.kind))
    if rule.kind == "error":
        entry["error"] = rule.error
        return JSONResponse({"ok": False, "error": rule.error})
    if rule.kind == "reset_before":
        entry["status"] = 0
        return await _reset(engine, request)
    if rule.kind == "hang":
        entry["status"] = 0
        while not await request.is_disconnected():
            await asyncio.sleep(0.05)
        return PlainTextResponse("")
    if rule.kind == "delay":
        await asyncio.sleep(rule.seconds)
    return None


async def fail_after(engine: Engine, request: Request, rule: Rule, entry: Json) -> Response | None:
    """Spoil the answer of a call that was executed; None leaves it alone."""
    if rule.kind == "500_after":
        entry["status"] = 500
        return PlainTextResponse("server error", 500)
    if rule.kind == "reset_after":
        entry["status"] = 0
        return await _reset(engine, request)
    if rule.kind == "delay_after":
        await asyncio.sleep(rule.seconds)
    return None


async def _reset(engine: Engine, request: Request) -> Response:
    engine.transports.reset(request.client)
    # In the next turns of the loop the server notices the lost connection and drops the answer.
    await asyncio.sleep(0.005)
    return PlainTextResponse("")
