"""What a task is and how far it has come."""

from __future__ import annotations

from enum import StrEnum


class TaskType(StrEnum):
    """The kinds of work a project can hold; one project has one kind."""

    TRANSCRIPTION = "transcription"
    MODERATION = "moderation"
    TRANSLATION = "translation"


class TaskState(StrEnum):
    """A task is open until enough of its answers are accepted and agree, then final.

    Where they do not agree in the end, a supervisor decides (ADJUDICATION).
    """

    OPEN = "open"
    ADJUDICATION = "adjudication"
    FINAL = "final"


class SlotState(StrEnum):
    """One wanted answer of a task: nobody has it, somebody has it, it is accepted, or it is wanted no more."""

    OPEN = "open"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    CLOSED = "closed"


def slot_rank(priority: int, *, begun: bool = False) -> int:
    """Return the place of a slot in the queue, the lowest first: by priority, then those of tasks that are begun."""
    return -2 * priority - begun
