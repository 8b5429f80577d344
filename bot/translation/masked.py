"""Text in which everything that must come through unchanged is a numbered slot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """The place of something that is not translated; its number is its place in the chunk, from 0."""

    number: int


Part = str | Slot
Masked = tuple[Part, ...]


def canonical(masked: Masked) -> str:
    """Return the text with slots as U+FFFC and number: what caches and memories know it by.

    A U+FFFC in the text itself is doubled, so that two different texts never look the same.
    """
    return "".join(
        f"\ufffc{part.number};" if isinstance(part, Slot) else part.replace("\ufffc", "\ufffc\ufffc")
        for part in masked
    )


def slots_of(masked: Masked) -> tuple[int, ...]:
    """Return the numbers of the slots in the order they stand."""
    return tuple(part.number for part in masked if isinstance(part, Slot))


def joined(parts: list[Part]) -> Masked:
    """Return the parts with neighbouring texts made one and empty ones left out."""
    whole: list[Part] = []
    for part in parts:
        if isinstance(part, str) and whole and isinstance(whole[-1], str):
            whole[-1] += part
        elif part != "":
            whole.append(part)
    return tuple(whole)
