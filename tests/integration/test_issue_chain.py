"""Who is told of an issue, when, and what time does as long as nobody takes it; on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.db.models import (
    Issue,
)
from bot.domain.errors import (
    Invalid,
)
from bot.domain.escalation import (
    Asked,
    IssueSource,
    Level,
    Severity,
    TimerKind,
)
from bot.domain.people import Role
from bot.reports.escalation_plans import delays_of, own_plans
from bot.reports.issues import read_issue
from bot.services.escalation_plans import set_plan
from bot.services.issue_cards import people_of
from tests.integration.issue_scene import MORNING, NIGHT, Night, refused


def test_a_question_at_two_in_the_night_waits_for_the_morning(night: Night) -> None:
    night.on_duty()
    issue_id = night.open()
    assert night.tick() == (0, 0)
    assert night.tick(hours=6, minutes=59) == (0, 0)
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("bridge", "level")]
    # Four hours of the supervisor's day, and nobody else can be asked before.
    assert night.timers(issue_id) == {TimerKind.LEVEL: MORNING + timedelta(hours=4)}
    assert night.tick(hours=3, minutes=59) == (0, 0)
    assert night.tick(minutes=1) == (1, 1)
    assert night.calls()[-1] == ("alex", "level")
    assert night.issue(issue_id).level is Level.PM
    night.healthy()


def test_stopped_work_wakes_one_after_the_other(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    issue_id = night.open(severity=Severity.S1)
    assert night.tick() == (0, 1)
    seen = [night.tick(minutes=10) for _ in range(4)]
    assert seen == [(1, 1), (1, 1), (1, 1), (0, 0)]
    assert [who for who, _why in night.calls()] == ["bridge", "dohyun", "alex", "boss"]
    assert night.issue(issue_id).level is Level.ADMIN
    assert night.timers(issue_id) == {}
    night.healthy()


def test_after_a_long_stop_the_present_level_fires_once(night: Night) -> None:
    night.on_duty()
    issue_id = night.open(severity=Severity.S1)
    night.tick()
    assert night.tick(days=3) == (1, 1)
    assert night.tick() == (0, 0)
    assert night.issue(issue_id).level is Level.PM
    assert night.timers(issue_id) == {TimerKind.LEVEL: night.clock() + timedelta(minutes=10)}


def test_levels_without_anybody_are_left_out_at_once(night: Night) -> None:
    night.join("bridge", Role.SUPERVISOR, granted=False)
    issue_id = night.open(severity=Severity.S1)
    assert night.issue(issue_id).level is Level.PM
    night.tick()
    assert night.calls() == [("alex", "level")]
    # The first whom anybody tells has the time of the first, wherever in the chain they stand.
    assert night.timers(issue_id)[TimerKind.LEVEL] == NIGHT + timedelta(minutes=10)


def test_nobody_to_tell_is_said_at_once(night: Night) -> None:
    night.join("bridge", Role.SUPERVISOR, granted=False)
    night.join("alex", Role.PM, granted=False)
    issue_id = night.open("boss", severity=Severity.S1)
    assert night.issue(issue_id).level is Level.ADMIN
    assert night.timers(issue_id) == {}
    night.healthy()


def test_who_asks_for_the_pm_begins_there_and_the_supervisors_only_see_it(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1, asked=Asked.PM)
    night.tick()
    assert night.calls() == [("alex", "level")]
    with night.transactions() as uow:
        assert night.crew["bridge"] in people_of(uow, uow.session.get_one(Issue, issue_id))
    night.healthy()


def test_whoever_opens_it_is_not_told_of_it(night: Night) -> None:
    issue_id = night.open("bridge", severity=Severity.S1)
    night.tick()
    assert night.calls() == [("alex", "level")]
    assert night.issue(issue_id).level is Level.PM


def _told_next(night: Night, issue_id: int) -> Level | None:
    with night.transactions.reading() as session:
        facts = read_issue(session, issue_id, night.clock())
    assert facts is not None
    assert facts.next is not None
    assert facts.next.kind is TimerKind.LEVEL
    return facts.next.level


def test_a_card_names_the_level_that_is_told_next(night: Night) -> None:
    # The only supervisor is told first, so there are no others for the level after that.
    night.on_duty()
    issue_id = night.open(severity=Severity.S1)
    assert (night.issue(issue_id).level, _told_next(night, issue_id)) == (Level.DUTY, Level.PM)
    # A PM is not told of what they raised themselves.
    of_pm = night.open("alex", thread="2.1", severity=Severity.S1)
    assert _told_next(night, of_pm) is Level.ADMIN
    # Nobody but the supervisors hears of a nameless report.
    nameless = night.open(source=IssueSource.NAMELESS, severity=Severity.S1)
    assert _told_next(night, nameless) is None
    night.tick(minutes=10)
    assert [night.issue(one).level for one in (issue_id, of_pm)] == [Level.PM, Level.ADMIN]


def test_each_is_told_in_their_own_hours(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.hours("dohyun", 9 * 60, 18 * 60, "Europe/Berlin")
    issue_id = night.open()
    # Seoul wakes up first; four hours later nobody has answered, and the second supervisor still sleeps.
    assert night.at(MORNING) == (0, 1)
    assert night.tick(hours=4) == (1, 1)
    assert night.calls() == [("bridge", "level"), ("alex", "level")]
    # What the level before had still to tell is told all the same, at 09:00 in Berlin.
    assert night.at(MORNING + timedelta(hours=8)) == (1, 2)
    assert ("dohyun", "level") in night.calls()
    assert night.issue(issue_id).level is Level.ADMIN


def test_hours_that_were_changed_meanwhile_are_kept(night: Night) -> None:
    night.open()
    night.hours("bridge", 10 * 60, 19 * 60)
    assert night.at(MORNING) == (0, 0)
    assert night.tick(hours=1) == (0, 1)


def test_a_project_may_have_its_own_times(night: Night) -> None:
    times = {"ack_minutes": 5, "step_minutes": 7, "resolve_minutes": 60}
    night.do(set_plan, "alex", project_id=night.crew.project_id, severity=Severity.S1, **times)
    night.do(
        set_plan,
        "alex",
        project_id=night.crew.project_id,
        severity=Severity.S1,
        **(times | {"ack_minutes": 3}),
    )
    issue_id = night.open(severity=Severity.S1)
    assert night.timers(issue_id) == {TimerKind.LEVEL: NIGHT + timedelta(minutes=3)}
    night.tick(minutes=3)
    assert night.timers(issue_id) == {TimerKind.LEVEL: night.clock() + timedelta(minutes=7)}
    with night.transactions.reading() as session:
        assert set(own_plans(session, [night.crew.project_id])) == {(night.crew.project_id, Severity.S1)}
        assert delays_of(session, night.crew.project_id, Severity.S1).resolve == timedelta(hours=1)
        assert delays_of(session, night.crew.project_id, Severity.S2).ack == timedelta(minutes=30)
    assert refused(
        lambda: night.do(
            set_plan,
            "alex",
            project_id=night.crew.project_id,
            severity=Severity.S2,
            **(times | {"step_minutes": 0}),
        )
    ) == Invalid("step", "out_of_range", "0")
