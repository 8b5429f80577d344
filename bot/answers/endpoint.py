"""One JSON request to an OpenAI-compatible server: bounded in time and size, and silent about what it carried."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

LARGEST = 8 * 1024 * 1024


class EndpointFailed(Exception):
    """A server did not answer as promised; `reason` is a status or a kind of failure, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Stay(HTTPRedirectHandler):
    """A redirect would carry the key and the text to wherever it points."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post_json(address: str, body: dict[str, object], *, key: str, seconds: float) -> dict[str, Any]:
    """Post a JSON object and return the JSON object that comes back; raises EndpointFailed and nothing else."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise EndpointFailed("address")
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    try:
        request = Request(address, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - checked above
        with build_opener(_Stay).open(request, timeout=seconds) as response:
            raw = response.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise EndpointFailed("size")
        reply = json.loads(raw)
    # The messages of these errors may quote the address, so only the kind is kept.
    except HTTPError as failed:
        failed.close()
        raise EndpointFailed(str(failed.code)) from None
    except OSError as failed:
        raise EndpointFailed(type(failed).__name__) from None
    except (ValueError, HTTPException) as failed:
        raise EndpointFailed(type(failed).__name__) from None
    if not isinstance(reply, dict):
        raise EndpointFailed("shape")
    return reply
