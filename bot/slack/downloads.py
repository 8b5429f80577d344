"""Fetching an uploaded file without ever showing the token to anybody but Slack."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request

from bot.slack.failures import TRANSPORT_ERRORS, Final, Transient, classify_answer, classify_error
from bot.slack.file_host import is_slacks, staying_there


def fetch(
    url: str, token: str, *, limit: int, timeout: float, own: str | None = None, size: int | None = None
) -> bytes:
    """Return at most `limit` bytes from a url_private; raises a SlackFailure.

    `size` is what Slack said the file has, which tells an HTML file from a page that stands in for it;
    `own` is the address of a Slack of one's own, whose files lie on the same host.
    """
    if not is_slacks(url, own):
        raise Final("foreign_host")
    headers = {"Authorization": f"Bearer {token}"}
    request = Request(url, headers=headers)  # noqa: S310 -- Slack's file host or a configured one, checked above
    try:
        with staying_there().open(request, timeout=timeout) as answer:
            body: bytes = answer.read(limit + 1)
            kind = answer.headers.get_content_type()
    except HTTPError as error:
        error.close()
        if error.code in (401, 403, 404, 410) or 300 <= error.code < 400:
            raise Final("file_not_readable") from None
        raise classify_answer(error.code, None, error.headers.get("Retry-After")) from None
    except TRANSPORT_ERRORS as error:
        raise Transient(classify_error(error).code) from None
    if len(body) > limit:
        raise Final("file_too_large")
    if kind == "text/html" and len(body) != size:
        # Without the right scope Slack answers with its sign-in page and status 200.
        raise Final("file_not_readable")
    return body
