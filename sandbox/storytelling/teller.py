"""Prints a story as it happens and keeps what did not hold."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TextIO
from unicodedata import east_asian_width

from sandbox.client import message_text
from sandbox.expecting import Found, wait_for
from sandbox.shapes import Json

_WIDTH = 100
_MOMENT = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_MARKS = re.compile(r"(?<!\w)[*~`](?=\S)|(?<=\S)[*~`](?!\w)")


class StoryBrokenError(Exception):
    """Something the rest of the story needs did not happen; it was told already."""


@dataclass
class Teller:
    """The voice of a story. `failures` has a line for each expectation that did not hold."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    failures: list[str] = field(default_factory=list)
    checked: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _chapters: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        self._print(f"\n{self._chapters}. {title}")

    def does(self, who: str, what: str) -> None:
        """Tell what somebody does."""
        self._print(f"  {who} {what}")

    def sees(self, who: str, shown: Json | str | None, where: str = "") -> None:
        """Tell what somebody reads: a message, a window or a sentence."""
        words = shown if isinstance(shown, str) else spoken(shown)
        self._print(fold(words, f"    {who}{f' ({where})' if where else ''} ‹ ", " " * 8))

    def note(self, what: str) -> None:
        """Tell something that nobody sees."""
        self._print(f"  · {what}")

    def expect(self, what: str, held: object, seen: object = "") -> None:
        """Note whether an expectation held; the story goes on either way."""
        self.checked += 1
        if held:
            self._print(f"    ✓ {what}")
            return
        self.failures.append(what)
        self._print(f"    ✗ EXPECTED {what}\n      SEEN     {shorten(seen)}")

    def await_(self, what: str, look: Callable[[], Found], timeout: float = 10.0) -> Found:
        """Wait until `look` finds something and return it; the story ends when it does not.

        `what` says what is waited for. Raises StoryBrokenError.
        """
        try:
            return wait_for(look, timeout)
        except TimeoutError:
            self.checked += 1
            self.failures.append(what)
            self._print(f"    ✗ EXPECTED {what}\n      SEEN     nothing of it within {timeout:g} s")
            raise StoryBrokenError(what) from None

    @property
    def seconds(self) -> float:
        """How long the story has been going on."""
        return time.monotonic() - self._begun

    def _print(self, text: str) -> None:
        with self._turn:
            print(text, file=self.out, flush=True)


def spoken(shown: Json | None) -> str:
    """Return a message or view as one line: the words in order, buttons in brackets."""
    if shown is None:
        return "(nothing)"
    pieces = []
    if "root_view_id" in shown:
        pieces.append(f"«{(shown.get('title') or {}).get('text', 'Home')}»")
    for block in shown.get("blocks") or ():
        if block["type"] == "actions":
            pieces.append(
                " ".join(f"[{(button.get('text') or {}).get('text', '')}]" for button in block["elements"])
            )
        elif words := message_text({"blocks": [_mark_changes(block)]}):
            pieces.append(" · ".join(line for line in words.split("\n") if line.strip()))
    if not pieces:
        pieces.append(message_text(shown))
    return _MARKS.sub("", _MOMENT.sub(r"\1", " / ".join(pieces)))


def _mark_changes(block: Any, *, quoted: bool = False) -> Any:
    """Put what is struck out or bold in quotes into signs, as a line of text has no other way to show it."""
    if isinstance(block, list):
        return [_mark_changes(part, quoted=quoted) for part in block]
    if not isinstance(block, dict):
        return block
    quoted = quoted or block.get("type") == "rich_text_quote"
    style = block.get("style")
    if quoted and block.get("type") == "text" and isinstance(style, dict):
        sign = "[-{}-]" if style.get("strike") else "{{+{}+}}" if style.get("bold") else "{}"
        return block | {"text": sign.format(block["text"])}
    return {key: _mark_changes(part, quoted=quoted) for key, part in block.items()}


def fold(words: str, opening: str, indent: str) -> str:
    """Return words on lines of at most 100 columns, where a Korean syllable is two columns wide."""
    lines, line, used = [], opening, _columns(opening)
    for word in words.split():
        wide = _columns(word)
        if used + wide > _WIDTH and line.strip():
            lines.append(line.rstrip())
            line, used = indent, len(indent)
        line += f"{word} "
        used += wide + 1
    return "\n".join([*lines, line.rstrip()])


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def shorten(seen: object, limit: int = 400) -> str:
    """Return what was seen in a form fit for one line."""
    words = spoken(seen) if isinstance(seen, dict) and "blocks" in seen else str(seen)
    words = " ".join(words.split())
    return words if len(words) <= limit else f"{words[:limit]} …"
