"""Appeals, spot checks, known answers, qualifications and call-outs: their states and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AppealState(StrEnum):
    """WAITING (for a second reviewer) -claim-> CLAIMED -> WON | DENIED; DENIED -once more-> WAITING (supervisor)."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    WON = "won"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class AppealStage(StrEnum):
    """Who looks at it: a second reviewer who does not see the first verdict, then a supervisor who does."""

    SECOND = "second"
    SUPERVISOR = "supervisor"


APPEAL_WINDOW = timedelta(hours=72)
"""How long after a reject, or after a denied first stage, an appeal may be made."""

APPEAL_PATIENCE = timedelta(hours=48)
"""How long an appeal waits for a second reviewer before a supervisor takes it."""

APPEAL_LIMIT = 1000


class QualificationKind(StrEnum):
    """A rung of the ladder, knowledge of a dialect, a project's own, or a skill with a number."""

    LADDER = "ladder"
    DIALECT = "dialect"
    PROJECT = "project"
    SKILL = "skill"


def kind_of(key: str) -> QualificationKind:
    """Return what a key is by its first word: a rung such as "aide:2", a dialect, a project's own, or a skill."""
    name, _, rest = key.partition(":")
    if name == "dialect":
        return QualificationKind.DIALECT
    if name == "project":
        return QualificationKind.PROJECT
    return QualificationKind.LADDER if rest.isdecimal() else QualificationKind.SKILL


class CallOutMode(StrEnum):
    """Who gets a place: whoever comes first, a draw after a minute, or who was served longest ago."""

    FIRST = "first"
    LOTTERY = "lottery"
    LEAST_RECENT = "least_recent"


class CallOutState(StrEnum):
    """OPEN -full-> FULL -somebody leaves-> OPEN; both -deadline or by hand-> CLOSED. A draw is OPEN until drawn."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


class EntryState(StrEnum):
    """What became of somebody's wish for a place: waiting for the draw, in, on the waitlist, or gone again."""

    ASKED = "asked"
    IN = "in"
    WAITING = "waiting"
    LEFT = "left"


DRAW_AFTER = timedelta(seconds=60)
COOL_DOWN = timedelta(hours=24)
"""Who won a draw this recently goes behind everybody who did not."""

GOLD_LOOK = 8
"""After so many known tasks their share of right answers says something."""

GOLD_ENOUGH = 0.7
GOLD_ALIKE = 0.85
"""Text like the known one by this much counts as right."""

REJECT_SHARE = 35
REJECT_N = 3
"""A suggestion to the supervisor: more than so many percent of at least so many first verdicts were rejects."""

QUIZ_QUESTIONS = 8
QUIZ_PASS = 0.75
QUIZ_AGAIN = timedelta(hours=24)


@dataclass(frozen=True)
class Closed:
    """Why a project gives somebody no task now, said before they try.

    `reason` is one of qualification, review, consent, day_cap, row_limit, call_out; `value` is the qualification's
    key or the limit. `how` says in people's own words how to get the qualification, `needs` is the one it needs
    first, and `until` is when time alone opens the project again. With `quiz` there is one to take.
    """

    project_key: str
    reason: str
    value: str = ""
    project_id: int = 0
    how: str = ""
    needs: str = ""
    until: datetime | None = None
    quiz: bool = False
