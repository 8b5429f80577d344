"""Why a document cannot become a guideline; codes and facts only, never its content."""

from __future__ import annotations

from enum import StrEnum


class GuidelineProblem(StrEnum):
    """The reasons a PM can be told."""

    UNKNOWN_FORMAT = "unknown_format"
    EMPTY = "empty"
    NO_TEXT = "no_text"  # pages without a text layer: a scan
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"


class BadGuideline(Exception):
    """A document that cannot be read; `facts` holds limits and parts by name, as strings."""

    def __init__(self, code: GuidelineProblem, **facts: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts: dict[str, str] = facts
