"""What a guideline is once it is read: sections in reading order, each with its own blocks of plain text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

BlockKind = Literal["paragraph", "item", "row", "quote", "code"]

SLUG_LENGTH = 60
ID_LENGTH = 240


@dataclass(frozen=True)
class Block:
    """One paragraph, list item, table row, quotation or piece of code, without inline markup.

    `depth` counts the lists around it: 0 for text and outermost items, 1 for an item inside an item.
    """

    kind: BlockKind
    text: str
    depth: int = 0


@dataclass(frozen=True)
class Section:
    """A heading (or bold lead-in) and the blocks directly under it, without those of its sub-sections.

    `id` is unique in its document and names path and text, so it survives changes elsewhere; it is at most
    `ID_LENGTH` characters. `anchor` is unique and short. `line` is the 1-based line of the heading in a
    Markdown file and `page` the 1-based page in a PDF. `order` is the position in the document, from 0.
    """

    id: str
    path: tuple[str, ...]
    anchor: str
    level: int
    blocks: tuple[Block, ...]
    order: int
    line: int | None = None
    page: int | None = None
    lead_in: bool = False

    @property
    def title(self) -> str:
        """The words of the heading itself."""
        return self.path[-1]

    @cached_property
    def text(self) -> str:
        """The blocks, one a line, list items marked with "- "; empty where only sub-sections follow."""
        return text_of(self.blocks)


@dataclass(frozen=True)
class Guideline:
    """A whole document; `words` counts the words of all blocks."""

    title: str
    sections: tuple[Section, ...]
    words: int


def text_of(blocks: Iterable[Block]) -> str:
    """The plain text of blocks, one a line, items marked with "- "."""
    return "\n".join(f"- {block.text}" if block.kind == "item" else block.text for block in blocks)


def slug(title: str) -> str:
    """A title as lower-case words joined by hyphens, Korean kept; "section" where no letter is left."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", title).casefold()).strip("-")
    return words[:SLUG_LENGTH].strip("-") or "section"


def section_id(path: tuple[str, ...], text: str) -> str:
    """The slugs of a path and eight hex digits of its text, e.g. `annotation/spelling~1f2e3d4c`."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    slugs = "/".join(slug(title) for title in path)
    # Deep paths keep their end: the last headings tell sections apart.
    return f"{slugs[-(ID_LENGTH - 20) :].lstrip('-/')}~{digest}"
