"""A small HTTP/1.1 client on asyncio streams: what the workspace uses to call the app's events URL."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

IDLE_SECONDS = 2.0


class BrokenConnectionError(OSError):
    """The other side closed or spoke something that is not HTTP."""


@dataclass
class Answer:
    """Status, lower-case headers and the whole body of a response."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Connection:
    """An open connection to the app."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = field(default_factory=monotonic)

    def is_fresh(self) -> bool:
        """Tell whether the connection may be used again."""
        return (
            not self.reader.at_eof()
            and not self.writer.is_closing()
            and monotonic() - self.used_at < IDLE_SECONDS
        )


class HttpClient:
    """POSTs with keep-alive; nothing is ever sent twice, whatever happens."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[Connection]] = {}

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Return the answer; raise OSError when the connection fails. The caller sets the time limit."""
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        connection = self._take(host, port)
        if connection is None:
            reader, writer = await asyncio.open_connection(host, port)
            connection = Connection(reader, writer)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {target} HTTP/1.1", f"Host: {host}:{port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        finished = False
        try:
            connection.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await connection.writer.drain()
            answer = await self._read(connection.reader)
            finished = True
        except (asyncio.IncompleteReadError, ValueError, IndexError) as error:
            raise BrokenConnectionError("the app closed the connection") from error
        finally:
            # After a cancelled or failed exchange the stream stands inside a message: never reuse it.
            if not finished:
                connection.writer.close()
        if answer.headers.get("connection", "").lower() == "close":
            connection.writer.close()
        else:
            connection.used_at = monotonic()
            self._idle.setdefault((host, port), []).append(connection)
        return answer

    def _take(self, host: str, port: int) -> Connection | None:
        idle = self._idle.get((host, port), [])
        while idle:
            connection = idle.pop()
            if connection.is_fresh():
                return connection
            connection.writer.close()
        return None

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {}
        for line in head[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = await self._read_chunks(reader)
        elif "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif status in (204, 304):
            body = b""
        else:
            headers["connection"] = "close"
            body = await reader.read()
        return Answer(status, headers, body)

    async def _read_chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while True:
            size = int((await reader.readline()).split(b";")[0], 16)
            body += await reader.readexactly(size)
            await reader.readline()
            if size == 0:
                return body

    def close(self) -> None:
        """Close idle connections."""
        for idle in self._idle.values():
            for connection in idle:
                connection.writer.close()
        self._idle.clear()
