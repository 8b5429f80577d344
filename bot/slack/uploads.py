"""Sending a file's bytes to the address Slack gave for them: from disk, and to nobody but Slack."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

from bot.slack.failures import TRANSPORT_ERRORS, Final, Transient, classify_answer, classify_error
from bot.slack.file_host import is_slacks, staying_there


def send(url: str, path: Path, *, timeout: float, own: str | None = None) -> None:
    """Send the bytes of a file to an upload address; raises a SlackFailure, and nothing is shared by then.

    The address itself is the permission, so no token goes along. `own` is the address of a Slack of one's own.
    """
    if not is_slacks(url, own):
        raise Final("foreign_host")
    size = path.stat().st_size
    with path.open("rb") as body:
        request = Request(  # noqa: S310 -- Slack's own host over TLS or a configured one, checked just above
            url,
            data=body,
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            method="POST",
        )
        try:
            with staying_there().open(request, timeout=timeout) as answer:
                answer.read(1000)
        except HTTPError as error:
            error.close()
            failure = classify_answer(error.code, None, error.headers.get("Retry-After"))
            raise Transient(failure.code) from None
        except TRANSPORT_ERRORS as error:
            raise Transient(classify_error(error).code) from None
