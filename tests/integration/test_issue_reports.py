"""What is told of issues: on cards and lists, on Home, in digests and in files, and to whom."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.db.models import AlertIncident, Issue, Person, Project, Task
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.alerts import AlertKind
from bot.domain.digests import Audience
from bot.domain.errors import Invalid
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    RulingState,
    Severity,
    Step,
    TimerKind,
)
from bot.domain.exports import Format, Order, What
from bot.domain.people import Role
from bot.domain.surface import DEFAULT_COMMANDS
from bot.homes import Homes, draw_home, remember_opened
from bot.i18n.catalogs import load_catalogs
from bot.outbox.claims import Claimed
from bot.outbox.issue_messages import IssueThreadCard
from bot.reports.digest import Digest, dump_digest, load_digest, read_digest
from bot.reports.duty import present_duty, read_duty
from bot.reports.export import count_steps
from bot.reports.export_digest import write_digest_table
from bot.reports.issue_desk import IssueDesk, people_who_steer, read_issue_desk
from bot.reports.issue_lists import list_issues
from bot.reports.issues import IssueFacts, read_history, read_issue
from bot.reports.needs import read_needs
from bot.reports.window import local_date
from bot.services.duty import switch_on
from bot.services.guideline_notes import propose
from bot.services.holding import hold_tasks
from bot.services.issue_steering import level_up, reopen, resume, set_severity, wait
from bot.services.issue_talk import say
from bot.services.issue_timers import tell_people
from bot.services.issues import acknowledge, open_issue
from bot.services.people import set_role
from bot.services.resolving import resolve
from bot.services.rulings import rule
from bot.slack.gateway import Gateway
from handlers.exports import Wanted, read_wanted
from sandbox.blockkit import check_view
from sandbox.client import Sandbox
from tests.conftest import MovableClock
from tests.factories import ROLES, Crew, make_crew
from tests.integration.exported import exported
from tests.integration.sender_scene import TOKEN

CATALOGS = load_catalogs()
THREAD = "1764000000.000100"


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=4)


def _raise(transactions: Transactions, crew: Crew, who: str | None = "mina", **how: Any) -> int:
    values: dict[str, Any] = {"severity": Severity.S3, "request": "이 말은 사투리인가요?"} | how
    if values.setdefault("source", IssueSource.THREAD) is IssueSource.THREAD:
        values = {"channel": "C0CREW", "thread_ts": THREAD} | values
    person_id = crew[who] if who else None
    with transactions() as uow:
        return open_issue(uow, person_id=person_id, project_id=crew.project_id, **values).issue_id


def _facts(transactions: Transactions, issue_id: int) -> IssueFacts:
    with transactions.reading() as session:
        facts = read_issue(session, issue_id, transactions.clock())
    assert facts is not None
    return facts


def _take(transactions: Transactions, crew: Crew, issue_id: int, who: str = "bridge") -> None:
    with transactions() as uow:
        acknowledge(uow, person_id=crew[who], issue_id=issue_id)


def _settle(transactions: Transactions, crew: Crew, issue_id: int, who: str = "bridge", **how: Any) -> None:
    facts = _facts(transactions, issue_id)
    values: dict[str, Any] = {
        "cause": "=낱말이 빠졌어요", "remedy": "3.2에 적었어요", "section": None, "release": True,
        "re_review": (), "note": None, "faq": None,
    } | how  # fmt: skip
    with transactions() as uow:
        resolve(uow, person_id=crew[who], issue_id=issue_id, ver=facts.ver, **values)


def _tasks(transactions: Transactions, crew: Crew, count: int) -> list[int]:
    with transactions.reading() as session:
        found = session.scalars(select(Task.id).where(Task.project_id == crew.project_id).order_by(Task.id))
        return list(found)[:count]


def _desk(transactions: Transactions, person_id: int) -> IssueDesk:
    with transactions.reading() as session:
        return read_issue_desk(session, person_id, transactions.clock())


def _home(transactions: Transactions, person_id: int) -> str:
    with transactions.reading() as session:
        uow = UnitOfWork(session, transactions.clock(), reading=True)
        view = draw_home(uow, person_id, catalogs=CATALOGS, commands=DEFAULT_COMMANDS)
    assert check_view(view, ("home",)) == []
    return json.dumps(view, ensure_ascii=False)


def _seen_by(transactions: Transactions, crew: Crew, **how: Any) -> dict[str, list[int]]:
    with transactions.reading() as session:
        now = transactions.clock()
        return {
            name: [issue.issue_id for issue in list_issues(session, crew[name], now, **how)] for name in ROLES
        }


def test_the_facts_follow_an_issue_to_its_end(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    tasks = _tasks(transactions, crew, 2)
    issue_id = _raise(transactions, crew, task_ids=tasks)
    fresh = _facts(transactions, issue_id)
    assert (fresh.state, fresh.opener) == (IssueState.OPEN, "mina")
    assert (fresh.owner, fresh.private, fresh.exhausted, fresh.held) == ("", False, False, 0)
    assert [task.external_id for task in fresh.tasks] == ["seg-0001", "seg-0002"]
    assert fresh.targets.ack == clock.now + timedelta(hours=4)
    assert fresh.next is not None
    assert (fresh.next.kind, fresh.next.level) == (TimerKind.LEVEL, Level.PM)
    assert {person.nickname for person in fresh.called} == {"bridge"}
    clock.advance(minutes=20)
    _take(transactions, crew, issue_id)
    with transactions() as uow:
        hold_tasks(uow, person_id=crew["bridge"], task_ids=tasks[:1], issue_id=issue_id)
    taken = _facts(transactions, issue_id)
    assert (taken.owner, taken.owner_since, taken.held) == ("bridge", clock.now, 1)
    assert [(task.held, task.held_here) for task in taken.tasks] == [(True, True), (False, False)]
    assert taken.next is not None
    assert (taken.next.kind, taken.next.level) == (TimerKind.REMIND, None)
    with transactions() as uow:
        wait(uow, person_id=crew["bridge"], issue_id=issue_id, for_=IssueState.WAITING_PM, ver=taken.ver)
    waiting = _facts(transactions, issue_id)
    assert waiting.waiting_since == clock.now
    clock.advance(hours=1)
    later = _facts(transactions, issue_id)
    assert later.targets.resolve == waiting.targets.resolve + timedelta(hours=1)
    assert not later.targets.is_late(later.state, later.targets.resolve)
    with transactions() as uow:
        resume(uow, person_id=crew["bridge"], issue_id=issue_id, ver=waiting.ver)
    _settle(transactions, crew, issue_id, note="‘-니께’는 그대로 둬요.")
    done = _facts(transactions, issue_id)
    assert (done.state, done.waited_seconds, done.held) == (IssueState.RESOLVED, 3600, 0)
    assert (done.cause, done.remedy) == ("=낱말이 빠졌어요", "3.2에 적었어요")
    assert [note.words.text for note in done.notes] == ["‘-니께’는 그대로 둬요."]
    with transactions.reading() as session:
        history = read_history(session, issue_id)
        steps = [step.step for step in history]
    assert steps[:2] == [Step.OPENED, Step.ACKED]
    assert {Step.HELD, Step.WAIT_PM, Step.RESUMED, Step.RESOLVED, Step.NOTE_PROPOSED} <= set(steps)
    assert (history[0].actor, history[0].from_state) == ("mina", None)
    assert (history[1].actor, history[1].from_state) == ("bridge", IssueState.OPEN)


def test_what_is_not_there_is_none(transactions: Transactions, crew: Crew) -> None:
    with transactions.reading() as session:
        assert read_issue(session, 404, transactions.clock()) is None
        assert read_duty(session, 404) is None
        assert present_duty(session, crew.project_id) is None
        assert read_history(session, 404) == ()


def test_only_those_see_a_private_issue_who_may(transactions: Transactions, crew: Crew) -> None:
    public = _raise(transactions, crew)
    card = _raise(transactions, crew, source=IssueSource.CARD)
    nameless = _raise(transactions, crew, source=IssueSource.NAMELESS)
    seen = _seen_by(transactions, crew)
    assert seen["jun"] == seen["sora"] == [public]
    assert seen["mina"] == seen["alex"] == seen["boss"] == [public, card]
    assert seen["bridge"] == [public, card, nameless]
    assert _facts(transactions, nameless).opener == ""
    with transactions() as uow:
        person = uow.session.get_one(Person, crew["bridge"])
        person.active = False
    # Without a supervisor somebody has to.
    assert _seen_by(transactions, crew)["boss"] == [public, card, nameless]


def test_lists_begin_with_what_is_most_urgent(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    def another(number: int, severity: Severity) -> int:
        return _raise(transactions, crew, severity=severity, thread_ts=f"17640{number:05}.000100")

    late = another(1, Severity.S4)
    clock.advance(days=3)
    idea = another(2, Severity.S4)
    mild = another(3, Severity.S3)
    clock.advance(minutes=1)
    mild_too = another(4, Severity.S3)
    taken = another(5, Severity.S1)
    stopped = another(6, Severity.S1)
    _take(transactions, crew, taken)
    settled = another(7, Severity.S1)
    _settle(transactions, crew, settled)
    assert _seen_by(transactions, crew)["jun"] == [stopped, late, taken, mild, mild_too, idea]
    assert _seen_by(transactions, crew, project_id=10**6)["jun"] == []


def test_a_night_is_no_delay_but_for_what_cannot_wait(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    clock.advance(hours=10, minutes=50)  # 20:50 in Seoul, ten minutes before people go home.
    urgent = _raise(transactions, crew, severity=Severity.S1)
    calm = _raise(transactions, crew, severity=Severity.S2, source=IssueSource.CARD)
    assert _facts(transactions, urgent).targets.ack == clock.now + timedelta(minutes=10)
    assert _facts(transactions, calm).targets.ack == clock.now + timedelta(hours=12, minutes=30)


def test_a_severity_that_changes_moves_the_targets_and_a_return_begins_anew(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    issue_id = _raise(transactions, crew)
    with transactions() as uow:
        ver = uow.session.get_one(Issue, issue_id).ver
        set_severity(uow, person_id=crew["bridge"], issue_id=issue_id, severity=Severity.S2, ver=ver)
    assert _facts(transactions, issue_id).targets.ack == clock.now + timedelta(minutes=30)
    _take(transactions, crew, issue_id)
    _settle(transactions, crew, issue_id)
    clock.advance(days=2)
    settled = _facts(transactions, issue_id)
    with transactions() as uow:
        reopen(uow, person_id=crew["mina"], issue_id=issue_id, ver=settled.ver, note="다시 생겼어요")
    again = _facts(transactions, issue_id)
    assert (again.state, again.targets.open_since) == (IssueState.OPEN, clock.now)
    assert not again.targets.is_late(again.state, clock.now)


def test_home_shows_everybody_what_concerns_them(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    with transactions() as uow:
        switch_on(uow, person_id=crew["bridge"], project_id=crew.project_id, note="오후까지")
    quiet = _home(transactions, crew["bridge"])
    assert "열려 있는 이슈가 없어요." in quiet or "No issue is open." in quiet
    assert "bridge 님이 당직이에요" in quiet
    issue_id = _raise(transactions, crew, task_ids=_tasks(transactions, crew, 1))
    nameless = _raise(transactions, crew, source=IssueSource.NAMELESS, request="누가 자꾸 재촉해요")
    with transactions() as uow:
        hold_tasks(uow, person_id=crew["bridge"], task_ids=_tasks(transactions, crew, 1), issue_id=issue_id)
    supervisor = _home(transactions, crew["bridge"])
    assert "issue:ack" in supervisor
    assert f'"value": "{issue_id}.' in supervisor
    assert "누가 자꾸 재촉해요" in supervisor
    assert "보류 중인 작업 1개" in supervisor
    desk = _desk(transactions, crew["bridge"])
    assert [issue.issue_id for issue in desk.looked_after] == [issue_id, nameless]
    assert [(watch.key, watch.held) for watch in desk.watches] == [("DIAL", 1)]
    worker = _home(transactions, crew["mina"])
    assert "내가 올린 이슈" in worker
    assert "issue:nameless" in worker
    assert "재촉" not in worker
    assert "09:00–21:00" in worker
    other = _home(transactions, crew["jun"])
    assert "내가 올린 이슈" not in other
    assert "issue:nameless" not in _home(transactions, crew["alex"])
    assert _desk(transactions, crew["boss"]).hours is None


def test_home_shows_a_pm_what_waits_for_them(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    assert _desk(transactions, crew["alex"]).waiting == ()
    asked = _raise(transactions, crew, asked=Asked.PM)
    other = _raise(transactions, crew, source=IssueSource.CARD)
    nameless = _raise(transactions, crew, source=IssueSource.NAMELESS)
    for issue_id in (other, nameless):
        _take(transactions, crew, issue_id)
    with transactions() as uow:
        ver = uow.session.get_one(Issue, nameless).ver
        wait(uow, person_id=crew["bridge"], issue_id=nameless, for_=IssueState.WAITING_PM, ver=ver)
        ruling = rule(
            uow,
            person_id=crew["bridge"],
            issue_id=other,
            ver=_facts(transactions, other).ver,
            words="우선 들리는 대로 적어요.",
        )
        propose(uow, person_id=crew["bridge"], issue_id=other, words="‘-니께’는 그대로 둬요.")
        figures = {"waiting": 3, "oldest": clock.now.isoformat(), "hours": 24}
        for kind, closed_at in ((AlertKind.REVIEWS, None), (AlertKind.NO_CLAIMS, clock.now)):
            uow.session.add(
                AlertIncident(
                    project_id=crew.project_id,
                    kind=kind,
                    opened_at=clock.now,
                    closed_at=closed_at,
                    figures=figures,
                )
            )
    desk = _desk(transactions, crew["alex"])
    # Not the nameless one, whatever it waits for.
    assert [issue.issue_id for issue in desk.waiting] == [asked]
    assert [(one.ruling_id, one.state) for one in desk.rulings] == [(ruling, RulingState.STANDING)]
    assert [note.words.text for note in desk.notes] == ["‘-니께’는 그대로 둬요."]
    assert [alert.kind for alert in desk.alerts] == [AlertKind.REVIEWS]
    view = _home(transactions, crew["alex"])
    assert "DIAL: 3 reviews wait too long" in view
    assert f'"value": "{ruling}.1"' in view
    assert not re.search("[ㄱ-ㆎ가-힣]", view)


def test_what_everybody_was_told_of_in_vain_is_on_the_admins_home(
    transactions: Transactions, crew: Crew
) -> None:
    issue_id = _raise(transactions, crew)
    assert _desk(transactions, crew["boss"]).looked_after == ()
    for level in (Level.PM, Level.ADMIN):
        assert not _facts(transactions, issue_id).exhausted
        ver = _facts(transactions, issue_id).ver
        with transactions() as uow:
            level_up(uow, person_id=crew["bridge"], issue_id=issue_id, ver=ver)
        with transactions() as uow:
            tell_people(uow)
        assert _facts(transactions, issue_id).level is level
    assert _facts(transactions, issue_id).exhausted
    assert [issue.issue_id for issue in _desk(transactions, crew["boss"]).looked_after] == [issue_id]


def test_a_pm_who_also_supervises_sees_each_issue_once(transactions: Transactions, crew: Crew) -> None:
    issue_id = _raise(transactions, crew, "alex", asked=Asked.PM)
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        set_role(
            uow, actor_id=crew["boss"], project=project, user="UALEX", role=Role.SUPERVISOR, granted=True
        )
    desk = _desk(transactions, crew["alex"])
    assert [issue.issue_id for issue in desk.looked_after] == [issue_id]
    assert (desk.waiting, desk.own) == ((), ())


def test_a_changed_issue_is_drawn_into_the_homes_of_those_in_charge(
    transactions: Transactions, crew: Crew, box: Sandbox
) -> None:
    box.add_people(*({"id": f"U{name.upper()}", "name": name, "display_name": name} for name in ROLES))
    gateway = Gateway(TOKEN, f"{box.url}/api/", timeout=2)
    homes = Homes(transactions, gateway, CATALOGS, DEFAULT_COMMANDS, settling=0.05, pause=0.01)
    for name in ("bridge", "alex", "jun"):
        remember_opened(transactions, crew[name], f"U{name.upper()}", "V1")
    issue_id = _raise(transactions, crew)
    homes.start()
    try:
        since = box.get("/_control/calls")["total"]
        now = transactions.clock()
        payload = {"person_id": crew["mina"], "issue_id": issue_id, "channel": "C0CREW"}
        homes.delivered(
            Claimed(1, crew.team_id, IssueThreadCard.kind, payload, "channel:C0CREW", 1, now, now, False)
        )
        box.wait_for(lambda: len(box.calls("views.publish", since=since)) == 2)
    finally:
        assert homes.stop()
    assert "#1" in json.dumps(box.person("UBRIDGE").home(reopen=False), ensure_ascii=False)


def test_admins_homes_change_with_what_has_come_as_far_as_them(
    transactions: Transactions, crew: Crew
) -> None:
    issue_id = _raise(transactions, crew)
    with transactions.reading() as session:
        assert people_who_steer(session, issue_id) == tuple(sorted((crew["bridge"], crew["alex"])))
    for who in ("bridge", "alex"):
        with transactions() as uow:
            level_up(uow, person_id=crew[who], issue_id=issue_id)
    assert _facts(transactions, issue_id).level is Level.ADMIN
    with transactions.reading() as session:
        assert set(people_who_steer(session, issue_id)) == {crew["bridge"], crew["alex"], crew["boss"]}


def test_a_changed_issue_is_drawn_after_a_database_was_away(
    transactions: Transactions, crew: Crew, box: Sandbox
) -> None:
    box.add_people({"id": "UBRIDGE", "name": "bridge", "display_name": "bridge"})
    remember_opened(transactions, crew["bridge"], "UBRIDGE", "V1")
    issue_id = _raise(transactions, crew)
    reader = transactions.database.reader
    failures: list[bool] = []

    def away(*_: object) -> None:
        if not failures:
            failures.append(True)
            raise ConnectionError

    event.listen(reader, "begin", away)
    gateway = Gateway(TOKEN, f"{box.url}/api/", timeout=2)
    homes = Homes(transactions, gateway, CATALOGS, DEFAULT_COMMANDS, settling=0.05, pause=0.01)
    try:
        since = box.get("/_control/calls")["total"]
        now = transactions.clock()
        payload = {"person_id": crew["mina"], "issue_id": issue_id, "channel": "C0CREW"}
        homes.delivered(
            Claimed(1, crew.team_id, IssueThreadCard.kind, payload, "channel:C0CREW", 1, now, now, False)
        )
        homes.start()
        box.wait_for(lambda: len(box.calls("views.publish", since=since)) == 1)
    finally:
        event.remove(reader, "begin", away)
        assert homes.stop()
    assert failures


def _digest(transactions: Transactions, crew: Crew, audience: Audience) -> Digest:
    now = transactions.clock()
    with transactions.reading() as session:
        return read_digest(session, crew.project_id, local_date("Asia/Seoul", now), audience, now=now)


def test_digests_tell_how_quickly_issues_were_taken_and_settled(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    old = _raise(transactions, crew, severity=Severity.S4, thread_ts="1.1")
    clock.advance(days=1)
    first = _raise(transactions, crew, thread_ts="1.2")
    second = _raise(transactions, crew, thread_ts="1.3")
    nameless = _raise(transactions, crew, source=IssueSource.NAMELESS, severity=Severity.S2)
    clock.advance(minutes=10)
    _take(transactions, crew, first)
    clock.advance(minutes=20)
    _take(transactions, crew, second)
    with transactions() as uow:
        ver = uow.session.get_one(Issue, first).ver
        wait(uow, person_id=crew["bridge"], issue_id=first, for_=IssueState.WAITING_WORKER, ver=ver)
    clock.advance(hours=1)
    _settle(transactions, crew, first)
    told = _digest(transactions, crew, Audience.PM).issues
    assert [one.severity for one in told] == [Severity.S3, Severity.S4]
    s3, s4 = told
    assert (s3.opened, s3.acked, s3.ack_seconds) == (2, 2, 20 * 60)
    assert (s3.resolved, s3.resolve_seconds, s3.open, s3.untaken) == (1, 30 * 60, 1, 0)
    out = io.StringIO(newline="")
    write_digest_table(_digest(transactions, crew, Audience.PM), out)
    assert "issues_ack_seconds,S3,1200" in out.getvalue()
    assert (s4.opened, s4.acked, s4.ack_seconds, s4.open, s4.untaken) == (0, 0, None, 1, 1)
    assert [one.severity for one in _digest(transactions, crew, Audience.SUPERVISOR).issues] == [
        Severity.S2,
        Severity.S3,
        Severity.S4,
    ]
    assert _digest(transactions, crew, Audience.CREW).issues == ()
    with transactions.reading() as session:
        needs = read_needs(session, crew.project_id, now=clock.now)
        assert (needs.untaken, needs.total) == (1, 1)
        assert needs.oldest_issue == _facts(transactions, old).opened_at
        assert read_needs(session, crew.project_id, now=clock.now, nameless=True).untaken == 2
    assert _facts(transactions, nameless).opener_id is None


def test_the_days_between_an_end_and_a_new_beginning_count_for_nobody(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    issue_id = _raise(transactions, crew)
    for _ in range(2):
        clock.advance(minutes=20)
        _settle(transactions, crew, issue_id)
        clock.advance(days=3)
        with transactions() as uow:
            reopen(uow, person_id=crew["mina"], issue_id=issue_id)
    clock.advance(minutes=5)
    _settle(transactions, crew, issue_id)
    (s3,) = _digest(transactions, crew, Audience.PM).issues
    assert (s3.resolved, s3.resolve_seconds) == (1, 45 * 60)


def test_a_day_with_nothing_but_an_issue_is_not_empty(transactions: Transactions, crew: Crew) -> None:
    assert _digest(transactions, crew, Audience.PM).empty
    issue_id = _raise(transactions, crew)
    assert not _digest(transactions, crew, Audience.PM).empty
    _take(transactions, crew, issue_id)
    assert load_digest(dump_digest(_digest(transactions, crew, Audience.PM))).issues[0].acked == 1


def test_a_day_on_which_only_somebody_works_on_an_old_issue_is_empty(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    _take(transactions, crew, _raise(transactions, crew))
    clock.advance(days=1)
    assert _digest(transactions, crew, Audience.PM).empty


def test_digests_from_before_there_were_issues_are_still_read(transactions: Transactions, crew: Crew) -> None:
    stored = dump_digest(_digest(transactions, crew, Audience.PM))
    del stored["issues"], stored["needs"]["untaken"], stored["needs"]["oldest_issue"]
    read = load_digest(stored)
    assert (read.issues, read.needs and read.needs.untaken) == ((), 0)


def _order(crew: Crew, form: Format) -> Order:
    return Order(crew.project_id, crew.key, What.ISSUES, form)


def test_issues_are_exported_without_what_people_wrote_to_each_other(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    issue_id = _raise(transactions, crew, task_ids=_tasks(transactions, crew, 2))
    secret = _raise(transactions, crew, source=IssueSource.NAMELESS, request="비밀이에요")
    clock.advance(minutes=5)
    _take(transactions, crew, issue_id)
    with transactions() as uow:
        say(uow, person_id=crew["mina"], issue_id=issue_id, words="잘 들어 보면 들려요")
    clock.advance(minutes=5)
    _settle(transactions, crew, issue_id)
    text = exported(transactions, _order(crew, Format.JSONL))
    (record,) = [json.loads(line) for line in text.splitlines()]
    assert (record["issue"], record["severity"], record["state"]) == (issue_id, "S3", "resolved")
    assert (record["opener"], record["owner"]) == ("mina", "bridge")
    assert record["tasks"] == ["seg-0001", "seg-0002"]
    assert (record["ack_seconds"], record["resolve_seconds"], record["waited_seconds"]) == (300, 600, 0)
    assert record["cause"] == "=낱말이 빠졌어요"
    assert record["resolved_at"] == clock.now.isoformat(timespec="seconds")
    table = exported(transactions, _order(crew, Format.CSV))
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert (row["tasks"], row["closed_at"], row["held_tasks"]) == ("seg-0001 seg-0002", "", "0")
    assert row["cause"].startswith("'=")
    for shown in (text, table):
        assert not any(words in shown for words in ("비밀", "사투리인가요", "들려요"))
        assert f'"issue":{secret}' not in shown
    with transactions.reading() as session:
        assert count_steps(session, _order(crew, Format.CSV)) == 1


def test_more_issues_than_are_fetched_at_a_time_are_all_exported(
    transactions: Transactions, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reports.export_issues._AT_A_TIME", 2)
    ids = [_raise(transactions, crew, source=IssueSource.CARD, request=f"{n}번") for n in range(5)]
    text = exported(transactions, _order(crew, Format.JSONL))
    assert [json.loads(line)["issue"] for line in text.splitlines()] == ids


def test_an_export_of_issues_is_asked_for_in_either_language() -> None:
    for typed in ("issues DIAL csv", "DIAL 이슈 엑셀"):
        assert read_wanted(typed) == Wanted("DIAL", What.ISSUES, Format.CSV)


def test_issues_do_not_fit_into_label_studio(crew: Crew) -> None:
    with pytest.raises(Invalid) as refused:
        _order(crew, Format.LABEL_STUDIO)
    assert refused.value.code == "not_for_issues"
