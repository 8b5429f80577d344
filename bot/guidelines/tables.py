"""Reads the rows of a table, and tells a table of classes (one row, one class) from any other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.guidelines.document import Block
from bot.guidelines.elements import heading_text, is_bold, is_hidden, place_of, tag_of, visible_text
from bot.guidelines.leads import Span, find_lead
from bot.guidelines.outline import Outline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

KEY_WORDS = 6
DESCRIPTION_WORDS = 4


def read_table(table: HtmlElement, outline: Outline, lists: int) -> None:
    """Adds a table's caption and rows, `lists` deep in lists; a row about one class gets its own section."""
    for caption in table.iter("caption"):
        if words := heading_text(caption):
            outline.add(Block("paragraph", words, lists))
    rows = [row for row in table.iter("tr") if not is_hidden(row)]
    texts = [[heading_text(cell) for cell in row if tag_of(cell) in {"td", "th"}] for row in rows]
    headed = bool(rows) and all(tag_of(cell) == "th" for cell in rows[0])
    column = key_column(texts[1:]) if headed else None
    depth = outline.depth
    for index, (row, cells) in enumerate(zip(rows, texts, strict=True)):
        if not (text := row_text(cells)):
            continue
        if not (headed and index == 0):
            title = cells[column] if column is not None else lead_of_row(row)
            if title:
                outline.lead(title, place_of(row))
        outline.add(Block("row", text, lists))
        outline.close_leads(depth)


def lead_of_row(row: HtmlElement) -> str | None:
    """The bold words that the first cell of a row starts with, before others."""
    for cell in row[:1]:
        spans = [Span(cell.text or "")]
        for part in cell:
            spans += [Span("".join(visible_text(part)), is_bold(part)), Span(part.tail or "")]
        lead = find_lead(spans)
        return lead.title if lead is not None and not lead.alone else None
    return None


def row_text(cells: Sequence[str]) -> str:
    """A row as one line; empty cells at its end are left out."""
    return " | ".join(cells).rstrip(" |")


def key_column(rows: Sequence[Sequence[str]]) -> int | None:
    """The column whose cells name the rows, or None if rows do not describe one class each.

    `rows` come without the header. Keys are short and differ; a column of running numbers before them is
    passed over; the rows must say more than a word or two about their key.
    """
    if len(rows) < 2 or min(len(row) for row in rows) < 2:
        return None
    column = 1 if all(re.fullmatch(r"[\d.]+", row[0]) for row in rows) else 0
    if any(len(row) <= column + 1 for row in rows):
        return None
    keys = [row[column] for row in rows]
    if len(set(keys)) < len(keys):
        return None
    if not all(re.search(r"\w", key) and len(key.split()) <= KEY_WORDS for key in keys):
        return None
    described = sum(len(" ".join(row[column + 1 :]).split()) for row in rows)
    return column if described >= DESCRIPTION_WORDS * len(rows) else None
