"""The played services on one port, and everything they were asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from sandbox.engines.formats import Asked, find_provider, read_request, write_answer
from sandbox.engines.modes import Answer, Mishap, echo

_ADDRESSES = {"google": "/m", "libre": "", "deepl": "", "papago": "", "openai": "/v1"}


@dataclass(frozen=True)
class Heard:
    """One request as it came, so that a test can look for what must not leave; `at` is monotonic seconds."""

    asked: Asked
    path: str
    headers: dict[str, str]
    body: str
    at: float


class ProviderServer:
    """Plays all services at once; `answer` and `delay` (seconds before each answer) may be changed while it runs."""

    def __init__(self, answer: Answer = echo, *, delay: float = 0.0) -> None:
        self.answer = answer
        self.delay = delay
        self.requests: list[Heard] = []
        self.closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> dict[str, str]:
        """Begin to answer; returns the base URL of each service."""
        self._thread.start()
        return {provider: self.url(provider) for provider in _ADDRESSES}

    def url(self, provider: str) -> str:
        """Return the base URL to configure: of google, libre, deepl, papago or openai."""
        return f"http://127.0.0.1:{self._server.server_port}{_ADDRESSES[provider]}"

    def stop(self) -> None:
        """Stop answering; who hangs is let go."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def texts(self) -> list[str]:
        """Return every text that was asked for, in order."""
        return [text for heard in self.requests for text in heard.asked.texts]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    # Many callers come at once in a burst; the default of 5 would make them wait for a second try of TCP's.
    request_queue_size = 256
    daemon_threads = True
    block_on_close = False

    def __init__(self, played: ProviderServer) -> None:
        self.played = played
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers that give up are what is being tested."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Write no log: what is asked is kept in `requests`."""

    def _serve(self) -> None:
        played = self.server.played
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        provider = find_provider(self.path)
        if provider is None:
            self.send_error(404)
            return
        try:
            asked = read_request(provider, self.path, body)
        except (KeyError, ValueError, TypeError):
            self.send_error(400)
            return
        played.requests.append(Heard(asked, self.path, dict(self.headers), body, time.monotonic()))
        said = [played.answer(text, asked.source, asked.target, provider) for text in asked.texts]
        mishap = next((one for one in said if isinstance(one, Mishap)), Mishap())
        texts = [None if isinstance(one, Mishap) else one for one in said]
        if played.closing.wait(played.delay + mishap.delay):
            return
        kind, content = write_answer(asked, texts)
        self._send(mishap, kind, content if mishap.body is None else mishap.body)

    def _send(self, mishap: Mishap, kind: str, content: str) -> None:
        raw = content.encode()
        self.send_response(mishap.status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if mishap.status in {301, 302, 307}:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        if mishap.retry_after is not None:
            self.send_header("Retry-After", mishap.retry_after)
        self.end_headers()
        if mishap.cut:
            raw = raw[: len(raw) // 2]
        if not mishap.drip:
            self.wfile.write(raw)
            return
        for byte in raw:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.played.closing.wait(mishap.drip):
                return
