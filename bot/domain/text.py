"""What people's text may contain so that every database can keep it."""

from __future__ import annotations

import re

# PostgreSQL takes no NUL, and half a surrogate pair can't be written as UTF-8 at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Say whether the text has neither a NUL nor half a surrogate pair."""
    return _UNSTORABLE.search(text) is None
