"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.outcome import Outcome
from sandbox.shapes import Json
from sandbox.transports import Transports

REFRESH_GRACE_SECONDS = 10.0
MOST_CONNECTIONS = 10


@dataclass(eq=False)
class SocketConnection:
    """One Socket Mode connection; `leaving` after it was told to refresh."""

    socket: WebSocket
    leaving: bool = False


class SocketHub:
    """All Socket Mode connections of the app; each envelope goes to one of them, in turn."""

    def __init__(self, transports: Transports) -> None:
        self._transports = transports
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._background: set[asyncio.Task[None]] = set()
        self.connections: list[SocketConnection] = []

    def issue_ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket, app_id: str) -> None:
        """Run one connection until it closes; a ticket opens one connection only."""
        ticket = socket.path_params["ticket"]
        if ticket not in self._tickets or len(self.connections) >= MOST_CONNECTIONS:
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = SocketConnection(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": app_id},
        }
        try:
            await socket.send_text(json.dumps(hello))
            self.connections.append(connection)
            while True:
                self._receive(await socket.receive_text())
        except (WebSocketDisconnect, OSError, RuntimeError):
            # RuntimeError is what Starlette raises when a frame is sent while the other side is closing.
            return
        finally:
            if connection in self.connections:
                self.connections.remove(connection)

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if isinstance(frame, dict):
            waiting = self._waiting.get(str(frame.get("envelope_id")))
            if waiting and not waiting.done():
                waiting.set_result(frame.get("payload"))

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, seconds: float) -> Outcome:
        """Deliver one envelope and wait for its acknowledgement."""
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind == "slash_commands"
            or payload.get("type") in ("view_submission", "block_suggestion"),
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            if not await self._write(json.dumps(envelope, ensure_ascii=False)):
                return Outcome("connection_failed")
            return Outcome("ok", body=await asyncio.wait_for(waiting, seconds))
        except TimeoutError:
            return Outcome("timeout")
        finally:
            del self._waiting[envelope_id]

    async def _write(self, text: str) -> bool:
        """Hand the frame to the next live connection; false when there is none."""
        for _ in range(len(self.connections)):
            ready = [
                connection for connection in self.connections if not connection.leaving
            ] or self.connections
            if not ready:
                return False
            self._turn += 1
            connection = ready[self._turn % len(ready)]
            try:
                await connection.socket.send_text(text)
            except (WebSocketDisconnect, OSError, RuntimeError):
                if connection in self.connections:
                    self.connections.remove(connection)
            else:
                return True
        return False

    async def disturb(self, how: str) -> None:
        """Refresh, warn, close or reset every connection that is open now."""
        for connection in tuple(self.connections):
            if how in ("refresh", "warning"):
                connection.leaving = True
                reason = "refresh_requested" if how == "refresh" else "warning"
                frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
                await connection.socket.send_text(json.dumps(frame))
                closing = asyncio.create_task(self._close_later(connection))
                self._background.add(closing)
                closing.add_done_callback(self._background.discard)
            else:
                if connection in self.connections:
                    self.connections.remove(connection)
                if how == "reset":
                    self._transports.reset(connection.socket.client)
                else:
                    await connection.socket.close(1001)

    async def _close_later(self, connection: SocketConnection) -> None:
        await asyncio.sleep(REFRESH_GRACE_SECONDS)
        if connection in self.connections:
            self.connections.remove(connection)
            await connection.socket.close(1001)
