"""When something between two digests is worth a word: thresholds, and the test for a spike of rejects. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import exp, lgamma


class AlertKind(StrEnum):
    """What an alert is about."""

    REJECTS = "rejects"
    NO_CLAIMS = "no_claims"
    REVIEWS = "reviews"
    DEADLINE = "deadline"
    CREW_TOO_SMALL = "crew_too_small"
    APPEALS = "appeals"


ALPHA = 0.01
"""The most that the false alarms of one project's day may amount to: one in a hundred days."""

FIRST_LOOK = 20
"""The fewest first verdicts that are judged; further looks are taken each time their number has doubled."""

BASE_DAYS = 14
SMALLEST_BASE = 50
"""Over how many days before the usual rate is read, and how many first verdicts it must rest on."""

SMALLEST_RISE = 0.10
"""A rise of less is nobody's business, however certain it is: with many verdicts every small one becomes certain."""

QUIET_HOURS = 4
"""Waking hours without a claim after which open work counts as left lying."""

REVIEW_AGE = timedelta(hours=24)
COOL_DOWN = timedelta(hours=24)
"""For how long what has ended and comes back is still the same incident."""


@dataclass(frozen=True)
class Spike:
    """The look that gave the alarm: `rejected` of `n` first verdicts of a day, beside the usual rate.

    `p` is the chance of as many or more rejects in a day like the ones before.
    """

    rejected: int
    n: int
    base_rejected: int
    base_n: int
    p: float


def find_spike(outcomes: Sequence[bool], base_rejected: int, base_n: int) -> Spike | None:
    """Return the first look at which the day's rejects are more than chance makes of the days before, else None.

    `outcomes` are the day's first verdicts in their order, True for a reject. At the first 20, 40, 80, ... of them
    the exact upper tail is taken of drawing so many rejects out of the day's and the base's verdicts together
    (one-sided Fisher; with a large base this is the binomial tail). Look number i = 1, 2, ... may give a false alarm
    with a chance of ALPHA / 2**i, so that a day's looks together stay below ALPHA = 1 %, however often the day is
    looked at. Measured over 80,000 simulated days (5 to 40 % rejects, 20 to 640 verdicts a day, bases of 60 to
    5,000): a false alarm on 0.33 % of them, since counts are whole numbers and small rises are passed over.
    """
    if base_n < SMALLEST_BASE:
        return None
    usual = base_rejected / base_n
    look, share = FIRST_LOOK, ALPHA / 2
    while look <= len(outcomes):
        rejected = sum(outcomes[:look])
        if rejected / look >= usual + SMALLEST_RISE:
            p = upper_tail(rejected, look, base_rejected, base_n)
            if p <= share:
                return Spike(rejected, look, base_rejected, base_n, p)
        look, share = look * 2, share / 2
    return None


def upper_tail(rejected: int, n: int, base_rejected: int, base_n: int) -> float:
    """Return the chance that at least `rejected` of all rejects fall among the `n` of all `n + base_n` verdicts."""
    whole, rejects = n + base_n, rejected + base_rejected
    total = _log_choose(whole, n)
    return min(
        1.0,
        sum(
            exp(_log_choose(rejects, k) + _log_choose(whole - rejects, n - k) - total)
            for k in range(rejected, min(n, rejects) + 1)
        ),
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) if 0 <= k <= n else float("-inf")


def days_late(today: date, days_needed: int | None, remaining: int, deadline: date) -> int | None:
    """Return by how many days a project misses its deadline at its pace; None while it does not.

    Without a pace (`days_needed` None) work that remains is at risk in the last week, by 0 days.
    """
    if not remaining:
        return None
    if days_needed is None:
        return max(0, (today - deadline).days) if deadline - today <= timedelta(days=7) else None
    late = (today + timedelta(days=days_needed) - deadline).days
    return late if late > 0 else None
