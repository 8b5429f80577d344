"""Steering issues: other hands, another urgency, further up, and taking back one’s own."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotYours,
    StaleAction,
)
from bot.domain.escalation import (
    IssueState,
    Level,
    Severity,
    TimerKind,
)
from bot.services.issue_steering import (
    level_up,
    reassign,
    resume,
    set_severity,
    wait,
)
from bot.services.issues import (
    acknowledge,
    withdraw,
)
from tests.integration.issue_scene import MORNING, NIGHT, Night, refused


def test_giving_it_to_somebody_else(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    alex, mina = night.crew["alex"], night.crew["mina"]
    assert refused(lambda: night.do(reassign, "bridge", issue_id=issue_id, to_id=mina)) == Invalid(
        "person", "no_role"
    )
    night.do(reassign, "bridge", issue_id=issue_id, to_id=alex)
    night.tick()
    assert night.issue(issue_id).owner_id == alex
    assert night.calls()[-1] == ("alex", "reassigned")
    assert refused(lambda: night.do(reassign, "bridge", issue_id=issue_id, to_id=alex)) == Invalid(
        "person", "same"
    )


def test_more_urgent_calls_again_and_less_urgent_does_not(night: Night) -> None:
    issue_id = night.open(severity=Severity.S2)
    night.at(MORNING)
    night.do(set_severity, "alex", issue_id=issue_id, severity=Severity.S3)
    assert night.tick() == (0, 0)
    assert night.timers(issue_id) == {TimerKind.LEVEL: MORNING + timedelta(hours=4)}
    night.do(set_severity, "alex", issue_id=issue_id, severity=Severity.S1)
    assert night.tick() == (0, 1)
    assert night.timers(issue_id) == {TimerKind.LEVEL: MORNING + timedelta(minutes=10)}
    assert refused(
        lambda: night.do(set_severity, "alex", issue_id=issue_id, severity=Severity.S1)
    ) == Invalid("severity", "same")
    night.healthy()


def test_a_wait_goes_on_when_it_gets_more_urgent(night: Night) -> None:
    issue_id = night.open(severity=Severity.S2)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM)
    night.clock.advance(hours=1)
    night.do(set_severity, "bridge", issue_id=issue_id, severity=Severity.S1)
    assert night.issue(issue_id).paused_at == NIGHT
    night.clock.advance(hours=1)
    night.do(resume, "bridge", issue_id=issue_id)
    assert night.issue(issue_id).waited_seconds == 2 * 3600


def test_handing_it_up_takes_it_from_its_owner(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.do(level_up, "bridge", issue_id=issue_id)
    issue = night.issue(issue_id)
    assert (issue.state, issue.level, issue.owner_id) == (IssueState.OPEN, Level.PM, None)
    night.tick()
    night.do(level_up, "alex", issue_id=issue_id)
    night.tick()
    assert night.calls() == [("alex", "level"), ("boss", "level")]
    assert refused(lambda: night.do(level_up, "alex", issue_id=issue_id)) == Invalid("level", "last")
    night.healthy()


def test_an_old_button_does_nothing(night: Night) -> None:
    issue_id = night.open()
    old = night.issue(issue_id).ver
    night.do(set_severity, "bridge", issue_id=issue_id, severity=Severity.S1, ver=old)
    stale = refused(lambda: night.do(level_up, "bridge", issue_id=issue_id, ver=old))
    assert isinstance(stale, StaleAction)
    assert isinstance(refused(lambda: night.do(level_up, "mina", issue_id=issue_id)), NotAllowed)
    assert isinstance(refused(lambda: night.do(resume, "bridge", issue_id=issue_id)), StaleAction)
    assert isinstance(refused(lambda: night.do(level_up, "bridge", issue_id=999)), NotFound)


def test_taking_back_ones_own(night: Night) -> None:
    issue_id = night.open()
    assert isinstance(refused(lambda: night.do(withdraw, "jun", issue_id=issue_id)), NotYours)
    night.do(withdraw, "mina", issue_id=issue_id)
    assert night.issue(issue_id).closed_at == NIGHT
    assert night.timers(issue_id) == {}
    assert isinstance(refused(lambda: night.do(withdraw, "mina", issue_id=issue_id)), StaleAction)
    other = night.open("jun")
    night.do(acknowledge, "bridge", issue_id=other)
    assert isinstance(refused(lambda: night.do(withdraw, "jun", issue_id=other)), StaleAction)
    night.healthy()
