"""A message as lines of spans: words that are translated, and everything between them that is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GLUED = "\u2040"
"""Starts the prefix of a line that stands on the same line of the message as the one before it.

Code between ``` is a block of its own even in the middle of a line; `a ```b``` c` are three lines, two of
them glued. No prefix that people write holds this character.
"""


class SpanKind(StrEnum):
    """What a stretch of a line is; only TEXT, and the label of a LINK, hold words to translate."""

    TEXT = "text"
    CODE = "code"
    USER = "user"
    CHANNEL = "channel"
    GROUP = "group"
    BROADCAST = "broadcast"
    LINK = "link"
    EMOJI = "emoji"
    DATE = "date"


@dataclass(frozen=True)
class Span:
    """A stretch of one line.

    `text`: the unescaped words of TEXT; the id of USER, CHANNEL and GROUP; here, channel or everyone; the
    address of a LINK; ":name:" or one visible emoji; CODE without its backticks; what a DATE falls back to.
    `label`: the name that came with an id, or the words a LINK shows, unescaped. `raw`: how the stretch stood
    in mrkdwn with its marks; for a DATE the whole token. Whoever changes a span may leave `raw` as it is:
    nobody trusts it unchecked.
    """

    kind: SpanKind
    text: str
    label: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    raw: str = ""

    @property
    def has_words(self) -> bool:
        """Say whether there are letters to translate: in TEXT, or in a label that is not just its address."""
        if self.kind is SpanKind.TEXT:
            return has_letters(self.text)
        return (
            self.kind is SpanKind.LINK
            and has_letters(self.label)
            and self.label.strip().rstrip("/") not in self.text
        )


@dataclass(frozen=True)
class Line:
    """One line: `prefix` verbatim ("> ", "• ", "1. ", indents), then spans.

    With `fence` the line belongs to ``` code: it has one TEXT span, its mrkdwn as it stands with the
    backticks, which nobody may touch.
    """

    spans: tuple[Span, ...]
    prefix: str = ""
    fence: bool = False


@dataclass(frozen=True)
class Document:
    """A whole message."""

    lines: tuple[Line, ...]

    @property
    def is_wordless(self) -> bool:
        """Say whether there is nothing to translate: no letters outside of fences, code, links and emoji."""
        return not any(has_letters(span.text) for span in self._words())

    def plain(self) -> str:
        """Return the words only, a line a line: for telling the language, not for showing."""
        return "\n".join("" if line.fence else _words_of(line) for line in self.lines)

    def dump(self) -> list[Any]:
        """Return JSON values that `load` makes the same document of."""
        return [_dump_line(line) for line in self.lines]

    @classmethod
    def load(cls, json: Iterable[Any]) -> Document:
        """Return the document that was dumped. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(tuple(_load_line(line) for line in json))

    def _words(self) -> Iterator[Span]:
        for line in self.lines:
            if not line.fence:
                yield from (span for span in line.spans if span.kind is SpanKind.TEXT)


def has_letters(text: str) -> bool:
    """Say whether a text has letters of any script; digits, signs and emoji are none."""
    return any(char.isalpha() for char in text)


def _words_of(line: Line) -> str:
    words = (span.text if span.kind is SpanKind.TEXT else " " for span in line.spans)
    return "".join(words).strip()


_FLAGS = ("bold", "italic", "strike")


def _dump_line(line: Line) -> dict[str, Any]:
    dumped: dict[str, Any] = {"spans": [_dump_span(span) for span in line.spans]}
    if line.prefix:
        dumped["prefix"] = line.prefix
    if line.fence:
        dumped["fence"] = True
    return dumped


def _dump_span(span: Span) -> dict[str, Any]:
    dumped: dict[str, Any] = {"kind": span.kind.value, "text": span.text}
    dumped.update({name: getattr(span, name) for name in ("label", *_FLAGS, "raw") if getattr(span, name)})
    return dumped


def _load_line(json: Mapping[str, Any]) -> Line:
    spans = tuple(_load_span(span) for span in json["spans"])
    return Line(spans, str(json.get("prefix", "")), bool(json.get("fence", False)))


def _load_span(json: Mapping[str, Any]) -> Span:
    bold, italic, strike = (bool(json.get(flag, False)) for flag in _FLAGS)
    return Span(
        SpanKind(json["kind"]),
        str(json["text"]),
        str(json.get("label", "")),
        bold,
        italic,
        strike,
        str(json.get("raw", "")),
    )
