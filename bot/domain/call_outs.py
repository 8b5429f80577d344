"""Who gets a place in a call-out, in which order the others wait, and what an hour of it honestly brings."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import Invalid
from bot.domain.quality import COOL_DOWN, CallOutMode

LONGEST = timedelta(days=14)
MOST_PLACES = 500
NOTE_LIMIT = 500


@dataclass(frozen=True)
class Wish:
    """Somebody's wish for a place: since when, when they last won a draw, and when they last had work."""

    person_id: int
    asked_at: datetime
    last_won: datetime | None = None
    last_served: datetime | None = None


def line_up(wishes: Iterable[Wish], mode: CallOutMode, now: datetime, seed: int) -> list[int]:
    """Return the people in the order in which they get places; the same wishes and seed give the same order.

    FIRST: as they came. LOTTERY: by lot, whoever won within the cool-down behind everybody who did not.
    LEAST_RECENT: who had no work for longest first, who never had any before all others; equals by lot.
    """
    standing = sorted(wishes, key=lambda wish: (wish.asked_at, wish.person_id))
    if mode is CallOutMode.FIRST:
        return [wish.person_id for wish in standing]
    # A lot that anybody can draw again from what is kept: nobody has to be believed.
    random.Random(seed).shuffle(standing)  # noqa: S311 -- fairness, not secrecy
    if mode is CallOutMode.LOTTERY:
        standing.sort(key=lambda wish: wish.last_won is not None and now - wish.last_won < COOL_DOWN)
    else:
        standing.sort(key=lambda wish: (wish.last_served is not None, wish.last_served or now))
    return [wish.person_id for wish in standing]


def hourly_minor(price_minor: int, seconds: float | None, rework_share: float = 0.0) -> int | None:
    """Return what an hour brings in minor units, at the median `seconds` a task; None where nobody knows yet.

    A task that comes back takes its time again and brings nothing more: `rework_share` is the share of rounds that
    were rejected (rejects / verdicts), so that a task takes 1 / (1 - share) rounds on average.
    """
    if not seconds or seconds <= 0:
        return None
    rounds = 1 / (1 - min(0.9, max(0.0, rework_share)))
    return round(price_minor * 3600 / (seconds * rounds))


def check_call_out(headcount: int, deadline: datetime, now: datetime) -> None:
    """Pass silently for a call-out that makes sense. Raises Invalid naming the first value that does not."""
    if not 1 <= headcount <= MOST_PLACES:
        raise Invalid("headcount", "out_of_range", f"1-{MOST_PLACES}")
    if deadline <= now:
        raise Invalid("deadline", "past")
    if deadline - now > LONGEST:
        raise Invalid("deadline", "too_far", str(LONGEST.days))
