"""One POST through httpx with an end in time and size, for services that have no package worth having."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx

from bot.translation.engines.answers import CONNECT_SECONDS, LARGEST, require_success
from bot.translation.engines.engine import EngineFailed, Fault


def post(
    address: str, *, headers: Mapping[str, str], body: Mapping[str, Any], timeout: float
) -> dict[str, Any]:
    """Post a JSON object and return the JSON object that comes back; gives up after `timeout` seconds.

    Raises EngineFailed and nothing else. Redirects are failures: they would carry the key and the text along.
    """
    try:
        return _post(address, headers, body, timeout)
    except httpx.TimeoutException:
        failed = EngineFailed(Fault.TIMEOUT)
    except (httpx.RemoteProtocolError, httpx.DecodingError):
        failed = EngineFailed(Fault.SERVER)
    except httpx.TransportError:
        failed = EngineFailed(Fault.UNREACHABLE)
    # The rest of what httpx raises is about addresses, and json's errors quote what they could not read.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
        failed = EngineFailed(Fault.NONSENSE)
    # Raised here and not above, so that it has no context: the library's error quotes address and content.
    raise failed


def _post(
    address: str, headers: Mapping[str, str], body: Mapping[str, Any], timeout: float
) -> dict[str, Any]:
    until = time.monotonic() + timeout
    limits = httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
    # A fresh client for each call: nothing is shared between threads, and a stuck connection is nobody else's.
    with (
        httpx.Client(timeout=limits, verify=_trusted(), follow_redirects=False) as client,
        client.stream("POST", address, headers=dict(headers), json=dict(body)) as response,
    ):
        require_success(response.status_code, response.headers)
        raw = bytearray()
        for piece in response.iter_bytes():
            raw += piece
            if len(raw) > LARGEST:
                raise EngineFailed(Fault.NONSENSE)
            if time.monotonic() > until:
                raise EngineFailed(Fault.TIMEOUT)
    reply = json.loads(raw)
    if not isinstance(reply, dict):
        raise EngineFailed(Fault.NONSENSE)
    return reply


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates, read once: that takes longer than a call does."""
    return httpx.create_ssl_context()
