"""Lines of a PDF with what tells headings, items and running titles apart: size, weight and place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.guidelines.leads import Span, plain

BOLD_FONT = re.compile(r"bold|black|heavy|demi|semibold", re.IGNORECASE)
# Fonts without a map to Unicode show their bullets by number only.
BULLET_CODES = re.compile(
    r"^(?:\(cid:\d+\)|[\uf0b7\uf0a7\uf0d8\u25cf\u25cb\u25aa\u25e6\u2023\u00b7\u2022])\s*"
)
PAGE_NUMBER = re.compile(
    r"(?:page|p\.|쪽)?\s*[-–—]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:[-–—]|쪽|(?:/|of)\s*\d{1,4})?", re.IGNORECASE
)
CONTENTS_LINE = re.compile(r"(?:\s?[.…]){4,}\s*[\divxlc]{1,5}", re.IGNORECASE)
# Running titles stand in the outer parts of a page and come back on many pages.
MARGIN = 0.12
REPEATED = 0.4


@dataclass(frozen=True)
class Line:
    """One printed line. Sizes and places are in points from the top left corner of its page."""

    text: str
    spans: tuple[Span, ...]
    size: float
    bold: bool
    left: float
    top: float
    page: int
    height: float  # of the page

    @property
    def bullet(self) -> bool:
        """Whether the line starts with a mark of a list."""
        return bool(BULLET_CODES.match(self.text)) or bool(re.match(r"[-–*o▪]\s", self.text))


def lines_of_page(height: float, rows: Iterable[dict[str, Any]], page: int) -> list[Line]:
    """The lines of one page, `height` points high, from pdfplumber's text lines (each with its `chars`)."""
    lines = []
    for row in rows:
        text = plain(row["text"])
        marks = [char for char in row["chars"] if char["text"].strip()]
        if not text or not marks:
            continue
        sizes = Counter(round(float(char["size"]) * 2) / 2 for char in marks)
        bold = sum(is_bold(char) for char in marks)
        lines.append(
            Line(
                text=text,
                spans=spans_of(text, marks),
                size=sizes.most_common(1)[0][0],
                bold=bold >= 0.9 * len(marks),
                left=float(row["x0"]),
                top=float(row["top"]),
                page=page,
                height=height,
            )
        )
    return lines


def is_bold(char: dict[str, Any]) -> bool:
    """Whether a character is set in a bold font, as far as the font's name tells."""
    return bool(BOLD_FONT.search(str(char["fontname"])))


def spans_of(text: str, marks: Sequence[dict[str, Any]]) -> tuple[Span, ...]:
    """The text in runs of one weight: its visible characters are those of `marks`, in order."""
    spans: list[Span] = []
    run, weight, index = "", False, 0
    position = 0
    while position < len(text):
        char = text[position]
        if char != " " and index < len(marks):
            mark = marks[index]
            index += 1
            if is_bold(mark) != weight and run.strip():
                spans.append(Span(run, weight))
                run = ""
            weight = is_bold(mark)
            length = max(1, len(mark["text"].strip()))
        else:
            length = 1
        run += text[position : position + length]
        position += length
    return (*spans, Span(run, weight))


def without_running_titles(lines: Sequence[Line], pages: int, body: float) -> list[Line]:
    """Lines without page numbers, tables of contents and what is printed at one place of many pages."""
    outer = [line for line in lines if line.size <= body * 1.1 and in_margin(line)]
    shapes = Counter({shape: len(on) for shape, on in pages_by_shape(outer).items()})
    least = max(2, pages * REPEATED)
    gone = {id(line) for line in outer if PAGE_NUMBER.fullmatch(line.text) or shapes[shape_of(line)] >= least}
    return [line for line in lines if id(line) not in gone and not is_contents(line)]


def is_contents(line: Line) -> bool:
    """Whether a line only leads to a page: "2.1 Overlaps ......... 7". As headings they would all count twice."""
    leader = CONTENTS_LINE.search(line.text)
    return leader is not None and leader.end() == len(line.text)


def in_margin(line: Line) -> bool:
    """Whether a line stands where running titles do."""
    return not MARGIN * line.height < line.top < (1 - MARGIN) * line.height


def shape_of(line: Line) -> tuple[str, int]:
    """What stays the same of a running title from page to page."""
    return re.sub(r"\d+", "#", line.text), round(line.top / 4)


def pages_by_shape(lines: Iterable[Line]) -> dict[tuple[str, int], set[int]]:
    """The pages each shape of line occurs on."""
    pages: dict[tuple[str, int], set[int]] = {}
    for line in lines:
        pages.setdefault(shape_of(line), set()).add(line.page)
    return pages


def body_size(lines: Iterable[Line]) -> float:
    """The size most characters are set in, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
