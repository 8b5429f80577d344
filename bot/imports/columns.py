"""Which columns a task file may have, under which names, for each type of work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.task import TaskType

ID = "id"
PRIORITY = "priority"
NOTE = "note"
# Columns that hold an address; audio and image may also be a path inside the project's storage.
LINKS = frozenset({"link"})
PATHS = frozenset({"audio", "image"})

_LONGEST_HEADER = 80

_ALIASES: dict[str, tuple[str, ...]] = {
    ID: ("id", "external_id", "task_id", "번호"),
    PRIORITY: ("priority", "우선순위"),
    NOTE: ("note", "메모"),
    "audio": ("audio", "audio_url", "file", "음성"),
    "text": ("text", "본문", "content"),
    "image": ("image", "image_url", "이미지"),
    "source": ("source", "원문", "src"),
    "source_language": ("source_language", "원문_언어"),
    "link": ("link", "url", "링크"),
}


@dataclass(frozen=True)
class Columns:
    """The columns of one type of work: a row needs one of `content` and may have `optional`."""

    content: tuple[str, ...]
    optional: tuple[str, ...]

    def meaning_of(self, header: str) -> str | None:
        """Return the canonical column a header names in this type of work, or None when it means nothing."""
        # No alias is long, and what is never looked up cannot fill the cache.
        return _meaning(self, header) if len(header) <= _LONGEST_HEADER else None


# Confidential projects carry links only, so every type takes a link in place of its content.
_COLUMNS = {
    TaskType.TRANSCRIPTION: Columns(("audio", "link"), (NOTE,)),
    TaskType.MODERATION: Columns(("text", "image", "link"), (NOTE,)),
    TaskType.TRANSLATION: Columns(("source", "link"), ("source_language", NOTE)),
}
_BY_ALIAS = {
    columns: {
        alias: name
        for name in (ID, PRIORITY, *columns.content, *columns.optional)
        for alias in _ALIASES[name]
    }
    for columns in _COLUMNS.values()
}


def columns_of(task_type: TaskType) -> Columns:
    """Return the columns of a type of work."""
    return _COLUMNS[task_type]


@lru_cache(maxsize=1024)
def _meaning(columns: Columns, header: str) -> str | None:
    return _BY_ALIAS[columns].get(normalise_header(header))


def normalise_header(header: str) -> str:
    """Return a header as aliases are spelled: NFC, lower case, `_` for spaces and hyphens."""
    return re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFC", header).strip("\ufeff \t\r\n").lower())
