"""The three endings Korean particles tell apart, and the honest fourth."""

from __future__ import annotations

from enum import Enum


class Ending(Enum):
    """The last sound of a word as read in Korean."""

    VOWEL = "vowel"
    CONSONANT = "consonant"
    RIEUL = "rieul"
    UNKNOWN = "unknown"
