"""The views of translations and notices, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.translation import BOTH, OFF, NoticeState, RenditionState, Side, SourceKind, TranslationMode
from bot.reports.cards import AssignmentFacts
from bot.reports.notices import NoticeFacts
from bot.reports.translations import RelayFacts, RenditionFacts, ReportedFacts, TranslationFacts
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import (
    forms,
    handovers,
    home,
    notices,
    questions,
    rejects,
    reviews,
    tasks,
    translation_forms,
    translation_replies,
    translations,
)
from bot.translation.document import Document, Line, Span, SpanKind
from tests.golden import facts as work
from tests.golden import question_cases
from tests.golden.facts import NOW

Case = Callable[[Reader], Content | dict[str, Any]]

PENDING, ASKING, LIMITED = RenditionState.PENDING, RenditionState.ASKING, RenditionState.LIMITED
DONE, UNNEEDED, FAILED = RenditionState.DONE, RenditionState.UNNEEDED, RenditionState.FAILED


def words(text: str, *more: Span) -> Document:
    """One line of plain words, and what stands behind them."""
    return Document((Line((Span(SpanKind.TEXT, text), *more)),))


WRITTEN = words("12번 반려 사유를 확인해 주실래요? ", Span(SpanKind.USER, "U0ALEX"))
ENGLISH = words("Could you check why task 12 was returned? ", Span(SpanKind.USER, "U0ALEX"))
SPANISH = words("¿Podrías revisar por qué se devolvió la tarea 12? ", Span(SpanKind.USER, "U0ALEX"))


def rendition(state: RenditionState = DONE, language: str = "en", **changes: Any) -> RenditionFacts:
    """A rendition into English."""
    made = RenditionFacts(
        rendition_id=51,
        ver=2,
        language=language,
        state=state,
        document=ENGLISH if state is DONE else None,
        engine="deepl",
        flags=frozenset(),
        quiet=False,
        corrected=False,
        corrected_by="",
        reported=False,
        source_language="ko",
    )
    return replace(made, **changes)


def message(*renditions: RenditionFacts, **changes: Any) -> TranslationFacts:
    """What a worker wrote in a bridged channel."""
    facts = TranslationFacts(
        source_id=41,
        ver=2,
        kind=SourceKind.MESSAGE,
        project_id=1,
        project_key="DIAL1",
        channel="C0CREW",
        ts="1795409580.000100",
        thread_ts=None,
        deleted=False,
        author_id=7,
        author="민지쓰",
        role=Role.WORKER,
        language="ko",
        document=WRITTEN,
        attachments=0,
        renditions=renditions or (rendition(),),
        names={"U0ALEX": "Alex", "U0MINJI": "민지쓰"},
        live=frozenset(),
        root_ts="1795409580.000100",
        place="thread",
        target_channel="C0CREW",
    )
    return replace(facts, **changes)


def in_thread(*renditions: RenditionFacts, **changes: Any) -> Case:
    """The first part of the card under the message."""
    return _first(message(*renditions, **changes), translations.THREAD)


def in_twin(*renditions: RenditionFacts, **changes: Any) -> Case:
    """The first part of the twin in the other channel, where people of that side may be called."""
    changed = {"place": "twin", "live": frozenset({"U0ALEX"}), "root_ts": None} | changes
    return _first(message(*renditions, **changed), translations.TWIN)


def _first(facts: TranslationFacts, place: str) -> Case:
    drawn = translations.draw_translation(facts, place, standing=False)
    assert drawn
    return lambda _reader: drawn[0]


def relay(state: RenditionState = DONE, **changes: Any) -> RelayFacts:
    """A reviewer's sentence for somebody who reads English."""
    facts = RelayFacts(
        kind=SourceKind.COMMENT,
        ref_id=31,
        source_id=42,
        rendition_id=52,
        original="“아니라니께”로 들려요.",
        text="It sounds like “아니라니께”." if state is DONE else "",
        language="en",
        source_language="ko",
        state=state,
        flags=frozenset(),
        corrected=False,
    )
    return replace(facts, **changes)


QUESTION = relay(kind=SourceKind.QUESTION, original="숫자는 어떻게 적나요?", text="How are numbers written?")
REPLY = relay(kind=SourceKind.REPLY, original="말한 대로 적어요.", text="Write them as they are spoken.")


def reported(**changes: Any) -> ReportedFacts:
    """A translation that somebody says is wrong."""
    facts = ReportedFacts(
        rendition_id=51,
        ver=2,
        source_id=41,
        kind=SourceKind.MESSAGE,
        project_id=1,
        project_key="DIAL1",
        language="en",
        source_language="ko",
        original=WRITTEN,
        document=words("Could you check why companion 12? "),
        note="반려 is not a companion",
        reported_by="Alex",
        author="민지쓰",
        open=True,
        names={},
    )
    return replace(facts, **changes)


def notice(state: NoticeState = NoticeState.POSTED, **changes: Any) -> NoticeFacts:
    """A notice to a crew of twelve."""
    facts = NoticeFacts(
        notice_id=61,
        ver=3,
        state=state,
        project_id=1,
        project_key="DIAL1",
        english="The new guideline is valid from Monday.",
        korean="새 가이드라인은 월요일부터 적용돼요.",
        machine="",
        pending=False,
        author="Alex",
        author_id=9,
        approved_by="가교",
        channel="C0CREW",
        created_at=NOW - timedelta(hours=2),
        posted_at=NOW - timedelta(hours=1) if state is NoticeState.POSTED else None,
        read=9,
        of=12,
        unread=("하늘", "바다", "<!channel>"),
    )
    return replace(facts, **changes)


def returned() -> AssignmentFacts:
    """Work that came back to somebody who reads another language than the reviewer writes."""
    facts = work.assignment(AssignmentState.RETURNED)
    return replace(facts, verdict=replace(work.rejected(), relay=relay()))


DRAFT = notice(NoticeState.DRAFT, approved_by="", machine="ko", channel=None)

CASES: dict[str, Case] = {
    "translation_thread": in_thread(),
    "translation_thread_two": in_thread(
        rendition(), rendition(language="es", rendition_id=53, document=SPANISH, flags=frozenset({"numbers"}))
    ),
    "translation_thread_doubtful": in_thread(rendition(flags=frozenset({"dialect", "casual"}))),
    "translation_thread_withheld": in_thread(rendition(flags=frozenset({"withheld"}))),
    "translation_thread_corrected": in_thread(rendition(corrected=True, corrected_by="가교")),
    "translation_thread_reported": in_thread(rendition(reported=True)),
    "translation_thread_failed": in_thread(rendition(FAILED)),
    "translation_thread_asking": in_thread(rendition(ASKING), document=words("가나다라 " * 1000)),
    "translation_thread_limited": in_thread(rendition(LIMITED)),
    "translation_twin": in_twin(attachments=2),
    "translation_twin_carried": in_twin(
        rendition(UNNEEDED, document=ENGLISH), role=Role.PM, author="Alex", attachments=1
    ),
    "translation_twin_failed": in_twin(rendition(FAILED)),
    "translation_for_me": lambda r: translations.for_me(r, ENGLISH, {"U0ALEX": "Alex"}),
    "translation_for_me_doubtful": lambda r: translations.for_me(
        r, ENGLISH, {}, frozenset({"dialect", "withheld"})
    ),
    "translation_for_me_failed": translations.for_me_failed,
    "translation_for_me_needless": translations.for_me_needless,
    "translation_original": lambda r: translation_forms.original_modal(r, message()),
    "translation_relayed_original": lambda r: translation_forms.relayed_original(r, relay()),
    "form_translation_report": lambda r: translation_forms.report_form(r, message()),
    "form_translation_report_two": lambda r: translation_forms.report_form(
        r, message(rendition(), rendition(language="es", rendition_id=53, document=SPANISH))
    ),
    "form_translation_fix": lambda r: translation_forms.fix_form(r, message(), 51),
    "translation_reported": lambda r: translation_replies.reported_card(r, reported()),
    "translation_reported_settled": lambda r: translation_replies.reported_card(r, reported(open=False)),
    "translation_private_data": lambda r: translation_replies.private_data_warning(r, message()),
    "translation_limit_near": lambda r: translation_replies.limit_reached(r, "DIAL1", 80),
    "translation_limit_reached": lambda r: translation_replies.limit_reached(r, "DIAL1", 100),
    "translation_engine_refused": lambda r: translation_replies.engine_trouble(r, "papago", "refused"),
    "translation_engine_odd": lambda r: translation_replies.engine_trouble(r, "deepl", "server"),
    "translation_report_thanks": translation_replies.report_thanks,
    "translation_fixed": lambda r: translation_replies.fixed(r, remembered=True),
    "translation_fixed_here": lambda r: translation_replies.fixed(r, remembered=False),
    "translation_dismissed": translation_replies.dismissed,
    "translation_nothing_to_fix": translation_replies.nothing_to_fix,
    "translation_retrying": translation_replies.retrying,
    "translation_going_ahead": translation_replies.going_ahead,
    "reads_set": lambda r: translation_replies.reads_set(r, "es"),
    "reads_set_both": lambda r: translation_replies.reads_set(r, BOTH),
    "reads_set_off": lambda r: translation_replies.reads_set(r, OFF),
    "mode_set": lambda r: translation_replies.mode_set(r, "DIAL1", TranslationMode.CLOUD, confidential=False),
    "mode_set_confidential": lambda r: translation_replies.mode_set(
        r, "DIAL1", TranslationMode.LOCAL, confidential=True
    ),
    "bridge_set": lambda r: translation_replies.bridge_set(r, "DIAL1", (("C0CREW", Side.MIXED),)),
    "bridge_set_twins": lambda r: translation_replies.bridge_set(
        r, "DIAL1", (("C0CREW", Side.CREW), ("C0PM", Side.PM))
    ),
    "bridge_off": lambda r: translation_replies.bridge_set(r, "DIAL1", ()),
    "reject_translated": lambda r: rejects.reject_card(r, work.reject(), relay()),
    "reject_being_translated": lambda r: rejects.reject_card(r, work.reject(), relay(PENDING)),
    "reject_not_translated": lambda r: rejects.reject_card(r, work.reject(), relay(FAILED)),
    "assignment_returned_translated": lambda r: tasks.assignment_card(r, returned()),
    "form_submit_again_translated": lambda r: forms.submit_form(r, returned()),
    "review_note_translated": lambda r: reviews.review_card(
        r,
        replace(work.review(), handed_over_note="이 말이 욕설인지 판단이 어려워요."),
        note=relay(corrected=True),
    ),
    "handover_translated": lambda r: handovers.handover_card(r, question_cases.WAITING, QUESTION),
    "human_reply_translated": lambda r: questions.human_reply(
        r, question_cases.REPLY, public=False, relay=REPLY
    ),
    "notice_card": lambda _r: notices.notice_card(notice()),
    "notice_card_withdrawn": lambda _r: notices.notice_card(notice(NoticeState.WITHDRAWN)),
    "notice_draft": lambda r: notices.draft_card(r, DRAFT, may_approve=False),
    "notice_draft_to_approve": lambda r: notices.draft_card(r, DRAFT, may_approve=True),
    "notice_draft_pending": lambda r: notices.draft_card(
        r, replace(DRAFT, korean="", machine="", pending=True), may_approve=True
    ),
    "notice_posted": lambda r: notices.draft_card(r, notice(), may_approve=True),
    "notice_posted_read": lambda r: notices.draft_card(r, notice(read=12, unread=()), may_approve=True),
    "notice_withdrawn": lambda r: notices.draft_card(r, notice(NoticeState.WITHDRAWN), may_approve=True),
    "notice_reminder": lambda r: notices.reminder(r, notice()),
    "notice_modal": lambda r: notices.notice_modal(r, notice()),
    "notice_modal_managed": lambda r: notices.notice_modal(r, notice(), manages=True),
    "form_notice": lambda r: notices.draft_form(r, (("1", "DIAL1"), ("2", "SAFE2"))),
    "form_notice_again": lambda r: notices.draft_form(
        r, english=DRAFT.english, korean=DRAFT.korean, notice_id=61, ver=3
    ),
    "form_notice_korean": lambda r: notices.korean_form(r, DRAFT),
    "notice_drafted": notices.drafted,
    "notice_on_its_way": notices.posted,
    "notice_gone": notices.withdrawn,
    "notice_acknowledged": notices.acknowledged,
    "notice_reminded": lambda r: notices.reminded(r, 3),
    "home_translations": lambda r: home.home_view(
        r, work.desk(0, 0), reported=(reported(),), unread=(notice(),), notices=(DRAFT, notice())
    ),
}
