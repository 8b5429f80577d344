"""What people's text may contain so that every database can keep it, and which of it nobody sees."""

from __future__ import annotations

import re

from bot.domain.errors import Invalid

# PostgreSQL takes no NUL, and half a surrogate pair can't be written as UTF-8 at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164\ufeff\uffa0"
)
"""Characters that show nothing and are no white space either, such as the Hangul fillers."""

BLANK = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + INVISIBLE
"""Everything that leaves a word empty when nothing else is in it."""


def is_storable(text: str) -> bool:
    """Say whether the text has neither a NUL nor half a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def check_text(field: str, text: str, limit: int, *, required: bool = True) -> None:
    """Raise Invalid for the field when its text is missing though required, too long or not storable.

    `limit` is in characters and becomes the error's value.
    """
    if required and not text:
        raise Invalid(field, "missing")
    if len(text) > limit:
        raise Invalid(field, "too_long", str(limit))
    if not is_storable(text):
        raise Invalid(field, "unstorable")


def keep_storable(text: str) -> str:
    """Return the text without what no database can keep; for text of files, which nobody typed."""
    return _UNSTORABLE.sub("", text)
