"""Sending a file's bytes to the address Slack gave for them: from disk, and to nobody but Slack."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.slack.failures import TRANSPORT_ERRORS, Final, Transient, classify_answer, classify_error

UPLOAD_HOST = "files.slack.com"


class _NoRedirects(HTTPRedirectHandler):
    """The bytes go where Slack said and not wherever that leads."""

    def redirect_request(self, *_: object) -> None:
        return None


def send(url: str, path: Path, *, timeout: float, own: str | None = None) -> None:
    """Send the bytes of a file to an upload address; raises a SlackFailure, and nothing is shared by then.

    The address itself is the permission, so no token goes along. `own` is the address of a Slack of one's own.
    """
    if not _is_slacks(url, own):
        raise Final("foreign_host")
    size = path.stat().st_size
    with path.open("rb") as body:
        # Slack's own host over TLS or a configured one, checked just above.
        request = Request(  # noqa: S310
            url,
            data=body,
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            method="POST",
        )
        try:
            with build_opener(_NoRedirects()).open(request, timeout=timeout) as answer:
                answer.read(1000)
        except HTTPError as error:
            error.close()
            failure = classify_answer(error.code, None, error.headers.get("Retry-After"))
            raise Transient(failure.code) from None
        except TRANSPORT_ERRORS as error:
            raise Transient(classify_error(error).code) from None


def _is_slacks(url: str, own: str | None) -> bool:
    try:
        target = urlsplit(url)
        place = (target.scheme, target.hostname, target.port)
    except ValueError:
        return False
    if own is not None:
        home = urlsplit(own)
        return place == (home.scheme, home.hostname, home.port)
    return place in (("https", UPLOAD_HOST, None), ("https", UPLOAD_HOST, 443))
