"""The words of the field in the reader's language: types, roles, statuses and reasons."""

from __future__ import annotations

from bot.domain.answers import UnusableReason
from bot.domain.people import Role, WorkStatus
from bot.domain.review import ReasonCode
from bot.domain.task import TaskType
from bot.i18n.catalogs import N_, Catalog

_TYPES = {
    TaskType.TRANSCRIPTION: N_("Transcription"),
    TaskType.MODERATION: N_("Moderation"),
    TaskType.TRANSLATION: N_("Translation"),
}
_SYMBOLS = {TaskType.TRANSCRIPTION: "🎧", TaskType.MODERATION: "🛡️", TaskType.TRANSLATION: "🌏"}
_ROLES = {
    Role.WORKER: N_("worker"),
    Role.REVIEWER: N_("reviewer"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.PM: N_("PM"),
}
_STATUSES = {WorkStatus.WORKING: N_("taking work"), WorkStatus.RESTING: N_("resting")}
_UNUSABLE = {
    UnusableReason.NOISE: N_("Too noisy"),
    UnusableReason.SILENCE: N_("Silence"),
    UnusableReason.OTHER_LANGUAGE: N_("Another language"),
    UnusableReason.SENSITIVE: N_("Sensitive or personal content"),
    UnusableReason.BROKEN: N_("The file does not open"),
}
_REASONS = {
    ReasonCode.MISHEARD: N_("Heard differently"),
    ReasonCode.MISSED_SPEECH: N_("Speech is missing"),
    ReasonCode.DIALECT_CHANGED: N_("Dialect was standardised"),
    ReasonCode.SPEAKER_TAG: N_("Speaker tags differ"),
    ReasonCode.TIMING: N_("Time stamps differ"),
    ReasonCode.WRONG_LABEL: N_("Another label fits better"),
    ReasonCode.WEAK_RATIONALE: N_("The rationale needs more"),
    ReasonCode.MISTRANSLATION: N_("The meaning differs"),
    ReasonCode.OMISSION: N_("Something was left out"),
    ReasonCode.TONE: N_("The tone differs"),
    ReasonCode.FORMAT: N_("The format differs"),
    ReasonCode.GUIDELINE: N_("Other guideline point"),
}


def say_type(t: Catalog, task_type: TaskType) -> str:
    """Return the type of work: "전사"."""
    return t(_TYPES[task_type])


def symbol(task_type: TaskType) -> str:
    """Return the picture a type is recognised by."""
    return _SYMBOLS[task_type]


def say_role(t: Catalog, role: Role) -> str:
    """Return a role: "검수자"."""
    return t(_ROLES[role])


def say_roles(t: Catalog, roles: tuple[Role, ...]) -> str:
    """Several roles in one phrase: "작업자, 검수자"."""
    return ", ".join(say_role(t, role) for role in roles)


def say_status(t: Catalog, status: WorkStatus) -> str:
    """Whether somebody wants work now: "쉬는 중"."""
    return t(_STATUSES[status])


def say_unusable(t: Catalog, reason: str) -> str:
    """Why an item could not be worked on; a reason of an older version is shown as it is stored."""
    return t(_UNUSABLE[UnusableReason(reason)]) if reason in set(UnusableReason) else reason


def say_reason(t: Catalog, reason: ReasonCode) -> str:
    """Why work was returned, in words that speak of the work and not of the person."""
    return t(_REASONS[reason])
