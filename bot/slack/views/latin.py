"""People's words for a reader who knows no Hangul: what is left of them without it."""

from __future__ import annotations

import re

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")


def without_korean(text: str) -> str:
    """Return the words that have no Hangul: "3.2" of "3.2 사투리 표기", "" where none is left."""
    return " ".join(word for word in text.split() if not _HANGUL.search(word))
