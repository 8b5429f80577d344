"""What translated messages promise: what is shown in each state, to whom, and that it fits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.translation import NoticeState, RenditionState, SourceKind
from bot.i18n.catalogs import load_catalogs
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref, RelayRef
from bot.slack.views import (
    forms,
    notices,
    rejects,
    relays,
    tasks,
    translation_forms,
    translation_replies,
    translations,
)
from bot.slack.views.translations import MOST_PARTS, draw_translation
from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import from_mrkdwn
from sandbox.blockkit import check_blocks, check_view, walk_elements
from sandbox.blockkit.blocks import count_characters
from tests.golden import facts as work
from tests.golden.facts import NASTY, reader_of
from tests.golden.translation_cases import (
    ASKING,
    DONE,
    ENGLISH,
    FAILED,
    LIMITED,
    PENDING,
    SPANISH,
    UNNEEDED,
    message,
    notice,
    relay,
    rendition,
    reported,
    returned,
    words,
)

CATALOGS = load_catalogs(strict=True)
KO, EN = reader_of(CATALOGS, "ko"), reader_of(CATALOGS, "en")
SPOKEN = rendition(language="es", rendition_id=53, document=SPANISH)
RESIDENT = "900101-1234567"


def drawn(
    *renditions: Any, place: str = "thread", standing: bool = False, **changes: Any
) -> Sequence[Content]:
    made = draw_translation(message(*renditions, **changes), place, standing=standing)
    assert made is not None
    return made


def seen(view: Any) -> str:
    return json.dumps(view.blocks if isinstance(view, Content) else view, ensure_ascii=False)


def buttons(view: Any) -> list[str]:
    blocks = view.blocks if isinstance(view, Content) else view["blocks"]
    return [element["action_id"] for _block, element in walk_elements(blocks)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (DONE, [ids.TRANSLATION_ORIGINAL, ids.TRANSLATION_REPORT]),
        (FAILED, [ids.TRANSLATION_RETRY]),
        (ASKING, [ids.TRANSLATION_GO_AHEAD]),
        (LIMITED, [ids.TRANSLATION_GO_AHEAD]),
    ],
)
@pytest.mark.parametrize("place", ["thread", "twin"])
def test_each_state_offers_what_helps(state: RenditionState, expected: list[str], place: str) -> None:
    (card,) = drawn(rendition(state), place=place)
    assert buttons(card) == expected
    values = [element["value"] for _block, element in walk_elements(card.blocks)]
    assert {Ref.parse(value).id for value in values} == {41}


@pytest.mark.parametrize("place", ["thread", "twin"])
def test_what_is_not_ready_leaves_all_as_it_is(place: str) -> None:
    assert draw_translation(message(rendition(PENDING)), place, standing=True) is None
    assert draw_translation(message(rendition(PENDING), SPOKEN), place, standing=True)


@pytest.mark.parametrize("place", ["thread", "twin"])
def test_a_deleted_message_has_no_card(place: str) -> None:
    assert draw_translation(message(deleted=True), place, standing=True) == ()


def test_what_needs_no_translation_any_more_loses_its_card() -> None:
    assert draw_translation(message(rendition(UNNEEDED)), "thread", standing=True) == ()


def test_a_quiet_failure_is_silent_unless_an_older_wording_stands() -> None:
    quiet = rendition(FAILED, quiet=True)
    assert draw_translation(message(quiet), "thread", standing=False) is None
    assert buttons(drawn(quiet, standing=True)[0]) == [ids.TRANSLATION_RETRY]
    # The other channel has no other way to learn that somebody wrote.
    assert "반려 사유" in seen(drawn(quiet, place="twin")[0])


def test_several_languages_share_a_card() -> None:
    (card,) = drawn(rendition(), SPOKEN)
    shown = seen(card)
    assert shown.index("*English*") < shown.index("Could you") < shown.index("*Español*") < shown.index("¿")
    assert shown.count("자동번역") == 1, "what is true of both is said once"
    doubtful = rendition(flags=frozenset({"dialect"}))
    assert seen(drawn(doubtful, SPOKEN)[0]).count("자동번역") == 2
    assert "*English*" not in seen(drawn(rendition())[0])


def test_one_language_that_failed_does_not_hide_the_other() -> None:
    (card,) = drawn(rendition(), replace(SPOKEN, state=FAILED, document=None))
    assert "Could you" in seen(card)
    assert buttons(card) == [
        ids.TRANSLATION_RETRY,
        ids.TRANSLATION_ORIGINAL,
        ids.TRANSLATION_REPORT,
    ]


def test_a_person_behind_a_translation_is_named_by_their_nickname_and_role() -> None:
    (card,) = drawn(place="twin")
    assert card.blocks[0]["text"]["text"] == "*민지쓰* · 작업자/worker"
    assert "*민지쓰*" not in seen(drawn()[0])
    (card,) = drawn(place="twin", author="*<!here>*", role=None)
    assert "<!here>" not in seen(card)
    assert "<!here>" not in card.text


def test_marks_say_who_made_it_and_what_to_doubt() -> None:
    assert "사람이 고친 번역" in seen(drawn(rendition(corrected=True, flags=frozenset({"dialect"})))[0])
    assert "사투리" not in seen(drawn(rendition(corrected=True, flags=frozenset({"dialect"})))[0])
    assert "low confidence" in seen(drawn(rendition(flags=frozenset({"length"})))[0])
    assert "deepl" in seen(drawn(rendition(flags=frozenset({"length"})))[0])
    assert "deepl" not in seen(drawn()[0])


def test_a_reported_translation_says_so_and_is_not_reported_twice() -> None:
    (card,) = drawn(rendition(reported=True))
    assert "being checked" in seen(card)
    assert buttons(card) == [ids.TRANSLATION_ORIGINAL]
    assert ids.TRANSLATION_REPORT in buttons(drawn(rendition(reported=True), SPOKEN)[0])


@pytest.mark.parametrize("state", [DONE, UNNEEDED, FAILED, ASKING])
def test_a_persons_number_does_not_reach_the_other_channel(state: RenditionState) -> None:
    grave = words(f"주민번호는 {RESIDENT} 이에요.")
    (card,) = drawn(
        rendition(state, document=grave if state in (DONE, UNNEEDED) else None), document=grave, place="twin"
    )
    assert RESIDENT not in seen(card) + card.text
    assert "private" in seen(card)


def test_a_persons_number_is_in_no_window_and_no_report() -> None:
    grave = words(f"주민번호는 {RESIDENT} 이에요.")
    facts = message(rendition(document=grave), document=grave)
    for reader in (KO, EN):
        for view in (
            translation_forms.original_modal(reader, facts),
            translation_forms.fix_form(reader, facts, 51),
            translation_replies.reported_card(reader, reported(original=grave, document=grave)),
            translation_replies.private_data_warning(reader, facts),
        ):
            assert RESIDENT not in seen(view)
    assert "주민번호는" in seen(translation_forms.original_modal(KO, facts))


@pytest.mark.parametrize("place", ["thread", "twin"])
@pytest.mark.parametrize("text", ["가나다라마바사 ", NASTY + " ", "line\n", "&<>\n", "😀"])
def test_long_messages_come_in_parts_that_slack_takes(text: str, place: str) -> None:
    long = from_mrkdwn((text * (6_000 // len(text))).replace("&<>", "&amp;&lt;&gt;"))
    parts = drawn(rendition(document=long), replace(SPOKEN, document=long), place=place)
    assert 1 < len(parts) <= MOST_PARTS
    for number, part in enumerate(parts, 1):
        assert check_blocks(part.blocks, "message") == []
        assert count_characters(part.blocks) < 13_000
        assert f"{number}/{len(parts)}" in seen(part)
        assert "\n" not in part.text
        assert part.text
        last = number == len(parts)
        assert (ids.TRANSLATION_ORIGINAL in buttons(part)) == last


def test_a_flood_is_cut_and_says_where_the_rest_is() -> None:
    long = Document(tuple(Line((Span(SpanKind.TEXT, f"row {n} " + "x" * 2900),)) for n in range(70)))
    parts = drawn(rendition(document=long))
    assert len(parts) == MOST_PARTS
    assert "rest is in the original" in seen(parts[-1])
    assert check_blocks(parts[-1].blocks, "message") == []


def test_only_people_of_the_other_side_may_be_called() -> None:
    (card,) = drawn(live=frozenset({"U0ALEX"}), place="twin")
    assert '"user_id": "U0ALEX"' in seen(card)
    (card,) = drawn()
    assert "U0ALEX" not in seen(card) + card.text
    assert "@Alex" in seen(card)


def _filled(form: dict[str, Any]) -> dict[str, str]:
    fields = (block["element"] for block in form["blocks"] if block["type"] == "input")
    return {field["action_id"]: field.get("initial_value", "") for field in fields}


@given(st.text("ab 가\n.*<>&", max_size=200), st.integers(1, 60))
def test_a_correction_that_changes_nothing_comes_back_as_it_was(text: str, times: int) -> None:
    text = (text * times)[:9000].strip("\n")
    document = from_mrkdwn(text)
    form = translation_forms.fix_form(EN, message(rendition(document=document)), 51)
    assert check_view(form, ("modal",)) == []
    ref = FormRef.load(form["private_metadata"])
    assert (ref.id, ref.ver) == (51, 2)
    assert translation_forms.read_fixed(_filled(form), ref.round) == text


def test_a_field_that_was_emptied_leaves_the_others_in_place() -> None:
    values: dict[str, str | None] = {"text0": "one", "text1": None, "text2": "three"}
    assert translation_forms.read_fixed(values, 0) == "one\n\nthree"
    assert translation_forms.read_fixed(values, 0b11) == "onethree"


def test_a_report_asks_which_only_when_there_are_several() -> None:
    one = translation_forms.report_form(KO, message())
    assert FormRef.load(one["private_metadata"]) == FormRef(41, 51)
    assert list(_filled(one)) == [ids.NOTE]
    two = translation_forms.report_form(KO, message(rendition(), SPOKEN))
    assert FormRef.load(two["private_metadata"]) == FormRef(41, 0)
    options = two["blocks"][0]["element"]["options"]
    assert [option["value"] for option in options] == ["51", "53"]


def test_the_asked_for_translation_of_a_long_message_shows_its_beginning() -> None:
    content = translations.for_me(EN, words("long words. " * 4000), {})
    assert check_blocks(content.blocks, "message") == []
    assert "Only the beginning" in seen(content)


def test_passed_on_words_have_their_original_a_click_away() -> None:
    card = rejects.reject_card(EN, work.reject(), relay())
    assert buttons(card)[-3:-1] == [ids.RELAY_ORIGINAL, ids.TRANSLATION_REPORT]
    assert "It sounds like" in seen(card)
    assert "들리는 대로" not in seen(card)
    values = {e["action_id"]: e.get("value", "") for _b, e in walk_elements(card.blocks)}
    assert RelayRef.parse(values[ids.RELAY_ORIGINAL]) == RelayRef(SourceKind.COMMENT, 31)
    assert "로 들려요" in seen(translation_forms.relayed_original(EN, relay()))


def test_the_card_and_the_form_of_returned_work_speak_the_authors_language() -> None:
    card = tasks.assignment_card(EN, returned())
    assert buttons(card)[-3:-1] == [ids.RELAY_ORIGINAL, ids.TRANSLATION_REPORT]
    for view in (card, forms.submit_form(EN, returned())):
        assert "It sounds like" in seen(view)
        assert "들리는 대로" not in seen(view)


@pytest.mark.parametrize("state", [PENDING, FAILED, LIMITED, ASKING])
def test_words_that_are_not_translated_are_passed_on_as_they_are(state: RenditionState) -> None:
    shown = relays.passed_on(EN, "t", "x", relay(state), 3000)
    assert "로 들려요" in seen({"blocks": shown})
    assert relays.relay_buttons(EN, relay(state)) == []
    assert relays.relay_buttons(EN, None) == []


@pytest.mark.parametrize("value", ["", "comment", "comment.", "comment.x", "secret.3", "comment.1.2"])
def test_a_relay_reference_is_read_strictly(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        RelayRef.parse(value)


def test_a_notice_in_a_channel_names_no_reader() -> None:
    shown = seen(notices.notice_card(notice()))
    assert "하늘" not in shown
    assert "9/12" in shown


def test_only_whoever_vouches_for_the_korean_may_post_it() -> None:
    draft = notice(NoticeState.DRAFT)
    assert ids.NOTICE_POST in buttons(notices.draft_card(KO, draft, may_approve=True))
    assert ids.NOTICE_POST not in buttons(notices.draft_card(EN, draft, may_approve=False))
    half = replace(draft, korean="", pending=True)
    assert ids.NOTICE_POST not in buttons(notices.draft_card(KO, half, may_approve=True))


def test_a_withdrawn_notice_keeps_no_word() -> None:
    gone = notice(NoticeState.WITHDRAWN)
    for view in (
        notices.notice_card(gone),
        notices.draft_card(KO, gone, may_approve=True),
        notices.notice_modal(EN, gone),
    ):
        assert "guideline" not in seen(view)
        assert buttons(view) == []


@pytest.mark.parametrize("text", [NASTY, "&" * 2000, "가" * 2000, "*" * 2000, "\u202e" * 10 + "x"])
def test_a_notice_of_any_words_is_taken_by_slack(text: str) -> None:
    text = work.huge(text, 2000)
    long = notice(korean=text, english=text, unread=tuple(f"{n}가나다라마바사아자차" for n in range(300)))
    for content in (
        notices.notice_card(long),
        notices.draft_card(KO, long, may_approve=True),
        notices.draft_card(EN, replace(long, state=NoticeState.DRAFT), may_approve=True),
        notices.reminder(KO, long),
    ):
        assert check_blocks(content.blocks, "message") == []
        assert count_characters(content.blocks) < 13_000
        assert "<!channel>" not in content.text
    for view in (notices.notice_modal(KO, long, manages=True), notices.korean_form(KO, long)):
        assert check_view(view, ("modal",)) == []


def test_a_carried_over_message_needs_no_mark() -> None:
    (card,) = drawn(rendition(UNNEEDED, document=ENGLISH), place="twin")
    assert "자동번역" not in seen(card)
    assert buttons(card) == []
