"""Digests at their time on both databases: each once, the newest after a stop, and only to whom they are meant."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.models import BridgedChannel, DigestRun, OutboxRow, Person, Project
from bot.db.unit_of_work import Transactions
from bot.domain.digests import EVERY_DAY, Audience
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.translation import Side
from bot.outbox.report_messages import DigestCard
from bot.reports.digest_plans import read_plans
from bot.reports.digest_runs import RunFacts, read_run
from bot.services.digest_plans import set_schedule, switch_own
from bot.services.digests import purge_digests, send_digests, send_now
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew

# The clock begins on Monday, 23 November 2026, at 10:00 in Seoul.


def _at(clock: MovableClock, text: str) -> None:
    clock.now = datetime.fromisoformat(text).replace(tzinfo=UTC)


def _send(transactions: Transactions) -> int:
    """Let ticks pass until nothing is due, as one of them begins no more than fit into half a second."""
    made = 0
    while True:
        with transactions() as uow:
            more = send_digests(uow)
        if not more:
            return made
        made += more


def _runs(transactions: Transactions, key: str) -> list[DigestRun]:
    with transactions.reading() as session:
        return list(
            session.scalars(
                select(DigestRun).where(DigestRun.audience_key == key).order_by(DigestRun.local_date)
            )
        )


def _cards(transactions: Transactions) -> list[dict[str, Any]]:
    with transactions.reading() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == DigestCard.kind).order_by(OutboxRow.id)
        )
        return list(rows)


def _facts(transactions: Transactions, run: DigestRun) -> RunFacts:
    with transactions.reading() as session:
        facts = read_run(session, run.id)
    assert facts is not None
    return facts


def _work(transactions: Transactions, crew: Crew, nickname: str = "mina") -> None:
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew[nickname])
    with transactions() as uow:
        submit(uow, person_id=crew[nickname], assignment_id=claim.assignment_id, parts={"text": "아니라니께"})
    with transactions() as uow:
        review = claim_next_review(uow, person_id=crew["dohyun"])
    with transactions() as uow:
        accept(uow, person_id=crew["dohyun"], review_id=review.review_id)


def _bridge(transactions: Transactions, crew: Crew, channel: str = "C0CREW") -> None:
    with transactions() as uow:
        uow.session.add(
            BridgedChannel(
                team_id=crew.team_id,
                channel=channel,
                project_id=crew.project_id,
                side=Side.CREW,
                set_by_id=crew["boss"],
                created_at=uow.now,
            )
        )


def test_a_day_of_work_is_told_to_each_audience_once(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    _bridge(transactions, crew)
    _work(transactions, crew)
    assert _send(transactions) == 0
    _at(clock, "2026-11-23T23:59")
    assert _send(transactions) == 0
    _at(clock, "2026-11-24T00:00")
    assert _send(transactions) == 2
    _at(clock, "2026-11-24T00:31")
    # The crew's, and one for each of the three workers, of whom two have nothing of their own.
    assert _send(transactions) == 4
    assert _send(transactions) == 0
    runs = {
        key: _runs(transactions, key)
        for key in (f"pm:{crew['alex']}", "supervisor", "crew", f"worker:{crew['mina']}")
    }
    assert {key: len(found) for key, found in runs.items()} == dict.fromkeys(runs, 1)
    for found in runs.values():
        (run,) = found
        assert (run.local_date, run.reported, run.late) == (date(2026, 11, 24), date(2026, 11, 23), False)
        facts = _facts(transactions, run)
        assert facts.digest is not None
        assert facts.digest.window.date == date(2026, 11, 23)
        assert not facts.digest.empty
    whom = Counter((card["person_id"], card["channel"]) for card in _cards(transactions))
    assert whom == {
        (crew["alex"], ""): 1,
        (crew["bridge"], ""): 1,
        (crew["bridge"], "C0CREW"): 1,
        (crew["mina"], ""): 1,
    }
    assert [run.told for run in _runs(transactions, f"worker:{crew['jun']}")] == [False]
    mine = _facts(transactions, runs[f"worker:{crew['mina']}"][0]).digest
    assert mine is not None
    assert mine.mine is not None
    assert (mine.mine.submitted, mine.mine.accepted) == (1, 1)
    assert mine.throughput is None


def test_an_empty_day_is_told_of_too_but_not_to_workers(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    _at(clock, "2026-11-24T01:00")
    _send(transactions)
    (run,) = _runs(transactions, "supervisor")
    digest = _facts(transactions, run).digest
    assert digest is not None
    assert digest.empty
    assert {card["person_id"] for card in _cards(transactions)} == {crew["alex"], crew["bridge"]}


def test_after_a_stop_only_the_newest_is_sent_and_says_that_it_is_late(
    transactions: Transactions, clock: MovableClock
) -> None:
    make_crew(transactions)
    _at(clock, "2026-11-24T00:05")
    _send(transactions)
    _at(clock, "2026-11-28T06:00")
    _send(transactions)
    _send(transactions)
    runs = _runs(transactions, "supervisor")
    assert [(run.local_date, run.late) for run in runs] == [
        (date(2026, 11, 24), False),
        (date(2026, 11, 28), True),
    ]
    assert runs[1].reported == date(2026, 11, 27)


def test_pms_are_left_alone_at_the_weekend(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    for _ in range(8 * 24):
        clock.advance(hours=1)
        _send(transactions)
    assert [run.local_date.day for run in _runs(transactions, f"pm:{crew['alex']}")] == [
        24,
        25,
        26,
        27,
        30,
        1,
    ]
    assert [run.local_date.day for run in _runs(transactions, "supervisor")] == [
        24, 25, 26, 27, 28, 29, 30, 1,
    ]  # fmt: skip


def test_the_first_digest_of_a_week_is_of_the_week(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    # The crew came in the middle of this week, so that it is the next one that is summed up.
    for day in ("2026-11-25", "2026-12-01", "2026-12-02"):
        _at(clock, f"{day}T03:00")
        _send(transactions)
    for key in ("supervisor", f"pm:{crew['alex']}"):
        runs = _runs(transactions, key)
        assert [run.week for run in runs] == [False, True, False]
        digest = _facts(transactions, runs[1]).digest
        assert digest is not None
        assert digest.window.days == 7


def test_each_pm_reads_on_their_own_clock(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        uow.session.get_one(Person, crew["alex"]).zone = "America/New_York"
    key = f"pm:{crew['alex']}"
    _at(clock, "2026-11-23T13:59")
    _send(transactions)
    assert not _runs(transactions, key)
    _at(clock, "2026-11-23T14:01")
    _send(transactions)
    (run,) = _runs(transactions, key)
    assert (run.local_date, run.reported) == (date(2026, 11, 23), date(2026, 11, 22))


def test_a_change_of_zone_or_time_gives_no_second_digest_of_a_date(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    key = f"pm:{crew['alex']}"
    _at(clock, "2026-11-24T00:01")
    _send(transactions)
    for zone in ("America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Seoul"):
        with transactions() as uow:
            uow.session.get_one(Person, crew["alex"]).zone = zone
        for _ in range(12):
            clock.advance(minutes=20)
            _send(transactions)
    with transactions() as uow:
        set_schedule(
            uow, person_id=crew["alex"], project_id=crew.project_id, audience=Audience.PM, hhmm="23:30"
        )
    for _ in range(48):
        clock.advance(minutes=30)
        _send(transactions)
    dates = [run.local_date for run in _runs(transactions, key)]
    assert dates == sorted(set(dates))
    assert dates[:2] == [date(2026, 11, 24), date(2026, 11, 25)]


def test_a_new_time_counts_from_the_next_unsent_date_and_is_not_late(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        plan = set_schedule(
            uow,
            person_id=crew["alex"],
            project_id=crew.project_id,
            audience=Audience.PM,
            hhmm="18:00",
            weekdays=EVERY_DAY,
            zone="Asia/Seoul",
        )
    assert (plan.hhmm, plan.weekdays, plan.own, plan.audience_key) == (
        "18:00",
        EVERY_DAY,
        True,
        f"pm:{crew['alex']}",
    )
    _at(clock, "2026-11-24T05:00")
    _send(transactions)
    (first,) = _runs(transactions, plan.audience_key)
    # Monday's six o'clock had passed by then.
    assert (first.local_date, first.late) == (date(2026, 11, 23), True)
    with transactions() as uow:
        set_schedule(
            uow, person_id=crew["alex"], project_id=crew.project_id, audience=Audience.PM, hhmm="13:00"
        )
    _send(transactions)
    runs = _runs(transactions, plan.audience_key)
    assert [(run.local_date, run.late) for run in runs[1:]] == [(date(2026, 11, 24), False)]


def test_a_worker_switches_their_own_digests(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    _work(transactions, crew)
    with transactions() as uow:
        assert switch_own(uow, person_id=crew["mina"], enabled=False) == "09:30"
    _at(clock, "2026-11-24T02:00")
    _send(transactions)
    key = f"worker:{crew['mina']}"
    assert not _runs(transactions, key)
    with transactions() as uow:
        assert switch_own(uow, person_id=crew["mina"], enabled=True, hhmm="8:15") == "08:15"
    # What was due while they were off is not made up for.
    _send(transactions)
    assert not _runs(transactions, key)
    _work(transactions, crew)
    _at(clock, "2026-11-24T23:20")
    _send(transactions)
    (run,) = _runs(transactions, key)
    assert (run.local_date, run.told) == (date(2026, 11, 25), True)
    with transactions() as uow, pytest.raises(Invalid):
        switch_own(uow, person_id=crew["alex"], enabled=True)


def test_what_is_set_for_all_gives_way_to_ones_own(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    boss, project_id = crew["boss"], crew.project_id
    with transactions() as uow:
        set_schedule(uow, person_id=boss, project_id=project_id, audience=Audience.WORKER, hhmm="07:00")
        set_schedule(uow, person_id=boss, project_id=project_id, audience=Audience.PM, weekdays=0b1)
        crew_plan = set_schedule(
            uow,
            person_id=boss,
            project_id=project_id,
            audience=Audience.CREW,
            channel="C0CREW",
            enabled=False,
        )
        switch_own(uow, person_id=crew["jun"], enabled=True, hhmm="22:00")
    assert (crew_plan.channel, crew_plan.enabled) == ("C0CREW", False)
    with transactions.reading() as session:
        of_mina, of_jun, of_alex = (
            {plan.audience: plan for plan in read_plans(session, crew.project_id, crew[name])}
            for name in ("mina", "jun", "alex")
        )
    assert (of_mina[Audience.WORKER].hhmm, of_mina[Audience.WORKER].own) == ("07:00", False)
    assert (of_jun[Audience.WORKER].hhmm, of_jun[Audience.WORKER].own) == ("22:00", True)
    assert (of_alex[Audience.PM].hhmm, of_alex[Audience.PM].weekdays) == ("09:00", 0b1)
    assert of_alex[Audience.SUPERVISOR].zone == "Asia/Seoul"
    assert not of_alex[Audience.CREW].enabled


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hhmm": "25:00"}, "time"),
        ({"zone": "Asia/Nowhere"}, "zone"),
        ({"weekdays": 0}, "weekdays"),
        ({"weekdays": 128}, "weekdays"),
        ({"channel": "C0PM"}, "channel"),
    ],
)
def test_what_cannot_be_a_plan_is_refused(
    transactions: Transactions, wrong: dict[str, Any], field: str
) -> None:
    crew = make_crew(transactions, tasks=0)
    with transactions() as uow, pytest.raises(Invalid) as refused:
        set_schedule(uow, person_id=crew["alex"], project_id=crew.project_id, audience=Audience.PM, **wrong)
    assert refused.value.field == field


def test_whoever_asks_gets_a_digest_of_today_so_far(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions)
    _work(transactions, crew)
    clock.advance(hours=1)
    ids = []
    for name in ("alex", "alex", "bridge"):
        clock.advance(seconds=1)
        with transactions() as uow:
            ids.append(send_now(uow, person_id=crew[name], project_id=crew.project_id))
    assert len(set(ids)) == 3
    with transactions.reading() as session:
        runs = [read_run(session, id) for id in ids]
    assert [run.audience for run in runs if run] == [Audience.PM, Audience.PM, Audience.SUPERVISOR]
    assert all(run and run.digest and run.reported == date(2026, 11, 23) for run in runs)
    assert [card["person_id"] for card in _cards(transactions)] == [
        crew[n] for n in ("alex", "alex", "bridge")
    ]
    with transactions() as uow, pytest.raises(NotAllowed):
        send_now(uow, person_id=crew["mina"], project_id=crew.project_id)
    # It takes nothing from the digest of the next morning.
    _at(clock, "2026-11-24T00:10")
    _send(transactions)
    assert len(_runs(transactions, f"pm:{crew['alex']}")) == 1


def test_nobody_is_told_of_a_project_that_is_over_or_of_days_before_they_came(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    # At 10:00 on the day of their joining, nine o'clock has passed: it was nobody's yet.
    assert _send(transactions) == 0
    with transactions() as uow:
        uow.session.get_one(Project, crew.project_id).active = False
    clock.advance(days=3)
    assert _send(transactions) == 0


def test_a_zone_that_left_the_data_base_stops_nobodys_digest(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        uow.session.get_one(Person, crew["alex"]).zone = "Atlantis/Capital"
    _at(clock, "2026-11-24T09:05")
    _send(transactions)
    assert len(_runs(transactions, f"pm:{crew['alex']}")) == 1
    assert len(_runs(transactions, "supervisor")) == 1


def test_many_are_made_over_several_ticks(
    transactions: Transactions, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crew(transactions)
    _at(clock, "2026-11-24T03:00")
    monkeypatch.setattr("bot.services.digests.BUDGET_SECONDS", 0.0)
    made: list[int] = []
    while not made or made[-1]:
        with transactions() as uow:
            made.append(send_digests(uow))
    assert made == [1, 1, 1, 1, 1, 0]


def test_old_digests_are_forgotten_the_silent_ones_first(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    _at(clock, "2026-11-24T03:00")
    _send(transactions)
    clock.advance(days=31)
    with transactions() as uow:
        assert purge_digests(uow) == 3
    assert not _runs(transactions, f"worker:{crew['mina']}")
    clock.advance(days=400)
    with transactions() as uow:
        assert purge_digests(uow) == 2
