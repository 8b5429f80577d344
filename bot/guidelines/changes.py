"""What is different between two versions of a guideline, section by section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.guidelines.document import Guideline, Section


class ChangeKind(StrEnum):
    """What happened to a section; moved means other headings above or around the same text."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """One difference; `path` is the new path where there is one. Ids are None on the side without it."""

    kind: ChangeKind
    path: tuple[str, ...]
    old_id: str | None
    new_id: str | None


def changes(old: Guideline | Sequence[Section], new: Guideline | Sequence[Section]) -> tuple[Change, ...]:
    """All differences: those of the new version in its order, then what was removed in the old order.

    Sections are paired by path and text, then by path (changed), then by text (moved). The mere order of
    sections is no difference.
    """
    before = list(old.sections if isinstance(old, Guideline) else old)
    after = list(new.sections if isinstance(new, Guideline) else new)
    pair(before, after, lambda section: (section.path, section.text))
    changed = pair(before, after, lambda section: section.path)
    moved = pair(before, after, lambda section: section.text or None)
    found = [
        *(
            (later.order, Change(ChangeKind.CHANGED, later.path, earlier.id, later.id))
            for earlier, later in changed
        ),
        *(
            (later.order, Change(ChangeKind.MOVED, later.path, earlier.id, later.id))
            for earlier, later in moved
        ),
        *((later.order, Change(ChangeKind.ADDED, later.path, None, later.id)) for later in after),
    ]
    found.sort(key=lambda entry: entry[0])
    removed = (Change(ChangeKind.REMOVED, earlier.path, earlier.id, None) for earlier in before)
    return (*(change for _, change in found), *removed)


def pair(
    before: list[Section], after: list[Section], key: Callable[[Section], Hashable | None]
) -> list[tuple[Section, Section]]:
    """Takes sections with equal keys out of both lists, in order, and returns them as pairs."""
    waiting: dict[Hashable, list[Section]] = defaultdict(list)
    for section in before:
        if (value := key(section)) is not None:
            waiting[value].append(section)
    pairs: list[tuple[Section, Section]] = []
    left: list[Section] = []
    for section in after:
        value = key(section)
        same = waiting.get(value) if value is not None else None
        if same:
            pairs.append((same.pop(0), section))
        else:
            left.append(section)
    taken = {id(earlier) for earlier, _ in pairs}
    before[:] = [section for section in before if id(section) not in taken]
    after[:] = left
    return pairs
