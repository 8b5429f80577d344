"""PDF documents to HTML: text layer only; scans, passwords and damage are refused with their reason."""

from __future__ import annotations

import html
import io
import logging
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from bot.guidelines.leads import plain
from bot.guidelines.pdf_blocks import blocks_to_html
from bot.guidelines.pdf_lines import Line, body_size, lines_of_page, without_running_titles
from bot.guidelines.problems import BadGuideline, GuidelineProblem

if TYPE_CHECKING:
    from pdfplumber.page import Page

MAX_PAGES = 400
# Drawings have thousands of strokes; looking for tables among them takes minutes.
MAX_STROKES = 1_500
# Justified lines squeeze their spaces to about a fifth of the type size.
SPACE_RATIO = 0.15


def pdf_to_html(data: bytes) -> str:
    """HTML of a PDF's text with `data-page` on its elements.

    Raises BadGuideline: encrypted, no_text, too_large (pages); damaged files raise anything.
    """
    # pdfminer warns with pieces of the file in its messages.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        document = pdfplumber.open(io.BytesIO(data))
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise BadGuideline(GuidelineProblem.ENCRYPTED) from None
        raise BadGuideline(GuidelineProblem.BROKEN) from None
    with document:
        if len(document.pages) > MAX_PAGES:
            raise BadGuideline(GuidelineProblem.TOO_LARGE, pages=str(MAX_PAGES))
        lines: list[Line] = []
        tables: dict[tuple[int, float], str] = {}
        for page in document.pages:
            found, ruled = read_page(page)
            lines += found
            tables |= ruled
            page.close()
        pages = len(document.pages)
    if not lines and not tables:
        raise BadGuideline(GuidelineProblem.NO_TEXT if pages else GuidelineProblem.BROKEN)
    body = body_size(lines)
    return blocks_to_html(without_running_titles(lines, pages, body), body, tables)


def read_page(page: Page) -> tuple[list[Line], dict[tuple[int, float], str]]:
    """The lines of a page outside its ruled tables, and those tables as HTML by page and top."""
    tables: dict[tuple[int, float], str] = {}
    strokes = len(page.lines) + len(page.rects)
    text: Any = page
    if 4 <= strokes <= MAX_STROKES:
        for table in page.find_tables():
            rows = [[plain(cell or "") for cell in row] for row in table.extract()]
            # A frame around text is no table.
            if len(rows) < 2 or min(len(row) for row in rows) < 2:
                continue
            tables[page.page_number, float(table.bbox[1])] = table_html(rows, page.page_number)
            text = text.outside_bbox(table.bbox)
    rows_of_text = text.extract_text_lines(return_chars=True, x_tolerance_ratio=SPACE_RATIO)
    return lines_of_page(float(page.height), rows_of_text, page.page_number), tables


def table_html(rows: list[list[str]], number: int) -> str:
    """A table as HTML; its first row is taken for its header."""
    written = []
    for index, row in enumerate(rows):
        tag = "td" if index else "th"
        cells = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
        written.append(f'<tr data-page="{number}">{cells}</tr>')
    return f"<table>{''.join(written)}</table>"
