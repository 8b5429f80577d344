"""Where a text may be cut without breaking what people see as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_JOINER = "\u200d"
_LONGEST_CLUSTER = 40


def is_border(text: str, index: int) -> bool:
    """Say whether a visible character ends before `index`: emoji sequences, flags and jamo stay whole."""
    if not 0 < index < len(text):
        return True
    before, after = text[index - 1], text[index]
    if after == _JOINER or before == _JOINER or (before, after) == ("\r", "\n"):
        return False
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or _is_tail(after):
        return False
    if _is_flag_half(before) and _is_flag_half(after):
        first = index
        while first and _is_flag_half(text[first - 1]):
            first -= 1
        return (index - first) % 2 == 0
    return True


def _is_tail(char: str) -> bool:
    """Skin tones, tags of subdivision flags, and the vowels and tails of Hangul typed as single jamo."""
    return (
        "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or "\u1160" <= char <= "\u11ff"
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def cut(text: str, limit: int) -> str:
    """Return the text in at most `limit` characters, ending in "…" between two visible ones when cut."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    for back in range(min(end, _LONGEST_CLUSTER) + 1):
        if is_border(text, end - back):
            end -= back
            break
    return text[:end].rstrip() + "…" if limit else ""


def split_clusters(text: str) -> tuple[str, ...]:
    """Return the visible characters of a text; joined they are the text again."""
    borders = [index for index in range(len(text) + 1) if is_border(text, index)]
    return tuple(text[a:b] for a, b in pairwise(borders))


def split_pieces(text: str, limit: int) -> Iterator[str]:
    """Yield the text in pieces of at most `limit` characters, broken after a space where there is one."""
    start = 0
    while start < len(text):
        end = _break(text, start, min(start + limit, len(text)), start + limit // 2)
        yield text[start:end]
        start = end


def _break(text: str, start: int, end: int, least: int) -> int:
    """Return where a piece ends: after a line or word, else after a visible character, else right there."""
    if end == len(text):
        return end
    for space in "\n ":
        if (found := text.rfind(space, max(least, start), end)) >= 0:
            return found + 1
    border = end
    while border > max(least, start) and not is_border(text, border):
        border -= 1
    return border if border > start and is_border(text, border) else end
