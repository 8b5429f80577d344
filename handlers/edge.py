"""The HTTP edge: Starlette routes in front of a sync Bolt App, with a bounded pool of dispatch threads."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from slack_bolt import App, BoltRequest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.log import describe
from bot.metrics import Metrics
from handlers.gate import Gate, Kind, Passed, Refused
from handlers.pool import Pool, TooBusyError
from handlers.probes import Health, build_web

log = logging.getLogger(__name__)

# Everything Bolt may see. Above all x-slack-bolt-lazy-only stays out: it is not signed and skips listeners.
FORWARDED_HEADERS = (
    "content-type",
    "x-slack-request-timestamp",
    "x-slack-signature",
    "x-slack-retry-num",
    "x-slack-retry-reason",
)


class Answer(Protocol):
    """What a dispatch gives back; slack_bolt's BoltResponse is one."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


Dispatch = Callable[[Passed, Mapping[str, str]], Answer]


def dispatch_through(app: App) -> Dispatch:
    """Hand passed requests to a Bolt App without letting Bolt parse the body again."""

    def dispatch(passed: Passed, headers: Mapping[str, str]) -> Answer:
        # Bolt's own parser turns a slash command whose text contains the word "payload" into {}. In the mode
        # of Socket Mode it takes a parsed body; then it becomes an HTTP request again, to be verified as one.
        request = BoltRequest(body=passed.content, headers=dict(headers), mode="socket_mode")
        request.mode = "http"
        request.raw_body = passed.text
        return app.dispatch(request)

    return dispatch


def build_edge(
    *,
    dispatch: Dispatch,
    gate: Gate,
    health: Callable[[], Health],
    metrics: Metrics,
    start: Callable[[], object] = lambda: None,
    stop: Callable[[], object] = lambda: None,
    pool_size: int = 8,
    max_waiting: int = 64,
    patience_seconds: float = 0.8,
    press_patience_seconds: float = 2.0,
    body_seconds: float = 3.0,
) -> Starlette:
    """Build the ASGI app with POST /slack/events, GET /healthz and GET /metrics.

    `dispatch` and `health` run in threads, and so do `start`, once before the first request, and `stop`, once
    after the last. A request that no thread took up within `patience_seconds` is answered 503, undone;
    a press has `press_patience_seconds`, as Slack sends an event again but shows who pressed a warning.
    """
    pool = Pool(pool_size, max_waiting=max_waiting, patience_seconds=patience_seconds, gauge=metrics.waiting)

    async def hear(request: Request) -> Response:
        # One value a name: what the gate judged is also what Bolt gets, should somebody send a header twice.
        headers = dict(request.headers.items())
        refused = gate.check_head(headers)
        if refused is not None:
            return _refuse(metrics, refused.status, refused.reason, unread=True)
        try:
            async with asyncio.timeout(body_seconds):
                body = await _read_body(request, gate.max_bytes)
        except TimeoutError:
            return _refuse(metrics, 408, "slow_body", unread=True)
        except ClientDisconnect:
            return _refuse(metrics, 400, "disconnected", unread=True)
        if body is None:
            return _refuse(metrics, 413, "too_large", unread=True)
        began = time.perf_counter()
        passed = gate.check(headers, body)
        if isinstance(passed, Refused):
            return _refuse(metrics, passed.status, passed.reason)
        if "x-slack-retry-num" in headers:
            metrics.redelivered.inc()
        response, outcome = await _answer(passed, headers)
        if response.status_code < 300:
            gate.answered_ok(passed)
        metrics.acks.labels(passed.kind, outcome).observe(time.perf_counter() - began)
        return response

    async def _answer(passed: Passed, headers: Mapping[str, str]) -> tuple[Response, str]:
        forwarded = {name: headers[name] for name in FORWARDED_HEADERS if name in headers}
        try:
            answer = await pool.run(
                lambda: dispatch(passed, forwarded),
                press_patience_seconds if passed.kind == "interactive" else None,
            )
        except TooBusyError:
            metrics.refused.labels("busy").inc()
            log.warning("no thread was free in time for a request of kind %s", passed.kind)
            return Response(status_code=503), "busy"
        # Bolt and every listener run in there. Whatever escapes may quote the body, so only its type is kept.
        except Exception as error:
            log.error("dispatch of a request of kind %s raised %s at %s", passed.kind, *describe(error))
            return Response(status_code=500), "failed"
        return _to_response(passed.kind, answer)

    def close() -> None:
        pool.close()
        stop()

    listen = Route("/slack/events", hear, methods=["POST"])
    return build_web(health=health, metrics=metrics, routes=[listen], start=start, stop=close)


async def _read_body(request: Request, max_bytes: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            return None
    return bytes(body)


def _refuse(metrics: Metrics, status: int, reason: str, *, unread: bool = False) -> Response:
    metrics.refused.labels(reason).inc()
    log.info("refused a request: %s", reason)
    # Nobody drains an unread body; and the bytes of a request that was answered well are not worth a retry.
    headers = {"connection": "close"} if unread else {"x-slack-no-retry": "1"} if status == 409 else {}
    return JSONResponse({"error": reason}, status_code=status, headers=headers)


def _to_response(kind: Kind, answer: Answer) -> tuple[Response, str]:
    if kind == "event" and answer.status == 404:
        # Slack switches an app's events off when too many fail, and one nobody listens to is no failure.
        return Response(status_code=200), "unmatched"
    # Text cut inside an emoji may hold half a surrogate pair, which UTF-8 cannot carry.
    response = Response(answer.body.encode("utf-8", "replace"), status_code=answer.status)
    for name, values in answer.headers.items():
        if name != "content-length":
            response.raw_headers.extend((name.encode("latin-1"), value.encode("latin-1")) for value in values)
    if answer.status >= 500:
        return response, "failed"
    return response, "ok" if answer.status < 400 else "unmatched" if answer.status == 404 else "refused"
