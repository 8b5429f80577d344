"""Puts the lines of a PDF together again: paragraphs, list items and headings, as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bot.guidelines.leads import NUMBER, Span
from bot.guidelines.pdf_headings import continues_heading, heading_levels, known_words
from bot.guidelines.pdf_lines import BULLET_CODES, Line

SENTENCE_END = (".", "!", "?", ":", "”", '"', ")")
BULLET = re.compile(r"\A[-–*o▪]\s+")


@dataclass
class Part:
    """A block under construction; `level` is set for headings, `item` for list items."""

    lines: list[Line]
    level: int = 0
    item: bool = False
    html: str = ""


def blocks_to_html(lines: Sequence[Line], body: float, tables: dict[tuple[int, float], str]) -> str:
    """HTML of all lines in reading order; `tables` are ready-made, by page and top."""
    levels = heading_levels(lines, body)
    words = known_words(lines)
    parts = parts_of(lines, levels, usual_pitch(lines, body))
    parts += [Part([], html=table) for table in tables.values()]
    places = [*((part.lines[0].page, part.lines[0].top) for part in parts if part.lines), *tables]
    order = sorted(range(len(parts)), key=lambda index: (places[index], index))
    return "".join(write([parts[index] for index in order], words))


def usual_pitch(lines: Sequence[Line], body: float) -> float:
    """The usual distance between two lines of one paragraph, in points."""
    gaps = [
        after.top - before.top
        for before, after in pairwise(lines)
        if before.page == after.page and before.size == after.size and 0 < after.top - before.top < 2 * body
    ]
    return median(sorted(gaps)[: len(gaps) // 2 + 1]) if gaps else 1.2 * body


def parts_of(lines: Sequence[Line], levels: dict[int, int], pitch: float) -> list[Part]:
    """Groups lines that belong together."""
    parts: list[Part] = []
    for line in lines:
        level = levels.get(id(line), 0)
        last = parts[-1] if parts else None
        if level:
            if last and last.level and continues_heading(line, last.lines[-1], levels):
                last.lines.append(line)
            else:
                parts.append(Part([line], level=level))
        elif line.bullet or NUMBER.match(line.text):
            parts.append(Part([line], item=True))
        elif last and not last.level and continues(line, last, pitch):
            last.lines.append(line)
        else:
            parts.append(Part([line]))
    return parts


def continues(line: Line, part: Part, pitch: float) -> bool:
    """Whether a line goes on with the block before it."""
    last = part.lines[-1]
    if line.size != last.size:
        return False
    if part.item and line.left <= part.lines[0].left + 1 and last.text.endswith(SENTENCE_END):
        # Not indented like the words of the item: a new paragraph, unless the sentence is not over.
        return False
    if not part.item and not line.bold and all(before.bold for before in part.lines):
        # A bold line of its own above a paragraph works as a heading.
        return False
    if line.page == last.page:
        return line.top - last.top <= 1.25 * pitch
    # Over a page break only the words can tell.
    return line.page == last.page + 1 and not last.text.endswith(SENTENCE_END) and line.text[:1].islower()


def write(parts: Iterable[Part], words: frozenset[str]) -> Iterable[str]:
    """Writes parts as HTML, nesting lists by how far their marks are indented."""
    indents: list[float] = []
    for part in parts:
        if part.item:
            left = part.lines[0].left
            while indents and left < indents[-1] - 2:
                indents.pop()
                yield "</li></ul>"
            if indents and left <= indents[-1] + 2:
                yield "</li>"
            else:
                indents.append(left)
                yield "<ul>"
            yield f'<li data-page="{part.lines[0].page}">{inline(part, words)}'
            continue
        yield "</li></ul>" * len(indents)
        indents.clear()
        if part.html:
            yield part.html
        elif part.level:
            title = html.escape(" ".join(line.text for line in part.lines))
            yield f'<h{part.level} data-page="{part.lines[0].page}">{title}</h{part.level}>'
        else:
            yield f'<p data-page="{part.lines[0].page}">{inline(part, words)}</p>'
    yield "</li></ul>" * len(indents)


def inline(part: Part, words: frozenset[str]) -> str:
    """The text of a part with its bold runs; words divided at the end of a line are joined again."""
    written: list[str] = []
    for index, line in enumerate(part.lines):
        spans = list(line.spans)
        if index == 0 and part.item:
            first = BULLET.sub("", BULLET_CODES.sub("", spans[0].text), count=1)
            spans[0] = Span(first, spans[0].bold)
        if index:
            glue = joint(part.lines[index - 1].text, line.text, words)
            if glue is None:
                written[-1] = drop_hyphen(written[-1])
            written.append(glue or "")
        written.extend(
            f"<b>{html.escape(span.text)}</b>" if span.bold else html.escape(span.text) for span in spans
        )
    return "".join(written)


def joint(before: str, after: str, words: frozenset[str]) -> str | None:
    """What goes between two lines: a space, nothing after a real hyphen, None to take the hyphen away."""
    ending, start = re.search(r"([^\W\d_]+)-$", before), re.match(r"[^\W\d_]+", after)
    if not ending or not start or not start.group()[0].islower():
        return " "
    together = f"{ending.group(1)}{start.group()}".lower()
    return None if together in words else ""


def drop_hyphen(written: str) -> str:
    """Takes the last hyphen away, inside a closing tag or not."""
    return re.sub(r"-(</b>)?$", r"\1", written)
