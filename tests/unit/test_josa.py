"""Particles follow the sound a word ends in, and values stay data."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.i18n.josa import BadTemplate, fill, particle, placeholders


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("민수", "이/가", "가"),
        ("길동", "이/가", "이"),
        ("파일", "을/를", "을"),
        ("과제", "을/를", "를"),
        ("서울", "으로/로", "로"),
        ("부산", "으로/로", "으로"),
        ("제주", "으로/로", "로"),
        ("작업", "은/는", "은"),
        ("사과", "과/와", "와"),
        ("반장", "이에요/예요", "이에요"),
        ("검수자", "이에요/예요", "예요"),
        ("길동", "아/야", "아"),
        ("민수", "아/야", "야"),
        ("받기", "이라고/라고", "라고"),
        ("제출", "이라고/라고", "이라고"),
        ("\u1106\u1175\u11ab\u1109\u116e\u11ab", "이/가", "이"),  # 민순 as decomposed jamo
        ("ㄱㄱ", "을/를", "을"),
        ("ㅏ", "을/를", "를"),
    ],
)
def test_hangul(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


@pytest.mark.parametrize(
    ("number", "object_form", "direction_form"),
    [
        ("0", "을", "으로"),
        ("1", "을", "로"),
        ("2", "를", "로"),
        ("3", "을", "으로"),
        ("4", "를", "로"),
        ("5", "를", "로"),
        ("6", "을", "으로"),
        ("7", "을", "로"),
        ("8", "을", "로"),
        ("9", "를", "로"),
        ("10", "을", "으로"),
        ("200", "을", "으로"),
        ("1,000", "을", "으로"),
        ("10000", "을", "으로"),
        ("120,000", "을", "으로"),
        ("100000000", "을", "으로"),
        ("1000000000000", "를", "로"),
        ("1.5", "를", "로"),
        ("40%", "를", "로"),
        ("₩352", "을", "으로"),
        ("352원", "을", "으로"),
        ("$12", "를", "로"),
        ("£5.00", "를", "로"),
        ("€1,200", "를", "로"),
        ("JP¥500", "을", "으로"),
        ("14:05", "을", "으로"),
        ("T-0042", "를", "로"),
        ("１", "을", "로"),
    ],
)
def test_numbers_are_read_in_sino_korean(number: str, object_form: str, direction_form: str) -> None:
    assert particle(number, "을/를") == object_form
    assert particle(number, "으로/로") == direction_form


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Kim", "을"),
        ("Lee", "를"),
        ("task", "를"),
        ("Slack", "을"),
        ("app", "을"),
        ("bot", "을"),
        ("project", "를"),
        ("name", "을"),
        ("guideline", "을"),
        ("server", "를"),
        ("sheet", "를"),
        ("ping", "을"),
        ("PDF", "를"),
        ("PM", "을"),
        ("URL", "을"),
        ("png", "를"),
        ("OK", "를"),
        ("Anna", "를"),
        ("check", "를"),
        ("web", "을"),
    ],
)
def test_english_words(word: str, expected: str) -> None:
    assert particle(word, "을/를") == expected


def test_english_final_l_takes_ro() -> None:
    assert [particle(word, "으로/로") for word in ("mail", "file", "table", "HTML")] == ["로"] * 4


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("*민수*", "가"),
        ("`길동`", "이"),
        ("“민수”", "가"),
        ("『길동』", "이"),
        ("~민수~ ", "가"),
        ("민수(팀장)", "가"),
        ("길동 (대리)", "이"),
        ("(대리)", "가"),
        ("_*길동*_!", "이"),
        ("<@U1>", "이(가)"),
        ("*<@U1>*", "이(가)"),
        ("<@U1|길동>", "이"),
        ("<https://example.org|링크>", "가"),
        ("<https://example.org>", "이(가)"),
        ("<!subteam^S1>", "이(가)"),
        ("완료 :tada:", "이(가)"),
        ("🎉", "이(가)"),
        ("漢字", "이(가)"),
        ("", "이(가)"),
        ("***", "이(가)"),
    ],
)
def test_marks_are_not_read_and_the_unknowable_gets_both_forms(word: str, expected: str) -> None:
    assert particle(word, "이/가") == expected


def test_fill_puts_the_particle_behind_the_value() -> None:
    said = fill(
        "{worker:이/가} {file:을/를} {count}개 냈어요.", {"worker": "민수", "file": "3.wav", "count": 2}
    )
    assert said == "민수가 3.wav를 2개 냈어요."


@pytest.mark.parametrize(
    "template",
    ["{x.y}", "{x[0]}", "{}", "{0}", "{x!r}", "{x:{y}}", "{x:>10}", "{x:이/다}", "{x", "x}", "{x y}"],
)
def test_templates_cannot_reach_into_values(template: str) -> None:
    with pytest.raises(BadTemplate):
        fill(template, {"x": "a", "y": "b"})
    with pytest.raises(BadTemplate):
        placeholders(template)


def test_unknown_pair_and_missing_value() -> None:
    with pytest.raises(BadTemplate):
        particle("민수", "이/다")
    with pytest.raises(KeyError):
        fill("{x}", {})


@given(st.text())
@example("᥆")  # A digit of another script.
def test_values_are_never_read_as_templates(value: str) -> None:
    assert fill("<{x}>", {"x": value}) == f"<{value}>"
    assert fill("{x:이/가}", {"x": value}) in {value + form for form in ("이", "가", "이(가)")}


@given(st.text(alphabet="가는 를*_`<>@|()[]:aAbZ019,.%₩~!", max_size=60))
def test_any_mixture_of_marks_has_an_answer(word: str) -> None:
    assert particle(word, "으로/로") in {"으로", "로", "(으)로"}


def test_long_values_cost_no_more_than_short_ones() -> None:
    assert particle("*" * 1_000_000, "이/가") == "이(가)"
    assert particle("<" * 1_000_000, "이/가") == "이(가)"
