"""Makes other people's text safe to show: it can't mention, link or pose as the bot's markup."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from bot.slack.graphemes import cut

# Look-alikes that Slack does not read as markup. An underscore inside a word is none, and ids have many.
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", ">": "›"}
_MARKS = re.compile(r"[`*~]|(?<![^\W_])_|_(?![^\W_])|^>", re.MULTILINE)
_ISOLATE, _POP = "\u2068", "\u2069"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_STEERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_URL_LIMIT = 3000


def showable(text: str) -> str:
    """Return the text without control and direction-steering characters; every word is kept."""
    return _UNSHOWABLE.sub("", _STEERING.sub("", _BREAKS.sub("\n", text)))


def escape(text: str) -> str:
    """Return foreign text for a mrkdwn object: shown as written, without effect.

    `&`, `<` and `>` become entities, so that no mention, broadcast or link can be formed. Marks that would
    make it bold or code become look-alikes. Text written from right to left is isolated.
    """
    shown = _MARKS.sub(lambda mark: _LOOK_ALIKES[mark[0]], showable(text))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in shown):
        return f"{_ISOLATE}{shown}{_POP}"
    return shown


def unescape(text: str) -> str:
    """Return escaped text as it was, for places that read no markup."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def one_line(text: str, limit: int = 120) -> str:
    """Return foreign text on one line and cut, unescaped: for plain_text objects and rich_text."""
    return cut(" ".join(showable(text).split()), limit)


def inline(text: str, limit: int = 120) -> str:
    """Return foreign text for the middle of a mrkdwn sentence: one line, cut, then escaped."""
    return escape(one_line(text, limit)) or "—"


def open_url(text: str) -> str | None:
    """Return the address if a button may open it: http or https, printable, at most 3,000 characters."""
    if not text.isprintable() or " " in text or len(text) > _URL_LIMIT:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None


def mention(user: str) -> str:
    """Return Slack's token for a person. Raises ValueError when it is not a user's id."""
    if not re.fullmatch(r"[UW][A-Z0-9]{1,30}", user):
        raise ValueError("not a Slack user id")
    return f"<@{user}>"
