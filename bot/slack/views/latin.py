"""People's words for a reader who knows no Hangul: what is left of them without it."""

from __future__ import annotations

import re

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")


def without_korean(text: str) -> str:
    """Return the words that have no Hangul: "3.2" of "3.2 사투리 표기", "" where none is left.

    Signs that stood between words of both kinds go with those: "Sentences" of "문장 번역 · Sentences".
    """
    words = text.split()
    left = [word for word in words if not _HANGUL.search(word)]
    if len(left) == len(words):
        return " ".join(words)
    while left and not any(map(str.isalnum, left[0])):
        del left[0]
    while left and not any(map(str.isalnum, left[-1])):
        del left[-1]
    return " ".join(left)
