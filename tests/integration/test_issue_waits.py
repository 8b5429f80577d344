"""Issues that wait for somebody: the clock stands, and nothing waits for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.escalation import (
    IssueState,
    Severity,
    Step,
    TimerKind,
)
from bot.domain.people import Role
from bot.reports.issue_parts import NextStep
from bot.reports.issues import read_issue
from bot.services.issue_steering import (
    resume,
    wait,
)
from bot.services.issue_talk import note_activity, say
from bot.services.issues import acknowledge
from tests.integration.issue_scene import CHANNEL, MORNING, NIGHT, Night


def test_while_it_waits_the_clock_stands_and_the_pm_is_asked(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM, note="지침을 확인해 주세요.")
    assert set(night.timers(issue_id)) == {TimerKind.REMIND, TimerKind.DECAY}
    night.tick()
    assert night.calls()[-1] == ("alex", "waiting")
    night.tick(hours=24)
    assert night.calls()[-1] == ("alex", "waiting")
    assert night.timers(issue_id) == {TimerKind.DECAY: NIGHT + timedelta(hours=48)}
    night.clock.advance(hours=2)
    # The PM answers in the thread.
    spoken = {"channel": CHANNEL, "thread_ts": "1.1", "team_id": night.crew.team_id}
    night.do(note_activity, "alex", **spoken)
    issue = night.issue(issue_id)
    assert (issue.state, issue.paused_at) == (IssueState.ACKED, None)
    assert issue.waited_seconds == 26 * 3600
    assert night.steps(issue_id)[-3:] == [Step.WAIT_PM, Step.REMINDED, Step.RESUMED]
    night.healthy()


def test_waiting_for_who_opened_it_takes_it(night: Night) -> None:
    issue_id = night.open(severity=Severity.S2)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_WORKER)
    issue = night.issue(issue_id)
    assert (issue.owner_id, issue.acked_at) == (night.crew["bridge"], NIGHT)
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("mina", "waiting")]
    night.do(say, "mina", issue_id=issue_id, words="두 번째 소리예요.")
    assert night.issue(issue_id).state is IssueState.ACKED


def test_a_clock_set_back_does_not_shorten_the_wait(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM)
    night.clock.advance(hours=-1)
    night.do(resume, "bridge", issue_id=issue_id)
    assert night.issue(issue_id).waited_seconds == 0


@pytest.mark.parametrize("whom", [IssueState.WAITING_PM, IssueState.WAITING_WORKER])
def test_what_nobody_answers_comes_back_to_its_owner(night: Night, whom: IssueState) -> None:
    night.hours("bridge", 10 * 60, 19 * 60)
    issue_id = night.open()
    night.at(MORNING)
    night.do(wait, "bridge", issue_id=issue_id, for_=whom)
    # Four days of twelve hours each in which whoever is waited for can be asked.
    back = MORNING + timedelta(days=3, hours=12)
    assert night.timers(issue_id)[TimerKind.DECAY] == back
    with night.transactions.reading() as session:
        facts = read_issue(session, issue_id, night.clock())
    assert facts is not None
    assert facts.next == NextStep(TimerKind.DECAY, back)
    assert night.tick(hours=1) == (0, 1)
    # The reminder is due as their second day ends, and waits for the third.
    assert night.at(MORNING + timedelta(days=1, hours=12)) == (0, 0)
    assert night.at(MORNING + timedelta(days=2)) == (1, 0)
    assert night.issue(issue_id).state is whom
    assert night.at(back - timedelta(minutes=1)) == (0, 0)
    # It is evening by then where its owner is, who is called when their day begins.
    assert night.at(back) == (1, 0)
    issue = night.issue(issue_id)
    assert (issue.state, issue.owner_id, issue.paused_at) == (IssueState.ACKED, night.crew["bridge"], None)
    assert set(night.timers(issue_id)) == {TimerKind.REMIND, TimerKind.DECAY}
    assert night.steps(issue_id)[-2:] == [Step.REMINDED, Step.RESUMED]
    assert night.at(MORNING + timedelta(days=4, hours=1)) == (0, 1)
    why = "no_answer" if whom is IssueState.WAITING_PM else "no_answer_worker"
    assert night.calls()[-1] == ("bridge", why)
    night.healthy()


def test_what_nobody_answers_and_nobody_has_any_more_begins_again(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    issue_id = night.open(severity=Severity.S1)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM)
    night.join("bridge", Role.SUPERVISOR, granted=False)
    night.tick(hours=24)
    assert night.tick(hours=24) == (1, 1)
    issue = night.issue(issue_id)
    assert (issue.state, issue.owner_id, issue.paused_at) == (IssueState.OPEN, None, None)
    assert issue.waited_seconds == 48 * 3600
    assert night.steps(issue_id)[-1] is Step.DECAYED
    assert night.calls()[-1] == ("dohyun", "decayed")
    night.healthy()


def test_a_pm_who_took_it_answers_what_others_let_wait_for_them(night: Night) -> None:
    issue_id = night.open("mina")
    night.do(acknowledge, "alex", issue_id=issue_id)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM)
    night.do(say, "alex", issue_id=issue_id, words="Please write it as heard.")
    assert night.issue(issue_id).state is IssueState.ACKED
    night.do(wait, "alex", issue_id=issue_id, for_=IssueState.WAITING_PM)
    night.do(say, "alex", issue_id=issue_id, words="Still asking the client.")
    assert night.issue(issue_id).state is IssueState.WAITING_PM
