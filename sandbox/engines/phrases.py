"""A phrase book: sentences somebody translated by hand, for an engine that knows these and nothing else."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.engines.modes import Mishap

_TOKEN = re.compile(r"[A-Z]{2,4}[0-9]+[A-Z]{2,4}|<[a-z]+[0-9]+/>")
_PLACE = re.compile(r"\{([^{}=]+)(?:=([^{}]*))?\}")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_LANGUAGES = ("ko", "en", "es")
_TAIL = " .!?~…。"

NOT_KNOWN = Mishap(status=400, body='{"error": "this engine is a phrase book and has no such sentence"}')
"""How a service says that it can't do this text, while it is well otherwise."""


@dataclass(frozen=True)
class _Phrase:
    text: str
    said: str

    def render(self, asked: str) -> str | None:
        """Return the translation of a text that has codes for some of the words, None when it is another text."""
        tokens: list[str] = _TOKEN.findall(asked)
        pieces = (re.escape(piece) for piece in _TOKEN.split(asked))
        shape = re.compile("(.+?)".join(pieces), re.IGNORECASE)
        found = shape.fullmatch(self.text)
        if found is None:
            return None
        # The same words may stand in two codes; each is put where they are said, in this order.
        waiting = [(words.strip(), token) for words, token in zip(found.groups(), tokens, strict=True)]

        def put(place: re.Match[str]) -> str:
            for one in waiting:
                if one[0] == place[1]:
                    waiting.remove(one)
                    return one[1]
            return str(place[1] if place[2] is None else place[2])

        said = _PLACE.sub(put, self.said)
        return None if waiting else said


class Phrasebook:
    """Answers as an engine does (`Answer`), as many sentences at once as it knows; NOT_KNOWN for any other.

    The file has a line for each sentence: its language, its words, and what it is in Korean, English and Spanish.
    `{반려=rejected}` in a translation is the place of the words 반려 when those came as a code, else "rejected".
    """

    def __init__(self, file: Path) -> None:
        self._phrases: dict[tuple[str, str], list[_Phrase]] = {}
        self.sentences: list[tuple[str, str, str]] = []
        """Every (language, words, language it can be had in)."""
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                for target in _LANGUAGES:
                    if said := row[target]:
                        phrase = _Phrase(row["text"].rstrip(_TAIL), said)
                        self._phrases.setdefault((row["from"], target), []).append(phrase)
                        self.sentences.append((row["from"], row["text"], target))

    def __call__(self, text: str, source: str, target: str, provider: str) -> str | Mishap:
        asked = html.unescape(text) if provider == "deepl" else text
        said = self._by_sentences(asked, source, target)
        if said is None:
            return NOT_KNOWN
        return html.escape(said, quote=False) if provider == "deepl" else said

    def _find(self, text: str, source: str, target: str) -> str | None:
        if not any(char.isalpha() for char in _TOKEN.sub("", text)):
            return text
        asked = " ".join(text.split()).rstrip(_TAIL)
        known = (phrase.render(asked) for phrase in self._phrases.get((source, target), ()))
        return next((said for said in known if said is not None), None)

    def _by_sentences(self, text: str, source: str, target: str) -> str | None:
        sentences = _SENTENCES.split(text.strip())
        said: list[str] = []
        while sentences:
            # A phrase may be several sentences, so the longest beginning that is known counts.
            for many in range(len(sentences), 0, -1):
                found = self._find(" ".join(sentences[:many]), source, target)
                if found is not None:
                    said.append(found)
                    sentences = sentences[many:]
                    break
            else:
                return None
        return " ".join(said)
