"""Short replies from the table, and chat Korean spelt out for engines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.phrases import short_reply
from bot.translation.slang import normalise


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("네", "Yes."),
        ("넵", "Yes."),
        ("넹~", "Yes."),
        ("ㅇㅇ", "Yes."),
        ("ㅇㅋ", "OK, got it."),
        ("ㅇㅋㅋㅋ", "OK, got it."),
        ("ㄱㅅㄱㅅ", "Thank you."),
        ("ㄱㅅㅋㅋ", "Thank you."),
        ("감사합니다 ㅎㅎ", "Thank you."),
        ("ㅋㅋㅋㅋ 넵 확인했습니당~", "Got it."),
        ("네 감사합니다!", "Thank you."),
        ("넵!! 알겠습니다 감사합니다", "OK, got it. Thank you."),
        ("수고하셨습니다~", "Thank you for your hard work."),
        ("ㅠㅠ 죄송합니다", "Sorry about that."),
        ("ㅋㅋㅋ", "Haha."),
    ],
)
def test_korean_replies(text: str, english: str) -> None:
    assert short_reply(text, "ko", "en") == english


@pytest.mark.parametrize(
    ("text", "source", "target", "said"),
    [
        ("ok", "en", "ko", "네, 알겠습니다."),
        ("LGTM, thanks!", "en", "ko", "확인했습니다. 좋습니다. 감사합니다."),
        ("thx", "en", "ko", "감사합니다."),
        ("Got it!", "en", "ko", "네, 확인했습니다."),
        ("sounds good", "en", "ko", "네, 좋습니다."),
        ("I’ll check", "en", "ko", "확인하겠습니다."),
        ("¡Gracias!", "es", "ko", "감사합니다."),
        ("了解です", "ja", "ko", "네, 알겠습니다."),
        ("네, 감사합니다", "ko", "es", "Gracias."),
        ("ok", "en", "es", "De acuerdo."),
    ],
)
def test_other_replies(text: str, source: str, target: str, said: str) -> None:
    assert short_reply(text, source, target) == said


@pytest.mark.parametrize(
    "text",
    ["네?", "네 그런데요", "확인 부탁드립니다", "확인 감사합니다", "완료 안 했습니다", "", "!!!", "3시 네"],
)
def test_what_might_mean_something_else_goes_to_an_engine(text: str) -> None:
    assert short_reply(text, "ko", "en") is None


@pytest.mark.parametrize("text", ["no good", "done checking", "ok but why", "ok?", "not good", "task done"])
def test_english_that_is_more_than_a_reply(text: str) -> None:
    assert short_reply(text, "en", "ko") is None


@given(
    st.sampled_from(["네", "넵", "감사합니다", "ㅇㅋ", "확인했습니다"]), st.text(alphabet="~!. ", max_size=6)
)
def test_marks_do_not_count(word: str, marks: str) -> None:
    assert short_reply(word + marks, "ko", "en") == short_reply(word, "ko", "en") is not None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ㅇㅋ 넵 확인했습니당~ ㅋㅋㅋㅋㅋ", "오케이 네 확인했습니다~ ㅋㅋ"),
        ("넹 제출했어용!!!!!", "네 제출했어요!!!"),
        ("ㄱㅅㄱㅅ", "감사합니다"),
        ("넵튠은 그대로", "넵튠은 그대로"),
        ("Plain English!!", "Plain English!!"),
    ],
)
def test_slang_is_spelt_out(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text(alphabet="ㅋㅎㅠㅇㄱㅅ넵 네요.!~가나다abc", max_size=40))
def test_spelling_out_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
