"""Walks an HTML tree, the one form all four formats come to, and tells the outline what it sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.guidelines.document import Block, BlockKind
from bot.guidelines.elements import HEADINGS, heading_text, is_bold, is_hidden, place_of, tag_of, visible_text
from bot.guidelines.leads import BULLET, Lead, Span, find_lead, item_of, lines_of, plain
from bot.guidelines.outline import Outline, Place
from bot.guidelines.tables import read_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCK_NAMES = """
    html body address article aside center dd details div dl dt fieldset figcaption figure footer form
    header hr li main ol p pre section summary table tbody td tfoot th thead tr ul blockquote
"""
BLOCK_TAGS = frozenset(BLOCK_NAMES.split()) | frozenset(HEADINGS)
FOLLOWS = ("ul", "ol", "pre", "table", "blockquote", "dl")
# Deeper markup is read as plain text: Python's stack is finite and no guideline nests like that.
DEEPEST = 60


class TreeReader:
    """Reads one tree into an outline. `read(root)` is all there is to call."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.spans: list[Span] = []
        self.kind: BlockKind = "paragraph"
        self.place = Place()
        self.lists = 0
        # The lead-ins opened above this depth belong to an outer list item or fold.
        self.floor = outline.depth
        self.followed = False
        # Depth to close to after the list or table that a lead-in ending with ":" announces.
        self.announced: int | None = None
        self.handlers: dict[str, Callable[[HtmlElement, bool, int], None]] = {
            "li": self.item,
            "ul": self.list,
            "ol": self.list,
            "pre": self.code,
            "table": self.table,
            "details": self.details,
            "blockquote": self.quote,
            "dt": self.term,
            "dd": self.item,
            "hr": self.rule,
        }

    def read(self, root: HtmlElement) -> None:
        """Reads everything under `root`."""
        self.visit(root, bold=False, nesting=0)
        self.flush()

    def visit(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads one element: a block ends the text before it, anything else continues it."""
        tag = tag_of(element)
        if not tag or is_hidden(element):
            return
        if nesting > DEEPEST:
            self.spans.append(Span("".join(visible_text(element)), bold))
        elif tag in HEADINGS:
            self.heading(element)
        elif tag in BLOCK_TAGS:
            self.flush()
            if tag not in FOLLOWS:
                self.end_announced()
            # What is announced holds for the whole list, not only up to its first item.
            announced, self.announced = self.announced, None
            place = place_of(element)
            self.place = place if place != Place() else self.place
            self.handlers.get(tag, self.children)(element, bold, nesting)
            self.flush()
            if announced is not None:
                self.outline.close_leads(announced)
        else:
            self.inline(element, tag, bold, nesting)

    def children(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads what is inside an element, in order."""
        self.text(element.text, bold)
        for child in element:
            self.visit(child, bold, nesting + 1)
            self.text(child.tail, bold)

    def text(self, text: str | None, bold: bool) -> None:
        if text:
            # Line breaks of the source are spaces; only <br> breaks a line.
            self.spans.append(Span(text.replace("\n", " "), bold))

    def inline(self, element: HtmlElement, tag: str, bold: bool, nesting: int) -> None:
        """Reads an element inside a line, keeping what plain text would get wrong: 10⁶, struck-out words."""
        if tag == "br":
            self.spans.append(Span("\n", bold))
        elif tag == "img":
            self.text(f" {element.get('alt') or ''} ", bold)
        elif tag == "sup" and (element.text or "").strip().isdigit():
            self.text("^", bold)
            self.children(element, bold, nesting)
        elif tag in {"del", "s", "strike"}:
            self.text("~~", bold)
            self.children(element, bold, nesting)
            self.text("~~", bold)
        else:
            self.children(element, bold or is_bold(element), nesting)

    def heading(self, element: HtmlElement) -> None:
        """Opens a section, unless the heading is empty."""
        self.flush()
        self.announced = None
        if title := heading_text(element):
            self.outline.heading(HEADINGS[tag_of(element)], title, place_of(element))

    def list(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads a list one level deeper than what is around it."""
        self.lists += 1
        self.children(element, bold, nesting)
        self.flush()
        self.lists -= 1

    def item(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads a list item; a lead-in it starts with holds until the item ends."""
        kind, floor = self.kind, self.floor
        self.floor = depth = self.outline.depth
        self.kind = "item"
        self.followed = any(True for _ in element.iter(*FOLLOWS))
        self.children(element, bold, nesting)
        self.flush()
        self.outline.close_leads(depth)
        self.end_announced()
        self.kind, self.floor = kind, floor

    def term(self, element: HtmlElement, bold: bool, nesting: int) -> None:  # noqa: ARG002 - a handler
        """Reads the term of a definition list as a lead-in of its own."""
        self.children(element, True, nesting)

    def quote(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads quoted text."""
        kind, self.kind = self.kind, "quote"
        self.children(element, bold, nesting)
        self.flush()
        self.kind = kind

    def rule(self, element: HtmlElement, bold: bool, nesting: int) -> None:  # noqa: ARG002 - a handler
        """A ruled line ends what a bold line has begun."""
        self.outline.close_leads(self.floor)

    def code(self, element: HtmlElement, bold: bool, nesting: int) -> None:  # noqa: ARG002 - a handler
        """Keeps the lines of preformatted text."""
        lines = [line.rstrip() for line in "".join(visible_text(element)).split("\n")]
        if text := "\n".join(lines).strip("\n"):
            self.outline.add(Block("code", text, max(0, self.lists - 1)))

    def details(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads a fold-out part: its summary is the heading of the rest."""
        depth, floor = self.outline.depth, self.floor
        summary = element.find("summary")
        if summary is not None and (title := heading_text(summary)):
            self.outline.summary(title, place_of(summary))
            tail = summary.tail
            element.remove(summary)
            self.text(tail, bold)
        self.floor = self.outline.depth
        self.children(element, bold, nesting)
        self.flush()
        self.end_announced()
        self.outline.close(depth)
        self.floor = floor

    def table(self, element: HtmlElement, bold: bool, nesting: int) -> None:
        """Reads rows; where each row is about one class it becomes a sub-section of its own."""
        if (
            next(element.iter("li", "pre", *HEADINGS), None) is not None
            or len(list(element.iter("table"))) > 1
        ):
            # A table that only arranges other things on the page.
            self.children(element, bold, nesting)
            return
        read_table(element, self.outline, max(0, self.lists - 1))

    def add(self, kind: BlockKind, text: str, deeper: int = 0) -> None:
        """Adds a block that has any text; a lone mark left from broken markup is none."""
        if len(text) > 1 or text.isalnum():
            self.outline.add(Block(kind, text, max(0, self.lists - 1) + deeper))

    def end_announced(self) -> None:
        """Ends the lead-in whose list or table has been read, or did not come."""
        if self.announced is not None:
            self.outline.close_leads(self.announced)
            self.announced = None

    def flush(self) -> None:
        """Turns the collected text into blocks of the current kind."""
        spans, self.spans = self.spans, []
        if not any(span.text.strip() for span in spans):
            return
        self.end_announced()
        kind = self.kind
        for index, line in enumerate(lines_of(spans)):
            text = plain("".join(span.text for span in line))
            typed = item_of(text)
            inside = kind == "item" and index > 0
            depth = self.outline.depth
            lead = find_lead(line) if kind != "quote" else None
            # A bold line with a typed number, "2. Overlaps", is how Word users without styles write headings.
            titled = lead is not None and lead.alone and not BULLET.match(text)
            as_item = kind == "item" or (typed is not None and kind == "paragraph" and not titled)
            text = typed[0] if typed is not None else text
            stays = lead is not None and self.open_lead(lead, text, as_item)
            deeper = 1 if inside and typed else typed[1] if typed and as_item else 0
            self.add("item" if as_item else kind, text, deeper)
            if lead is not None and not stays and self.announced is None:
                self.outline.close_leads(depth)
        if kind == "item":
            # What follows in the same list item is an explanation, not a further item.
            self.kind, self.followed = "paragraph", False

    def open_lead(self, lead: Lead, text: str, as_item: bool) -> bool:
        """Opens a section for a lead-in where it holds something; True if it outlives its own block."""
        if as_item:
            if lead.alone and not self.followed:
                return False
            self.outline.lead(lead.title, self.place)
            return self.kind == "item" and self.followed
        if lead.alone:
            # A bold sentence is emphasis; a bold line without a full stop is a heading in all but name.
            if text.endswith((".", "!")):
                return False
            self.outline.close_leads(self.floor)
            self.outline.lead(lead.title, self.place)
            return True
        depth = self.outline.depth
        self.outline.lead(lead.title, self.place)
        if text.endswith(":"):
            self.announced = depth
        return False
