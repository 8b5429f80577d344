"""Judging a submission: the queue's states, the verdicts, and why something may be rejected."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.task import TaskType
from bot.domain.text import check_text


class ReviewState(StrEnum):
    """WAITING -claim-> CLAIMED -verdict-> DECIDED -undo-> CLAIMED; a hand-over puts it back to WAITING."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"


class ReviewLevel(StrEnum):
    """Who may take a waiting review."""

    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"


class Decision(StrEnum):
    """The verdicts. A fixed acceptance counts as an acceptance and is listed apart."""

    ACCEPT = "accept"
    FIX_ACCEPT = "fix_accept"
    REJECT = "reject"


class ReasonCode(StrEnum):
    """Why work was rejected; a closed list so that reasons can be counted."""

    MISHEARD = "misheard"
    MISSED_SPEECH = "missed_speech"
    DIALECT_CHANGED = "dialect_changed"
    SPEAKER_TAG = "speaker_tag"
    TIMING = "timing"
    WRONG_LABEL = "wrong_label"
    WEAK_RATIONALE = "weak_rationale"
    MISTRANSLATION = "mistranslation"
    OMISSION = "omission"
    TONE = "tone"
    FORMAT = "format"
    GUIDELINE = "guideline"


UNDO_WINDOW = timedelta(minutes=10)
COMMENT_LIMIT = 1000
SECTION_LIMIT = 80

_SHARED = (ReasonCode.FORMAT, ReasonCode.GUIDELINE)
_REASONS = {
    TaskType.TRANSCRIPTION: (
        ReasonCode.MISHEARD,
        ReasonCode.MISSED_SPEECH,
        ReasonCode.DIALECT_CHANGED,
        ReasonCode.SPEAKER_TAG,
        ReasonCode.TIMING,
        *_SHARED,
    ),
    TaskType.MODERATION: (ReasonCode.WRONG_LABEL, ReasonCode.WEAK_RATIONALE, *_SHARED),
    TaskType.TRANSLATION: (ReasonCode.MISTRANSLATION, ReasonCode.OMISSION, ReasonCode.TONE, *_SHARED),
}


def reasons_for(task_type: TaskType) -> tuple[ReasonCode, ...]:
    """Return the reject reasons that make sense for this type, most specific first."""
    return _REASONS[task_type]


def check_reject(task_type: TaskType, reason: str, section: str, comment: str) -> tuple[ReasonCode, str, str]:
    """Return the cleaned reason, guideline section and sentence; all three are required.

    Raises Invalid naming the first field that is missing, too long or not a reason of this type.
    """
    known = {str(code): code for code in reasons_for(task_type)}
    if reason not in known:
        raise Invalid("reason", "unknown" if reason else "missing", reason)
    section, comment = " ".join(section.split()), comment.strip()
    check_text("section", section, SECTION_LIMIT)
    check_text("comment", comment, COMMENT_LIMIT)
    return known[reason], section, comment
