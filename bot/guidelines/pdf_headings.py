"""Decides which lines of a PDF are headings, and of which level: by size, weight and numbering."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.guidelines.pdf_lines import Line

NUMBERING = re.compile(
    r"(?:(?:chapter|section|appendix|part)\s+)?(\d{1,2}(?:\.\d{1,2})*|[A-Z])[.):]?\s+\S", re.IGNORECASE
)
LARGER = 1.08
HEADING_WORDS = 20

Style = tuple[float, int]  # size, and depth of numbering below the shallowest of that size


def heading_levels(lines: Sequence[Line], body: float) -> dict[int, int]:
    """Level (1-6) by the `id` of each heading line."""
    candidates = [line for line in lines if is_heading(line, body)]
    shallowest: dict[float, int] = defaultdict(lambda: 99)
    for line in candidates:
        if depth := numbering_depth(line.text):
            shallowest[line.size] = min(shallowest[line.size], depth)
    styles = {id(line): style_of(line, shallowest[line.size]) for line in candidates}
    ranks = {style: rank for rank, style in enumerate(sorted(set(styles.values()), key=rank_of), start=1)}
    return {line: min(6, ranks[style]) for line, style in styles.items()}


def is_heading(line: Line, body: float) -> bool:
    """Larger than the text, or bold and numbered like "2.1 Overlaps"."""
    if line.bullet or len(line.text.split()) > HEADING_WORDS or not re.search(r"\w", line.text):
        return False
    if line.size > body * LARGER:
        return True
    numbered = re.match(r"\d{1,2}(?:\.\d{1,2})*\.?\s+\S", line.text)
    return line.bold and line.size >= body and bool(numbered) and not line.text.endswith((".", ":", ","))


def numbering_depth(text: str) -> int:
    """1 for "2 Labels", 2 for "2.1 Cars", 0 without a number."""
    match = NUMBERING.match(text)
    return match.group(1).count(".") + 1 if match and match.group(1)[0].isdigit() else 0


def style_of(line: Line, shallowest: int) -> Style:
    """What headings of one level have in common."""
    return line.size, max(0, numbering_depth(line.text) - shallowest)


def rank_of(style: Style) -> tuple[float, int]:
    """Larger first, then shallower numbering."""
    return -style[0], style[1]


def continues_heading(line: Line, last: Line, levels: dict[int, int]) -> bool:
    """Whether a heading line is the second line of the heading before it."""
    return (
        levels.get(id(line)) == levels.get(id(last))
        and line.page == last.page
        and 0 < line.top - last.top < 1.5 * last.size
        and not numbering_depth(line.text)
    )


def known_words(lines: Iterable[Line]) -> frozenset[str]:
    """All words of the document, lower-case: they tell a divided word from a compound."""
    return frozenset(
        word.lower() for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)
    )
