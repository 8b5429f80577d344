"""What the bot passes on between people is rendered for readers of another language, and for them only."""

from __future__ import annotations

import pytest

from bot.db.models import Question, Rendition, SourceText, TranslationUse
from bot.db.unit_of_work import Transactions
from bot.domain.errors import NotAllowed
from bot.domain.escalation import IssueSource, Severity
from bot.domain.questions import Place
from bot.domain.translation import OFF, RenditionState, SourceKind, TranslationMode
from bot.i18n.catalogs import load_catalogs
from bot.outbox.cards import remember_card
from bot.outbox.messages import RejectCard, ReviewCard, load
from bot.reports.invariants import check
from bot.reports.questions import read_reply
from bot.reports.translations import count_reported, read_relay, read_relay_original, reported
from bot.services.correcting import may_fix, report
from bot.services.handovers import hand_over as hand_question_over
from bot.services.handovers import reply
from bot.services.issue_timers import tell_people
from bot.services.issues import open_issue
from bot.services.pay_requests import approve, ask_adjustment
from bot.services.people import set_language
from bot.services.questions import Spot, ask, follow
from bot.services.relaying import relay
from bot.services.renditions import fail, take
from bot.services.reviews import claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import fix_and_accept, hand_over, reject
from bot.slack.render import render
from tests.every_state import EXPLAINED
from tests.integration.bridged import Bridged, make_bridged

COMMENT, NOTE, QUESTION, REPLY = (
    SourceKind.COMMENT, SourceKind.NOTE, SourceKind.QUESTION, SourceKind.REPLY,
)  # fmt: skip


@pytest.fixture
def bridged(transactions: Transactions) -> Bridged:
    return make_bridged(transactions, spanish=False)


def _relay(bridged: Bridged, text: str, readers: tuple[str, ...] = ("alex",), author: str = "sora") -> None:
    with bridged.transactions() as uow:
        relay(
            uow,
            project_id=bridged.crew.project_id,
            kind=COMMENT,
            ref_id=5,
            author_id=bridged.crew[author],
            text=text,
            shown=[RejectCard(bridged.crew[who], 5) for who in readers],
        )


def _text(bridged: Bridged, kind: SourceKind, ref_id: int, who: str) -> tuple[RenditionState, str] | None:
    with bridged.transactions.reading() as session:
        facts = read_relay(session, kind, ref_id, bridged.crew[who])
    return (facts.state, facts.text) if facts is not None else None


def _speaks_english(bridged: Bridged, who: str) -> None:
    with bridged.transactions() as uow:
        set_language(uow, person_id=bridged.crew[who], language="en")


def _review(bridged: Bridged) -> tuple[int, int]:
    """Let mina hand something in and sora take it; return the ids of assignment and review."""
    with bridged.transactions() as uow:
        held = claim_next(uow, person_id=bridged.crew["mina"]).assignment_id
        submit(uow, person_id=bridged.crew["mina"], assignment_id=held, parts={"text": "거시기"})
    with bridged.transactions() as uow:
        claim_review(uow, person_id=bridged.crew["sora"], review_id=1)
    return held, 1


def test_only_readers_of_another_language_get_a_rendition(bridged: Bridged) -> None:
    _relay(bridged, "- <여기>를 다시 들어 주세요 & 고쳐 주세요", ("alex", "mina", "bridge"))
    assert list(bridged.renditions()) == ["en"]
    assert _text(bridged, COMMENT, 5, "alex") == (RenditionState.PENDING, "")
    bridged.translate()
    assert [fact["person_id"] for fact in bridged.told("reject_card")] == [bridged.crew["alex"]]
    with bridged.transactions.reading() as session:
        facts = read_relay(session, COMMENT, 5, bridged.crew["alex"])
        assert facts is not None
        assert facts.original == "- <여기>를 다시 들어 주세요 & 고쳐 주세요"
        assert (facts.language, facts.source_language) == ("en", "ko")
        assert read_relay(session, COMMENT, 5, bridged.crew["mina"]) is None
        assert read_relay(session, COMMENT, 6, bridged.crew["alex"]) is None
        original = read_relay_original(session, COMMENT, 5)
        assert original is not None
        assert original.original == facts.original
        assert read_relay_original(session, NOTE, 5) is None
        assert check(session, now=bridged.transactions.clock()) == ()


def test_the_same_text_adds_readers_and_another_one_replaces_it(bridged: Bridged) -> None:
    _relay(bridged, "다시 들어 주세요")
    _relay(bridged, "다시 들어 주세요")
    bridged.translate()
    assert len(bridged.told("reject_card")) == 1
    bridged.reads("jun", "en")
    _relay(bridged, "다시 들어 주세요", ("alex", "jun"))
    assert bridged.take() is None
    assert len(bridged.renditions()["en"].then) == 2
    _relay(bridged, "괜찮아요", ("alex",))
    (job,) = bridged.translate()
    assert job.ver == 2
    assert len(bridged.told("reject_card")) == 2
    with bridged.transactions.reading() as session:
        assert session.query(SourceText).count() == 1


def test_nothing_happens_where_nothing_is_needed(bridged: Bridged) -> None:
    _relay(bridged, "👍 123")
    bridged.reads("alex", OFF)
    _relay(bridged, "다시 들어 주세요")
    bridged.reads("alex", None)
    bridged.mode(TranslationMode.OFF)
    _relay(bridged, "다시 들어 주세요")
    with bridged.transactions.reading() as session:
        assert session.query(SourceText).count() == 0


def test_without_an_engine_people_read_what_was_written(bridged: Bridged) -> None:
    _relay(bridged, "다시 들어 주세요")
    with bridged.transactions() as uow:
        job = take(uow)
        assert job is not None
        fail(uow, job=job, reason="exhausted")
    assert _text(bridged, COMMENT, 5, "alex") == (RenditionState.FAILED, "")
    with bridged.transactions() as uow:
        uow.session.query(Rendition).one().error = "no_engine"
    assert _text(bridged, COMMENT, 5, "alex") is None


def test_a_reject_is_read_in_the_workers_language(bridged: Bridged) -> None:
    _speaks_english(bridged, "mina")
    _held, review_id = _review(bridged)
    with bridged.transactions() as uow:
        judged = reject(uow, person_id=bridged.crew["sora"], review_id=review_id, **EXPLAINED)
    assert judged.verdict_id is not None
    before = len(bridged.told("reject_card"))
    bridged.translate()
    assert len(bridged.told("reject_card")) == before + 1
    shown = _text(bridged, COMMENT, judged.verdict_id, "mina")
    assert shown == (RenditionState.DONE, f"[en] {EXPLAINED['comment']}")


def test_a_comment_on_a_correction_too(bridged: Bridged) -> None:
    _speaks_english(bridged, "mina")
    _held, review_id = _review(bridged)
    with bridged.transactions() as uow:
        judged = fix_and_accept(
            uow, person_id=bridged.crew["sora"], review_id=review_id, parts={"text": "거시기혀"},
            comment="조사만 고쳤어요",
        )  # fmt: skip
    before = len(bridged.told("assignment_card"))
    bridged.translate()
    assert len(bridged.told("assignment_card")) == before + 1
    assert judged.verdict_id is not None
    assert _text(bridged, COMMENT, judged.verdict_id, "mina") is not None


def test_a_note_to_a_supervisor_is_drawn_again_where_it_stands(bridged: Bridged) -> None:
    bridged.reads("bridge", "en")
    _held, review_id = _review(bridged)
    with bridged.transactions() as uow:
        hand_over(uow, person_id=bridged.crew["sora"], review_id=review_id, note="이 말이 애매해요")
    before = len(bridged.told("review_card"))
    job = bridged.take()
    assert job is not None
    bridged.finish(job)
    assert len(bridged.told("review_card")) == before, "nobody has taken the review yet"
    with bridged.transactions() as uow:
        key = f"review:{review_id}:{bridged.crew['bridge']}"
        remember_card(uow.session, key, "D1", "1.1", "", uow.now)
        relay(
            uow,
            project_id=bridged.crew.project_id,
            kind=NOTE,
            ref_id=review_id,
            author_id=bridged.crew["sora"],
            text="이 말이 더 애매해요",
            shown=[],
            standing=[ReviewCard(bridged.crew["bridge"], review_id)],
        )
    bridged.translate()
    assert len(bridged.told("review_card")) == before + 1
    assert _text(bridged, NOTE, review_id, "bridge") is not None


def test_a_question_and_its_reply(bridged: Bridged) -> None:
    crew = bridged.crew
    bridged.reads("bridge", "en")
    bridged.reads("jun", "en")
    _speaks_english(bridged, "bridge")
    with bridged.transactions() as uow:
        asked = ask(
            uow,
            person_id=crew["mina"],
            text="웃음소리는 어떻게 적나요?",
            spot=Spot(Place.CHANNEL, "C1", "1.1"),
        )
        assert asked is not None
        uow.session.get_one(Question, asked.question_id).public = True
    with bridged.transactions() as uow:
        handed = hand_question_over(uow, person_id=crew["mina"], question_id=asked.question_id)
        follow(uow, person_id=crew["jun"], question_id=asked.question_id)
    before = len(bridged.told("handover_card"))
    bridged.translate()
    assert len(bridged.told("handover_card")) == before + 1
    shown = _text(bridged, QUESTION, handed.handover_id, "bridge")
    assert shown == (RenditionState.DONE, "[en] 웃음소리는 어떻게 적나요?")
    with bridged.transactions() as uow:
        reply(
            uow, person_id=crew["bridge"], handover_id=handed.handover_id,
            text="Please leave out the laughter and write only what they say.",
        )  # fmt: skip
    replies = len(bridged.told("human_reply"))
    (job,) = bridged.translate()
    assert (job.target, job.kind) == ("ko", REPLY)
    assert len(bridged.told("human_reply")) == replies + 1, "jun reads English, mina's thread is drawn again"
    assert bridged.told("human_reply")[-1]["channel"] == "C1"
    assert _text(bridged, REPLY, handed.handover_id, "jun") is None
    with bridged.transactions.reading() as session:
        facts = read_reply(session, asked.question_id)
        assert facts is not None
        assert facts.handover_id == handed.handover_id


def test_the_reason_of_a_correction_of_pay(bridged: Bridged) -> None:
    crew, reason = bridged.crew, "The bonus of last month was forgotten, sorry."
    with bridged.transactions() as uow:
        asked = ask_adjustment(
            uow,
            person_id=crew["alex"],
            project_id=crew.project_id,
            payee_id=crew["mina"],
            amount_minor=5000,
            reason=reason,
        )
    (job,) = bridged.translate()
    assert (job.kind, job.target) == (SourceKind.PAY_REASON, "ko")
    assert _text(bridged, SourceKind.PAY_REASON, asked.request_id, "boss") == (
        RenditionState.DONE, f"[ko] {reason}",
    )  # fmt: skip
    with bridged.transactions() as uow:
        approve(uow, person_id=crew["boss"], request_id=asked.request_id)
    assert bridged.take() is None, "it is there already"
    (told,) = bridged.told("pay_changed")
    catalogs = load_catalogs(strict=False)
    with bridged.transactions.reading() as session:
        shown = render(session, load("pay_changed", told), catalogs, bridged.transactions.clock())
    assert shown is not None
    assert shown.card == f"pay_changed:{asked.request_id}:{crew['mina']}"
    assert f"[ko] {reason}" in str(shown.content.blocks)


def test_what_is_written_namelessly_is_for_nobody_else(bridged: Bridged) -> None:
    crew, person = bridged.crew, "bridge"
    bridged.reads(person, "en")
    with bridged.transactions() as uow:
        number = open_issue(
            uow,
            person_id=crew["mina"],
            project_id=crew.project_id,
            severity=Severity.S2,
            request="검수자 한 분이 늘 화를 내요",
            source=IssueSource.NAMELESS,
        ).issue_id
        tell_people(uow)
    (job,) = bridged.translate()
    assert (job.author_id, job.prior) == (None, "ko")
    assert bridged.told("private_data_warning") == []
    rendition = bridged.renditions()["en"]
    with bridged.transactions() as uow:
        report(uow, person_id=crew[person], rendition_id=rendition.id)
    assert [told["person_id"] for told in bridged.told("translation_reported")] == [crew[person]]
    for act in (report, may_fix):
        with pytest.raises(NotAllowed), bridged.transactions() as uow:
            act(uow, person_id=crew["alex"], rendition_id=rendition.id)
    with bridged.transactions.reading() as session:
        assert count_reported(session, [crew.project_id]) == len(reported(session, [crew.project_id])) == 0
        assert session.query(TranslationUse).count() == 0
        assert check(session, now=bridged.transactions.clock()) == ()
        assert _text(bridged, SourceKind.ISSUE, number, person) is not None
