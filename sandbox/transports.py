"""Remembers the TCP transport behind every request, so that faults can reset a connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any
from weakref import WeakValueDictionary

from uvicorn.protocols.http.h11_impl import H11Protocol

Peer = tuple[str, int]


class Transports:
    """Transports by peer address."""

    def __init__(self) -> None:
        self._by_peer: WeakValueDictionary[Peer, asyncio.Transport] = WeakValueDictionary()

    def remember(self, transport: asyncio.Transport) -> None:
        """Keep a transport under its peer's address for as long as it lives."""
        peer = transport.get_extra_info("peername")
        if peer:
            self._by_peer[peer[:2]] = transport

    def reset(self, client: Any) -> None:
        """Send a TCP RST to this (host, port)."""
        transport = self._by_peer.get(tuple(client)[:2]) if client else None
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        # A linger of zero seconds makes close() send RST instead of FIN.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def make_protocol(transports: Transports) -> type[H11Protocol]:
    """Return uvicorn's HTTP protocol, teaching it to remember its transports here."""

    class RememberingProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            # The base class narrows the parameter in the same way.
            transports.remember(transport)
            super().connection_made(transport)

    return RememberingProtocol
