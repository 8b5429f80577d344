"""Which block of a section a chunk was cut from."""

from __future__ import annotations

from bot.guidelines.chunks import Chunk
from bot.guidelines.document import Block, Section


def block_of(section: Section, chunk: Chunk) -> Block | None:
    """Return the block an item chunk came from; for a passage its first block, None in an empty section."""
    for block in section.blocks:
        # A chunk is the heading, a colon and a run of a block's words with single spaces.
        words = " ".join(block.text.split())
        _, _, rest = chunk.text.partition(": ")
        while rest:
            if rest in words or (chunk.kind == "passage" and rest.startswith(words)):
                return block
            _, _, rest = rest.partition(": ")
    return section.blocks[0] if section.blocks else None
