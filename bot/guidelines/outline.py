"""Where the four formats meet: headings and blocks in reading order become sections."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.guidelines.document import Block, Guideline, Section, section_id, slug, text_of


@dataclass(frozen=True)
class Place:
    """Where a heading stands in its file: 1-based line or page where the format has them."""

    line: int | None = None
    page: int | None = None


@dataclass
class Draft:
    """A section that is still growing; `rank` orders nesting and may lie between two heading levels."""

    path: tuple[str, ...]
    level: int
    rank: float
    place: Place
    lead_in: bool
    blocks: list[Block] = field(default_factory=list)


class Outline:
    """Collects headings, lead-ins and blocks; `guideline()` gives the finished document."""

    def __init__(self) -> None:
        self.root = Draft((), 0, 0, Place(), lead_in=False)
        self.drafts: list[Draft] = []
        self.stack = [self.root]
        self.title = ""

    @property
    def depth(self) -> int:
        """How many sections are open; give it to `close` to come back here."""
        return len(self.stack)

    def heading(self, level: int, title: str, place: Place) -> None:
        """Opens a section under the last heading of a higher level; lead-ins end here."""
        while len(self.stack) > 1 and (self.stack[-1].lead_in or self.stack[-1].rank >= level):
            self.stack.pop()
        self.open(title, level, level, place, lead_in=False)
        if level == 1 and not self.title:
            self.title = title

    def lead(self, title: str, place: Place) -> None:
        """Opens a sub-section for a bold lead-in or a row of a table, until `close`."""
        level = self.stack[-1].level + 1
        self.open(title, level, level, place, lead_in=True)

    def summary(self, title: str, place: Place) -> None:
        """Opens a sub-section for a fold-out part; lower headings inside it belong to it."""
        while self.stack[-1].lead_in:
            self.stack.pop()
        parent = self.stack[-1]
        self.open(title, parent.level + 1, parent.rank + 0.5, place, lead_in=False)

    def open(self, title: str, level: int, rank: float, place: Place, *, lead_in: bool) -> None:
        """Starts a section inside the one that is open."""
        draft = Draft((*self.stack[-1].path, title), level, rank, place, lead_in)
        self.stack.append(draft)
        self.drafts.append(draft)

    def close_leads(self, depth: int) -> None:
        """Ends the lead-ins opened since `depth`, never a heading."""
        while len(self.stack) > depth and self.stack[-1].lead_in:
            self.stack.pop()

    def close(self, depth: int) -> None:
        """Ends everything opened since `depth`."""
        del self.stack[max(1, depth) :]

    def add(self, block: Block) -> None:
        """Puts a block into the section that is open."""
        self.stack[-1].blocks.append(block)

    def guideline(self, name: str) -> Guideline:
        """The finished document, titled by its first heading of level 1 or else by `name`.

        Text before the first heading becomes a section with the document's title as its path.
        """
        title = self.title or name
        self.root.path = (title,)
        drafts = [self.root, *self.drafts] if self.root.blocks else self.drafts
        sections = finish(drafts)
        words = sum(len(block.text.split()) for section in sections for block in section.blocks)
        return Guideline(title, sections, words)


def finish(drafts: list[Draft]) -> tuple[Section, ...]:
    """Gives drafts their ids and anchors.

    Sections with one path and one text are told apart by a count: nothing else distinguishes them.
    """
    seen: Counter[str] = Counter()
    anchors: set[str] = set()
    next_anchor: Counter[str] = Counter()
    sections: list[Section] = []
    for order, draft in enumerate(drafts):
        identity = section_id(draft.path, text_of(draft.blocks))
        seen[identity] += 1
        if seen[identity] > 1:
            identity = f"{identity}~{seen[identity]}"
        base = anchor = slug(draft.path[-1])
        while anchor in anchors:
            next_anchor[base] += 1
            anchor = f"{base}-{next_anchor[base]}"
        anchors.add(anchor)
        sections.append(
            Section(
                id=identity,
                path=draft.path,
                anchor=anchor,
                level=draft.level,
                blocks=tuple(draft.blocks),
                order=order,
                line=draft.place.line,
                page=draft.place.page,
                lead_in=draft.lead_in,
            )
        )
    return tuple(sections)
