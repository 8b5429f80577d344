"""Messages in bridged channels: which are rendered for whom, and how edits and deletions are followed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.db.models import OutboxRow, SourceText
from bot.db.unit_of_work import Transactions
from bot.domain.translation import BOTH, Limits, RenditionState, Side, TranslationMode
from bot.outbox.cards import remember_card
from bot.reports.invariants import check
from bot.reports.translations import read_card
from bot.services.bridges import set_bridge
from tests.conftest import MovableClock
from tests.integration.bridged import CREW_CHANNEL, MIXED, PM_CHANNEL, Bridged, make_bridged, words_of

PENDING, DONE, UNNEEDED, ASKING = (
    RenditionState.PENDING, RenditionState.DONE, RenditionState.UNNEEDED, RenditionState.ASKING,
)  # fmt: skip


@pytest.fixture
def mixed(transactions: Transactions) -> Bridged:
    return make_bridged(transactions)


@pytest.fixture
def twins(transactions: Transactions) -> Bridged:
    return make_bridged(transactions, twins=True)


def _sound(bridged: Bridged) -> None:
    with bridged.transactions.reading() as session:
        assert check(session, now=bridged.transactions.clock()) == ()


def test_only_the_other_side_is_translated_for(mixed: Bridged) -> None:
    korean = mixed.say("mina", "반려 사유를 알려 주세요.", "ko")
    english = mixed.say("alex", "The batch is late.", "en")
    spanish = mixed.say("lucia", "El lote llega tarde.", "es")
    assert korean is not None
    assert english is not None
    assert spanish is not None
    assert korean.languages == ("en", "es")
    assert english.languages == spanish.languages == ("ko",)
    assert mixed.states(korean.source_id) == {"en": PENDING, "es": PENDING}
    assert mixed.say("alex", "👍", None) is None, "nothing to translate"
    mixed.reads("alex", BOTH)
    mixed.reads("lucia", BOTH)
    assert mixed.say("mina", "이제는 필요 없어요.", "ko") is None
    assert mixed.say("mina", "다른 채널", "ko", channel="C0ELSE") is None
    _sound(mixed)


def test_a_message_is_heard_once(mixed: Bridged) -> None:
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda _n: mixed.say("mina", "네, 볼게요", "ko", ts="1.1"), range(4)))
    assert sum(one is not None for one in heard) == 1
    with mixed.transactions.reading() as session:
        assert session.query(SourceText).count() == 1
    mixed.translate()
    assert mixed.say("mina", "네, 볼게요", "ko", ts="1.1") is None
    cards = mixed.told("translation_card")
    assert {card["place"] for card in cards} == {"thread"}
    assert {card["channel"] for card in cards} == {MIXED}


def test_the_card_of_a_mixed_channel(mixed: Bridged) -> None:
    heard = mixed.say("mina", "<@UALEX>, 2번 과제 확인 부탁해요", "ko", ts="5.5", thread="4.4")
    assert heard is not None
    mixed.translate()
    with mixed.transactions.reading() as session:
        facts = read_card(session, heard.source_id, "thread")
        assert read_card(session, heard.source_id, "twin") is None
        assert read_card(session, 999) is None
    assert facts is not None
    assert (facts.root_ts, facts.target_channel, facts.author) == ("4.4", MIXED, "mina")
    assert facts.names == {"UALEX": "alex"}
    assert facts.live == frozenset(), "they read the message itself in this channel"
    assert [r.language for r in facts.renditions] == ["en", "es"]
    assert facts.renditions[0].document is not None
    assert facts.role is not None


def test_an_edit_is_followed_and_an_older_one_is_not(mixed: Bridged, clock: MovableClock) -> None:
    heard = mixed.say("mina", "내일까지 할게요", "ko", ts="10.1")
    assert heard is not None
    mixed.translate()
    assert mixed.change("mina", "10.1", "내일까지 할게요", "ko", when="10.2") is None, "only a preview"
    edited = mixed.change("mina", "10.1", "모레까지 할게요", "ko", when="10.5")
    assert edited is not None
    assert mixed.change("mina", "10.1", "오늘까지 할게요", "ko", when="10.4") is None, "overtaken"
    row = mixed.renditions(heard.source_id)["en"]
    assert (row.state, row.ver, row.attempts) == (PENDING, 2, 0)
    assert words_of(row.document) == "[en] 내일까지 할게요", "the old words stand until the new ones come"
    mixed.translate()
    assert words_of(mixed.renditions(heard.source_id)["en"].document) == "[en] 모레까지 할게요"
    # In another language the other side needs it.
    mixed.change("mina", "10.1", "by tomorrow then", "en", when="10.6")
    assert set(mixed.states(heard.source_id)) == {"ko"}
    mixed.translate()
    # Without words nothing is left to show.
    before = len(mixed.told("translation_card"))
    mixed.change("mina", "10.1", "👍", None, when="10.7")
    assert mixed.renditions(heard.source_id) == {}
    assert len(mixed.told("translation_card")) == before + 1
    _sound(mixed)


def test_an_edit_that_comes_first_is_heard(mixed: Bridged) -> None:
    edited = mixed.change("mina", "11.1", "고친 글이에요", "ko", when="11.3")
    assert edited is not None
    assert mixed.say("mina", "처음 글이에요", "ko", ts="11.1") is None
    assert words_of(mixed.source(edited.source_id).document) == "고친 글이에요"


def test_a_deleted_message_is_forgotten(mixed: Bridged) -> None:
    heard = mixed.say("mina", "비밀이에요", "ko", ts="12.1")
    assert heard is not None
    job = mixed.take()
    assert job is not None
    assert mixed.take_back(MIXED, "12.1")
    assert not mixed.take_back(MIXED, "12.1")
    assert not mixed.finish(job), "it came too late"
    source = mixed.source(heard.source_id)
    assert (source.deleted, source.document) == (True, [])
    assert {r.document for r in mixed.renditions(heard.source_id).values()} == {None}
    assert mixed.change("mina", "12.1", "다시", "ko", when="12.9") is None
    assert mixed.take() is None
    assert mixed.told("translation_card")
    with mixed.transactions.reading() as session:
        facts = read_card(session, heard.source_id)
        assert facts is not None
        assert facts.deleted
        assert "비밀" not in str(session.query(OutboxRow.payload).all())
    _sound(mixed)


def test_a_deletion_may_come_before_its_message(mixed: Bridged) -> None:
    assert not mixed.take_back(MIXED, "13.1", "mina")
    assert not mixed.take_back("C0ELSE", "13.2", "mina")
    assert mixed.say("mina", "늦게 온 글", "ko", ts="13.1") is None
    assert mixed.say("mina", "다른 글", "ko", ts="13.2") is not None
    _sound(mixed)


def test_a_long_paste_asks_first(mixed: Bridged) -> None:
    heard = mixed.say("alex", "x" * 50, "en", limits=Limits(long_paste=40))
    assert heard is not None
    assert heard.state is ASKING
    assert mixed.take() is None
    assert len(mixed.told("translation_card")) == 1


def test_projects_without_translation(mixed: Bridged) -> None:
    mixed.mode(TranslationMode.OFF)
    assert mixed.say("mina", "번역하지 않아요", "ko") is None


def test_twins_carry_everything_over(twins: Bridged) -> None:
    korean = twins.say("mina", "질문 있어요 <@UALEX> <@UBRIDGE>", "ko", ts="20.1", channel=CREW_CHANNEL)
    english = twins.say("bridge", "I will ask.", "en", ts="20.2", thread="20.1", channel=CREW_CHANNEL)
    emoji = twins.say("mina", "🙏", None, ts="20.3", thread="20.1", channel=CREW_CHANNEL, files=1)
    other = twins.say("bridge", "Another matter.", "en", ts="20.35", channel=CREW_CHANNEL)
    assert korean is not None
    assert english is not None
    assert emoji is not None
    assert other is not None
    assert twins.states(korean.source_id) == {"en": PENDING, "es": PENDING}
    assert twins.states(english.source_id) == {"es": PENDING, "en": PENDING}, "in the order of the thread"
    assert twins.states(other.source_id)["en"] is PENDING, "and of the channel"
    jobs = [(job.source_id, job.target) for job in twins.translate() if job.source_id != other.source_id]
    assert jobs == [(korean.source_id, "en"), (korean.source_id, "es"), (english.source_id, "es")]
    assert twins.states(english.source_id) == {"es": DONE, "en": UNNEEDED}
    assert twins.states(emoji.source_id) == {"und": UNNEEDED}
    cards = twins.told("translation_card")
    assert {(card["place"], card["channel"]) for card in cards} == {("twin", PM_CHANNEL)}
    first = [card["source_id"] for card in cards if card["source_id"] != other.source_id]
    assert sorted(set(first), key=first.index) == [korean.source_id, english.source_id, emoji.source_id]
    with twins.transactions.reading() as session:
        facts = read_card(session, korean.source_id, "twin")
    assert facts is not None
    assert (facts.root_ts, facts.target_channel) == (None, PM_CHANNEL)
    assert facts.live == {"UALEX"}, "the supervisor has read it where it was said"
    alone = twins.say("lucia", "de acuerdo", "es", ts="20.4", channel=PM_CHANNEL)
    assert alone is not None
    assert alone.languages == ("ko",)
    _sound(twins)


def _posted(bridged: Bridged, source_id: int, channel: str, ts: str) -> None:
    with bridged.transactions() as uow:
        remember_card(uow.session, f"translation:{source_id}:twin:0", channel, ts, "", uow.now)


def test_replies_find_the_twin_of_their_thread(twins: Bridged) -> None:
    root = twins.say("mina", "질문 있어요", "ko", ts="30.1", channel=CREW_CHANNEL)
    assert root is not None
    early = twins.say("jun", "저도요", "ko", ts="30.2", thread="30.1", channel=CREW_CHANNEL)
    _posted(twins, root.source_id, PM_CHANNEL, "31.1")
    answer = twins.say("alex", "Ask me.", "en", ts="31.2", thread="31.1", channel=PM_CHANNEL)
    assert answer is not None
    assert early is not None
    with twins.transactions.reading() as session:
        over, back = read_card(session, early.source_id), read_card(session, answer.source_id)
    assert over is not None
    assert back is not None
    assert (over.target_channel, over.root_ts) == (PM_CHANNEL, "31.1")
    assert (back.target_channel, back.root_ts) == (CREW_CHANNEL, "30.1")
    # A thread older than the bridge: its first reply stands for it.
    first = twins.say("mina", "옛날 글에 답", "ko", ts="30.5", thread="29.1", channel=CREW_CHANNEL)
    assert first is not None
    _posted(twins, first.source_id, PM_CHANNEL, "31.5")
    second = twins.say("jun", "또 답", "ko", ts="30.6", thread="29.1", channel=CREW_CHANNEL)
    back_again = twins.say("alex", "Hm.", "en", ts="31.6", thread="31.5", channel=PM_CHANNEL)
    assert second is not None
    assert back_again is not None
    with twins.transactions.reading() as session:
        begun, more, over_there = (
            read_card(session, heard.source_id) for heard in (first, second, back_again)
        )
    assert begun is not None
    assert more is not None
    assert over_there is not None
    assert (begun.root_ts, more.root_ts, over_there.root_ts) == (None, "31.5", "29.1")
    _sound(twins)


def test_twins_follow_edits_without_an_engine(twins: Bridged) -> None:
    twins.reads("lucia", "en")
    same = twins.say("bridge", "hold on", "en", ts="40.1", channel=CREW_CHANNEL)
    assert same is not None
    assert same.state is UNNEEDED
    assert same.languages == ()
    twins.change("bridge", "40.1", "hold on, please", "en", when="40.2", channel=CREW_CHANNEL)
    row = twins.renditions(same.source_id)["en"]
    assert (row.state, row.ver, words_of(row.document)) == (UNNEEDED, 2, "hold on, please")
    twins.change("bridge", "40.1", "hold on, please", "en", when="40.3", channel=CREW_CHANNEL, files=2)
    assert twins.source(same.source_id).attachments == 2
    assert len(twins.told("translation_card")) == 3
    assert twins.take() is None


def test_a_pair_that_is_not_whole_is_silent(twins: Bridged) -> None:
    with twins.transactions() as uow:
        project = twins.project(uow)
        set_bridge(uow, actor_id=twins.crew["boss"], project=project, channel=None)
        set_bridge(uow, actor_id=twins.crew["boss"], project=project, channel=CREW_CHANNEL, side=Side.CREW)
    assert twins.say("mina", "아무도 없어요?", "ko", channel=CREW_CHANNEL) is None


def test_twins_without_translation_still_carry_over(twins: Bridged) -> None:
    twins.mode(TranslationMode.OFF)
    heard = twins.say("mina", "그대로 전해요", "ko", channel=CREW_CHANNEL)
    assert heard is not None
    assert twins.states(heard.source_id) == {"ko": UNNEEDED}
