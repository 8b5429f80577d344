"""requests with an end in time and size, for libraries that set none, or their own."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.translation.engines.answers import CONNECT_SECONDS, LARGEST, require_success, retry_after
from bot.translation.engines.engine import EngineFailed, Fault

T = TypeVar("T")


class BoundedAdapter(BaseAdapter):
    """Sends one call's request and reads the answer whole before `until`, whatever timeout the caller names."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self._inner = HTTPAdapter(max_retries=0)
        self._until = until
        self.retry_after: float | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **more: Any) -> requests.Response:
        left = max(0.05, self._until - time.monotonic())
        more |= {"stream": True, "timeout": (min(CONNECT_SECONDS, left), left)}
        response = self._inner.send(request, **more)
        self.retry_after = retry_after(response.headers)
        if response.is_redirect:
            response.close()
            # A session would follow, and take the text along.
            raise EngineFailed(Fault.SERVER)
        try:
            body = self._read(response)
        finally:
            response.raw.close()
        response.raw = io.BytesIO(body)
        return response

    def close(self) -> None:
        self._inner.close()

    def _read(self, response: requests.Response) -> bytes:
        raw = bytearray()
        try:
            # read1 gives what has come; read would wait for a full buffer however slowly it fills.
            while piece := response.raw.read1(65_536, decode_content=True):
                raw += piece
                if len(raw) > LARGEST or time.monotonic() > self._until:
                    break
            else:
                return bytes(raw)
            fault = Fault.NONSENSE if len(raw) > LARGEST else Fault.TIMEOUT
        except ReadTimeoutError:
            fault = Fault.TIMEOUT
        except HTTPError:
            fault = Fault.SERVER
        raise EngineFailed(fault)


class BoundedRequests:
    """Stands for the module `requests` inside a library: get and post that end with the calling thread's call.

    Any status but a success raises EngineFailed at once, before the library makes something else of it.
    """

    def __init__(self) -> None:
        self._call = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound what this thread requests in the block."""
        self._call.until = time.monotonic() + seconds
        try:
            yield
        finally:
            del self._call.until

    def get(self, url: str, **more: Any) -> requests.Response:
        return self._send("GET", url, more)

    def post(self, url: str, **more: Any) -> requests.Response:
        return self._send("POST", url, more)

    def _send(self, method: str, url: str, more: Mapping[str, Any]) -> requests.Response:
        adapter = BoundedAdapter(self._call.until)
        with requests.Session() as session:
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            response = session.request(method, url, allow_redirects=False, **more)
        require_success(response.status_code, response.headers)
        return response


def hush(*names: str) -> None:
    """Stop these libraries from logging at DEBUG, where they print what is translated or the address it is in."""
    for name in ("urllib3.connectionpool", *names):
        logging.getLogger(name).setLevel(logging.WARNING)


def sober(call: Callable[[], T], *, unreadable: tuple[type[Exception], ...]) -> T:
    """Return what the call returns, and make every error of requests, and those named, an EngineFailed.

    The library's error is not kept as a context: it quotes addresses, keys and texts.
    """
    try:
        return call()
    except requests.exceptions.RequestException as error:
        failed = EngineFailed(fault_of_error(error))
    except unreadable:
        failed = EngineFailed(Fault.NONSENSE)
    raise failed


def fault_of_error(error: BaseException | None) -> Fault:
    """Return what an error of requests means."""
    if isinstance(error, requests.exceptions.Timeout):
        return Fault.TIMEOUT
    return Fault.UNREACHABLE if isinstance(error, requests.exceptions.ConnectionError) else Fault.NONSENSE
