"""The life of a guideline version, and the words of what changed between two of them."""

from __future__ import annotations

from enum import StrEnum


class GuidelineState(StrEnum):
    """DRAFT -publish-> CURRENT, or SCHEDULED -its time comes-> CURRENT -a newer one begins-> PAST.

    A project has at most one draft, which every upload replaces, and at most one current version. A scheduled
    version that a newer one overtakes before its time becomes PAST without ever having been in effect.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CURRENT = "current"
    PAST = "past"
