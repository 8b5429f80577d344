"""Notices: drafted in one language, approved in the other, posted once, read by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import EmptyAnswer, Invalid, NotAllowed, NotFound, StaleAction
from bot.domain.translation import NoticeState, TranslationMode
from bot.reports.invariants import check
from bot.reports.notices import NoticeFacts, notices_in_hand, read_notice, unread_notices
from bot.services import notices
from tests.conftest import MovableClock
from tests.integration.bridged import Bridged, make_bridged

CHANNEL = "C0CREW"


@pytest.fixture
def bridged(transactions: Transactions) -> Bridged:
    return make_bridged(transactions, spanish=False)


def _draft(bridged: Bridged, who: str = "alex", **words: str) -> int:
    with bridged.transactions() as uow:
        return notices.draft(uow, person_id=bridged.crew[who], project_id=bridged.crew.project_id, **words)


def _facts(bridged: Bridged, notice_id: int) -> NoticeFacts:
    with bridged.transactions.reading() as session:
        facts = read_notice(session, notice_id)
        assert read_notice(session, 999) is None
    assert facts is not None
    return facts


def test_from_a_draft_to_a_read_notice(bridged: Bridged, clock: MovableClock) -> None:
    crew = bridged.crew
    notice_id = _draft(bridged, english="No work on Monday.")
    drafters = {crew["alex"], crew["bridge"]}
    assert {fact["person_id"] for fact in bridged.told("notice_draft_card")} == drafters
    facts = _facts(bridged, notice_id)
    assert (facts.korean, facts.machine, facts.pending, facts.state) == ("", "", True, NoticeState.DRAFT)
    (job,) = bridged.translate()
    assert (job.target, job.source_language) == ("ko", "en")
    assert len(bridged.told("notice_draft_card")) == 4, "drawn again with the machine's Korean"
    facts = _facts(bridged, notice_id)
    assert (facts.korean, facts.machine, facts.pending) == ("[ko] No work on Monday.", "ko", False)
    with bridged.transactions() as uow:
        with pytest.raises(NotAllowed):
            notices.post(uow, person_id=crew["alex"], notice_id=notice_id, ver=1, channel=CHANNEL)
        with pytest.raises(EmptyAnswer):
            notices.save_korean(uow, person_id=crew["bridge"], notice_id=notice_id, ver=1, korean=" ")
    with bridged.transactions() as uow:
        notices.save_korean(
            uow, person_id=crew["bridge"], notice_id=notice_id, ver=1, korean="월요일은 쉬어요."
        )
    with bridged.transactions() as uow:
        with pytest.raises(StaleAction):
            notices.post(uow, person_id=crew["bridge"], notice_id=notice_id, ver=1, channel=CHANNEL)
        with pytest.raises(StaleAction):
            notices.acknowledge(uow, person_id=crew["mina"], notice_id=notice_id)
        notices.post(uow, person_id=crew["bridge"], notice_id=notice_id, ver=2, channel=CHANNEL)
    with bridged.transactions() as uow, pytest.raises(StaleAction):
        notices.post(uow, person_id=crew["bridge"], notice_id=notice_id, ver=3, channel=CHANNEL)
    facts = _facts(bridged, notice_id)
    assert (facts.state, facts.korean, facts.machine) == (NoticeState.POSTED, "월요일은 쉬어요.", "")
    assert (facts.approved_by, facts.author, facts.channel) == ("bridge", "alex", CHANNEL)
    assert (facts.read, facts.of, facts.unread) == (0, 4, ("dohyun", "jun", "mina", "sora"))
    with bridged.transactions() as uow:
        assert notices.acknowledge(uow, person_id=crew["mina"], notice_id=notice_id)
        assert not notices.acknowledge(uow, person_id=crew["mina"], notice_id=notice_id)
        # Those who made it may press the button too; they are not counted.
        assert notices.acknowledge(uow, person_id=crew["alex"], notice_id=notice_id)
    facts = _facts(bridged, notice_id)
    assert (facts.read, facts.of, facts.unread) == (1, 4, ("dohyun", "jun", "sora"))
    assert len(bridged.told("notice_card")) == 3
    with bridged.transactions.reading() as session:
        assert [n.notice_id for n in unread_notices(session, crew["jun"])] == [notice_id]
        for who in ("mina", "alex", "bridge", "boss"):
            assert unread_notices(session, crew[who]) == ()
        assert check(session, now=clock()) == ()


def test_those_who_have_not_read_are_reminded_now_and_then(bridged: Bridged, clock: MovableClock) -> None:
    crew = bridged.crew
    notice_id = _draft(bridged, english="Hello.", korean="안녕하세요.")
    assert bridged.take() is None, "both languages are there"
    with bridged.transactions() as uow:
        with pytest.raises(StaleAction):
            notices.remind(uow, person_id=crew["alex"], notice_id=notice_id)
        notices.post(uow, person_id=crew["bridge"], notice_id=notice_id, ver=1, channel=CHANNEL)
        notices.acknowledge(uow, person_id=crew["sora"], notice_id=notice_id)
        assert notices.remind(uow, person_id=crew["alex"], notice_id=notice_id) == 3
        with pytest.raises(Invalid) as refused:
            notices.remind(uow, person_id=crew["bridge"], notice_id=notice_id)
        assert refused.value.code == "reminded"
        with pytest.raises(NotAllowed):
            notices.remind(uow, person_id=crew["mina"], notice_id=notice_id)
    clock.advance(hours=12)
    with bridged.transactions() as uow:
        for who in ("mina", "jun", "dohyun"):
            notices.acknowledge(uow, person_id=crew[who], notice_id=notice_id)
        assert notices.remind(uow, person_id=crew["alex"], notice_id=notice_id) == 0
    reminded = {fact["person_id"] for fact in bridged.told("notice_reminder")}
    assert reminded == {crew["mina"], crew["jun"], crew["dohyun"]}


def test_the_machine_writes_what_nobody_has_written(bridged: Bridged) -> None:
    notice_id = _draft(bridged, "bridge", korean="내일은 쉬어요.")
    (job,) = bridged.translate()
    assert job.target == "en"
    facts = _facts(bridged, notice_id)
    assert (facts.english, facts.machine) == ("[en] 내일은 쉬어요.", "en")
    with bridged.transactions() as uow:
        notices.save(
            uow, person_id=bridged.crew["bridge"], notice_id=notice_id, ver=1, korean="모레는 쉬어요."
        )
    assert _facts(bridged, notice_id).pending
    assert _facts(bridged, notice_id).english == ""
    bridged.translate()
    with bridged.transactions() as uow:
        notices.post(
            uow, person_id=bridged.crew["bridge"], notice_id=notice_id, ver=2, channel=CHANNEL,
            korean="모레는 쉽니다.",
        )  # fmt: skip
    facts = _facts(bridged, notice_id)
    assert (facts.korean, facts.english) == ("모레는 쉽니다.", "[en] 모레는 쉬어요.")


def test_nothing_is_posted_by_halves(bridged: Bridged) -> None:
    bridged.mode(TranslationMode.OFF)
    notice_id = _draft(bridged, english="Hello.")
    assert bridged.take() is None
    assert not _facts(bridged, notice_id).pending
    with bridged.transactions() as uow:
        with pytest.raises(Invalid) as refused:
            notices.post(uow, person_id=bridged.crew["bridge"], notice_id=notice_id, ver=1, channel=CHANNEL)
        assert (refused.value.field, refused.value.code) == ("korean", "missing")
    with bridged.transactions() as uow, pytest.raises(Invalid):
        notices.save(uow, person_id=bridged.crew["alex"], notice_id=notice_id, ver=1, english="")
    with pytest.raises(Invalid):
        _draft(bridged, english=" ", korean="")


def test_a_notice_can_be_taken_back(bridged: Bridged) -> None:
    crew = bridged.crew
    posted, draft = _draft(bridged, english="A", korean="가"), _draft(bridged, english="B", korean="나")
    with bridged.transactions() as uow:
        notices.post(uow, person_id=crew["bridge"], notice_id=posted, ver=1, channel=CHANNEL)
        notices.acknowledge(uow, person_id=crew["mina"], notice_id=posted)
    with bridged.transactions.reading() as session:
        assert [n.notice_id for n in notices_in_hand(session, [crew.project_id], now=uow.now)] == [
            draft,
            posted,
        ]
        assert notices_in_hand(session, []) == ()
    with bridged.transactions() as uow:
        for notice_id in (posted, draft):
            with pytest.raises(NotAllowed):
                notices.withdraw(uow, person_id=crew["mina"], notice_id=notice_id)
            notices.withdraw(uow, person_id=crew["alex"], notice_id=notice_id)
            with pytest.raises(StaleAction):
                notices.withdraw(uow, person_id=crew["alex"], notice_id=notice_id)
    assert len(bridged.told("notice_card")) == 3
    with bridged.transactions.reading() as session:
        assert unread_notices(session, crew["jun"]) == ()
        assert notices_in_hand(session, [crew.project_id], now=uow.now) == ()
        assert check(session, now=uow.now) == ()


def test_who_may_do_what(bridged: Bridged) -> None:
    crew = bridged.crew
    notice_id = _draft(bridged, english="A", korean="가")
    tries: dict[str, Callable[[UnitOfWork, int], object]] = {
        "edit": lambda uow, who: notices.may_edit(uow, person_id=who, notice_id=notice_id, ver=1),
        "approve": lambda uow, who: notices.may_approve(uow, person_id=who, notice_id=notice_id),
        "draft": lambda uow, who: notices.draft(
            uow, person_id=who, project_id=crew.project_id, english="x", korean="y"
        ),
    }
    allowed = {"edit": {"bridge", "alex", "boss"}, "approve": {"bridge"}, "draft": {"bridge", "alex", "boss"}}
    for name, attempt in tries.items():
        for who, person_id in crew.people.items():
            with bridged.transactions() as uow:
                if who in allowed[name]:
                    attempt(uow, person_id)
                else:
                    with pytest.raises(NotAllowed):
                        attempt(uow, person_id)
    with bridged.transactions() as uow, pytest.raises(NotFound):
        notices.may_edit(uow, person_id=crew["alex"], notice_id=999)
