"""One person's hold on one answer slot: its states, its lease and the moments that matter in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.task import TaskType


class AssignmentState(StrEnum):
    """CLAIMED -submit-> IN_REVIEW -accept-> ACCEPTED; IN_REVIEW -reject-> RETURNED -submit-> IN_REVIEW.

    RETURNED -appeal-> APPEALED -won-> ACCEPTED, or back to RETURNED. Work that was released or expired can be
    revived into review, late or because its reject was wrong.
    """

    CLAIMED = "claimed"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPEALED = "appealed"
    ACCEPTED = "accepted"
    RELEASED = "released"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to an assignment."""

    SUBMIT = "submit"
    RELEASE = "release"
    EXPIRE = "expire"
    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"
    REVIVE = "revive"
    APPEAL = "appeal"
    WIN = "win"
    DENY = "deny"
    HAND_ON = "hand_on"
    RECLAIM = "reclaim"


HELD = frozenset({AssignmentState.CLAIMED, AssignmentState.RETURNED})
"""States in which the person still has something to do."""

LIVE = HELD | {AssignmentState.IN_REVIEW, AssignmentState.APPEALED, AssignmentState.ACCEPTED}
"""States that keep the slot from everybody else."""

_TRANSITIONS: dict[tuple[AssignmentState, Event], AssignmentState] = {
    (AssignmentState.CLAIMED, Event.SUBMIT): AssignmentState.IN_REVIEW,
    (AssignmentState.CLAIMED, Event.RELEASE): AssignmentState.RELEASED,
    (AssignmentState.CLAIMED, Event.EXPIRE): AssignmentState.EXPIRED,
    (AssignmentState.EXPIRED, Event.REVIVE): AssignmentState.IN_REVIEW,
    (AssignmentState.RELEASED, Event.REVIVE): AssignmentState.IN_REVIEW,
    (AssignmentState.IN_REVIEW, Event.ACCEPT): AssignmentState.ACCEPTED,
    (AssignmentState.IN_REVIEW, Event.REJECT): AssignmentState.RETURNED,
    (AssignmentState.RETURNED, Event.SUBMIT): AssignmentState.IN_REVIEW,
    (AssignmentState.RETURNED, Event.RELEASE): AssignmentState.RELEASED,
    (AssignmentState.RETURNED, Event.EXPIRE): AssignmentState.EXPIRED,
    (AssignmentState.RETURNED, Event.UNDO): AssignmentState.IN_REVIEW,
    (AssignmentState.ACCEPTED, Event.UNDO): AssignmentState.IN_REVIEW,
    (AssignmentState.RETURNED, Event.APPEAL): AssignmentState.APPEALED,
    (AssignmentState.APPEALED, Event.WIN): AssignmentState.ACCEPTED,
    (AssignmentState.APPEALED, Event.DENY): AssignmentState.RETURNED,
    (AssignmentState.RETURNED, Event.HAND_ON): AssignmentState.RELEASED,
    (AssignmentState.CLAIMED, Event.RECLAIM): AssignmentState.RELEASED,
    (AssignmentState.RETURNED, Event.RECLAIM): AssignmentState.RELEASED,
}


def advance(state: AssignmentState, event: Event) -> AssignmentState | None:
    """Return the state after `event`, or None when the event has no meaning in `state`."""
    return _TRANSITIONS.get((state, event))


SHORTEST_LEASE = timedelta(minutes=10)
LONGEST_LEASE = timedelta(hours=8)
WARN_SHARE = 0.8
REVIEW_LEASE = timedelta(hours=2)
RESERVATION = timedelta(hours=24)
"""How long a resubmission waits for its first reviewer before any reviewer may take it."""

REWORK_TIME = timedelta(hours=24)
"""How long returned work stays with its author, counted in `WAKING` hours on their own clock."""

LAST_WORD = timedelta(hours=3)
"""How long work stays with its author after the last reject, in `WAKING` hours too: only for an appeal."""

WAKING = (9 * 60, 23 * 60)
"""From when until when somebody is taken to be awake, in minutes of the day."""

_FIRST_GUESS = {
    TaskType.TRANSCRIPTION: timedelta(minutes=10),
    TaskType.MODERATION: timedelta(minutes=5),
    TaskType.TRANSLATION: timedelta(minutes=10),
}


def lease_length(task_type: TaskType, median: timedelta | None) -> timedelta:
    """Return how long a claim may be held: three times the project's median, 10 minutes to 8 hours.

    `median` is None while nobody has submitted yet; then a guess by type stands in for it.
    """
    return min(LONGEST_LEASE, max(SHORTEST_LEASE, 3 * (median or _FIRST_GUESS[task_type])))


def warn_moment(claimed_at: datetime, lease_until: datetime) -> datetime:
    """Return when 80 % of the lease has passed."""
    return claimed_at + (lease_until - claimed_at) * WARN_SHARE
