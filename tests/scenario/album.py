"""What people read in a scenario, kept word by word, and a look at whether it is in their own language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.client import message_text
from sandbox.shapes import Json

_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+")
_SENTENCE = re.compile(r"[A-Za-z][a-z']*(?:[ ,]+[A-Za-z][a-z']+){3,}")
_MOMENT = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_BOTH = (
    "작업자/worker",
    "수퍼바이저/supervisor",
    "🌐 자동번역 · Machine translation",
    "원문 · Original",
    "오역 신고 · Report",
    "한국어",
)
"""What stands in both languages where both may read, and the button that changes to Korean."""


@dataclass
class Album:
    """Every text that was read, once each, by the language of its reader; `names` and `said` are people's own."""

    names: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    read: dict[str, dict[str, str]] = field(default_factory=lambda: {"ko": {}, "en": {}})
    """By language: the text, and where it was read first."""

    def keep(self, language: str, where: str, shown: Json | None) -> None:
        """Keep a message, a window or a Home."""
        words = _MOMENT.sub(r"\1", message_text(shown)).strip()
        if words:
            self.read[language].setdefault(words, where)

    def look(self, language: str, where: str, messages: Iterable[Json]) -> None:
        """Keep what the bot says in these messages."""
        for message in messages:
            if message["bot"] and not message.get("deleted"):
                self.keep(language, where, message)

    def korean_in_english(self) -> list[str]:
        """Return the Hangul an English reader was shown that is nobody's name and nobody's own words."""
        found = []
        for text, where in self.read["en"].items():
            bare = self._without_own(text)
            found += [f"{where}: {word} in {text}" for word in _HANGUL.findall(bare)]
        return found

    def english_in_korean(self) -> list[str]:
        """Return the English sentences a Korean reader was shown that are nobody's own words."""
        found = []
        for text, where in self.read["ko"].items():
            bare = self._without_own(text)
            found += [f"{where}: {sentence} in {text}" for sentence in _SENTENCE.findall(bare)]
        return found

    def _without_own(self, text: str) -> str:
        for own in sorted((*self.said, *self.names, *_BOTH), key=len, reverse=True):
            text = text.replace(own, "")
        return text

    def print(self) -> str:
        """Return everything as text, to be read aloud."""
        parts = []
        for language, texts in self.read.items():
            parts.append(f"===== {language} =====")
            parts += [f"--- {where}\n{text}" for text, where in texts.items()]
        return "\n\n".join(parts) + "\n"
