"""Bytes in and out: upload addresses, downloads, response addresses and permalinks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sandbox.engine import Engine
from sandbox.interactions.responses import use_response_url
from sandbox.page_api import answer_json
from sandbox.shapes import SlackError
from sandbox.webapi.endpoint import fail_after, fail_before


async def receive_upload(request: Request) -> Response:
    """Serve POST /upload/<id>: the second step of an upload; as many bytes as announced."""
    engine: Engine = request.app.state.engine
    entry = engine.calls.note(
        method="upload",
        args=dict(request.path_params),
        status=200,
        ok=False,
        error=None,
        fault=None,
        result={},
    )
    rule = engine.faults.find("upload", None)
    if rule is not None:
        entry["fault"] = rule.kind
        refused = await fail_before(engine, request, rule, entry)
        if refused is not None:
            return refused
    stored = engine.world.files.get(request.path_params["file_id"])
    data = await request.body()
    if stored is None or stored.completed:
        return PlainTextResponse("not found", 404)
    if len(data) != stored.expected_size:
        return PlainTextResponse(f"expected {stored.expected_size} bytes, got {len(data)}", 400)
    stored.data = data
    entry["ok"] = True
    if rule is not None:
        spoiled = await fail_after(engine, request, rule, entry)
        if spoiled is not None:
            return spoiled
    return PlainTextResponse(f"OK - {len(data)}")


async def send_file(request: Request) -> Response:
    """Serve GET /files/<id>/<name>: the bot shows its token, a person says `?as=`."""
    engine: Engine = request.app.state.engine
    stored = engine.world.files.get(request.path_params["file_id"])
    bearer = request.headers.get("authorization", "") == f"Bearer {engine.world.app.bot_token}"
    person = request.query_params.get("as", "") in engine.world.people
    if not bearer and not person:
        return PlainTextResponse("not authorised", 403)
    if stored is None or stored.data is None:
        return PlainTextResponse("not found", 404)
    headers = {"X-Content-Type-Options": "nosniff"}
    kind = (
        "inline"
        if stored.mimetype.startswith(("image/", "audio/")) and stored.mimetype != "image/svg+xml"
        else "attachment"
    )
    headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    return Response(stored.data, media_type=stored.mimetype, headers=headers)


async def receive_response(request: Request) -> Response:
    """Serve POST /response/<key>: what respond() sends."""
    engine: Engine = request.app.state.engine
    raw = await request.body()
    try:
        body: Any = json.loads(raw)
    except ValueError:
        return answer_json({"ok": False, "error": "invalid_payload"}, 400)
    fields = body if isinstance(body, dict) else {}
    entry = engine.calls.note(
        method="response_url", args=fields, status=200, ok=False, error=None, fault=None, result={}
    )
    rule = engine.faults.find("response_url", None)
    if rule is not None:
        entry["fault"] = rule.kind
        refused = await fail_before(engine, request, rule, entry)
        if refused is not None:
            return refused
    try:
        use_response_url(engine, request.path_params["key"], body)
        entry["ok"] = True
    except SlackError as error:
        gone = error.code in ("expired_url", "used_url", "invalid_url")
        entry |= {"error": error.code, "status": 404 if gone else 400}
        return answer_json(error.to_answer(), entry["status"])
    if rule is not None:
        spoiled = await fail_after(engine, request, rule, entry)
        if spoiled is not None:
            return spoiled
    return answer_json({"ok": True})


async def follow_permalink(request: Request) -> Response:
    """Serve GET /archives/<channel>/p<ts>: leads to the page."""
    digits = request.path_params["stamp"].lstrip("p")
    address = f"/?channel={quote(request.path_params['channel'])}&ts={digits[:-6]}.{digits[-6:]}"
    thread_ts = request.query_params.get("thread_ts")
    return RedirectResponse(address + (f"&thread_ts={quote(thread_ts)}" if thread_ts else ""))
