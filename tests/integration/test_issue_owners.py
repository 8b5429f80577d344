"""One thread, one issue, one owner; and what happens when the owner does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import (
    IssueTask,
    Task,
)
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import (
    AlreadyOwned,
    NotAllowed,
    NotFound,
    ThreadTaken,
)
from bot.domain.escalation import (
    IssueState,
    Level,
    Severity,
    Step,
    TimerKind,
)
from bot.reports.issue_threads import find_issue_at
from bot.reports.issues import read_issue
from bot.services.issue_steering import (
    link_tasks,
    resume,
    wait,
)
from bot.services.issue_talk import note_activity, say
from bot.services.issue_timers import fire_timers, tell_people
from bot.services.issues import Moved, Opened, acknowledge, open_issue
from tests.integration.issue_scene import CHANNEL, MORNING, NIGHT, Night, at_once, refused


def test_a_thread_has_one_issue_until_it_is_closed(night: Night) -> None:
    issue_id = night.open()
    assert refused(lambda: night.open("jun")) == ThreadTaken(issue_id)
    with night.transactions() as uow:
        found = find_issue_at(uow.session, night.crew.team_id, CHANNEL, "1.1")
        assert found is not None
        assert found.id == issue_id
    night.resolve(issue_id)
    assert refused(lambda: night.open("jun")) == ThreadTaken(issue_id)
    night.tick(days=7)
    assert night.issue(issue_id).state is IssueState.CLOSED
    assert night.open("jun") != issue_id


def test_of_many_who_raise_one_at_once_one_does(night: Night) -> None:
    others = [Transactions(night.transactions.database, clock=night.clock) for _ in range(6)]

    def opener(transactions: Transactions) -> Callable[[], object]:
        def act() -> object:
            with transactions(patience=20) as uow:
                return open_issue(
                    uow,
                    person_id=night.crew["mina"],
                    project_id=night.crew.project_id,
                    severity=Severity.S2,
                    request="",
                    channel=CHANNEL,
                    thread_ts="1.1",
                )

        return act

    came = at_once(*[opener(one) for one in others])
    opened = [one for one in came if isinstance(one, Opened)]
    assert len(opened) == 1
    assert [one for one in came if one not in opened] == [ThreadTaken(opened[0].issue_id)] * 5


def test_tasks_are_of_the_project(night: Night) -> None:
    with night.transactions.reading() as session:
        tasks = list(session.scalars(select(Task.id).order_by(Task.id)))
    issue_id = night.open(task_ids=[tasks[0], tasks[1], tasks[0]])
    night.do(link_tasks, "bridge", issue_id=issue_id, task_ids=tasks[1:3])
    with night.transactions.reading() as session:
        linked = select(IssueTask.task_id).where(IssueTask.issue_id == issue_id).order_by(IssueTask.task_id)
        assert list(session.scalars(linked)) == tasks[:3]
    assert isinstance(refused(lambda: night.open(thread="2.2", task_ids=[999])), NotFound)


def test_the_second_who_takes_it_learns_who_was_first(night: Night) -> None:
    night.on_duty()
    issue_id = night.open(severity=Severity.S1)
    night.tick()
    taken: Moved = night.do(acknowledge, "bridge", issue_id=issue_id)
    assert taken.state is IssueState.ACKED
    since = night.clock()
    night.clock.advance(minutes=1)
    error = refused(lambda: night.do(acknowledge, "alex", issue_id=issue_id))
    assert error == AlreadyOwned(issue_id, "bridge", since)
    assert night.do(acknowledge, "bridge", issue_id=issue_id) == taken
    assert isinstance(refused(lambda: night.do(acknowledge, "mina", issue_id=issue_id)), NotAllowed)
    assert night.steps(issue_id) == [Step.OPENED, Step.ACKED]


def test_who_has_it_wait_untaken_has_had_it_since_then(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.tick(minutes=30)
    assert night.issue(issue_id).owner_id is None
    night.do(wait, "alex", issue_id=issue_id, for_=IssueState.WAITING_WORKER)
    since = night.clock()
    night.clock.advance(minutes=1)
    # It is hers already: that she changes her mind about whom it waits for changes nothing about that.
    night.do(wait, "alex", issue_id=issue_id, for_=IssueState.WAITING_PM)
    error = refused(lambda: night.do(acknowledge, "bridge", issue_id=issue_id))
    assert error == AlreadyOwned(issue_id, "alex", since)
    with night.transactions.reading() as session:
        facts = read_issue(session, issue_id, night.clock())
    assert facts is not None
    assert (facts.owner, facts.owner_since) == ("alex", since)


def test_of_two_who_take_it_at_once_one_has_it(night: Night) -> None:
    for n in range(5):
        issue_id = night.open(thread=f"{n}.1", severity=Severity.S1)

        def take(who: str, issue_id: int = issue_id) -> Callable[[], object]:
            own = Transactions(night.transactions.database, clock=night.clock)

            def act() -> object:
                with own(patience=20) as uow:
                    return acknowledge(uow, person_id=night.crew[who], issue_id=issue_id)

            return act

        came = at_once(take("bridge"), take("alex"), take("boss"))
        assert sum(isinstance(one, Moved) for one in came) == 1
        assert sum(isinstance(one, AlreadyOwned) for one in came) == 2
        assert night.steps(issue_id) == [Step.OPENED, Step.ACKED]


def test_two_processes_fire_and_tell_once(night: Night) -> None:
    for n in range(12):
        night.open(thread=f"{n}.1", severity=Severity.S1)
    ones = [Transactions(night.transactions.database, clock=night.clock) for _ in range(4)]

    def sweep(transactions: Transactions, chore: Callable[[UnitOfWork], int]) -> Callable[[], object]:
        def act() -> int:
            with transactions(patience=20) as uow:
                return chore(uow)

        return act

    assert sum(map(int, map(str, at_once(*[sweep(one, tell_people) for one in ones])))) == 12
    night.clock.advance(minutes=10)
    assert sum(map(int, map(str, at_once(*[sweep(one, fire_timers) for one in ones])))) == 12
    assert sum(map(int, map(str, at_once(*[sweep(one, tell_people) for one in ones])))) == 12
    assert night.calls().count(("bridge", "level")) == night.calls().count(("alex", "level")) == 12


def test_taking_it_tells_nobody_else(night: Night) -> None:
    issue_id = night.open()
    night.do(acknowledge, "alex", issue_id=issue_id)
    assert night.at(MORNING) == (0, 0)
    assert set(night.timers(issue_id)) == {TimerKind.REMIND, TimerKind.DECAY}
    night.healthy()


def test_taking_it_wears_off_when_nothing_happens(night: Night) -> None:
    night.on_duty()
    issue_id = night.open(severity=Severity.S1)
    night.tick()
    night.do(acknowledge, "bridge", issue_id=issue_id)
    assert night.tick(minutes=15) == (1, 0)
    assert night.calls()[-1] == ("bridge", "reminder")
    assert night.tick(minutes=14) == (0, 0)
    assert night.tick(minutes=1) == (1, 1)
    issue = night.issue(issue_id)
    assert (issue.state, issue.owner_id, issue.level) == (IssueState.OPEN, None, Level.DUTY)
    assert night.calls()[-1] == ("bridge", "decayed")
    night.healthy()


@pytest.mark.parametrize("how", ["say", "thread", "resume"])
def test_what_the_owner_does_keeps_it_theirs(night: Night, how: str) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.tick(minutes=29)
    if how == "say":
        night.do(say, "bridge", issue_id=issue_id, words="보고 있어요.")
    elif how == "thread":
        team_id = night.crew.team_id
        spoken = {"channel": CHANNEL, "thread_ts": "1.1", "team_id": team_id}
        assert night.do(note_activity, "mina", **spoken) == issue_id
        assert night.timers(issue_id)[TimerKind.DECAY] == NIGHT + timedelta(minutes=30)
        assert night.do(note_activity, "bridge", **spoken) == issue_id
    else:
        night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM)
        night.do(resume, "bridge", issue_id=issue_id)
    assert night.timers(issue_id)[TimerKind.DECAY] == night.clock() + timedelta(minutes=30)
    night.healthy()


def test_a_reminder_waits_for_the_owner_to_be_up(night: Night) -> None:
    issue_id = night.open()
    night.at(MORNING)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    due = night.timers(issue_id)
    assert due == {
        TimerKind.REMIND: MORNING + timedelta(hours=6),
        TimerKind.DECAY: MORNING + timedelta(hours=12),
    }
    # Nobody looked for a while, and then it was night.
    assert night.tick(hours=13)[0] == 1
    assert night.issue(issue_id).state is IssueState.OPEN
    assert night.calls() == [("bridge", "level")]
