"""Issues on both databases: who is told when, who has it, and what time does when nobody does anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db.models import (
    Audit,
    FaqEntry,
    GuidelineNote,
    Issue,
    IssueAlert,
    IssueStep,
    IssueTask,
    IssueTimer,
    OutboxRow,
    Person,
    RequestKey,
    Task,
)
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import (
    AlreadyOwned,
    DomainError,
    EmptyAnswer,
    Invalid,
    NotAllowed,
    NotFound,
    NotYours,
    StaleAction,
    ThreadTaken,
)
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    NoteState,
    Severity,
    Step,
    TimerKind,
    TimerState,
)
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.questions import FaqState, section_mark
from bot.guidelines.read import read_guideline
from bot.reports.guidelines import current_sections
from bot.reports.invariants import check
from bot.services.access import find_project
from bot.services.duty import on_duty, switch_off, switch_on
from bot.services.escalation_plans import delays_of, own_plans, set_plan
from bot.services.faq import verify
from bot.services.guideline_notes import decide, propose
from bot.services.guidelines import publish, upload
from bot.services.issue_cards import people_of
from bot.services.issue_steering import (
    level_up,
    link_tasks,
    reassign,
    reopen,
    resume,
    set_severity,
    wait,
)
from bot.services.issue_timers import fire_timers, tell_people
from bot.services.issues import (
    Moved,
    Opened,
    acknowledge,
    find_issue,
    may,
    note_activity,
    open_issue,
    say,
    withdraw,
)
from bot.services.people import deactivate, set_role
from bot.services.resolving import resolve
from tests.conftest import MovableClock
from tests.factories import TEAM, make_crew

CHANNEL = "C0CREW"
NIGHT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""02:00 on Tuesday in Seoul, where everybody of the crew lives; they can be asked from 09:00 to 21:00."""
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HEADING = "지침 › 구어체"


class Night:
    """A crew, and what is asked of an issue again and again."""

    def __init__(self, transactions: Transactions, clock: MovableClock) -> None:
        self.transactions, self.clock = transactions, clock
        self.crew = make_crew(transactions, tasks=6)

    def do(self, act: Callable[..., Any], who: str | None = None, **values: Any) -> Any:
        if who is not None:
            values["person_id"] = self.crew[who]
        with self.transactions() as uow:
            return act(uow, **values)

    def open(self, who: str = "mina", *, thread: str | None = "1.1", **values: Any) -> int:
        values = {"severity": Severity.S3, "request": "3번 구간을 판단할 수 없어요."} | values
        if values.get("source", IssueSource.THREAD) is IssueSource.THREAD:
            values |= {"channel": CHANNEL, "thread_ts": thread}
        opened: Opened = self.do(open_issue, who, project_id=self.crew.project_id, **values)
        return opened.issue_id

    def tick(self, **by: float) -> tuple[int, int]:
        self.clock.advance(**by)
        fired = self.do(fire_timers)
        return fired, self.do(tell_people)

    def at(self, moment: datetime) -> tuple[int, int]:
        self.clock.now = moment
        return self.tick()

    def issue(self, issue_id: int) -> Issue:
        with self.transactions.reading() as session:
            return session.get_one(Issue, issue_id)

    def calls(self) -> list[tuple[str, str]]:
        """Who was called so far, and why."""
        names = {id: name for name, id in self.crew.people.items()}
        with self.transactions.reading() as session:
            rows = session.scalars(
                select(OutboxRow.payload).where(OutboxRow.kind == "issue_call").order_by(OutboxRow.id)
            )
            return [(names[row["person_id"]], row["why"]) for row in rows]

    def steps(self, issue_id: int) -> list[Step]:
        with self.transactions.reading() as session:
            query = select(IssueStep.step).where(IssueStep.issue_id == issue_id)
            return list(session.scalars(query.order_by(IssueStep.id)))

    def timers(self, issue_id: int) -> dict[TimerKind, datetime]:
        with self.transactions.reading() as session:
            query = select(IssueTimer.kind, IssueTimer.due_at).where(
                IssueTimer.issue_id == issue_id, IssueTimer.state == TimerState.SET
            )
            return dict(iter(session.execute(query)))

    def resolve(self, issue_id: int, who: str = "bridge", **values: Any) -> Any:
        values = {"cause": "지침이 모호했어요", "remedy": "2.4절을 고쳤어요", "section": None} | values
        values = {"release": False, "re_review": (), "note": None, "faq": None} | values
        ver = values.pop("ver", None) or self.issue(issue_id).ver
        return self.do(resolve, who, issue_id=issue_id, ver=ver, **values)

    def guideline(self) -> str:
        """Publish a guideline and return the mark of its section on the spoken language."""
        source = "# 지침\n\n들리는 대로.\n\n## 구어체\n\n모두 적어요.\n"
        read = read_guideline(source.encode(), "guide.md")
        with self.transactions() as uow:
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            made = upload(
                uow,
                actor_id=self.crew["alex"],
                project=project,
                name="guide.md",
                sha256="0" * 64,
                guideline=read,
            )
            publish(uow, actor_id=self.crew["alex"], version=made.version_id)
        with self.transactions.reading() as session:
            found = current_sections(session, self.crew.project_id)
            assert found is not None
            return next(section_mark(one.id) for one in found[1] if one.path[-1] == "구어체")

    def join(self, who: str, role: Role, *, granted: bool = True) -> None:
        with self.transactions() as uow:
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            set_role(
                uow,
                actor_id=self.crew["boss"],
                project=project,
                user=f"U{who.upper()}",
                role=role,
                granted=granted,
            )

    def on_duty(self, who: str = "bridge") -> None:
        self.do(switch_on, who, project_id=self.crew.project_id)

    def hours(self, who: str, start: int, end: int, zone: str = "Asia/Seoul") -> None:
        with self.transactions() as uow:
            person = uow.session.get_one(Person, self.crew[who])
            person.hours_from, person.hours_until, person.zone = start, end, zone

    def healthy(self) -> None:
        with self.transactions.reading() as session:
            findings = check(session, now=self.clock())
        # Nobody translates in these tests.
        assert [one for one in findings if one.table != "rendition"] == []


@pytest.fixture
def night(transactions: Transactions, clock: MovableClock) -> Night:
    scene = Night(transactions, clock)
    clock.now = NIGHT
    return scene


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


# --- the chain and its clocks


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
        assert own_plans(session, night.crew.project_id) == {Severity.S1}
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


# --- one thread, one issue


def test_a_thread_has_one_issue_until_it_is_closed(night: Night) -> None:
    issue_id = night.open()
    assert refused(lambda: night.open("jun")) == ThreadTaken(issue_id)
    with night.transactions() as uow:
        found = find_issue(uow, team_id=night.crew.team_id, channel=CHANNEL, thread_ts="1.1")
        assert found is not None
        assert found.id == issue_id
    night.resolve(issue_id)
    assert refused(lambda: night.open("jun")) == ThreadTaken(issue_id)
    night.tick(days=7)
    assert night.issue(issue_id).state is IssueState.CLOSED
    assert night.open("jun") != issue_id


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same time; an error is what came of it."""
    came: list[object] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def run(place: int) -> None:
        together.wait(10)
        try:
            came[place] = acts[place]()
        except DomainError as error:
            came[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


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


# --- taking it


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


# --- waiting


def test_while_it_waits_the_clock_stands_and_the_pm_is_asked(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.do(wait, "bridge", issue_id=issue_id, for_=IssueState.WAITING_PM, note="지침을 확인해 주세요.")
    assert set(night.timers(issue_id)) == {TimerKind.REMIND}
    night.tick()
    assert night.calls()[-1] == ("alex", "waiting")
    night.tick(hours=24)
    assert night.calls()[-1] == ("alex", "waiting")
    assert night.timers(issue_id) == {}
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


# --- steering


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


# --- duty


def test_whoever_takes_over_is_told_what_waits(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    switched = night.do(switch_on, "dohyun", project_id=night.crew.project_id, note="3번 배치 조심")
    assert switched.before == night.crew["bridge"]
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("dohyun", "level")]
    with night.transactions.reading() as session:
        now = on_duty(session, night.crew.project_id)
        assert now is not None
        assert (now.nickname, now.note) == ("dohyun", "3번 배치 조심")
        told = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "duty_changed").order_by(OutboxRow.id)
        ).all()
        assert {row["person_id"] for row in told[-2:]} == {night.crew["bridge"], night.crew["dohyun"]}
    not_on = refused(lambda: night.do(switch_off, "bridge", project_id=night.crew.project_id))
    assert not_on == Invalid("duty", "not_on")
    night.do(switch_off, "dohyun", project_id=night.crew.project_id, note="끝")
    with night.transactions.reading() as session:
        assert on_duty(session, night.crew.project_id) is None
    night.healthy()


def test_whoever_is_on_again_is_told_after_all(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    night.on_duty("dohyun")
    night.on_duty()
    assert night.at(MORNING) == (0, 1)
    assert night.calls() == [("bridge", "level")]


def test_pressing_on_twice_is_one_duty(night: Night) -> None:
    first = night.do(switch_on, "bridge", project_id=night.crew.project_id)
    again = night.do(switch_on, "bridge", project_id=night.crew.project_id, note="새 메모")
    assert (again.duty_id, again.before) == (first.duty_id, None)
    assert isinstance(
        refused(lambda: night.do(switch_on, "mina", project_id=night.crew.project_id)), NotAllowed
    )


def test_somebody_who_has_left_is_not_told(night: Night) -> None:
    night.join("dohyun", Role.SUPERVISOR)
    night.on_duty()
    night.open()
    night.join("bridge", Role.SUPERVISOR, granted=False)
    with night.transactions() as uow:
        assert on_duty(uow.session, night.crew.project_id) is None
        deactivate(uow, team=TEAM, user="UBRIDGE")
    assert night.at(MORNING) == (0, 0)
    # The level's time goes on, and the next one is told.
    assert night.at(MORNING + timedelta(hours=4)) == (1, 1)
    assert night.calls() == [("dohyun", "level")]


# --- private ones


def test_a_nameless_report_leaves_no_trace_of_who_made_it(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.NAMELESS, request="검수자가 욕을 해요.")
    with night.transactions.reading() as session:
        issue = session.get_one(Issue, issue_id)
        assert (issue.opener_id, issue.channel, issue.thread_ts) == (None, None, None)
        actors = session.scalars(
            select(Audit.actor_id).where(Audit.subject_type == "issue", Audit.subject_id == issue_id)
        ).all()
        assert set(actors) == {None}
        steps = session.scalars(select(IssueStep.actor_id).where(IssueStep.issue_id == issue_id)).all()
        assert set(steps) == {None}
        assert session.scalar(select(func.count()).select_from(RequestKey)) == 0
        mina = night.crew["mina"]
        told = session.scalars(select(OutboxRow).where(OutboxRow.kind.like("issue%"))).all()
        assert all(row.payload["person_id"] != mina for row in told)
    for who in ("mina", "alex", "boss", "jun"):
        act = {"action": Action.SEE_ISSUE, "issue_id": issue_id}
        assert isinstance(refused(lambda who=who, act=act: night.do(may, who, **act)), NotAllowed)  # type: ignore[misc]  # bound per turn
    night.do(may, "bridge", action=Action.SEE_ISSUE, issue_id=issue_id)
    assert isinstance(refused(lambda: night.open("alex", source=IssueSource.NAMELESS)), NotAllowed)
    # PMs are no level of its chain.
    night.at(MORNING)
    night.tick(hours=4)
    assert night.calls() == [("bridge", "level")]
    assert night.issue(issue_id).level is Level.ADMIN
    with night.transactions() as uow:
        assert people_of(uow, uow.session.get_one(Issue, issue_id)) == (night.crew["bridge"],)
    night.healthy()


def test_one_on_a_card_is_seen_by_who_opened_it_and_who_looks_after_it(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.CARD, severity=Severity.S1)
    for who in ("mina", "bridge", "alex", "boss"):
        night.do(may, who, action=Action.SEE_ISSUE, issue_id=issue_id)
    for who in ("jun", "sora"):
        with pytest.raises(NotAllowed):
            night.do(may, who, action=Action.SAY, issue_id=issue_id)
    night.tick()
    night.do(say, "bridge", issue_id=issue_id, words="무슨 일이에요?")
    with night.transactions.reading() as session:
        said = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "issue_said")).all()
        assert [row["person_id"] for row in said] == [night.crew["mina"]]
    with pytest.raises(EmptyAnswer):
        night.open("mina", source=IssueSource.CARD, request="  ")


def test_what_is_said_in_private_about_a_thread_goes_to_the_thread(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(say, "bridge", issue_id=issue_id, words="보고 있어요.")
    with night.transactions.reading() as session:
        there = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "issue_said_there")).all()
        assert [row["channel"] for row in there] == [CHANNEL]


# --- the end


def test_resolving_says_why_and_what_was_done(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    for missing in ("cause", "remedy"):
        assert refused(lambda missing=missing: night.resolve(issue_id, **{missing: " "})) == EmptyAnswer(  # type: ignore[misc]  # bound per turn
            missing
        )
    assert refused(lambda: night.resolve(issue_id, section="0" * 16)) == Invalid("section", "unknown")
    done = night.resolve(
        issue_id,
        section=night.guideline(),
        note="구어체는 들리는 대로 적는다.",
        faq=("겹치는 말은요?", "둘 다 적어요."),
    )
    issue = night.issue(issue_id)
    assert (issue.state, issue.resolved_at, issue.owner_id) == (
        IssueState.RESOLVED,
        NIGHT,
        night.crew["bridge"],
    )
    assert (issue.cause, issue.remedy, issue.section) == ("지침이 모호했어요", "2.4절을 고쳤어요", HEADING)
    assert night.steps(issue_id) == [Step.OPENED, Step.RESOLVED, Step.NOTE_PROPOSED]
    with night.transactions.reading() as session:
        note = session.get_one(GuidelineNote, done.note_id)
        assert (note.section, note.state) == (HEADING, NoteState.PROPOSED)
        entry = session.get_one(FaqEntry, done.faq_id)
        assert (entry.state, entry.answer_ko, entry.answer_en) == (FaqState.DRAFT, "둘 다 적어요.", "")
        assert entry.section_path == ["지침", "구어체"]
    # It is the PM who gives it its English.
    with pytest.raises(EmptyAnswer):
        night.do(verify, "alex", faq_id=done.faq_id)
    night.do(verify, "alex", faq_id=done.faq_id, answer_en="Write both.")
    with pytest.raises(NotAllowed):
        night.do(decide, "bridge", note_id=done.note_id, ver=1, taken=True)
    assert night.do(decide, "alex", note_id=done.note_id, ver=1, taken=True) is NoteState.TAKEN
    with pytest.raises(StaleAction):
        night.do(decide, "alex", note_id=done.note_id, ver=1, taken=False)
    assert night.do(propose, "bridge", issue_id=issue_id, words="하나 더") != done.note_id
    night.healthy()


def test_it_can_be_opened_again_for_seven_days(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.resolve(issue_id)
    night.tick(days=6, hours=23)
    night.do(reopen, "mina", issue_id=issue_id, note="또 그래요.")
    issue = night.issue(issue_id)
    assert (issue.state, issue.owner_id, issue.resolved_at) == (IssueState.OPEN, None, None)
    night.tick()
    assert night.calls()[-1] == ("bridge", "reopened")
    night.resolve(issue_id)
    night.clock.advance(days=7)
    with pytest.raises(StaleAction):
        night.do(reopen, "mina", issue_id=issue_id)
    assert night.tick() == (1, 0)
    assert night.issue(issue_id).state is IssueState.CLOSED
    assert night.tick(days=30) == (0, 0)
    night.healthy()


def test_every_alert_belongs_to_one_call(night: Night) -> None:
    """Whoever was told has one row that says when; whoever was not has none that says they were."""
    issue_id = night.open(severity=Severity.S1)
    night.tick()
    night.do(acknowledge, "bridge", issue_id=issue_id)
    with night.transactions.reading() as session:
        rows = session.scalars(select(IssueAlert).where(IssueAlert.issue_id == issue_id)).all()
        assert [(row.person_id, row.told_at) for row in rows] == [(night.crew["bridge"], NIGHT)]
