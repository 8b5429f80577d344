"""The figures of a day as behaviour.md defines them, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.models import Project, Submission
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.consensus import Counting
from bot.domain.digests import Audience
from bot.domain.pay import Money, Month
from bot.domain.review import Decision, ReasonCode
from bot.domain.task import TaskType
from bot.reports.agreement import Agreement, agree, nominal_alpha, read_agreement
from bot.reports.digest import Digest, dump_digest, load_digest, read_digest
from bot.reports.needs import read_needs
from bot.reports.pay import read_pay
from bot.reports.progress import coach, worker_day
from bot.reports.rejections import read_rejections, top_reasons
from bot.reports.throughput import Throughput, per_day, read_throughput
from bot.reports.window import day_of, days_until
from bot.reports.workload import eta, read_backlog, reviewers
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, reject, undo
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.history_rows import Attempt, Handed, History, Item, Judged, store, store_people

DAY = date(2026, 11, 20)
ZONE = "Asia/Seoul"
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
ACCEPT, FIX, REJECT = Decision.ACCEPT, Decision.FIX_ACCEPT, Decision.REJECT


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Session(database.writer) as session:
        yield session


def attempt(
    *decisions: Decision,
    at: datetime = NOON,
    person: int = 0,
    reviewer: int = 1,
    words: str = "그랑께",
    reason: tuple[str, str] = ("misheard", "2.1"),
    minutes: int = 10,
) -> Attempt:
    """An answer with these verdicts, the first one at `at`, an hour apart; each round took `minutes`."""
    rounds = [
        Handed(
            at + timedelta(hours=n) - timedelta(minutes=5),
            False,
            words,
            [Judged(at + timedelta(hours=n), d, reviewer, False, 90, reason if d is REJECT else None)],
        )
        for n, d in enumerate(decisions)
    ]
    return Attempt(person, rounds[0].at - timedelta(minutes=minutes), rounds)


def stored(session: Session, *attempts: Attempt, zone: str = ZONE, open_tasks: int = 0) -> History:
    """Store a task for each of these answers, and some nobody has touched."""
    items = [Item(1, [one]) for one in attempts] + [Item(1) for _ in range(open_tasks)]
    history = History(zone, items, store_people(session, 12))
    store(session, history)
    session.flush()
    return history


def ten_tasks() -> list[Attempt]:
    """The check of behaviour.md: six accepted at once, three rejected once, one twice, all accepted."""
    return [attempt(ACCEPT)] * 6 + [attempt(REJECT, ACCEPT)] * 3 + [attempt(REJECT, REJECT, FIX)]


def test_ten_tasks(session: Session) -> None:
    project = stored(session, *ten_tasks()).project_id
    judged = read_rejections(session, project, day_of(ZONE, DAY))
    assert (judged.first_pass_rate, judged.event_rate, judged.final_rate) == (0.4, 5 / 15, 0.0)
    assert (judged.first_judged, judged.verdicts, judged.rejects, judged.fixed) == (10, 15, 5, 1)
    assert (judged.small, judged.open_returned, judged.median_rounds) == (True, 0, 1.0)
    done = read_throughput(session, project, day_of(ZONE, DAY))
    assert done == Throughput(10, 10, 5, 10, 10)
    (top,) = top_reasons(session, project, day_of(ZONE, DAY))
    assert (top.reason, top.section, top.count, top.share) == (ReasonCode.MISHEARD, "2.1", 5, 1.0)


def test_ten_tasks_through_the_services(transactions: Transactions, clock: MovableClock) -> None:
    clock.now = NOON
    crew = make_crew(transactions, tasks=10, max_in_hand=10)
    for rejects in (0,) * 6 + (1,) * 3 + (2,):
        _work(transactions, clock, crew, rejects)
    with transactions.reading() as session:
        judged = read_rejections(session, crew.project_id, day_of(ZONE, DAY))
        assert (judged.first_pass_rate, judged.event_rate, judged.final_rate) == (0.4, 5 / 15, 0.0)
        mine = worker_day(session, crew["mina"], crew.project_id, day_of(ZONE, DAY))
        assert (mine.accepted, mine.returned, mine.earned) == (10, 5, (Money(3500, "KRW"),))


def _work(transactions: Transactions, clock: MovableClock, crew: Crew, rejects: int) -> None:
    """Bring one task through so many rejects to its acceptance; each verdict is given, taken back, given again."""
    with transactions() as uow:
        held = claim_next(uow, person_id=crew["mina"]).assignment_id
    for turn in range(rejects + 1):
        clock.advance(minutes=1)
        with transactions() as uow:
            submit(uow, person_id=crew["mina"], assignment_id=held, parts={"text": f"{held} {turn}"})
        with transactions() as uow:
            review = claim_next_review(uow, person_id=crew["sora"]).review_id
        with transactions() as uow:
            _reject(uow, crew["sora"], review)
        with transactions() as uow:
            undo(uow, person_id=crew["sora"], review_id=review)
        with transactions() as uow:
            if turn < rejects:
                _reject(uow, crew["sora"], review)
            else:
                accept(uow, person_id=crew["sora"], review_id=review)


def _reject(uow: UnitOfWork, person_id: int, review_id: int) -> None:
    reject(
        uow,
        person_id=person_id,
        review_id=review_id,
        reason="misheard",
        section="2.1",
        comment="다시 들어 주세요",
    )


def test_a_verdict_taken_back_counts_nowhere(session: Session) -> None:
    one = attempt(ACCEPT)
    one.rounds[0].verdicts.insert(
        0, Judged(NOON - timedelta(minutes=2), REJECT, 2, True, 60, ("timing", "9"), wrong=True)
    )
    project = stored(session, one).project_id
    window = day_of(ZONE, DAY)
    judged = read_rejections(session, project, window)
    assert (judged.first_judged, judged.first_rejected, judged.verdicts) == (1, 0, 1)
    assert top_reasons(session, project, window) == ()
    loads = {load.nickname: load for load in reviewers(session, project, window)}
    assert (loads["n1"].verdicts, loads["n1"].overturned) == (1, 0)
    assert (loads["n2"].verdicts, loads["n2"].overturned) == (0, 1)
    assert loads["n2"].median_seconds is None


def test_the_first_verdict_of_a_task_may_be_on_another_answer(session: Session) -> None:
    yesterday = attempt(REJECT, at=NOON - timedelta(days=1))
    yesterday.released = True
    today = attempt(REJECT, ACCEPT, person=2)
    history = History(ZONE, [Item(1, [yesterday, today])], store_people(session, 3))
    store(session, history)
    judged = read_rejections(session, history.project_id, day_of(ZONE, DAY))
    assert (judged.first_judged, judged.first_pass_rate) == (0, None)
    assert (judged.verdicts, judged.rejects, judged.event_rate) == (2, 1, 0.5)
    before, now = per_day(session, history.project_id, DAY, 2)
    assert (before.judged_first, before.rejected_first, now.judged_first) == (1, 1, 0)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Seoul", date(2026, 11, 20), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Africa/Cairo", date(2026, 10, 29), 25),
    ],
)
def test_a_day_around_a_change_of_the_clock(session: Session, zone: str, day: date, hours: float) -> None:
    window = day_of(zone, day)
    assert window.end - window.start == timedelta(hours=hours)
    tick = timedelta(microseconds=1)
    edges = (window.start - tick, window.start, window.end - tick, window.end)
    project = stored(session, *(attempt(ACCEPT, at=at) for at in edges), zone=zone).project_id
    assert read_throughput(session, project, window).final == 2
    days = per_day(session, project, day + timedelta(days=1), 3)
    assert [(f.final, f.judged_first) for f in days] == [(1, 1), (2, 2), (1, 1)]


def test_an_empty_day(session: Session) -> None:
    project = stored(session, open_tasks=2).project_id
    window = day_of(ZONE, DAY)
    judged = read_rejections(session, project, window)
    assert (judged.first_pass_rate, judged.event_rate, judged.final_rate, judged.median_rounds) == (None,) * 4
    assert read_throughput(session, project, window) == Throughput(0, 0, 0, 0, 0)
    assert reviewers(session, project, window) == ()
    assert eta(session, project, DAY).days is None
    digest = read_digest(session, project, DAY, Audience.PM, now=NOON + timedelta(days=1))
    assert digest.empty
    assert (digest.final_change, digest.reject_change, digest.agreement) == (None, None, None)
    assert digest.backlog is not None
    assert (digest.backlog.remaining, digest.backlog.oldest_waiting) == (2, None)


def test_backlog_and_pace(session: Session) -> None:
    waiting = attempt(ACCEPT, at=NOON - timedelta(hours=1))
    waiting.rounds[0].verdicts.clear()
    returned = attempt(REJECT)
    done = [attempt(ACCEPT, at=NOON - timedelta(days=n)) for n in (1, 1, 1, 3, 12, 12)]
    history = stored(session, waiting, returned, *done, open_tasks=5)
    backlog = read_backlog(session, history.project_id)
    assert (backlog.remaining, backlog.open, backlog.in_review, backlog.returned) == (7, 5, 1, 1)
    assert (backlog.waiting_reviews, backlog.oldest_waiting) == (1, waiting.rounds[0].at)
    assert backlog.oldest_open is not None
    estimate = eta(session, history.project_id, DAY)
    # Days with work finished 3, 1 and 2 tasks; days without work say nothing about the pace.
    assert (estimate.pace, estimate.n, estimate.remaining, estimate.days) == (2.0, 3, 7, 4)
    needs = read_needs(session, history.project_id, now=NOON + timedelta(hours=22))
    assert (needs.ageing_reviews, needs.total) == (0, 0)
    assert read_needs(session, history.project_id, now=NOON + timedelta(hours=24)).ageing_reviews == 1


def test_reviewers_load(session: Session) -> None:
    quick, slow, both = (attempt(ACCEPT, reviewer=1) for _ in range(3))
    for one, spent in ((quick, 10), (slow, 300), (both, 31)):
        one.rounds[0].verdicts[0].spent = spent
    project = stored(session, quick, slow, both, attempt(REJECT, reviewer=2)).project_id
    first, second = reviewers(session, project, day_of(ZONE, DAY))
    assert (first.nickname, first.verdicts, first.rejects, first.median_seconds) == ("n1", 3, 0, 31)
    assert (second.nickname, second.verdicts, second.rejects, second.median_seconds) == ("n2", 1, 1, 90)


def test_agreement_of_ten(session: Session) -> None:
    words = ["아니아니라니께"] * 9 + ["아니아니라니까"]
    # Nine of the 45 pairs differ in one of seven syllables.
    expected = Agreement(1, 10, 45, 0.9, 36 / 45, (36 + 9 * 6 / 7) / 45)
    assert agree([words]) == expected
    assert round(expected.char_agreement, 3) == 0.971
    item = Item(10, [attempt(ACCEPT, person=n, reviewer=11, words=w) for n, w in enumerate(words)])
    history = History(ZONE, [item, Item(1, [attempt(ACCEPT)])], store_people(session, 12))
    store(session, history)
    assert read_agreement(session, history.project_id, day_of(ZONE, DAY)) == expected
    assert read_agreement(session, history.project_id, day_of(ZONE, DAY - timedelta(days=1))) is None


def test_agreement_looks_at_syllables() -> None:
    decomposed = "\u1112\u1161\u11ab"
    assert agree([["한", decomposed], [" 가  나 ", "가 나"], ["혼자"]]) == Agreement(2, 4, 2, 1.0, 1.0, 1.0)
    assert agree([["혼자"], []]) is None
    unlike = agree([["\0", "하나"]])
    assert unlike is not None
    assert (unlike.vote_share, unlike.pairwise_exact, unlike.char_agreement) == (0.5, 0.0, 0.0)


def test_agreement_is_counted_as_the_vote_is() -> None:
    loose = agree([["가 나", "가나", "다"]], Counting(ignore_spaces=True))
    assert loose is not None
    assert (round(loose.vote_share, 3), loose.pairwise_exact) == (0.667, 0.0)


def test_alpha_of_the_worked_example() -> None:
    # Three coders and fifteen units, some left out: the example of Krippendorff's own papers.
    coders = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
    units = [[label for label in unit if label != "*"] for unit in zip(*coders, strict=True)]
    assert nominal_alpha(units) == pytest.approx(0.691, abs=0.0005)
    assert nominal_alpha([["가", "가"], ["가"]]) is None, "nothing to tell chance from"
    assert nominal_alpha([["가", "나"], ["나", "가"]]) == pytest.approx(-0.5)


def test_alpha_needs_closed_labels_and_fifty_tasks(session: Session) -> None:
    def two_answers(n: int) -> Item:
        words = ("안전", "욕설" if n % 10 == 0 else "안전")
        return Item(2, [attempt(ACCEPT, person=p, reviewer=11, words=w) for p, w in enumerate(words)])

    items = [two_answers(n) for n in range(50)]
    history = History(ZONE, items, store_people(session, 12))
    store(session, history)
    found = read_agreement(session, history.project_id, day_of(ZONE, DAY))
    assert found is not None
    assert (found.tasks, found.alpha) == (50, None), "free text"
    project = session.get_one(Project, history.project_id)
    project.type, project.labels = TaskType.MODERATION, ["안전", "욕설"]
    for submission in session.scalars(select(Submission)):
        submission.answer = {"label": submission.answer["text"], "rationale": "까닭"}
    session.flush()
    found = read_agreement(session, history.project_id, day_of(ZONE, DAY))
    assert found is not None
    assert found.alpha == pytest.approx(1 - 10 * 99 / (100**2 - 95**2 - 5**2))


def test_coach(session: Session) -> None:
    rejects = [attempt(REJECT, reason=("misheard", "2.1")) for _ in range(2)]
    rejects += [attempt(REJECT, reason=("misheard", "2.2"))]
    rejects += [attempt(REJECT, reason=("timing", "5")), attempt(REJECT, reason=("format", "1"))]
    history = stored(session, *rejects, attempt(REJECT, person=3))
    found = coach(session, history.people[0], NOON + timedelta(hours=1))
    assert found is not None
    assert (found.n, found.share, found.effect) == (5, 0.8, (Money(4 * 350, "KRW"),))
    first, second = found.reasons
    assert (first.reason, first.section, first.count, first.share) == (ReasonCode.MISHEARD, "2.1", 3, 0.6)
    assert second.reason is ReasonCode.FORMAT
    assert coach(session, history.people[3], NOON + timedelta(hours=1)) is None
    assert coach(session, history.people[0], NOON + timedelta(days=14, hours=1)) is None


def test_pay_by_the_hour(session: Session) -> None:
    taken = [attempt(ACCEPT, minutes=5 * n) for n in range(1, 5)] + [attempt(REJECT, ACCEPT, minutes=15)]
    history = stored(session, *taken, attempt(ACCEPT, person=2), attempt(REJECT, person=2))
    pay = read_pay(session, history.people[0], Month(2026, 11), withhold=True)
    (mine,) = pay.projects
    # 5, 10, 15 and 20 minutes, and 15 with a second round that counts no longer than the first: 30.
    assert (mine.minutes, mine.hourly) == (15.0, Money(1400, "KRW"))
    assert (mine.accepted, mine.earned, mine.pending) == (5, Money(1750, "KRW"), Money(0, "KRW"))
    assert mine.withheld == Money(50, "KRW")
    (other,) = read_pay(session, history.people[2]).projects
    assert (other.hourly, other.minutes, other.accepted, other.pending.minor) == (None, None, 1, 350)
    assert read_pay(session, history.people[0], Month(2026, 10)).projects == ()


def test_each_audience_is_told_its_own(session: Session) -> None:
    history = stored(session, *ten_tasks(), attempt(ACCEPT, at=NOON - timedelta(days=2)))
    told = {
        audience: read_digest(
            session,
            history.project_id,
            DAY,
            audience,
            now=NOON + timedelta(days=1),
            person_id=history.people[0],
        )
        for audience in Audience
    }
    for audience in (Audience.PM, Audience.SUPERVISOR):
        digest = told[audience]
        assert digest.backlog and digest.eta and digest.needs and digest.reviewers  # noqa: PT018 -- all of it
        assert digest.mine is None
    crew = told[Audience.CREW]
    assert crew.throughput and crew.rejections and len(crew.days) == 7  # noqa: PT018 -- all of it
    assert (crew.reviewers, crew.mine, crew.needs, crew.backlog) == ((), None, None, None)
    mine = told[Audience.WORKER]
    assert mine.mine is not None
    assert (mine.mine.submitted, mine.mine.accepted, mine.mine.returned) == (15, 10, 5)
    assert (mine.throughput, mine.rejections, mine.days, mine.reviewers) == (None, None, (), ())
    for digest in told.values():
        assert not digest.empty
        _check_stored(digest)
    with pytest.raises(ValueError, match="whose"):
        read_digest(session, history.project_id, DAY, Audience.WORKER, now=NOON)


@pytest.mark.parametrize("people", [2, 3])
def test_a_channel_is_told_reasons_only_where_they_are_nobodys_own(session: Session, people: int) -> None:
    attempts = [attempt(ACCEPT, person=n) for n in range(1, people)]
    project = stored(session, attempt(REJECT), *attempts).project_id
    crew, pm = (
        read_digest(session, project, DAY, audience, now=NOON + timedelta(days=1))
        for audience in (Audience.CREW, Audience.PM)
    )
    assert crew.rejections == pm.rejections
    assert [len(found.reasons) for found in (crew, pm)] == [people > 2, 1]


def _check_stored(digest: Digest) -> None:
    assert load_digest(json.loads(json.dumps(dump_digest(digest)))) == digest


def test_changes_know_a_small_sample(session: Session) -> None:
    before = [attempt(ACCEPT, at=NOON - timedelta(days=n)) for n in (1, 2, 2, 2, 4) for _ in range(6)]
    today = [attempt(REJECT) for _ in range(5)] + [attempt(ACCEPT) for _ in range(15)]
    project = stored(session, *before, *today).project_id
    digest = read_digest(session, project, DAY, Audience.PM, now=NOON + timedelta(days=1))
    assert digest.final_change is not None
    assert (digest.final_change.now, digest.final_change.usual) == (15, 6)
    assert (digest.final_change.days, digest.final_change.small) == (3, False)
    assert digest.reject_change is not None
    assert (digest.reject_change.now, digest.reject_change.usual, digest.reject_change.small) == (
        0.25,
        0,
        False,
    )
    earlier = read_digest(session, project, DAY - timedelta(days=1), Audience.PM, now=NOON)
    assert earlier.final_change is not None
    assert earlier.reject_change is not None
    assert (earlier.final_change.small, earlier.reject_change.small) == (True, True)


def test_a_day_that_is_not_over_is_not_compared_with_whole_ones(session: Session) -> None:
    before = [attempt(ACCEPT, at=NOON - timedelta(days=n)) for n in (1, 2, 3) for _ in range(6)]
    project = stored(session, *before, attempt(ACCEPT)).project_id
    so_far = read_digest(session, project, DAY, Audience.PM, now=NOON + timedelta(hours=1))
    assert so_far.throughput is not None
    assert (so_far.throughput.final, so_far.final_change) == (1, None)
    assert so_far.eta is not None
    assert (so_far.eta.pace, so_far.eta.n) == (6, 3)
    whole = read_digest(session, project, DAY, Audience.PM, now=NOON + timedelta(days=1))
    assert whole.final_change is not None
    assert whole.eta is not None
    assert whole.eta.n == 4


def test_a_week(session: Session) -> None:
    week = [attempt(ACCEPT, at=NOON - timedelta(days=n)) for n in range(14)]
    project = stored(session, *week, *ten_tasks()).project_id
    digest = read_digest(session, project, DAY, Audience.PM, now=NOON + timedelta(days=1), week=True)
    assert digest.week
    assert digest.window == days_until(ZONE, DAY, 7)
    assert digest.throughput is not None
    assert digest.throughput.final == 17
    assert [figures.final for figures in digest.days] == [1, 1, 1, 1, 1, 1, 11]
    assert digest.final_change is not None
    assert (digest.final_change.now, digest.final_change.usual) == (17, 7)


def test_drafts_count_nowhere(session: Session) -> None:
    late = Attempt(0, NOON - timedelta(hours=2), [Handed(NOON, True, "늦은 답")])
    revived = attempt(ACCEPT)
    revived.rounds.insert(0, Handed(NOON - timedelta(minutes=8), True, "늦은 답"))
    project = stored(session, late, revived).project_id
    assert late.state is AssignmentState.EXPIRED
    # What came after a draft is the first submission that counts, not rework.
    assert read_throughput(session, project, day_of(ZONE, DAY)) == Throughput(1, 1, 0, 1, 1)
