"""Where words may be cut: after a sentence, else after a word, else between two visible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]」』]*\s+")
_JOINER = "\u200d"
_LONGEST_CLUSTER = 40


def cut_text(text: str, room: int, weight: Callable[[str], int]) -> tuple[str, str]:
    """Return the text in two, the first as long as the room allows, by the weight of each character.

    The first is never empty when the text is not. Joined they are the text.
    """
    end = _end(text, room, weight)
    if end == len(text):
        return text, ""
    least = end // 2
    sentences = [found.end() for found in _SENTENCE.finditer(text, least, end)]
    if sentences:
        return text[: sentences[-1]], text[sentences[-1] :]
    if (space := text.rfind(" ", least, end)) >= 0:
        return text[: space + 1], text[space + 1 :]
    for at in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _holds_together(text[at - 1], text[at]):
            return text[:at], text[at:]
    return text[:end], text[end:]


def _end(text: str, room: int, weight: Callable[[str], int]) -> int:
    used = 0
    for index, char in enumerate(text):
        used += weight(char)
        if used > room:
            return max(index, 1)
    return len(text)


def _holds_together(before: str, after: str) -> bool:
    return (
        _JOINER in (before, after)
        or unicodedata.category(after) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
    )
