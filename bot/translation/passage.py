"""One line, or the label of a link, on its way through an engine and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.translation.chunks import split
from bot.translation.document import Span, SpanKind, has_letters
from bot.translation.masked import Masked, Part, Slot, joined, slots_of
from bot.translation.masking import Held, Hold, MaskedLine
from bot.translation.phrases import short_reply
from bot.translation.polish import polish

_DENSE = ("ko", "ja", "zh")
_LONGEST_DENSE = 1_200
_LONGEST = 3_000
# Engines begin to lose slots where many stand together, so such a line goes sentence by sentence.
_CROWDED = 4
_LONGEST_CROWDED = 160

# Who or what stands at the edge of a sentence without being a part of it.
_LOOSE = (SpanKind.USER, SpanKind.GROUP, SpanKind.BROADCAST, SpanKind.EMOJI)


@dataclass
class Piece:
    """A stretch of a passage. Slot n of `core` is slot `numbers[n]` of the passage; `answer` is in the same slots."""

    left: Masked
    core: Masked
    right: Masked
    numbers: tuple[int, ...]
    answer: Masked | None = None

    def whole(self) -> Masked:
        """Return the piece with its answer, in the slots of the passage."""
        answer = self.core if self.answer is None else self.answer
        back: list[Part] = [
            Slot(self.numbers[part.number]) if isinstance(part, Slot) else part for part in answer
        ]
        return joined([*self.left, *back, *self.right])


@dataclass
class Passage:
    """Masked words in one language with the pieces they are sent in; `labels` are those of links in its slots."""

    masked: MaskedLine
    source: str
    pieces: list[Piece]
    labels: dict[int, Passage] = field(default_factory=dict)

    def unanswered(self) -> Iterator[Piece]:
        """Yield what has to be sent, labels of links after the line itself."""
        yield from (piece for piece in self.pieces if piece.answer is None)
        for label in self.labels.values():
            yield from label.unanswered()

    def spans(self, target: str, flags: set[str]) -> tuple[Span, ...]:
        """Return the line in the target language, once every piece has its answer; adds what polishing noticed."""
        held = [self._held(number, target, flags) for number in range(len(self.masked.held))]
        whole = joined([part for piece in self.pieces for part in piece.whole()])
        said = {number: _said(span) for number, span in enumerate(held)}
        people = {n for n, h in enumerate(self.masked.held) if h.why is Hold.PERSON}
        polished, noticed = polish(whole, target, said, people)
        flags |= noticed
        style = self._style()
        spans: list[Span] = []
        for part in _spaced(polished, said, target):
            span = held[part.number] if isinstance(part, Slot) else replace(style, text=part)
            spans.append(span)
        return tuple(_merged(spans))

    def _held(self, number: int, target: str, flags: set[str]) -> Span:
        span = self.masked.held[number].span
        label = self.labels.get(number)
        if label is None:
            return span
        return replace(span, label="".join(s.text for s in label.spans(target, flags)), raw="")

    def _style(self) -> Span:
        """Return an empty span in the style of the whole line; a style of a part of it is not kept."""
        words = [h for h in self.masked.texts if h.text.strip()]
        first = replace(words[0], text="", raw="") if words else Span(SpanKind.TEXT, "")
        if all(_style_of(span) == _style_of(first) for span in words):
            return first
        return Span(SpanKind.TEXT, "")


def passage_of(masked: MaskedLine, source: str, target: str) -> Passage:
    """Cut masked words into what is sent at once; what needs no engine is answered already."""
    longest = _LONGEST_DENSE if source in _DENSE else _LONGEST
    if len(slots_of(masked.masked)) > _CROWDED:
        longest = _LONGEST_CROWDED
    pieces = []
    for chunk in split(masked.masked, longest):
        left, core, right = trim(chunk, masked.held)
        numbers = slots_of(core)
        renumbered: Masked = tuple(
            Slot(numbers.index(part.number)) if isinstance(part, Slot) else part for part in core
        )
        pieces.append(Piece(left, renumbered, right, numbers, _known(renumbered, source, target)))
    return Passage(masked, source, pieces)


def _known(core: Masked, source: str, target: str) -> Masked | None:
    """Return the answer that needs no engine: nothing to say, or a short reply everybody knows."""
    if not any(isinstance(part, str) and has_letters(part) for part in core):
        return core
    if len(core) == 1 and isinstance(core[0], str):
        reply = short_reply(core[0], source, target)
        return (reply,) if reply is not None else None
    return None


def trim(masked: Masked, held: tuple[Held, ...]) -> tuple[Masked, Masked, Masked]:
    """Return what stands loose at the left edge, the middle, and what stands loose at the right.

    Joined they are the same again. A mention with a particle behind it is a part of its sentence and stays.
    """
    left, rest = _loose(list(masked), held, first=True)
    right, core = _loose(rest[::-1], held, first=False)
    return joined(left), joined(core[::-1]), joined(right[::-1])


def _loose(parts: list[Part], held: tuple[Held, ...], *, first: bool) -> tuple[list[Part], list[Part]]:
    """Split off the loose parts at the beginning of `parts`, which run towards the middle of the line."""
    loose: list[Part] = []
    while parts:
        part = parts[0]
        if isinstance(part, str):
            trimmed = part.lstrip() if first else part.rstrip()
            space = part[: len(part) - len(trimmed)] if first else part[len(trimmed) :]
            if space:
                loose.append(space)
            if trimmed:
                return loose, [trimmed, *parts[1:]]
            parts = parts[1:]
            continue
        kind = held[part.number].span.kind
        after = parts[1] if len(parts) > 1 else " "
        edge = "" if isinstance(after, Slot) else (after[:1] if first else after[-1:])
        apart = isinstance(after, Slot) or not edge.isalnum()
        if kind not in _LOOSE or not apart:
            break
        loose.append(part)
        parts = parts[1:]
    return loose, parts


def _said(span: Span) -> str:
    """Return what a reader says aloud for a span, by which a particle after it is chosen."""
    return span.label or span.text


def _spaced(masked: Masked, said: dict[int, str], target: str) -> Masked:
    """Put a space where an engine glued a letter to a slot in a language that writes its words apart."""
    if target in _DENSE:
        return masked
    parts: list[Part] = []
    for part in masked:
        before = parts[-1] if parts else ""
        end = said[before.number][-1:] if isinstance(before, Slot) else before[-1:]
        start = said[part.number][:1] if isinstance(part, Slot) else part[:1]
        glued = (_is_latin(end) or end.isdigit()) and _is_latin(start)
        if parts and glued and (isinstance(before, Slot) or isinstance(part, Slot)):
            parts.append(" ")
        parts.append(part)
    return joined(parts)


def _is_latin(char: str) -> bool:
    return char.isalpha() and char < "\u0250"


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Yield the spans with neighbouring words of one style made one."""
    for look, same in groupby(spans, key=lambda span: (span.kind, _style_of(span))):
        if look[0] is not SpanKind.TEXT:
            yield from same
            continue
        words = list(same)
        yield words[0] if len(words) == 1 else replace(words[0], text="".join(w.text for w in words), raw="")


def _style_of(span: Span) -> tuple[bool, bool, bool]:
    return span.bold, span.italic, span.strike
