"""Knowing a copy of task content again without keeping its words: keyed marks of stretches of text.

Winnowing (Schleimer, Wilkerson, Aiken 2003): of every window of neighbouring stretches the one with the least
hash is marked. Two texts that share as many characters as a window spans then share a mark, whatever stands
around them, and only about one stretch in six is marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from zlib import crc32

STRETCH = 10
"""Characters that one mark is made of."""

SPAN = 20
"""Characters of which a copy always shares a mark with its original; marks stand for nothing shorter."""

STOCK = 5
"""A mark that more tasks share than this belongs to a turn of phrase and says nothing about any of them."""

_WINDOW = SPAN - STRETCH + 1
_LEAST_WHOLE = 10
_MOST_PIECES = 200
_LONGEST_PIECE = 200
_BITS_63 = (1 << 63) - 1
_WORDS = ("text", "source", "rationale")
"""The parts of payloads and answers that hold words; addresses, labels and notes to each other do not count."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_SENTENCES = re.compile(r"[.!?\n\u3002\uff1f\uff01]+")
_QUOTED = re.compile(r"[\"\u201c'\u2018\u300c\u300e(\[`]([^\"\u201d'\u2019\u300d\u300f)\]`\n]+)")
# Letters by name that show nothing.
_FILLERS = frozenset("\u115f\u1160")


def normalise(text: str) -> str:
    """Return letters and digits only, composed and in lower case: spaces, signs and marks hide nothing."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in folded if char.isalnum() and char not in _FILLERS)


def words_of(parts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the normalised texts of a task's payload, or of an answer, that are worth guarding."""
    texts = (normalise(_URL.sub(" ", parts[name])) for name in _WORDS if parts.get(name))
    return tuple(text for text in texts if len(text) >= _LEAST_WHOLE)


def telling(text: str) -> float:
    """Return how much a normalised text tells, in syllables: two letters of an alphabet count as one."""
    return sum(1.0 if _is_syllable(char) else 0.5 for char in text)


def _is_syllable(char: str) -> bool:
    # Kana, ideographs and Hangul, in the planes where they stand.
    return "\u3040" <= char <= "\ud7ff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"


class Key:
    """Makes marks; without its secret nobody can tell what they are of. `scope` keeps workspaces apart."""

    def __init__(self, secret: bytes, scope: int = 0) -> None:
        self._secret = blake2b(secret, digest_size=32).digest()
        self._scope = scope.to_bytes(8, "big")

    @property
    def sign(self) -> int:
        """A mark of nothing but the key: equal for equal keys."""
        return self._mark(b"key", "")

    def marks_of_content(self, text: str) -> frozenset[int]:
        """Return the marks to keep of a normalised text: of its stretches, or of the whole if it is short."""
        if telling(text) < SPAN:
            return frozenset({self._mark(b"whole", text)}) if _tells(text, _LEAST_WHOLE) else frozenset()
        return frozenset(self._stretches(text))

    def marks_of_message(self, words: str) -> frozenset[int]:
        """Return the marks by which a message finds the content it copies."""
        found = set(self._stretches(normalise(words)))
        found.update(self._mark(b"whole", piece) for piece in pieces(words))
        return frozenset(found)

    def _stretches(self, text: str) -> Iterator[int]:
        if len(text) < SPAN:
            return
        for start in _chosen(text):
            yield self._mark(b"stretch", text[start : start + STRETCH])

    def _mark(self, kind: bytes, text: str) -> int:
        made = blake2b(text.encode(), digest_size=8, key=self._secret, salt=self._scope, person=kind)
        return int.from_bytes(made.digest(), "big") & _BITS_63


def pieces(words: str) -> frozenset[str]:
    """Return the normalised whole, lines, sentences and quoted words of a message, as far as they are short."""
    parts = [words, *words.splitlines(), *_SENTENCES.split(words), *_QUOTED.findall(words)]
    normal = (normalise(part) for part in parts[:_MOST_PIECES] if len(part) <= _LONGEST_PIECE)
    return frozenset(piece for piece in normal if _tells(piece, _LEAST_WHOLE) and telling(piece) < SPAN)


def _tells(text: str, least: int) -> bool:
    """Say whether a text tells as much as so many syllables; laughter of whatever length does not."""
    return telling(text) >= least and len(set(text)) * 3 >= least


def _chosen(text: str) -> list[int]:
    """Return where the marked stretches begin: in every window the one with the least hash, the last of equals."""
    # A cheap hash is enough to choose by; only what is chosen is hashed with the key.
    raw, wide = text.encode("utf-32-le", "surrogatepass"), 4 * STRETCH
    hashes = [crc32(raw[at : at + wide]) for at in range(0, len(raw) - wide + 1, 4)]
    chosen: list[int] = []
    least = -1
    for end in range(_WINDOW - 1, len(hashes)):
        start = end - _WINDOW + 1
        if least < start:
            least = start
            for at in range(start + 1, end + 1):
                if hashes[at] <= hashes[least]:
                    least = at
        elif hashes[end] <= hashes[least]:
            least = end
        if not chosen or chosen[-1] != least:
            chosen.append(least)
    return chosen


def copies(content: str, words: str) -> bool:
    """Say whether a message holds a stretch of a normalised content that tells as much as `SPAN` syllables.

    A content too short for that must stand in it as a line, a sentence or a quotation of its own.
    """
    if telling(content) < SPAN:
        return content in pieces(words)
    return any(_tells(stretch, SPAN) for stretch in _shared_by_both(content, normalise(words)))


def _shared_by_both(content: str, said: str) -> Iterator[str]:
    shared = {said[at : at + SPAN] for at in range(len(said) - SPAN + 1)}
    for at in range(len(content) - SPAN + 1):
        if content[at : at + SPAN] in shared:
            end = at + SPAN
            # Whatever it is written in, twice as many characters tell enough.
            while end < min(len(content), at + 2 * SPAN) and content[at : end + 1] in said:
                end += 1
            yield content[at:end]
