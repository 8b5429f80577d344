"""What a task is and how far it has come."""

from __future__ import annotations

from enum import StrEnum


class TaskType(StrEnum):
    """The kinds of work a project can hold; one project has one kind."""

    TRANSCRIPTION = "transcription"
    MODERATION = "moderation"
    TRANSLATION = "translation"


class TaskState(StrEnum):
    """A task is open until enough of its answer slots are accepted, then final."""

    OPEN = "open"
    FINAL = "final"


class SlotState(StrEnum):
    """One wanted answer of a task: nobody has it, somebody has it, or it is accepted."""

    OPEN = "open"
    TAKEN = "taken"
    ACCEPTED = "accepted"


def settle(accepted: int, overlap: int) -> TaskState:
    """Return the state of a task of which `accepted` of `overlap` answers are accepted."""
    return TaskState.FINAL if accepted >= overlap else TaskState.OPEN
