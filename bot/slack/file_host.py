"""Where Slack keeps files: nobody else is ever given one, or shown the token."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, build_opener

FILE_HOST = "files.slack.com"


def is_slacks(url: str, own: str | None) -> bool:
    """Say whether an address is on Slack's file host over TLS, or on `own`, the address of a Slack of one's own."""
    try:
        target = urlsplit(url)
        place = (target.scheme, target.hostname, target.port)
    except ValueError:
        return False
    if own is not None:
        home = urlsplit(own)
        return place == (home.scheme, home.hostname, home.port)
    return place in (("https", FILE_HOST, None), ("https", FILE_HOST, 443))


def staying_there() -> OpenerDirector:
    """Return an opener that follows no redirect."""
    return build_opener(_NoRedirects())


class _NoRedirects(HTTPRedirectHandler):
    """urllib would carry the bytes and the Authorization header along to wherever a redirect points."""

    def redirect_request(self, *_: object) -> None:
        return None
