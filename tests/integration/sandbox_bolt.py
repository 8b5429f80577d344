"""A real Bolt app for the sandbox's own tests, in both modes, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.client import Sandbox
from sandbox.server import serve_in_thread

BOT_TOKEN = "xoxb-sandbox"
CREW = "C0CREW"
GENERAL = "C0GENERAL"


def make_client(url: str, *, token: str = BOT_TOKEN) -> WebClient:
    """A client that never sends anything twice on its own."""
    return WebClient(token=token, base_url=f"{url}/api/", retry_handlers=[], timeout=10)


def make_app(url: str) -> App:
    return App(
        client=make_client(url),
        signing_secret="sandbox-secret",
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )


@contextmanager
def running_sandbox() -> Iterator[Sandbox]:
    """A sandbox with the demo world and a driver for it."""
    with serve_in_thread() as running:
        box = Sandbox(running.url)
        yield box
        box.close()


@contextmanager
def in_socket_mode(app: App, box: Sandbox) -> Iterator[SocketModeHandler]:
    """Connect the app by Socket Mode."""
    handler = SocketModeHandler(app, "xapp-sandbox", ping_interval=0.5)
    handler.connect()  # type: ignore[no-untyped-call] # Bolt does not type it.
    box.wait_until_connected()
    try:
        yield handler
    finally:
        disconnect(handler, box)


def disconnect(handler: SocketModeHandler, box: Sandbox) -> None:
    """Close the SDK's client without its pauses: a receive of up to 3 s and a queue poll of 1 s."""
    client = handler.client
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    client.closed = True
    box.faults(socket="close")
    client.enqueue_message("")
    # The SDK's disconnect() is not safe against itself: let its own thread do it first.
    box.wait_for(lambda: not client.is_connected())
    handler.close()  # type: ignore[no-untyped-call] # Bolt does not type it.


@contextmanager
def serving_http(app: App) -> Iterator[str]:
    """Serve the app's events endpoint with uvicorn and yield its address."""

    async def receive(request: Request) -> Response:
        body = await request.body()
        headers: dict[str, str | Sequence[str]] = dict(request.headers)

        def dispatch() -> Response:
            answer = app.dispatch(BoltRequest(body=body.decode(), headers=headers))
            return Response(
                answer.body, answer.status, {name: value[0] for name, value in answer.headers.items()}
            )

        return await run_in_threadpool(dispatch)

    with serving_asgi(Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])) as url:
        yield f"{url}/slack/events"


@contextmanager
def serving_asgi(asgi: Starlette) -> Iterator[str]:
    """Serve any ASGI application on a free loopback port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    config = uvicorn.Config(asgi, lifespan="off", log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server._serve([listener])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, value: str = "1") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": value}


def modal(callback_id: str, *blocks: dict[str, Any], title: str = "양식") -> dict[str, Any]:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("보내기"),
        "blocks": list(blocks),
    }


def text_input(block_id: str, label: str, **more: object) -> dict[str, Any]:
    """An input block with one text field, action_id `value`."""
    optional = more.pop("optional", False)
    element = {"type": "plain_text_input", "action_id": "value", **more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
