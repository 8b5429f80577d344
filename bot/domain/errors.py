"""Small typed errors that carry values; their wording per language lives in `bot/slack/views/errors.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.quality import Closed


class DomainError(Exception):
    """Something a person asked for that the rules do not allow; nothing was changed."""


@dataclass
class NotAllowed(DomainError):
    """The person's current roles do not include this action. `subject` names the row that was tried."""

    action: str
    subject_type: str
    subject_id: int | None = None


@dataclass
class NotYours(DomainError):
    """The row belongs to somebody else, or the person wrote the work they want to judge."""

    action: str
    subject_type: str
    subject_id: int | None = None


@dataclass
class StaleAction(DomainError):
    """The row has moved on since the button was drawn; `state` is where it is now."""

    action: str
    subject_type: str
    subject_id: int
    state: str


@dataclass
class NotFound(DomainError):
    """No such row for this team; `what` is a word of the field, `name` is what was typed."""

    what: str
    name: str = ""


@dataclass
class NoWork(DomainError):
    """Nothing can be handed out now. `reason` is one of no_membership, empty, resting."""

    reason: str
    projects: int = 0


@dataclass
class HandsFull(DomainError):
    """The person already holds as many tasks as the project lets them."""

    limit: int


@dataclass
class ProjectClosed(DomainError):
    """What has work for the person asks for something first: each such project with the reason."""

    closed: tuple[Closed, ...]


@dataclass
class MustAcknowledge(DomainError):
    """There is a guideline version in effect that the person has to read before they take more work."""

    version_id: int
    project_key: str


@dataclass
class EmptyAnswer(DomainError):
    """An answer without content; `field` is the form field to mark."""

    field: str


@dataclass
class IdenticalAnswer(DomainError):
    """A resubmission equal to the rejected round."""

    field: str
    round: int


@dataclass
class GoesOn(DomainError):
    """After the last reject there is no other round: the task goes to somebody else, at `until` if that is known."""

    assignment_id: int
    until: datetime | None = None


@dataclass
class AlreadyExtended(DomainError):
    """The one extension of a lease has been used."""

    assignment_id: int


@dataclass
class UndoTooLate(DomainError):
    """A verdict can no longer be taken back. `reason` is one of time, resubmitted, settled."""

    reason: str
    minutes: int


@dataclass
class Invalid(DomainError):
    """A value that can't be used; `field` names it and `code` says what is wrong with it."""

    field: str
    code: str
    value: str = ""


@dataclass
class AlreadyOwned(DomainError):
    """Somebody was quicker to take the issue: who, and since when (an aware instant)."""

    issue_id: int
    nickname: str
    since: datetime


@dataclass
class OnHold(DomainError):
    """The task is on hold, so that nobody takes or judges it now; `issue_id` names the issue behind it, if any."""

    task_id: int
    issue_id: int | None = None


@dataclass
class ThreadTaken(DomainError):
    """The thread is bound to an issue already."""

    issue_id: int
