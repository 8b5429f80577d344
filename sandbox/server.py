"""Routes, and running the whole thing: in the foreground or in a thread of a test."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sandbox import downloads, page_api
from sandbox.control import control, look
from sandbox.engine import Engine
from sandbox.events import Settings
from sandbox.media import ROUTES as MEDIA
from sandbox.seeds import DEMO
from sandbox.transports import make_protocol
from sandbox.webapi.endpoint import call_method
from sandbox.world import World

PAGE = Path(__file__).parent / "page"


async def _show_page(_request: Request) -> Response:
    index = PAGE / "index.html"
    if not index.is_file():
        return PlainTextResponse("sandbox: the page is not installed", 404)
    return FileResponse(index, headers={"Cache-Control": "no-store"})


class _PageFiles(StaticFiles):
    """The page's files, asked for anew each time: a browser must not mix two versions of the page."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _serve_socket(connection: WebSocket) -> None:
    engine: Engine = connection.app.state.engine
    await engine.sockets.serve(connection, engine.world.app.id)


def build_app(engine: Engine) -> Starlette:
    """Return the ASGI application; hot routes come first."""
    routes = [
        Route("/api/{method}", call_method, methods=["GET", "POST"]),
        Route("/_page/act", page_api.act, methods=["POST"]),
        Route("/_page/messages", page_api.list_messages),
        Route("/_page/people", page_api.show_people),
        Route("/_page/state", page_api.show_state),
        Route("/_page/views", page_api.show_views),
        Route("/_page/message", page_api.show_message),
        Route("/_page/file", page_api.show_file),
        Route("/_page/upload", page_api.upload, methods=["POST"]),
        WebSocketRoute("/_page/live", page_api.live),
        Route("/response/{key}", downloads.receive_response, methods=["POST"]),
        Route("/upload/{file_id}", downloads.receive_upload, methods=["POST"]),
        Route("/files/{file_id}/{name}", downloads.send_file),
        Route("/archives/{channel}/{stamp}", downloads.follow_permalink),
        WebSocketRoute("/socket/{ticket}", _serve_socket),
        Route("/_control/{what}", control, methods=["POST"]),
        Route("/_control/{what}", look, methods=["GET"]),
        Route("/", _show_page),
        *MEDIA,
        Mount("/page", _PageFiles(directory=PAGE, check_dir=False)),
    ]
    app = Starlette(routes=routes)
    app.state.engine = engine
    return app


def make_server(engine: Engine) -> uvicorn.Server:
    """Return a uvicorn server for this engine; it logs nothing."""
    config = uvicorn.Config(
        build_app(engine),
        http=make_protocol(engine.transports),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level=logging.CRITICAL,
        lifespan="off",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
        backlog=1024,
    )
    return uvicorn.Server(config)


def listen(port: int) -> socket.socket:
    """Return a listening socket on the loopback address; port 0 picks a free one."""
    # asyncio switches Nagle's delay (40 ms a response) off only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


async def run(engine: Engine, listener: socket.socket, server: uvicorn.Server) -> None:
    """Serve until the server is told to exit."""
    try:
        await server.serve(sockets=[listener])
    finally:
        engine.close()


@dataclass
class RunningSandbox:
    """A sandbox in a thread of this process; read `world` freely, change it through the control API."""

    url: str
    engine: Engine
    server: uvicorn.Server
    thread: threading.Thread

    @property
    def world(self) -> World:
        """The state of the running sandbox."""
        return self.engine.world

    def stop(self) -> None:
        """Close every connection and wait until the thread has ended."""
        self.server.should_exit = True
        self.thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _ThreadServer(uvicorn.Server):
    """uvicorn installs signal handlers, which only the main thread may do; here nobody sends signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve_in_thread(
    world: World | None = None,
    *,
    port: int = 0,
    events_url: str | None = None,
    settings: Settings | None = None,
) -> RunningSandbox:
    """Start a sandbox and return once it accepts connections; without a world it serves the demo world."""
    engine = Engine(world or World(seed=DEMO), settings or Settings(events_url=events_url))
    listener = listen(port)
    engine.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = _ThreadServer(make_server(engine).config)
    ready = threading.Event()

    async def serve() -> None:
        serving = asyncio.create_task(run(engine, listener, server))
        while not server.started and not serving.done():
            await asyncio.sleep(0.001)
        ready.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="sandbox", daemon=True)
    thread.start()
    if not ready.wait(10):
        raise TimeoutError("the sandbox did not start within 10 seconds")
    return RunningSandbox(engine.base_url, engine, server, thread)
