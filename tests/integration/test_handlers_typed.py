"""Reading what admins type, and what forms hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import Invalid
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.i18n.catalogs import load_catalogs
from bot.slack.views.errors import word_error
from handlers.forms import read_fields
from handlers.typed import read_price, read_project, read_role, split_words

TYPED = st.text() | st.text(alphabet="\"'“”‘’=<>@U0 DIALworker전사제거 |,.만원5\t\n", max_size=60)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('DIAL 전사 "전남 사투리"', ["DIAL", "전사", "전남 사투리"]),
        ("DIAL 전사 “전남 사투리”", ["DIAL", "전사", "전남 사투리"]),
        ('“mixed" x', ["mixed", "x"]),
        ('labels="ok, hate" b', ["labels=ok, hate", "b"]),
        ("it's", ["it's"]),
        ('""', [""]),
        ('"open', ["open"]),
        ("", []),
    ],
)
def test_quotation_marks_of_every_keyboard(typed: str, words: list[str]) -> None:
    assert split_words(typed) == words


def test_a_project_line() -> None:
    plan = read_project("DIAL wjstk 전남 사투리 guideline=<https://g.example/a?b=1&amp;c=2> Confidential=네")
    assert (plan.key, plan.type, plan.name) == ("DIAL", TaskType.TRANSCRIPTION, "전남 사투리")
    assert plan.guideline_url == "https://g.example/a?b=1&c=2"
    assert plan.confidential


@pytest.mark.parametrize(
    "typed", ['K1 전사 "A=B 비교"', "zone=UTC K1 전사 “A=B 비교”", 'K1 전사 A "=B 비교"']
)
def test_an_equals_sign_in_quotation_marks_is_no_setting(typed: str) -> None:
    assert read_project(typed).name.replace(" ", "") == "A=B비교"


def test_a_setting_may_hold_an_equals_sign() -> None:
    plan = read_project('K1 전사 이름 labels="a=1, b=2"')
    assert plan.labels == ("a=1", "b=2")
    with pytest.raises(Invalid) as refused:
        read_project("K1 전사 A=B")
    assert (refused.value.field, refused.value.value) == ("setting", "a")


@pytest.mark.parametrize(
    ("typed", "role", "granted"),
    [
        ("<@U1|mina> worker DIAL", Role.WORKER, True),
        ("remove DIAL 검수자 <@U1>", Role.REVIEWER, False),
        ("<@U1> add PM pm", Role.PM, True),
        ("<@U1> 슈퍼바이저 DIAL 해제", Role.SUPERVISOR, False),
    ],
)
def test_role_lines_in_any_order(typed: str, role: Role, granted: bool) -> None:
    order = read_role(typed)
    assert (order.user, order.role, order.granted) == ("U1", role, granted)
    assert order.project_key in ("DIAL", "pm")


def test_prices_by_currency() -> None:
    assert read_price("3만 5천원", "KRW") == 35_000
    assert read_price("0.35", "USD") == 35
    assert read_price("$ 2 usd", "USD") == 200
    assert read_price("USD 1,200.50", "USD") == 120_050
    assert read_price("¥500", "JPY") == 500


@pytest.mark.parametrize(
    ("typed", "currency", "code", "words"),
    [
        ("0.355", "USD", "fraction", "USD에 없는 소수"),
        ("0.5", "KRW", "fraction", "KRW에 없는 소수"),
        ("0.5", "JPY", "fraction", "JPY에 없는 소수"),
        ("500원", "JPY", "not_in_currency", "JPY"),
        ("$5", "EUR", "not_in_currency", "EUR"),
        ("$5", "KRW", "unreadable", "1,200원"),
        ("", "EUR", "empty", "빠졌어요"),
    ],
)
def test_a_price_that_cannot_be_read_is_refused_in_its_own_currency(
    typed: str, currency: str, code: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_price(typed, currency)
    assert refused.value.code == code
    assert words in word_error(load_catalogs()["ko"], refused.value)


@given(TYPED)
@settings(max_examples=300, deadline=None)
def test_only_invalid_is_ever_raised(typed: str) -> None:
    for read in (
        read_project,
        read_role,
        lambda text: read_price(text, "KRW"),
        lambda text: read_price(text, "EUR"),
    ):
        try:
            read(typed)
        except Invalid as error:
            assert len(error.value) <= 60


def test_every_kind_of_field() -> None:
    fields = read_fields(
        {
            "values": {
                "text": {"text": {"type": "plain_text_input", "value": "거시기"}},
                "note": {"note": {"type": "plain_text_input", "value": None}},
                "label": {"label": {"type": "radio_buttons", "selected_option": {"value": "ok"}}},
                "reason": {"reason": {"type": "static_select", "selected_option": None}},
                "file": {
                    "file": {
                        "type": "file_input",
                        "files": [{"name": "a.csv", "url_private": "u", "size": 3}],
                    }
                },
            }
        }
    )
    assert fields.texts == {"text": "거시기", "label": "ok"}
    assert fields.files["file"][0].url == "u"
    chosen = {"type": "checkboxes", "selected_options": [{"value": "7"}, {"value": "release"}, {"text": {}}]}
    ticked = read_fields({"values": {"a": {"tasks": chosen}, "b": {"holds": {"selected_options": []}}}})
    assert (ticked.many("tasks"), ticked.numbers("tasks"), ticked.many("holds")) == (
        ("7", "release"),
        (7,),
        (),
    )
    assert read_fields({}).text("text") == ""
