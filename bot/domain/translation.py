"""Rules of translation: where a project's words may go, who stands on which side, what becomes of a rendition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CREW_LANGUAGE = "ko"
"""What crews write and read."""

PM_LANGUAGE = "en"
"""What stands in PMs' channels."""

BOTH = "both"
OFF = "off"
"""What a person may say instead of a language: they read both, or want nothing translated."""

READABLE = ("ko", "en", "es", "vi", "fr", "de", "pt", "id", "ja", "zh")
"""Languages that a person may read, ISO 639-1."""


class TranslationMode(StrEnum):
    """How far a project's words may travel, from not at all to anywhere."""

    OFF = "off"
    LOCAL = "local"
    CLOUD = "cloud"
    OPEN = "open"


class Trust(StrEnum):
    """Who runs an engine: we ourselves, a contracted service, or anybody."""

    LOCAL = "local"
    CLOUD = "cloud"
    OPEN = "open"


class Side(StrEnum):
    """Who talks in a bridged channel: both sides, or one of a pair whose threads are twins."""

    MIXED = "mixed"
    CREW = "crew"
    PM = "pm"


def side_languages(side: Side) -> tuple[str, ...]:
    """Return the languages of what the bot itself says to a side."""
    if side is Side.MIXED:
        return (CREW_LANGUAGE, PM_LANGUAGE)
    return (PM_LANGUAGE,) if side is Side.PM else (CREW_LANGUAGE,)


class SourceKind(StrEnum):
    """What was written: a message in a channel, or a text that the bot passes on for somebody."""

    MESSAGE = "message"
    COMMENT = "comment"
    NOTE = "note"
    QUESTION = "question"
    REPLY = "reply"
    NOTICE = "notice"
    ISSUE = "issue"
    ISSUE_STEP = "issue_step"
    RESOLUTION = "resolution"
    RULING = "ruling"
    GUIDELINE_NOTE = "guideline_note"
    FAQ = "faq"
    PAY_REASON = "pay_reason"
    HOLD = "hold"
    CALL_OUT = "call_out"
    RECLAIM = "reclaim"
    APPEAL = "appeal"
    APPEAL_REASON = "appeal_reason"
    SPOT_CHECK = "spot_check"


class RenditionState(StrEnum):
    """PENDING -translate-> DONE | UNNEEDED | FAILED (tried again) ; ASKING waits for a yes to a long paste.

    LIMITED waits for somebody to want it, because the day's characters are used up.
    """

    PENDING = "pending"
    ASKING = "asking"
    LIMITED = "limited"
    DONE = "done"
    UNNEEDED = "unneeded"
    FAILED = "failed"


class NoticeState(StrEnum):
    """DRAFT -a supervisor approves the Korean-> POSTED ; both -> WITHDRAWN."""

    DRAFT = "draft"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Limits:
    """Characters that may be translated in a day without anybody wanting it, and how long a paste may be.

    At `soft_share` percent of `project_day` the project's PMs are told.
    """

    person_day: int = 20_000
    project_day: int = 200_000
    soft_share: int = 80
    long_paste: int = 4_000


_TRUSTED: dict[TranslationMode, frozenset[Trust]] = {
    TranslationMode.OFF: frozenset(),
    TranslationMode.LOCAL: frozenset({Trust.LOCAL}),
    TranslationMode.CLOUD: frozenset({Trust.LOCAL, Trust.CLOUD}),
    TranslationMode.OPEN: frozenset(Trust),
}


def effective_mode(mode: TranslationMode, *, confidential: bool) -> TranslationMode:
    """Return how far words really may travel: those of a confidential project never leave the house."""
    if confidential and mode is not TranslationMode.OFF:
        return TranslationMode.LOCAL
    return mode


def may_see(mode: TranslationMode, trust: Trust) -> bool:
    """Say whether an engine of this trust may be given words under this mode."""
    return trust in _TRUSTED[mode]


def keeps_numbers_home(mode: TranslationMode) -> bool:
    """Say whether a line with a resident, passport or account number must not leave even masked."""
    return mode is not TranslationMode.OPEN


def wanted_language(language: str, reads: str | None) -> str | None:
    """Return what somebody wants translations in; None for those who read both or want none.

    `language` is the one the bot speaks to them, which counts as long as they have not said what they read.
    """
    return None if reads in (BOTH, OFF) else reads or language
