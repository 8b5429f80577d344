"""Issues as Home lists them: urgent and late, waiting for a PM, and somebody's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.alerts import AlertKind
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    NoteState,
    RulingState,
    Severity,
)
from bot.domain.hours import Hours
from bot.domain.translation import RenditionState, SourceKind
from bot.reports.alerts import IncidentFacts
from bot.reports.duty import DutyFacts
from bot.reports.issue_desk import IssueDesk, Watch
from bot.reports.issue_lists import ListedIssue
from bot.reports.issue_parts import NoteFacts, RulingFacts
from bot.reports.issue_targets import Targets
from bot.reports.issue_words import Words
from bot.reports.translations import RelayFacts
from tests.golden import facts
from tests.golden.facts import NOW


def words(text: str, english: str = "", kind: SourceKind = SourceKind.ISSUE, ref_id: int = 12) -> Words:
    """Korean words, with their English rendition if one is given."""
    if not english:
        return Words(text)
    relay = RelayFacts(
        kind, ref_id, 40, 41, text, english, "en", "ko", RenditionState.DONE, frozenset(), corrected=False
    )
    return Words(text, (relay,))


REQUEST = words(
    "링크가 아무에게도 안 열려요. 다들 멈춰 있어요.", "The link opens for nobody. Everybody has stopped."
)


def listed(issue_id: int = 12, **changes: Any) -> ListedIssue:
    """An issue that nobody has taken, in time."""
    opened = NOW - timedelta(minutes=25)
    targets = Targets(opened, NOW + timedelta(minutes=5), NOW + timedelta(hours=23))
    usual = ListedIssue(
        issue_id, 3, 1, "DIAL1", False, Severity.S2, IssueState.OPEN, IssueSource.THREAD, Asked.SUPERVISOR,
        Level.DUTY, 7, "하늘", None, "", "C0CREW", "1764000000.000100", REQUEST, 2, 2, opened, None, targets,
        False,
    )  # fmt: skip
    return replace(usual, **changes)


URGENT = listed(15, severity=Severity.S1, late=True, held=0)
TAKEN = listed(
    9,
    severity=Severity.S3,
    state=IssueState.ACKED,
    owner_id=9,
    owner="Sori",
    opened_at=NOW - timedelta(hours=5),
    request=Words("is this dialect?"),
    held=1,
)
IDEA = listed(7, project_key="SAFE2", confidential=True, severity=Severity.S4, held=0)
WAITING = listed(4, state=IssueState.WAITING_PM, owner_id=9, owner="Sori")
DUTY = DutyFacts(3, 1, "DIAL1", 9, "Sori", NOW - timedelta(hours=3), None, "", 3)
RULING = RulingFacts(
    5, 1, 12, "DIAL1", RulingState.STANDING,
    words("우선 들리는 대로 적어요.", "Write it as it is heard for now.", SourceKind.RULING, 5),
    9, "Sori", NOW - timedelta(hours=1), "", None, "",
)  # fmt: skip
NOTE = NoteFacts(
    6, 1, 9, 1, "DIAL1", "3.2", words("‘-니께’는 그대로 둬요."), NoteState.PROPOSED, 9, "Sori",
    NOW - timedelta(hours=2), "", None,
)  # fmt: skip
ALERT = IncidentFacts(
    2, 1, "DIAL1", "Asia/Seoul", AlertKind.REVIEWS, NOW - timedelta(hours=4), None,
    {"waiting": 21, "oldest": (NOW - timedelta(hours=30)).isoformat(), "hours": 24},
)  # fmt: skip

SUPERVISOR = IssueDesk(
    (URGENT, listed(), TAKEN, IDEA),
    (Watch(1, "DIAL1", DUTY, 3), Watch(2, "SAFE2", None, 0)),
    hours=Hours("Asia/Seoul", 10 * 60, 19 * 60, 0b11111),
)
QUIET = IssueDesk((), (Watch(1, "DIAL1", None, 0),), hours=Hours("Asia/Seoul"))
PM = IssueDesk(
    waiting=(replace(URGENT, level=Level.PM), WAITING),
    rulings=(RULING,),
    notes=(NOTE,),
    alerts=(ALERT,),
    hours=Hours("Europe/Berlin", 9 * 60, 18 * 60, 0b11111),
)
WORKER = IssueDesk(own=(TAKEN,), hours=Hours("Asia/Seoul", 22 * 60, 6 * 60))


def extreme_desk(text: str) -> IssueDesk:
    """More of everything than there should ever be, each with words as long as they may be."""
    long, name = Words(facts.huge(text, 1000)), facts.huge(text, 20)
    many = tuple(
        listed(
            10**12 + number,
            project_key="A" * 16,
            request=long,
            owner=name,
            held=10**9,
            late=True,
            severity=Severity.S2,
        )
        for number in range(50)
    )
    duty = replace(DUTY, nickname=name)
    ruling = replace(RULING, project_key="A" * 16, words=long, made_by=name)
    note = replace(NOTE, project_key="A" * 16, words=long, made_by=name)
    return IssueDesk(
        many,
        tuple(Watch(number, "A" * 16, duty, 10**9) for number in range(40)),
        many,
        (ruling,) * 5,
        (note,) * 5,
        (replace(ALERT, project_key="A" * 16),) * 5,
        many,
        Hours("America/Argentina/ComodRivadavia", 0, 0, 0b1010101),
    )
