"""What people taught by correcting: whole messages and single lines, known by their masked words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from bot.translation.document import Document, Line, Span, SpanKind, has_letters
from bot.translation.masked import canonical
from bot.translation.masking import Held, MaskedLine, ScannedLine, mask_line, scan_lines
from bot.translation.pii import find_private

_HARMLESS = frozenset({SpanKind.TEXT, SpanKind.EMOJI, SpanKind.CODE})
"""What a person may add to a translation that later messages get as well."""


class Memory(Protocol):
    """Where lessons are kept, by project and pair of languages."""

    def recall(self, scope: int, source: str, target: str, keys: Sequence[str]) -> dict[str, str]:
        """Return the lessons known under these keys."""
        ...


class NoMemory:
    """A memory in which nothing is kept."""

    def recall(self, scope: int, source: str, target: str, keys: Sequence[str]) -> dict[str, str]:  # noqa: ARG002 -- the Protocol's
        """Return nothing."""
        return {}


@dataclass(frozen=True)
class Recalled:
    """A message in which the lines numbered `remembered` are as a person once put them."""

    document: Document
    remembered: frozenset[int]


def recall(
    memory: Memory, scanned: Sequence[ScannedLine], *, scope: int, source: str, target: str
) -> Recalled:
    """Return the message with everything that is remembered of it; a whole message goes before its lines."""
    now = tuple(line.line for line in scanned)
    if isinstance(memory, NoMemory):
        return Recalled(Document(now), frozenset())
    masked = [mask_line(line) for line in scanned]
    whole = _whole_key(now, masked)
    keys = [_line_key(line, m) for line, m in zip(now, masked, strict=True)]
    known = memory.recall(scope, source, target, [whole, *filter(None, keys)])
    if whole in known:
        held = [held for m in masked for held in m.held]
        lines = tuple(_restored(line, held) for line in json.loads(known[whole]))
        return Recalled(Document(lines), frozenset(range(len(now))))
    lines_now = list(now)
    remembered = set()
    for index, key in enumerate(keys):
        if key and key in known:
            taught = _restored(json.loads(known[key]), masked[index].held)
            lines_now[index] = Line(taught.spans, now[index].prefix)
            remembered.add(index)
    return Recalled(Document(tuple(lines_now)), frozenset(remembered))


def lessons(original: Document, corrected: Document, *, names: frozenset[str]) -> dict[str, str]:
    """Return what a correction teaches: key -> JSON, for the whole message and, where they match, its lines.

    Mentions, links, code and private data are kept as places only. What would say something else of the next
    message teaches nothing: words in which such a place is missing, because its name or number was written out,
    and words that bring in a mention or a link. Nor does a correction that brings in private data or a name.
    """
    before, after = original.lines, corrected.lines
    masked = [mask_line(scanned) for scanned in scan_lines(before, names=names)]
    whole = _stored(after, [held for m in masked for held in m.held])
    if find_private(whole.words, names):
        return {}
    taught: dict[str, Any] = {}
    if whole.serves_others:
        taught[_whole_key(before, masked)] = whole.lines
    if len(before) == len(after):
        for line, m, put in zip(before, masked, after, strict=True):
            stored = _stored((put,), m.held)
            if (key := _line_key(line, m)) and stored.serves_others:
                taught[key] = stored.lines[0]
    return {key: json.dumps(put, ensure_ascii=False) for key, put in taught.items()}


def _whole_key(lines: Sequence[Line], masked: Sequence[MaskedLine]) -> str:
    words = [[line.prefix, canonical(m.masked)] for line, m in zip(lines, masked, strict=True)]
    return "m" + sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def _line_key(line: Line, masked: MaskedLine) -> str | None:
    if line.fence or not any(isinstance(part, str) and has_letters(part) for part in masked.masked):
        return None
    return "l" + sha256(canonical(masked.masked).encode()).hexdigest()


@dataclass(frozen=True)
class _Stored:
    """Lines as JSON in which what is held stands as its number, and the `words` that stand beside it."""

    lines: list[dict[str, Any]]
    words: str
    serves_others: bool


def _stored(lines: Sequence[Line], held: Sequence[Held]) -> _Stored:
    """Return the lines with every held thing at most once, each in the first place that says the same."""
    left = dict(enumerate(held))
    stored: list[dict[str, Any]] = []
    loose: list[Span] = []
    for line in lines:
        items: list[int | Span] = []
        for span in line.spans:
            number = next((n for n, h in left.items() if _same(h.span, span)), None)
            if number is not None:
                del left[number]
                items.append(number)
            elif span.kind is SpanKind.TEXT:
                items += _words(span, left)
            else:
                items.append(span)
        loose += [item for item in items if isinstance(item, Span)]
        spans = [item if isinstance(item, int) else _dump(item) for item in items]
        stored.append({"prefix": line.prefix, "fence": line.fence, "spans": spans})
    words = "\n".join(f"{span.text} {span.label}" for span in loose)
    return _Stored(stored, words, not left and all(span.kind in _HARMLESS for span in loose))


def _words(span: Span, left: dict[int, Held]) -> list[int | Span]:
    """Cut what is held (a name, a number, a code) out of words."""
    for number, held in left.items():
        if held.span.kind is SpanKind.TEXT and held.span.text and held.span.text in span.text:
            del left[number]
            before, _, after = span.text.partition(held.span.text)
            parts: list[int | Span] = _words(_with(span, before), left) if before else []
            return [*parts, number, *(_words(_with(span, after), left) if after else [])]
    return [span]


def _with(span: Span, text: str) -> Span:
    return Span(span.kind, text, bold=span.bold, italic=span.italic, strike=span.strike)


def _same(held: Span, span: Span) -> bool:
    return held.kind is span.kind and held.kind is not SpanKind.TEXT and held.text == span.text


def _dump(span: Span) -> Any:
    return Document((Line((span,)),)).dump()


def _restored(stored: dict[str, Any], held: Sequence[Held]) -> Line:
    spans: list[Span] = []
    for item in stored["spans"]:
        if isinstance(item, int):
            spans.append(held[item].span)
        else:
            spans += Document.load(item).lines[0].spans
    return Line(tuple(spans), stored["prefix"], stored["fence"])
