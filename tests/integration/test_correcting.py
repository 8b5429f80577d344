"""Wrong translations: reported, put right wherever they stand, remembered; who may and who may not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import Audit, CachedTranslation, Rendition, TranslationMemory
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, NotFound, StaleAction
from bot.domain.translation import RenditionState, SourceKind
from bot.i18n.catalogs import load_catalogs
from bot.outbox.cards import remember_card
from bot.outbox.messages import RejectCard, TranslationReported
from bot.reports.invariants import check
from bot.reports.translations import count_reported, read_card, read_reported, reported
from bot.services.correcting import (
    Fixed,
    MemoryEntry,
    dismiss_report,
    find_posted,
    fix,
    may_fix,
    may_see,
    may_see_relay,
    report,
)
from bot.services.relaying import relay
from bot.services.translation_store import DatabaseCache, DatabaseMemory, purge_translations
from bot.slack.render import render
from bot.translation.cache import Store
from bot.translation.memory import Memory
from tests.conftest import MovableClock
from tests.integration.bridged import MIXED, Bridged, document_of, make_bridged, words_of


@pytest.fixture
def mixed(transactions: Transactions) -> Bridged:
    return make_bridged(transactions, spanish=False)


def _translated(bridged: Bridged, text: str = "반려합니다", ts: str = "1.1") -> tuple[int, int]:
    """Say and translate something; return the ids of the text and of its rendition."""
    heard = bridged.say("mina", text, "ko", ts=ts)
    assert heard is not None
    bridged.translate()
    return heard.source_id, bridged.renditions(heard.source_id)["en"].id


def _fix(bridged: Bridged, who: str, rendition_id: int, text: str, **more: object) -> Fixed:
    with bridged.transactions() as uow:
        return fix(
            uow,
            person_id=bridged.crew[who],
            rendition_id=rendition_id,
            document=document_of(text),
            **more,  # type: ignore[arg-type]  # the tests' own short form
        )


def test_a_report_goes_to_those_who_can_help(mixed: Bridged) -> None:
    source_id, rendition_id = _translated(mixed)
    crew = mixed.crew
    with mixed.transactions() as uow:
        assert report(uow, person_id=crew["alex"], rendition_id=rendition_id, note=" not a pet ")
        assert not report(uow, person_id=crew["jun"], rendition_id=rendition_id)
        with pytest.raises(Invalid):
            report(uow, person_id=crew["jun"], rendition_id=rendition_id, note="x" * 501)
    assert [fact["person_id"] for fact in mixed.told("translation_reported")] == [crew["bridge"]]
    with mixed.transactions.reading() as session:
        (facts,) = reported(session, [crew.project_id])
        assert reported(session, []) == ()
        assert count_reported(session, [crew.project_id]) == 1
    assert (facts.note, facts.reported_by, facts.author, facts.open) == ("not a pet", "alex", "mina", True)
    assert (facts.source_id, facts.language, facts.source_language) == (source_id, "en", "ko")
    with mixed.transactions() as uow:
        assert dismiss_report(uow, person_id=crew["bridge"], rendition_id=rendition_id)
        assert not dismiss_report(uow, person_id=crew["bridge"], rendition_id=rendition_id)
    with mixed.transactions.reading() as session:
        assert reported(session, [crew.project_id]) == ()
        closed = read_reported(session, rendition_id)
        assert closed is not None
        assert not closed.open
        details = str(session.scalars(select(Audit.detail)).all())
    assert len(mixed.told("translation_reported")) == 2
    assert "pet" not in details


def test_a_report_quotes_nothing_that_was_changed_or_taken_back(mixed: Bridged) -> None:
    _first, edited = _translated(mixed)
    _second, deleted = _translated(mixed, ts="2.2")
    for rendition_id in (edited, deleted):
        with mixed.transactions() as uow:
            report(uow, person_id=mixed.crew["alex"], rendition_id=rendition_id)
    mixed.change("mina", "1.1", "승인합니다", "ko", when="1.2")
    mixed.take_back(MIXED, "2.2")
    told = [fact["rendition_id"] for fact in mixed.told("translation_reported")]
    assert told == [edited, deleted, edited, deleted]
    catalogs = load_catalogs(strict=True)
    with mixed.transactions.reading() as session:
        for rendition_id in (edited, deleted):
            message = TranslationReported(mixed.crew["bridge"], rendition_id)
            card = render(session, message, catalogs, mixed.transactions.clock())
            assert card is not None
            assert "반려합니다" not in str(card.content)


def test_a_correction_replaces_the_words_wherever_they_stand(mixed: Bridged) -> None:
    source_id, rendition_id = _translated(mixed)
    twin_source, _twin = _translated(mixed, ts="2.2")
    other_source, _other = _translated(mixed, "반려했습니다", ts="3.3")
    with mixed.transactions() as uow:
        report(uow, person_id=mixed.crew["alex"], rendition_id=rendition_id)
    cards = len(mixed.told("translation_card"))
    entry = MemoryEntry("ko", "en", "m" + "0" * 64, '["Rejected."]')
    fixed = _fix(mixed, "bridge", rendition_id, "Rejected.", entries=[entry], ver=1)
    assert fixed == Fixed(source_id, rendition_id, replaced=1)
    for changed in (source_id, twin_source):
        row = mixed.renditions(changed)["en"]
        assert words_of(row.document) == "Rejected."
        assert (row.corrected_by_id, row.reported_at) == (mixed.crew["bridge"], None)
    assert words_of(mixed.renditions(other_source)["en"].document) == "[en] 반려했습니다"
    assert len(mixed.told("translation_card")) == cards + 2
    assert len(mixed.told("translation_reported")) == 2
    with mixed.transactions.reading() as session:
        facts = read_card(session, source_id)
        assert facts is not None
        assert facts.renditions[0].corrected_by == "bridge"
    again = MemoryEntry("ko", "en", "m" + "0" * 64, '["Sent back."]')
    _fix(mixed, "alex", rendition_id, "Sent back.", entries=[again])
    with mixed.transactions.reading() as session:
        kept = session.scalars(select(TranslationMemory)).one()
    assert (kept.text, kept.made_by_id) == ('["Sent back."]', mixed.crew["alex"])
    memory: Memory = DatabaseMemory(mixed.transactions)
    assert memory.recall(mixed.crew.project_id, "ko", "en", [kept.key, "l1"]) == {kept.key: kept.text}
    assert memory.recall(mixed.crew.project_id + 1, "ko", "en", [kept.key]) == {}
    assert memory.recall(mixed.crew.project_id, "en", "ko", [kept.key]) == {}
    with mixed.transactions.reading() as session:
        assert check(session, now=mixed.transactions.clock()) == ()


def test_what_another_person_wrote_for_another_place_stays(mixed: Bridged) -> None:
    first, first_id = _translated(mixed)
    second, second_id = _translated(mixed, ts="2.2")
    _fix(mixed, "bridge", first_id, "Rejected.")
    _fix(mixed, "alex", second_id, "I reject it.")
    said = [words_of(mixed.renditions(one)["en"].document) for one in (first, second)]
    assert said == ["I reject it."] * 2, "they were alike"
    third, third_id = _translated(mixed, ts="3.3")
    with mixed.transactions() as uow:
        row = uow.session.get_one(Rendition, third_id)
        row.document, row.corrected_at = document_of("Sent back."), uow.now
    assert _fix(mixed, "bridge", first_id, "Rejected!").replaced == 1
    said = [words_of(mixed.renditions(one)["en"].document) for one in (first, second, third)]
    assert said == ["Rejected!", "Rejected!", "Sent back."]


def test_a_correction_is_for_the_words_it_was_written_for(mixed: Bridged) -> None:
    source_id, rendition_id = _translated(mixed)
    mixed.change("mina", "1.1", "승인합니다", "ko", when="1.2")
    with pytest.raises(StaleAction):
        _fix(mixed, "bridge", rendition_id, "Rejected.", ver=1)
    mixed.translate()
    with pytest.raises(StaleAction):
        _fix(mixed, "bridge", rendition_id, "Rejected.", ver=1)
    _fix(mixed, "bridge", rendition_id, "Accepted.", ver=2)
    # What a person wrote about older words does not stand for newer ones.
    mixed.change("mina", "1.1", "보류합니다", "ko", when="1.3")
    row = mixed.renditions(source_id)["en"]
    assert (row.state, row.corrected_by_id) == (RenditionState.PENDING, None)
    mixed.take_back(MIXED, "1.1")
    with pytest.raises(NotFound):
        _fix(mixed, "bridge", rendition_id, "Held.")
    with mixed.transactions() as uow, pytest.raises(NotFound):
        report(uow, person_id=mixed.crew["alex"], rendition_id=rendition_id)


def test_workers_do_not_correct(mixed: Bridged) -> None:
    _source, rendition_id = _translated(mixed)
    for who in ("mina", "sora"):
        with mixed.transactions() as uow, pytest.raises(NotAllowed):
            may_fix(uow, person_id=mixed.crew[who], rendition_id=rendition_id)
        with pytest.raises(NotAllowed):
            _fix(mixed, who, rendition_id, "Mine.")
    with mixed.transactions() as uow:
        may_fix(uow, person_id=mixed.crew["boss"], rendition_id=rendition_id, ver=1)


def test_what_was_said_to_one_person_is_not_shown_to_another(mixed: Bridged) -> None:
    crew = mixed.crew
    with mixed.transactions() as uow:
        relay(
            uow, project_id=crew.project_id, kind=SourceKind.COMMENT, ref_id=7, author_id=crew["sora"],
            text="여기는 다시 들어 보세요", shown=[RejectCard(crew["alex"], 7)],
        )  # fmt: skip
    mixed.translate()
    rendition_id = mixed.renditions()["en"].id
    with mixed.transactions() as uow:
        source_id = mixed.renditions()["en"].source_id
        for who in ("sora", "alex", "bridge", "boss"):
            may_see_relay(uow, person_id=crew[who], kind=SourceKind.COMMENT, ref_id=7)
            may_see(uow, person_id=crew[who], source_id=source_id)
        for who in ("mina", "dohyun"):
            with pytest.raises(NotAllowed):
                may_see(uow, person_id=crew[who], source_id=source_id)
            with pytest.raises(NotAllowed):
                report(uow, person_id=crew[who], rendition_id=rendition_id)
        with pytest.raises(NotFound):
            may_see_relay(uow, person_id=crew["alex"], kind=SourceKind.COMMENT, ref_id=8)
    cards = len(mixed.told("reject_card"))
    _fix(mixed, "bridge", rendition_id, "Please listen again here.")
    assert len(mixed.told("reject_card")) == cards + 1


def test_a_message_is_found_by_itself_and_by_its_card(mixed: Bridged) -> None:
    source_id, _rendition = _translated(mixed, ts="8.1")
    with mixed.transactions() as uow:
        remember_card(uow.session, f"translation:{source_id}:thread:1", MIXED, "8.2", "", uow.now)
        remember_card(uow.session, "answer:1:C0", MIXED, "8.3", "", uow.now)
    with mixed.transactions.reading() as session:
        found = [
            find_posted(session, team_id=mixed.crew.team_id, channel=MIXED, ts=ts)
            for ts in ("8.1", "8.2", "8.3", "8.4")
        ]
        assert find_posted(session, team_id=mixed.crew.team_id + 1, channel=MIXED, ts="8.2") is None
    assert found == [source_id, source_id, None, None]


def test_the_cache_outlives_the_process_but_not_its_month(
    transactions: Transactions, clock: MovableClock
) -> None:
    store: Store = DatabaseCache(transactions)
    keys = [f"{n:064x}" for n in range(700)]
    store.save({key: key[-3:] for key in keys}, scope=None, engine="deepl")
    store.save({keys[0]: "newer"}, scope=3, engine="papago")
    store.save({}, scope=None, engine="deepl")
    found = store.load([*keys, "f" * 64])
    assert len(found) == 700
    assert found[keys[0]] == "newer"
    clock.advance(days=30)
    assert store.load(keys) == {}
    with transactions() as uow:
        assert purge_translations(uow) == 700
        assert purge_translations(uow) == 0
    with transactions.reading() as session:
        assert session.query(CachedTranslation).count() == 0
