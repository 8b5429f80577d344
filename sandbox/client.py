"""Drives the sandbox as people do: for tests, the story and benches. Standard library only, thread-safe."""

from __future__ import annotations

import http.client
import json
import time
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.blockkit import walk_elements
from sandbox.expecting import ActFailed, Found, demand, wait_for
from sandbox.person_client import PersonClient
from sandbox.reading import message_text
from sandbox.shapes import Json

__all__ = ["ActFailed", "PersonClient", "Sandbox", "list_actions", "message_text", "wait_for"]

# The server closes a connection that was silent for 30 seconds.
_KEPT_SECONDS = 15


class Sandbox:
    """A running sandbox, seen from outside; threads may share one driver. `close()` is optional."""

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self.url = url.rstrip("/")
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._timeout = timeout
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []
        # Connections nobody closed would complain when they are collected; they are closed with the driver.
        self.close = weakref.finalize(self, _close_all, self._idle)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """Send one request and return the body, whatever the status."""
        connection = self._connection()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        # list.append and list.pop are atomic, so threads share the idle connections without a lock.
        self._idle.append((time.monotonic(), connection))
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        """Return the connection used last, or a new one when the server may be closing it by now."""
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:
                return http.client.HTTPConnection(*self._address, timeout=self._timeout)
            if time.monotonic() - since < _KEPT_SECONDS:
                return connection
            connection.close()

    @cached_property
    def bot_user_id(self) -> str:
        """The id of the bot's user."""
        return str(self.get("/_control/app")["app"]["bot_user_id"])

    def get(self, path: str, **query: Any) -> Json:
        """GET JSON; query values that are None are left out."""
        words = urlencode({key: value for key, value in query.items() if value is not None})
        answer: Json = json.loads(self.request("GET", f"{path}?{words}" if words else path))
        return answer

    def post(self, path: str, body: Json) -> Json:
        """POST JSON and return the answer."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        answer: Json = json.loads(self.request("POST", path, raw, {"Content-Type": "application/json"}))
        return answer

    def control(self, what: str, **body: Any) -> Json:
        """POST /_control/<what>; raise ActFailed when refused."""
        return demand(self.post(f"/_control/{what}", body))

    def person(self, person_id: str) -> PersonClient:
        """Return the hands of the person with this id."""
        return PersonClient(self, person_id)

    def add_people(self, *people: Json) -> list[PersonClient]:
        """Create or change people (shape: README) and return their hands."""
        made = self.control("people", people=list(people))["people"]
        return [PersonClient(self, person["id"]) for person in made]

    def add_channel(self, name: str, *, members: list[str], **more: Any) -> str:
        """Create or change a channel and return its id."""
        made: Json = self.control("channels", channels=[{"name": name, "members": members, **more}])[
            "channels"
        ][0]
        return str(made["id"])

    def faults(self, **settings: Any) -> None:
        """Switch faults on or off: rules=[…], delivery={…}, rate_limit=…, socket=…, clear=True."""
        self.control("faults", **settings)

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Json]:
        """Return the log of Web API calls, oldest first."""
        calls: list[Json] = self.get("/_control/calls", method=method, since=since)["calls"]
        return calls

    def deliveries(self, kind: str | None = None, *, since: int = 0, type: str | None = None) -> list[Json]:
        """Return the log of delivery attempts to the app, oldest first."""
        log: list[Json] = self.get("/_control/deliveries", kind=kind, since=since, type=type)["deliveries"]
        return log

    def messages(self, channel: str) -> list[Json]:
        """Return everything ever said in a channel, ephemerals and deleted ones included."""
        found: list[Json] = self.get("/_control/messages", channel=channel)["messages"]
        return found

    def wait_for(self, look: Callable[[], Found], timeout: float = 5.0, every: float = 0.01) -> Found:
        """Call `look` until what it returns is true and return that; raise TimeoutError otherwise."""
        return wait_for(look, timeout, every)

    def wait_until_connected(self, timeout: float = 10.0) -> None:
        """Wait until the app has opened a Socket Mode connection."""
        self.wait_for(lambda: self.get("/_control/sockets")["connections"], timeout)

    def wait_until_quiet(self, timeout: float = 10.0) -> None:
        """Wait until no event delivery is under way."""
        self.wait_for(lambda: self.get("/_control/deliveries", since=1 << 60)["pending"] == 0, timeout)


def list_actions(where: Json) -> list[str]:
    """Return the action_ids of a message or view, in order."""
    return [element["action_id"] for _, element in walk_elements(where["blocks"])]


def _close_all(connections: list[tuple[float, http.client.HTTPConnection]]) -> None:
    while connections:
        connections.pop()[1].close()
