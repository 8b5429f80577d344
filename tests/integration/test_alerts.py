"""Alerts on both databases: opened by stated rules, once an incident, and told to nobody at night."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.models import AlertIncident, CoachNote, Membership, OutboxRow, Person, Project, Verdict
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.alerts import AlertKind
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.people import Role
from bot.domain.review import Decision
from bot.domain.task import TaskState
from bot.i18n.catalogs import load_catalogs
from bot.outbox.report_messages import AlertCard, CoachCard
from bot.reports.alerts import IncidentFacts, open_incidents, read_incident
from bot.reports.coach_notes import read_note
from bot.reports.crews import CrewGap, read_crew_gap
from bot.services.alerts import tell_alerts, watch_project, watch_projects
from bot.services.appeal_queue import take
from bot.services.appeals import appeal, deny
from bot.services.coaching import send_coaching, send_note
from bot.services.deadlines import set_deadline
from bot.services.imports import import_tasks
from bot.services.people import set_role
from bot.services.qualifying import grant
from bot.services.reviews import claim_next_review
from bot.services.rules import set_rules
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, reject
from bot.services.voting import follow_overlaps
from bot.slack.reader import Reader
from bot.slack.views.alerts import alert_card
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew, task_rows
from tests.integration.history_rows import Attempt, Handed, History, Item, Judged, store, store_people
from tests.integration.voting_scene import voting_crew, voting_scene


def _watch(transactions: Transactions, crew: Crew) -> int:
    with transactions() as uow:
        return watch_project(uow, project_id=crew.project_id)


def _tell(transactions: Transactions) -> int:
    with transactions() as uow:
        return tell_alerts(uow)


def _open(transactions: Transactions, crew: Crew) -> dict[AlertKind, IncidentFacts]:
    with transactions.reading() as session:
        return {facts.kind: facts for facts in open_incidents(session, crew.project_id)}


def _told(transactions: Transactions, kind: str = AlertCard.kind) -> list[dict[str, Any]]:
    with transactions.reading() as session:
        rows = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return list(rows)


def _judge(transactions: Transactions, crew: Crew, worker: str, verdicts: str) -> None:
    """Let the worker hand in one answer for each letter: "a" is accepted, "r" first rejected."""
    with transactions() as uow:
        for letter in verdicts:
            review_id = _hand_in(uow, crew, worker, "거시기")
            if letter == "r":
                reject(
                    uow,
                    person_id=crew["dohyun"],
                    review_id=review_id,
                    reason="misheard",
                    section="3.1",
                    comment="한 번만 더 들어 봐 주세요.",
                )
                review_id = _hand_in(uow, crew, worker, "거시기혀")
            accept(uow, person_id=crew["dohyun"], review_id=review_id)


def _hand_in(uow: UnitOfWork, crew: Crew, worker: str, text: str) -> int:
    claim = claim_next(uow, person_id=crew[worker])
    submit(uow, person_id=crew[worker], assignment_id=claim.assignment_id, parts={"text": text})
    uow.session.flush()
    return claim_next_review(uow, person_id=crew["dohyun"]).review_id


_DAY = "ararararararararaa"
"""Eight rejects of eighteen: beside one of ten, only one more in the next two is more than chance."""


def _first_verdicts(moment: datetime, letters: str) -> list[Item]:
    """Tell of tasks whose first verdicts fell a minute apart: "a" accepted, "r" rejected and accepted later."""
    items = []
    for n, letter in enumerate(letters):
        at = moment + timedelta(minutes=n)
        attempt = Attempt(0, at - timedelta(hours=1))
        attempt.rounds = [Handed(at - timedelta(minutes=30), draft=False, words="거시기")]
        decision = Decision.REJECT if letter == "r" else Decision.ACCEPT
        attempt.rounds[0].verdicts.append(_judged(at, decision))
        if letter == "r":
            again = Handed(at + timedelta(seconds=20), draft=False, words="거시기혀")
            again.verdicts.append(_judged(at + timedelta(seconds=40), Decision.ACCEPT))
            attempt.rounds.append(again)
        items.append(Item(1, [attempt]))
    return items


def _judged(at: datetime, decision: Decision) -> Judged:
    reason = ("misheard", "3.1") if decision is Decision.REJECT else None
    return Judged(at, decision, reviewer=1, undone=False, spent=9, reason=reason)


@pytest.mark.parametrize(("last", "rejected"), [("ra", 9), ("aa", 0)])
def test_a_spike_of_rejects_is_told_once_with_its_figures(
    transactions: Transactions, clock: MovableClock, last: str, rejected: int
) -> None:
    clock.advance(hours=5)
    day, before = clock.now - timedelta(hours=4), clock.now - timedelta(days=1)
    items = [*_first_verdicts(before, "aaaaaaaaar" * 5), *_first_verdicts(day, _DAY + last)]
    with transactions() as uow:
        history = History(people=store_people(uow.session, 4), items=items)
        store(uow.session, history)
        for person_id, role in zip(history.people[2:], (Role.PM, Role.SUPERVISOR), strict=True):
            uow.session.add(
                Membership(project_id=history.project_id, person_id=person_id, role=role, created_at=uow.now)
            )
    with transactions() as uow:
        assert watch_project(uow, project_id=history.project_id) == bool(rejected)
    if not rejected:
        return
    with transactions.reading() as session:
        (incident,) = open_incidents(session, history.project_id)
    figures = incident.figures
    assert incident.kind is AlertKind.REJECTS
    assert (figures["rejected"], figures["n"]) == (rejected, 20)
    assert (figures["base_rejected"], figures["base_n"], figures["days"]) == (5, 50, 14)
    assert figures["date"] == "2026-11-23"
    assert figures["p"] < 0.005
    with transactions() as uow:
        assert watch_project(uow, project_id=history.project_id) == 0
    assert _tell(transactions) == 2
    assert _tell(transactions) == 0
    assert {card["person_id"] for card in _told(transactions)} == set(history.people[2:])
    clock.advance(days=1)
    with transactions() as uow:
        watch_project(uow, project_id=history.project_id)
    with transactions.reading() as session:
        closed = read_incident(session, incident.incident_id)
    assert closed is not None
    assert closed.closed_at == clock.now
    # The cards that stand are drawn anew, so that they say that it is over.
    cards = Counter(card["person_id"] for card in _told(transactions))
    assert cards == dict.fromkeys(history.people[2:], 2)


def test_a_spike_of_the_evening_is_told_in_the_morning(
    transactions: Transactions, clock: MovableClock
) -> None:
    clock.now = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 23:30 in Seoul
    day, before = clock.now - timedelta(hours=5), clock.now - timedelta(days=1, hours=5)
    items = [*_first_verdicts(before, "aaaaaaaaar" * 5), *_first_verdicts(day, _DAY + "ra")]
    with transactions() as uow:
        history = History(people=store_people(uow.session, 3), items=items)
        store(uow.session, history)
        uow.session.add(
            Membership(
                project_id=history.project_id, person_id=history.people[2], role=Role.PM, created_at=uow.now
            )
        )
    told: list[datetime] = []
    for _ in range(6 * 24):
        with transactions() as uow:
            watch_project(uow, project_id=history.project_id)
        told += [clock.now] * _tell(transactions)
        clock.advance(minutes=10)
    assert told == [datetime(2026, 11, 23, 23, 0, tzinfo=UTC)]
    with transactions.reading() as session:
        assert open_incidents(session, history.project_id) == ()


def test_nobody_is_woken_and_what_is_over_by_morning_is_not_told(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        uow.session.get_one(Person, crew["alex"]).zone = "Europe/Berlin"
    # 22:30 in Seoul, 14:30 in Berlin: nobody has claimed since ten in the morning.
    clock.now = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert _watch(transactions, crew) == 1
    clock.now = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert _tell(transactions) == 1
    clock.now = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)
    assert _tell(transactions) == 0
    clock.now = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert _tell(transactions) == 1
    assert [card["person_id"] for card in _told(transactions)] == [crew["alex"], crew["bridge"]]
    clock.advance(days=1)
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    _watch(transactions, crew)
    assert AlertKind.NO_CLAIMS not in _open(transactions, crew)


def test_a_zone_that_left_the_data_base_stops_nobodys_alert(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        uow.session.get_one(Person, crew["alex"]).zone = "Atlantis/Capital"
    clock.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert _watch(transactions, crew) == 1
    assert _tell(transactions) == 1
    clock.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert _tell(transactions) == 1


def test_open_work_is_left_lying_only_while_people_are_awake(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    clock.now = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)
    assert _watch(transactions, crew) == 0
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    # From 22:00 to 08:00 there is one waking hour.
    clock.now = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    with transactions() as uow:
        claim_next(uow, person_id=crew["jun"])
    clock.now = datetime(2026, 11, 24, 1, 59, tzinfo=UTC)
    assert _watch(transactions, crew) == 0
    clock.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert _watch(transactions, crew) == 1
    figures = _open(transactions, crew)[AlertKind.NO_CLAIMS].figures
    assert (figures["open"], figures["hours"]) == (1, 4)
    assert figures["since"] == "2026-11-23T13:00:00+00:00"


def test_what_wavers_is_one_incident(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    clock.advance(hours=5)
    assert _watch(transactions, crew) == 1
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    assert _watch(transactions, crew) == 0
    clock.advance(hours=5)
    assert _watch(transactions, crew) == 0
    clock.advance(days=2)
    assert _watch(transactions, crew) == 1
    assert _watch(transactions, crew) == 0


def test_reviews_that_wait_over_a_day_are_told_of(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기"})
    clock.advance(hours=23, minutes=59)
    assert _watch(transactions, crew) == 0
    clock.advance(minutes=1)
    assert _watch(transactions, crew) == 1
    incident = _open(transactions, crew)[AlertKind.REVIEWS]
    assert incident.figures == {"waiting": 1, "oldest": "2026-11-23T01:00:00+00:00", "hours": 24}
    with transactions() as uow:
        claim_next_review(uow, person_id=crew["dohyun"])
    _watch(transactions, crew)
    with transactions.reading() as session:
        closed = read_incident(session, incident.incident_id)
        assert closed is not None
        assert closed.closed_at == clock.now
        assert read_incident(session, 999) is None


def test_a_deadline_out_of_reach_is_told_of_and_a_moved_one_is_another(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions, tasks=30)
    _judge(transactions, crew, "mina", "aa")
    clock.advance(days=1)
    with transactions() as uow:
        set_deadline(uow, person_id=crew["alex"], project_id=crew.project_id, deadline=date(2026, 11, 30))
    # 28 tasks at two a day are done on 8 December.
    assert _watch(transactions, crew) >= 1
    incident = _open(transactions, crew)[AlertKind.DEADLINE]
    assert incident.figures == {"deadline": "2026-11-30", "remaining": 28, "days": 14, "late_by": 8}
    with transactions() as uow:
        set_deadline(uow, person_id=crew["alex"], project_id=crew.project_id, deadline=date(2026, 12, 1))
    _watch(transactions, crew)
    assert AlertKind.DEADLINE not in _open(transactions, crew)
    _watch(transactions, crew)
    assert _open(transactions, crew)[AlertKind.DEADLINE].figures["late_by"] == 7
    with transactions() as uow:
        set_deadline(uow, person_id=crew["alex"], project_id=crew.project_id, deadline=None)
    _watch(transactions, crew)
    assert AlertKind.DEADLINE not in _open(transactions, crew)
    with transactions() as uow, pytest.raises(Invalid):
        set_deadline(uow, person_id=crew["alex"], project_id=crew.project_id, deadline=date(2026, 11, 1))
    with transactions() as uow, pytest.raises(NotAllowed):
        set_deadline(uow, person_id=crew["mina"], project_id=crew.project_id, deadline=None)


def test_each_project_is_watched_every_ten_minutes(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    clock.advance(hours=5)
    opened = []
    for _ in range(10):
        with transactions() as uow:
            opened.append(watch_projects(uow))
        clock.advance(minutes=1)
    assert sorted(opened) == [0] * 9 + [1]
    with transactions() as uow:
        uow.session.get_one(Project, crew.project_id).active = False
    assert _tell(transactions) == 0
    with transactions.reading() as session:
        assert len(session.scalars(select(AlertIncident)).all()) == 1


def test_a_worker_with_few_reasons_gets_a_word_once_a_week(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions, tasks=20)
    # It is half past ten in the evening.
    clock.now = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    _judge(transactions, crew, "mina", "rrrrra")
    with transactions() as uow:
        # They may still be taken back.
        assert not send_note(uow, person_id=crew["mina"])
    clock.advance(minutes=40)
    with transactions() as uow:
        # It is night.
        assert not send_note(uow, person_id=crew["mina"])
    clock.now = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    sent = []
    for _ in range(70):
        with transactions() as uow:
            sent.append(send_coaching(uow))
        clock.advance(minutes=1)
    assert sum(sent) == 1
    (card,) = _told(transactions, CoachCard.kind)
    assert card["person_id"] == crew["mina"]
    with transactions.reading() as session:
        note = read_note(session, card["note_id"])
        assert read_note(session, 999) is None
    assert note is not None
    assert note.person_id == crew["mina"]
    assert (note.coach.n, note.coach.share) == (5, 1.0)
    assert [(one.reason, one.section, one.count) for one in note.coach.reasons] == [("misheard", "3.1", 5)]
    clock.advance(days=3)
    with transactions() as uow:
        assert not send_note(uow, person_id=crew["mina"])
    clock.advance(days=4)
    with transactions() as uow:
        assert send_note(uow, person_id=crew["mina"])
        assert not send_note(uow, person_id=crew["jun"])
    with transactions.reading() as session:
        notes = session.scalars(select(CoachNote).order_by(CoachNote.id)).all()
    assert notes[1].sent_at - notes[0].sent_at > timedelta(days=7)


def test_a_crew_too_small_is_told_of(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"overlap": 4})
        project = uow.session.get_one(Project, crew.project_id)
        import_tasks(uow, project=project, source_name="t.csv", rows=task_rows(2))
    # mina, jun and sora work here: nobody is left for the fourth answer.
    assert _watch(transactions, crew) == 1
    gap = _open(transactions, crew)[AlertKind.CREW_TOO_SMALL]
    assert gap.figures == {"tasks": 2, "crew": 3, "missing": 1}
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"overlap": 3})
        assert follow_overlaps(uow) == 2
    _watch(transactions, crew)
    assert AlertKind.CREW_TOO_SMALL not in _open(transactions, crew)
    # Somebody who has judged an answer to a task can't give one.
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기"})
        uow.session.flush()
        review = claim_next_review(uow, person_id=crew["sora"]).review_id
        accept(uow, person_id=crew["sora"], review_id=review)
    # What comes back within a day is the same incident.
    clock.advance(hours=25)
    _watch(transactions, crew)
    assert _open(transactions, crew)[AlertKind.CREW_TOO_SMALL].figures == {
        "tasks": 1,
        "crew": 3,
        "missing": 1,
    }


def test_who_judged_an_appeal_answers_the_task_no_more(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew, (author, judge) = voting_crew(transactions, 2)
    scene = voting_scene(transactions, crew, (author, judge), overlap=2)
    scene.bring()
    with transactions() as uow:
        project = uow.session.get_one(Project, scene.project_id)
        set_role(uow, actor_id=crew["boss"], project=project, user="UV1", role=Role.REVIEWER, granted=True)
    scene.answer(0, "가")
    review = scene.reject()
    with transactions() as uow:
        verdict = uow.session.scalars(select(Verdict.id).where(Verdict.review_id == review)).one()
        made = appeal(uow, person_id=author, verdict_id=verdict, words="들은 대로예요.")
        take(uow, person_id=judge, appeal_id=made.appeal_id)
    with transactions.reading() as session:
        assert read_crew_gap(session, scene.project_id, clock()) == CrewGap(1, 2, 1)
    with transactions() as uow:
        deny(uow, person_id=judge, appeal_id=made.appeal_id, reason="기준과 달라요.")
    with transactions.reading() as session:
        assert read_crew_gap(session, scene.project_id, clock()) == CrewGap(1, 2, 1)


def test_a_decision_that_nobody_may_make_is_told_of(transactions: Transactions, clock: MovableClock) -> None:
    """The only supervisor has answered one of two tasks that wait for one, and leaves then."""
    crew, people = voting_crew(transactions, 3)
    scene = voting_scene(transactions, crew, (*people, crew["bridge"]), overlap=2)
    first, second = scene.bring(2)
    scene.answer(0, "가")
    scene.answer(3, "나")
    for worker in (1, 2):
        scene.answer(worker, f"다{worker}")
    for _ in range(4):
        scene.accept()
    assert {scene.state(first), scene.state(second)} == {TaskState.ADJUDICATION}
    with transactions.reading() as session:
        assert read_crew_gap(session, scene.project_id, clock()) == CrewGap(0, 4, 0, undecidable=1)
    with transactions() as uow:
        project = uow.session.get_one(Project, scene.project_id)
        boss = crew["boss"]
        set_role(uow, actor_id=boss, project=project, user="UBRIDGE", role=Role.SUPERVISOR, granted=False)
    with transactions.reading() as session:
        assert read_crew_gap(session, scene.project_id, clock()) == CrewGap(0, 4, 0, undecidable=2)
    with transactions() as uow:
        watch_project(uow, project_id=scene.project_id)
    with transactions.reading() as session:
        (found,) = open_incidents(session, scene.project_id)
    assert found.kind is AlertKind.CREW_TOO_SMALL
    reader = Reader(load_catalogs()["en"], "en", "Asia/Seoul", clock())
    assert "2 tasks wait for a decision, and there is no supervisor" in str(alert_card(reader, found))


def test_who_lacks_the_qualification_is_no_crew(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=2)
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"gate": "dialect:전남"})
        for who in ("mina", "jun"):
            grant(
                uow, actor_id=crew["bridge"], person_id=crew[who], key="dialect:전남", evidence="해남에서 자랐어요"
            )  # fmt: skip
    with transactions.reading() as session:
        assert read_crew_gap(session, crew.project_id, transactions.clock()) is None
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"overlap": 3})
        follow_overlaps(uow)
    with transactions.reading() as session:
        assert read_crew_gap(session, crew.project_id, transactions.clock()) == CrewGap(2, 2, 1)
