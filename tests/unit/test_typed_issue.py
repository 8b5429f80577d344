"""Calls for help, duty and delays are understood as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Invalid
from bot.domain.escalation import Severity
from handlers.typed_issue import (
    Call,
    DutyVerb,
    PlanOrder,
    plain_words,
    read_call,
    read_duty,
    read_minutes,
    read_plan,
    read_words,
)

BOT = "UBOT"


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("<@UBOT> 에스컬 S2 #12 소리가 안 들려요", Severity.S2, "#12 소리가 안 들려요"),
        ("<@UBOT> 에스컬", Severity.S3, ""),
        ("<@UBOT|gagyo> escalate s1: work stopped", Severity.S1, "work stopped"),
        ("<@UBOT> dptmzjf ㄴ4 제안이에요", Severity.S4, "제안이에요"),
        ("<@UBOT>  ㄷㄴㅊ미ㅁㅅㄷ  단가가 달라요", Severity.S3, "단가가 달라요"),
        ("<@UBOT> 에스컬레이션 부탁드려요 기준이 달라요", Severity.S3, "기준이 달라요"),
        ("<@UBOT> 에스컬해주세요! 기준이 달라요 S2", Severity.S2, "기준이 달라요"),
        ("이거 봐 주세요 <@UBOT> ESC S2", Severity.S2, ""),
        ("<@UBOT> :rotating_light: 다 멈췄어요", Severity.S3, "다 멈췄어요"),
        ("<@UBOT> 🚨 S1 다 멈췄어요", Severity.S1, "다 멈췄어요"),
        ("<@UBOT>: escalate S5 is no severity", Severity.S3, "S5 is no severity"),
    ],
)
def test_calls(text: str, severity: Severity, words: str) -> None:
    assert read_call(text, BOT) == Call(severity, words)


@pytest.mark.parametrize(
    "text",
    [
        "에스컬 S2 아무도 안 불렀어요",
        "<@UOTHER> 에스컬 S2",
        "<@UBOT> 숫자는 어떻게 적나요?",
        "<@UBOT> 에스컬레이션은 언제 하나요?",
        "<@UBOT>",
        "<@UBOT> escalator 어디예요?",
        "",
    ],
)
def test_no_calls(text: str) -> None:
    assert read_call(text, BOT) is None


@given(st.text(max_size=200))
def test_reading_never_raises(text: str) -> None:
    read_call(f"<@UBOT> {text}", BOT)
    read_words(text)
    read_duty(text)
    plain_words(text, 50)


def test_words_lose_their_markup() -> None:
    text = "&lt;b&gt; <@U1|mina> <#C1|crew> <https://a.example|여기> <https://b.example> <!here> &amp; <@U2>"
    assert plain_words(text, 100) == "<b> @mina #crew 여기 https://b.example  &"
    assert plain_words("가나다", 2) == "가나"


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("on", DutyVerb.ON, ""),
        ("시작 DIAL 7번 묶음을 봐 주세요", DutyVerb.ON, "DIAL 7번 묶음을 봐 주세요"),
        ("off DIAL", DutyVerb.OFF, "DIAL"),
        ("Rmx", DutyVerb.OFF, ""),
        ("누구", DutyVerb.WHO, ""),
        ("DIAL", DutyVerb.WHO, "DIAL"),
        ("", DutyVerb.WHO, ""),
    ],
)
def test_duty(text: str, verb: DutyVerb, rest: str) -> None:
    assert read_duty(text) == (verb, rest)


def test_plans() -> None:
    assert read_plan("DIAL S2 30m 1h 24h") == PlanOrder("DIAL", Severity.S2, 30, 60, 1440)
    assert read_plan("s1 10 10분 4시간") == PlanOrder("", Severity.S1, 10, 10, 240)
    assert read_plan("DIAL") == PlanOrder("DIAL")
    assert read_plan("") == PlanOrder("")
    assert (read_minutes("1h30m"), read_minutes("2일")) == (90, 2880)


@pytest.mark.parametrize(
    "text", ["DIAL S2", "DIAL S2 1 2", "DIAL S9 1 2 3", "S2 x 1 2", "S2 0 1 1", "S2 1 2 99999h"]
)
def test_plans_that_are_none(text: str) -> None:
    with pytest.raises(Invalid):
        read_plan(text)
