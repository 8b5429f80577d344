"""Cuts sections into what is embedded: small items that are found, and passages that give them context."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.guidelines.document import Block, Section

ITEM_WORDS = 40
PASSAGE_WORDS = 90
# Longer lead-ins are sentences; repeated before every item they would drown it.
LEAD_WORDS = 8


@dataclass(frozen=True)
class Chunk:
    """A text to embed; `section` is the order of its section, `hash` the sha256 hex digest of `text`.

    An item is one block of at most 40 words after its heading; a passage packs blocks of one section to at
    most 90 words after the whole path. The heading does not count.
    """

    section: int
    kind: Literal["item", "passage"]
    text: str
    hash: str


def chunks_of(sections: Sequence[Section]) -> tuple[Chunk, ...]:
    """All chunks of sections, in order; a section without text of its own has none.

    Two granularities averaged found most in the measurements behind these sizes: items under their last
    heading, passages under their path. A lead-in stands after its heading, not instead of it.
    """
    chunks: list[Chunk] = []
    # The path of the last real heading, as far as the sections given contain it.
    above: tuple[str, ...] = ()
    for section in sections:
        if not section.lead_in:
            above = section.path
        for block in section.blocks:
            chunks.extend(
                make_chunk(section, "item", f"{heading_of(section, above, piece)}: {piece}")
                for piece in pieces(block.text)
            )
        path = " > ".join(section.path)
        chunks.extend(make_chunk(section, "passage", f"{path}: {text}") for text in passages(section.blocks))
    return tuple(chunks)


def heading_of(section: Section, above: tuple[str, ...], piece: str) -> str:
    """What an item is embedded under: its last heading and the last two short lead-ins it does not repeat."""
    known = section.lead_in and above and section.path[: len(above)] == above
    start = len(above) if known else len(section.path)
    leads = [title for title in section.path[start:] if len(title.split()) <= LEAD_WORDS][-2:]
    if leads and piece.startswith(leads[-1]):
        leads.pop()
    return ": ".join((section.path[start - 1], *leads))


def make_chunk(section: Section, kind: Literal["item", "passage"], text: str) -> Chunk:
    """A chunk of a section with the hash of its text."""
    return Chunk(section.order, kind, text, hashlib.sha256(text.encode()).hexdigest())


def passages(blocks: Iterable[Block]) -> Iterator[str]:
    """Packs whole pieces of blocks, in order, into texts of at most `PASSAGE_WORDS` words."""
    packed: list[str] = []
    count = 0
    for block in blocks:
        for piece in pieces(block.text, PASSAGE_WORDS):
            size = len(piece.split())
            if packed and count + size > PASSAGE_WORDS:
                yield " ".join(packed)
                packed, count = [], 0
            packed.append(piece)
            count += size
    if packed:
        yield " ".join(packed)


def pieces(text: str, most: int = ITEM_WORDS) -> Iterator[str]:
    """Cuts a text into runs of whole sentences of at most `most` words; longer sentences are cut inside."""
    packed: list[str] = []
    for sentence in re.split(r"(?<=[.!?;:])\s+", text):
        words = sentence.split()
        if packed and len(packed) + len(words) > most:
            yield " ".join(packed)
            packed = []
        packed.extend(words)
        while len(packed) > most:
            yield " ".join(packed[:most])
            packed = packed[most:]
    if packed:
        yield " ".join(packed)
