"""The words of the guideline that answer, verbatim, together with the exceptions beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answers.found import Hit
from bot.answers.wording import english_words
from bot.guidelines.document import Block, Section

MOST = 2_900
"""Characters of a whole extract: Slack shows 3,000 in one text block."""
LONGEST_QUOTE = 1_200
SHORT = 600
"""A section of at most this many characters is quoted whole: its rules are easier read together than chosen from."""
REACH = 3
"""Blocks before and after the quoted one that are looked through for exceptions; deeper items always are."""


@dataclass(frozen=True)
class Extract:
    """A verbatim quote, verbatim exceptions next to it, and their section; at most 2,900 characters in all."""

    quote: str
    exceptions: tuple[str, ...]
    section: Section


def extract(hit: Hit, question: str) -> Extract:
    """Return the block that answers, cut to whole sentences around the best one, and the exceptions near it.

    `question` should be English where a rendering exists; a Korean one only loses the choice of sentence in a
    very long block. A section without text is quoted by its heading.
    """
    blocks = hit.section.blocks
    block = hit.block if hit.block in blocks else next(iter(blocks), None)
    if block is None:
        return Extract(hit.section.title[:LONGEST_QUOTE], (), hit.section)
    if len(hit.section.text) <= SHORT:
        return Extract(hit.section.text, (), hit.section)
    place = blocks.index(block)
    quote = _fit(block.text, question)
    if intro := _intro(blocks, place):
        quote = f"{intro}\n{quote}"
    left = MOST - len(quote)
    exceptions: list[str] = []
    for neighbour in _neighbours(blocks, place):
        said = _exceptional(neighbour.text)
        if said and said not in exceptions and said not in quote and len(said) <= left:
            exceptions.append(said)
            left -= len(said)
    rest = _exceptional(block.text)
    if rest and rest not in quote and len(rest) <= left and rest not in exceptions:
        exceptions.insert(0, rest)
    return Extract(quote, tuple(exceptions), hit.section)


def _intro(blocks: tuple[Block, ...], place: int) -> str:
    """Return the words a list item stands under ("These are not labeled:"), without which it may say the opposite."""
    for earlier in reversed(blocks[:place]):
        if earlier.kind != "item" or earlier.depth < blocks[place].depth:
            found = blocks[place].kind == "item" and earlier.text.rstrip().endswith(":")
            return earlier.text[-LONGEST_QUOTE // 4 :] if found else ""
    return ""


def _neighbours(blocks: tuple[Block, ...], place: int) -> list[Block]:
    near = list(range(max(place - REACH, 0), min(place + REACH + 1, len(blocks))))
    # The items under the quoted one belong to it however many they are, and so does the one it stands under.
    below = place + 1
    while below < len(blocks) and blocks[below].depth > blocks[place].depth:
        near.append(below)
        below += 1
    above = place - 1
    while above >= 0 and blocks[above].depth >= blocks[place].depth > 0:
        above -= 1
    if above >= 0 and blocks[above].depth < blocks[place].depth:
        near.append(above)
    return [blocks[i] for i in sorted(set(near) - {place})]


def _fit(text: str, question: str) -> str:
    """Return a text whole, or a run of its sentences around the one that shares most words with the question."""
    if len(text) <= LONGEST_QUOTE:
        return text
    spans = _sentences(text)
    asked = set(english_words(question))
    best = max(range(len(spans)), key=lambda i: len(asked & set(english_words(text[slice(*spans[i])]))))
    first = last = best
    while True:
        wider = [(first, min(last + 1, len(spans) - 1)), (max(first - 1, 0), last)]
        grown = next(
            (span for span in wider if span != (first, last) and _length(spans, *span) <= LONGEST_QUOTE), None
        )
        if grown is None:
            break
        first, last = grown
    # One cut keeps the words between in place, so that the quote is found in the guideline as it stands.
    return text[spans[first][0] : spans[last][1]][:LONGEST_QUOTE].strip()


def _length(spans: list[tuple[int, int]], first: int, last: int) -> int:
    return spans[last][1] - spans[first][0]


def _exceptional(text: str) -> str:
    """Return the sentences of a text from the first to the last one that limits a rule; empty where none does."""
    spans = [(start, end) for start, end in _sentences(text) if _LIMITS.search(text, start, end)]
    return text[spans[0][0] : spans[-1][1]].strip() if spans else ""


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of a text begin and end; together they are the whole text."""
    ends = [match.end() for match in _BREAK.finditer(text)]
    starts = [0, *ends]
    return [(start, end) for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]


_BREAK = re.compile(r"(?<=[.!?;])[\"'”’)\]]*\s+|\n+")
_LIMITS = re.compile(
    r"\b((do|does|must|should|may|is|are|can) not|cannot|"
    r"(do|does|must|should|is|are|ca)n['’]t|never|"
    r"not (allowed|permitted)|except|exceptions?|excepting|unless|however|other than|only if|only when|instead of|"
    r"avoid|exclud\w+|prohibited)\b",
    re.IGNORECASE,
)
