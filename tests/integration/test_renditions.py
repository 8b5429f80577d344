"""Renditions on their way: nobody does one twice, order is kept, failures come back, the day's limits hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Lock

import pytest
from sqlalchemy import select

from bot.db.models import Rendition, Term, TranslationUse
from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.questions import TermState
from bot.domain.translation import Limits, RenditionState, TranslationMode
from bot.reports.invariants import check
from bot.reports.translations import read_card
from bot.services.people import join
from bot.services.renditions import (
    AGAIN_AFTER,
    Job,
    anything_due,
    fail,
    go_ahead,
    next_due,
    read_policy,
    retry,
)
from tests.conftest import MovableClock
from tests.factories import TEAM
from tests.integration.bridged import CREW_CHANNEL, MIXED, Bridged, make_bridged, words_of

DONE, FAILED, PENDING, LIMITED, UNNEEDED = (
    RenditionState.DONE, RenditionState.FAILED, RenditionState.PENDING, RenditionState.LIMITED,
    RenditionState.UNNEEDED,
)  # fmt: skip


@pytest.fixture
def mixed(transactions: Transactions) -> Bridged:
    return make_bridged(transactions, spanish=False)


def _say(bridged: Bridged, text: str = "확인 부탁드려요", who: str = "mina", **more: object) -> int:
    heard = bridged.say(who, text, "ko", **more)
    assert heard is not None
    return heard.source_id


def _fail(bridged: Bridged, job: Job | None, reason: str = "exhausted") -> bool:
    assert job is not None
    with bridged.transactions() as uow:
        return fail(uow, job=job, reason=reason)


def _retry(bridged: Bridged, who: str, source_id: int) -> int:
    with bridged.transactions() as uow:
        return retry(uow, person_id=bridged.crew[who], source_id=source_id)


def _go_ahead(bridged: Bridged, who: str, source_id: int) -> int:
    with bridged.transactions() as uow:
        return go_ahead(uow, person_id=bridged.crew[who], source_id=source_id)


def _sound(bridged: Bridged) -> None:
    with bridged.transactions.reading() as session:
        assert check(session, now=bridged.transactions.clock()) == ()


def test_a_job_says_all_that_is_needed(mixed: Bridged) -> None:
    with mixed.transactions() as uow:
        uow.session.add(
            Term(
                project_id=mixed.crew.project_id, korean="거시기", english="thingy", state=TermState.APPROVED,
                proposed_by_id=mixed.crew["bridge"], changed_at=uow.now, created_at=uow.now,
            )
        )  # fmt: skip
    source_id = _say(mixed, ts="3.1")
    with mixed.transactions.reading() as session:
        assert anything_due(session, mixed.transactions.clock())
    job = mixed.take()
    assert job is not None
    assert (job.source_id, job.channel, job.ts, job.target) == (source_id, MIXED, "3.1", "en")
    assert (job.source_language, job.prior, job.attempts, job.failed_before) == ("ko", "ko", 1, False)
    assert words_of(job.document) == "확인 부탁드려요"
    assert job.policy.mode is TranslationMode.LOCAL
    assert job.policy.confidential
    assert job.policy.terms == (("거시기", "thingy"),)
    assert {"mina", "alex", "boss"} <= set(job.policy.names)
    with mixed.transactions.reading() as session:
        assert read_policy(session, mixed.crew.project_id) == job.policy
        assert not anything_due(session, mixed.transactions.clock())
        assert next_due(session, mixed.transactions.clock()) == job.lease_until


def test_several_take_each_once_and_keep_the_order(mixed: Bridged) -> None:
    for number in range(24):
        _say(mixed, f"{number}번 글이에요", ts=f"{100 + number}.1", thread=f"{number % 4}.1")
    taken: list[Job] = []
    guard = Lock()

    def work(_n: int) -> None:
        while True:
            try:
                job = mixed.take()
                if job is None:
                    with mixed.transactions.reading() as session:
                        left = session.scalar(select(Rendition.id).where(Rendition.state == PENDING))
                    if left is None:
                        return
                    continue
                with guard:
                    taken.append(job)
                assert mixed.finish(job)
            except DatabaseBusy:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    ids = [job.source_id for job in taken]
    assert len(ids) == len(set(ids)) == 24
    for lane in range(4):
        mine = [job.source_id for job in taken if (job.source_id - 1) % 4 == lane]
        assert mine == sorted(mine)
    _sound(mixed)


def test_a_lane_waits_for_its_head_and_others_do_not(mixed: Bridged, clock: MovableClock) -> None:
    first = _say(mixed, ts="1.1", thread="0.1")
    second = _say(mixed, ts="1.2", thread="0.1")
    other = _say(mixed, ts="1.3")
    head, elsewhere = mixed.take(), mixed.take()
    assert head is not None
    assert elsewhere is not None
    assert (head.source_id, elsewhere.source_id) == (first, other)
    assert mixed.take() is None
    clock.advance(seconds=61)
    again = mixed.take()
    assert again is not None
    assert (again.source_id, again.attempts) == (first, 2)
    assert not mixed.finish(head), "its lease has ended and somebody else has it"
    assert mixed.finish(again)
    assert not mixed.finish(again)
    following = mixed.take()
    assert following is not None
    assert following.source_id in (second, other)


def test_a_slow_message_of_a_twin_holds_up_its_own_thread_only(
    transactions: Transactions, clock: MovableClock
) -> None:
    twins = make_bridged(transactions, twins=True)
    slow = twins.say("mina", "긴 이야기예요", "ko", ts="1.1", channel=CREW_CHANNEL)
    reply = twins.say("jun", "저도요", "ko", ts="1.2", thread="1.1", channel=CREW_CHANNEL)
    other = twins.say("jun", "네", "ko", ts="1.3", channel=CREW_CHANNEL)
    assert slow is not None
    assert reply is not None
    assert other is not None
    taken = [twins.take(), twins.take()]
    assert {job.source_id for job in taken if job is not None} == {slow.source_id}, "in two languages"
    assert twins.take() is None
    clock.advance(seconds=6)
    late = [job.source_id for job in (twins.take(), twins.take(), twins.take()) if job is not None]
    assert late == [other.source_id, other.source_id]


def test_what_was_translated_for_older_words_is_dropped_but_metered(mixed: Bridged) -> None:
    source_id = _say(mixed, ts="7.1")
    job = mixed.take()
    assert job is not None
    mixed.change("mina", "7.1", "아니, 취소할게요", "ko", when="7.2")
    assert not mixed.finish(job, characters=9)
    assert not _fail(mixed, job)
    assert mixed.states(source_id) == {"en": PENDING}
    mixed.translate()
    assert words_of(mixed.renditions(source_id)["en"].document) == "[en] 아니, 취소할게요"
    with mixed.transactions.reading() as session:
        use = session.scalars(select(TranslationUse)).one()
    # It is the 23rd of November in Seoul, at ten in the morning.
    assert (use.day, use.person_id) == (date(2026, 11, 23), mixed.crew["mina"])
    assert use.characters == 9 + len("아니, 취소할게요")


def test_nothing_is_said_when_no_translation_was_needed(mixed: Bridged) -> None:
    source_id = _say(mixed, "OK 이요")
    job = mixed.take()
    assert job is not None
    assert mixed.finish(job, "OK 이요", source="en")
    assert mixed.states(source_id) == {"en": UNNEEDED}
    assert mixed.renditions(source_id)["en"].document is None
    assert mixed.source(source_id).language == "en"


def test_a_failure_is_seen_at_once_and_tried_again(mixed: Bridged, clock: MovableClock) -> None:
    source_id = _say(mixed)
    _say(mixed, ts="50.1", thread="49.1")
    assert _fail(mixed, mixed.take(), "deadline")
    cards = len(mixed.told("translation_card"))
    assert cards == 1
    row = mixed.renditions(source_id)["en"]
    assert (row.state, row.quiet, row.error) == (FAILED, False, "deadline")
    for number, rest in enumerate(AGAIN_AFTER):
        mixed.translate()
        clock.advance(seconds=rest.total_seconds() - 1)
        assert mixed.take() is None
        clock.advance(seconds=1)
        job = mixed.take()
        assert job is not None
        assert (job.source_id, job.attempts, job.failed_before) == (source_id, number + 2, True)
        assert _fail(mixed, job)
    assert mixed.renditions(source_id)["en"].due_at is None
    clock.advance(days=1)
    assert mixed.take() is None
    assert len([c for c in mixed.told("translation_card") if c["source_id"] == source_id]) == 1
    _sound(mixed)
    assert _retry(mixed, "jun", source_id) == 1
    assert _retry(mixed, "jun", source_id) == 0, "pressed twice"
    job = mixed.take()
    assert job is not None
    assert job.failed_before, "the sign under the message is still there"
    assert mixed.finish(job)
    row = mixed.renditions(source_id)["en"]
    assert (row.state, row.error, row.due_at) == (DONE, None, None)


def test_without_an_engine_nothing_is_tried_by_itself(mixed: Bridged, clock: MovableClock) -> None:
    source_id = _say(mixed)
    assert _fail(mixed, mixed.take(), "no_engine")
    clock.advance(days=1)
    assert mixed.take() is None
    assert mixed.renditions(source_id)["en"].state is FAILED


def test_one_failure_speaks_for_its_channel(mixed: Bridged, clock: MovableClock) -> None:
    first, second = _say(mixed), _say(mixed)
    assert _fail(mixed, mixed.take())
    assert _fail(mixed, mixed.take())
    clock.advance(minutes=6)
    third = _say(mixed)
    job = mixed.take()
    while job is not None and job.source_id != third:
        assert _fail(mixed, job)
        job = mixed.take()
    assert _fail(mixed, job)
    quiet = [mixed.renditions(source_id)["en"].quiet for source_id in (first, second, third)]
    assert quiet == [False, True, False]
    # One press tries all of them again, but what is older than an hour only by a press of its own.
    clock.advance(minutes=56)
    assert _retry(mixed, "alex", third) == 1
    assert _retry(mixed, "alex", first) == 1
    clock.advance(minutes=1)
    while (job := mixed.take()) is not None:
        assert _fail(mixed, job)
    assert _retry(mixed, "alex", first) == 2
    with mixed.transactions.reading() as session:
        facts = read_card(session, first)
    assert facts is not None
    assert facts.renditions[0].state is PENDING


def test_a_process_that_dies_over_a_message_does_not_kill_all_others(
    mixed: Bridged, clock: MovableClock
) -> None:
    source_id = _say(mixed)
    for _ in range(5):
        assert mixed.take() is not None
        clock.advance(seconds=61)
    assert mixed.take() is None
    row = mixed.renditions(source_id)["en"]
    assert (row.state, row.error, row.due_at) == (FAILED, "lost", None)
    assert len(mixed.told("translation_card")) == 1
    _sound(mixed)


def test_a_day_has_limits_and_people_may_want_more(mixed: Bridged, clock: MovableClock) -> None:
    limits = Limits(person_day=25, project_day=40, soft_share=50)
    sources = [_say(mixed, "열 글자쯤 되는 글이다", who=who) for who in ("mina", "mina", "jun", "jun")]
    length = len("열 글자쯤 되는 글이다")
    while (job := mixed.take(limits)) is not None:
        assert mixed.finish(job, limits=limits)
    states = [mixed.states(source_id)["en"] for source_id in sources]
    assert states == [DONE, DONE, DONE, LIMITED]
    told = mixed.told("limit_reached")
    assert [(t["person_id"], t["day"], t["share"]) for t in told] == [(mixed.crew["alex"], "2026-11-23", 50)]
    assert _go_ahead(mixed, "alex", sources[3]) == 1
    assert _go_ahead(mixed, "alex", sources[3]) == 0
    job = mixed.take(limits)
    assert job is not None
    assert mixed.finish(job, limits=limits)
    assert [t["share"] for t in mixed.told("limit_reached")] == [50, 100]
    assert 4 * length > limits.project_day
    blocked = _say(mixed, "하나 더", who="sora")
    assert mixed.take(limits) is None
    assert mixed.states(blocked) == {"en": LIMITED}
    # At midnight in Seoul a new day begins.
    clock.advance(hours=15)
    fresh = _say(mixed, "좋은 아침이에요", who="sora")
    job = mixed.take(limits)
    assert job is not None
    assert job.source_id == fresh
    _sound(mixed)


def test_one_person_cannot_use_up_everybodys_day(mixed: Bridged) -> None:
    limits = Limits(person_day=10, project_day=1000)
    loud, other = _say(mixed, "가" * 11), _say(mixed, "가" * 9, who="jun")
    job = mixed.take(limits)
    assert job is not None
    assert job.source_id == other
    assert mixed.states(loud) == {"en": LIMITED}


def test_what_was_not_sent_is_counted_as_avoided(mixed: Bridged) -> None:
    _say(mixed, "네 알겠습니다")
    job = mixed.take()
    assert job is not None
    mixed.finish(job, "Understood.", characters=0, engine="phrase")
    with mixed.transactions.reading() as session:
        use = session.scalars(select(TranslationUse)).one()
    assert (use.characters, use.avoided) == (0, len("네 알겠습니다"))
    assert mixed.told("limit_reached") == []


def test_the_author_is_warned_once_that_private_data_stayed(transactions: Transactions) -> None:
    bridged = make_bridged(transactions)
    _say(bridged, "주민번호는 비밀", ts="60.1")
    for _ in range(2):
        while (job := bridged.take()) is not None:
            bridged.finish(job, withheld=True)
        bridged.change("mina", "60.1", "아니 여기 비밀", "ko", when="60.2")
    assert [fact["person_id"] for fact in bridged.told("private_data_warning")] == [bridged.crew["mina"]]


def test_turning_translation_off_ends_what_waits(transactions: Transactions) -> None:
    twins = make_bridged(transactions, twins=True)
    heard = twins.say("mina", "그대로 전해요", "ko", channel=CREW_CHANNEL)
    assert heard is not None
    twins.mode(TranslationMode.OFF)
    assert twins.take() is None
    rows = twins.renditions(heard.source_id)
    assert {row.state for row in rows.values()} == {UNNEEDED}
    assert {words_of(row.document) for row in rows.values()} == {"그대로 전해요"}


def test_only_people_of_the_project_may_want_something(mixed: Bridged) -> None:
    source_id = _say(mixed)
    assert _fail(mixed, mixed.take())
    with mixed.transactions() as uow:
        stranger = join(uow, team=TEAM, user="UX", nickname="x", language="ko", zone="UTC").person_id
        for wish in (retry, go_ahead):
            with pytest.raises(NotAllowed):
                wish(uow, person_id=stranger, source_id=source_id)
            with pytest.raises(NotFound):
                wish(uow, person_id=stranger, source_id=999)


def test_the_bell_rings_when_something_is_due(mixed: Bridged) -> None:
    rung: list[int] = []
    mixed.transactions.on_told = lambda: rung.append(1)
    source_id = _say(mixed)
    assert rung == [1]
    assert _fail(mixed, mixed.take())
    rung.clear()
    _retry(mixed, "mina", source_id)
    assert rung == [1]


def test_leases_may_be_longer(mixed: Bridged, clock: MovableClock) -> None:
    _say(mixed)
    job = mixed.take(lease=timedelta(seconds=90))
    assert job is not None
    clock.advance(seconds=80)
    assert mixed.take() is None
    assert mixed.finish(job)
