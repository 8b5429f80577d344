"""Recognises what stands like a heading without being one: bold lead-ins, typed bullets and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SPACE = re.compile(r"[\s\u00a0]+")
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
BULLET = re.compile(r"[-•●◦▪‣·*–—]\s+")
NUMBER = re.compile(r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,5})[.)]\s+")
# Such words qualify a rule and are nothing to look up, so they stay with what they qualify.
QUALIFIER = re.compile(
    r"(?:for )?(?:example|exception|note|tip|warning|caution|important|remember|reminder|hint|attention|e\.g"
    r"|short version|tl;dr|update|or|and|if|but|do|don['’]?t|do not|never|always|yes|no|ok)s?(?: \d+)?",
    re.IGNORECASE,
)
AFTER_LEAD = re.compile(r"\s*(?:[:：•]|[-–—]\s)")
LEAD_END = (":", "：", ".", "?", "!", "•")
MARKS = " \t:：.•-–—"
LEAD_WORDS = 8
LINE_WORDS = 15


@dataclass(frozen=True)
class Span:
    """A run of text of one weight; a line break inside it is a line feed."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Lead:
    """A lead-in: its words, and whether nothing follows it in its own block."""

    title: str
    alone: bool


def plain(text: str) -> str:
    """Text on one line with single spaces and without invisible characters."""
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip()


def find_lead(spans: Sequence[Span]) -> Lead | None:
    """The bold words a block starts with, if they look like a small heading: "**Overlaps**: When …".

    At most 8 words before more text, at most 15 alone. A typed bullet or number before them is passed over.
    """
    parts = [span for span in spans if span.text.strip()]
    if parts and not parts[0].bold and is_mark(parts[0].text):
        parts = parts[1:]
    count = 0
    while count < len(parts) and parts[count].bold:
        count += 1
    words = plain("".join(span.text for span in parts[:count]))
    rest = "".join(span.text for span in parts[count:])
    title = words.strip(MARKS)
    if not title or QUALIFIER.fullmatch(title.rstrip("!?")) or not re.search(r"\w", title):
        return None
    size = len(title.split())
    if not rest.strip(MARKS + "!?\n"):
        return Lead(title, alone=True) if size <= LINE_WORDS else None
    if size <= LEAD_WORDS and (words.endswith(LEAD_END) or AFTER_LEAD.match(rest)):
        return Lead(title, alone=False)
    return None


def lines_of(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans split where a line break is followed by a typed bullet or number; other breaks are spaces."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        for index, text in enumerate(span.text.split("\n")):
            if index:
                lines.append([])
            lines[-1].append(Span(text, span.bold))
    groups: list[list[Span]] = []
    for line in lines:
        if groups and not starts_item(plain("".join(span.text for span in line))):
            groups[-1].extend([Span(" "), *line])
        else:
            groups.append(line)
    return groups


def starts_item(text: str) -> bool:
    """Whether a line starts with a typed bullet or number."""
    return bool(BULLET.match(text) or NUMBER.match(text))


def is_mark(text: str) -> bool:
    """Whether a text is nothing but a typed bullet or number."""
    alone = f"{text.strip()} "
    return bool(BULLET.fullmatch(alone) or NUMBER.fullmatch(alone))


def item_of(text: str) -> tuple[str, int] | None:
    """The words of a typed list item and its depth, e.g. "a. Lungs" is one below "1. Organs".

    A bullet is markup and goes; a number may be referred to and stays.
    """
    if bullet := BULLET.match(text):
        return text[bullet.end() :], 0
    if NUMBER.match(text):
        return text, 0 if text.lstrip("(")[0].isdigit() else 1
    return None
