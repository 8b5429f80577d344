"""Delivery to the app: Socket Mode or signed HTTP, events with Slack's retries, everything else once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.outcome import Outcome
from sandbox.outgoing import Answer, HttpClient
from sandbox.shapes import Json
from sandbox.socketmode import SocketHub

if TYPE_CHECKING:
    from sandbox.world import App

Kind = Literal["events_api", "slash_commands", "interactive"]
RETRY_SECONDS = (0.0, 60.0, 300.0)
REASONS = {
    "timeout": "http_timeout",
    "ack_dropped": "http_timeout",
    "http_error": "http_error",
    "connection_failed": "connection_failed",
    "dropped": "connection_failed",
}


@dataclass
class Settings:
    """Times in seconds; `retry_scale` shrinks the waits of retries; no `events_url` means Socket Mode."""

    events_url: str | None = None
    ack_seconds: float = 3.0
    retry_scale: float = 1.0


class Deliverer:
    """Sends payloads to the app and keeps a log of every attempt."""

    def __init__(self, app: App, sockets: SocketHub, settings: Settings, faults: Faults) -> None:
        self._app = app
        self._sockets = sockets
        self._settings = settings
        self._faults = faults
        self._http = HttpClient()
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._collecting: list[asyncio.Task[Outcome]] | None = None
        self.log = Ledger()

    @property
    def pending(self) -> int:
        """How many event deliveries, waits for a retry among them, are under way."""
        return len(self._tasks)

    @contextmanager
    def collect(self) -> Iterator[list[asyncio.Task[Outcome]]]:
        """Gather the deliveries that code inside the block starts; the block must not await."""
        collected: list[asyncio.Task[Outcome]] = []
        self._collecting = collected
        try:
            yield collected
        finally:
            self._collecting = None

    def announce(self, payload: Json) -> None:
        """Start delivering an event, with copies, delays and retries; returns at once."""
        copies = self._faults.delivery.count_copies()
        for copy in range(1 + copies):
            self.deliver_again(payload, copy)

    def deliver_again(self, payload: Json, attempt: int = 1) -> None:
        """Start delivering an event as the `attempt`th retry, as Slack does when it heard no answer."""
        reason = "http_timeout" if attempt else ""
        task = asyncio.get_running_loop().create_task(self._deliver_event(payload, attempt, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._collecting is not None:
            self._collecting.append(task)

    async def _deliver_event(self, payload: Json, attempt: int, reason: str) -> Outcome:
        delivery = self._faults.delivery
        wait = delivery.choose_delay()
        if wait:
            await asyncio.sleep(wait)
        while True:
            if delivery.drop.strikes():
                outcome = Outcome("dropped")
                self._note("events_api", payload, attempt, reason, outcome, 0.0)
            else:
                outcome = await self._attempt("events_api", payload, attempt, reason)
            if outcome.ok or outcome.wants_no_retry or attempt >= len(RETRY_SECONDS):
                return outcome
            await asyncio.sleep(RETRY_SECONDS[attempt] * self._settings.retry_scale)
            attempt, reason = attempt + 1, REASONS[outcome.status]

    async def deliver_once(self, kind: Kind, payload: Json) -> Outcome:
        """Deliver a command, click, form or shortcut: at most once, waiting for the ack."""
        return await self._attempt(kind, payload, 0, "")

    async def verify_url(self, url: str) -> bool:
        """Do Slack's url_verification handshake with a new events URL."""
        challenge = secrets.token_urlsafe(24)
        payload = {"token": self._app.verification_token, "challenge": challenge, "type": "url_verification"}
        outcome = await self._post(url, "events_api", payload, 0, "")
        body = outcome.body
        return outcome.ok and (
            body == challenge or (isinstance(body, dict) and body.get("challenge") == challenge)
        )

    async def _attempt(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Outcome:
        started = monotonic()
        url = self._settings.events_url
        if url:
            outcome = await self._post(url, kind, payload, attempt, reason)
        else:
            outcome = await self._sockets.send(
                kind, payload, attempt=attempt, reason=reason, seconds=self._settings.ack_seconds
            )
        if outcome.ok and self._faults.delivery.drop_ack.strikes():
            outcome = Outcome("ack_dropped")
        self._note(kind, payload, attempt, reason, outcome, monotonic() - started)
        return outcome

    async def _post(self, url: str, kind: Kind, payload: Json, attempt: int, reason: str) -> Outcome:
        if kind == "events_api":
            body, content_type = json.dumps(payload, ensure_ascii=False).encode(), "application/json"
        elif kind == "slash_commands":
            body, content_type = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        else:
            body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
            content_type = "application/x-www-form-urlencoded"
        headers = self._sign(body) | {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (sandbox)"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            answer = await asyncio.wait_for(self._http.post(url, body, headers), self._settings.ack_seconds)
        except TimeoutError:
            return Outcome("timeout")
        except OSError:
            return Outcome("connection_failed")
        if not 200 <= answer.status < 300:
            stops = answer.headers.get("x-slack-no-retry") == "1"
            return Outcome("http_error", http_status=answer.status, wants_no_retry=stops)
        return Outcome("ok", body=_parse(answer), http_status=answer.status)

    def _sign(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time()))
        secret = self._app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _note(
        self, kind: Kind, payload: Json, attempt: int, reason: str, outcome: Outcome, took: float
    ) -> None:
        event = payload.get("event")
        if isinstance(event, dict):
            name, identity = event.get("type"), payload.get("event_id")
        else:
            name, identity = payload.get("type") or payload.get("command"), payload.get("trigger_id")
        self.log.note(
            kind=kind, type=name, id=identity, attempt=attempt, reason=reason, outcome=outcome.status,
            http_status=outcome.http_status, took_ms=round(took * 1000, 2), payload=payload,
        )  # fmt: skip

    def close(self) -> None:
        """Stop every delivery and close idle connections."""
        for task in tuple(self._tasks):
            task.cancel()
        self._http.close()


def _parse(answer: Answer) -> Any:
    """Return the ack body: parsed JSON, plain text, or None when empty."""
    text = answer.body.decode("utf-8", "replace").strip()
    if not text:
        return None
    if text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
