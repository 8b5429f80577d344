"""Which language a text is in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.detect import Detected, detect
from bot.translation.mrkdwn_text import from_mrkdwn
from tests.unit.translation_material import messages


@pytest.mark.parametrize("prior", [None, "ko", "en"])
def test_messages_of_the_trade(prior: str | None) -> None:
    rows = messages()
    right = [
        row
        for row in rows
        if (detect(from_mrkdwn(row["text"]).plain(), prior).language or "none") == row["lang"]
    ]
    assert len(rows) - len(right) <= 2, [row["id"] for row in rows if row not in right]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ㅋㅋㅋㅋ", "ko"),
        ("ㅠㅠ", "ko"),
        ("annotation tool에서 bounding box label export 안 됨", "ko"),
        ("FYI the 전사 guideline changed", "en"),
        ("can you 확인 please? the batch is late", "en"),
        ('The worker said "확인했습니다" and left', "en"),
        ("La 전사 está lista para la revisión", "es"),
        ("gracias", "es"),
        ("¿Listo?", "es"),
        ("tolong cek ulang tugas ini", "id"),
        ("Obrigado, vou verificar as etiquetas", "pt"),
        ("merci pour votre aide", "fr"),
        ("了解です", "ja"),
        ("请检查第三条指南", "zh"),
        ("Проверьте задание", "ru"),
        ("lgtm", "en"),
    ],
)
def test_a_short_line(text: str, language: str) -> None:
    assert detect(text).language == language


@pytest.mark.parametrize("text", ["", "1234 / 5678", "v2 3/5 6 PM", "👍🎉", "---", "17:00"])
def test_nothing_to_translate(text: str) -> None:
    assert detect(text, "en") == Detected(None, confident=True)


@pytest.mark.parametrize(
    "text", ["annyeonghaseyo PM-nim, hwagin butakdeuryeoyo", "gamsahamnida", "nae geo jom bwa juseyo"]
)
def test_romanised_korean_is_not_sure(text: str) -> None:
    assert detect(text) == Detected("ko", confident=False)


@pytest.mark.parametrize(
    "text",
    [
        "Seoul office menu",
        "video radio",
        "Could you guys chill with the pings lol",
        "Hello team",
        "I see no numbers",
    ],
)
def test_english_is_not_romanised_korean(text: str) -> None:
    assert detect(text).language == "en"


def test_the_writer_decides_what_is_too_short() -> None:
    assert detect("ok", "es") == Detected("es", confident=True), "it is short, but it is theirs"
    assert detect("ok", "ko") == Detected("en", confident=False)
    assert detect("Quick question: 이의신청 deadline?", "en").language == "en"


@given(st.text(max_size=80), st.sampled_from([None, "ko", "en", "es", "ja"]))
def test_any_text_gets_an_answer(text: str, prior: str | None) -> None:
    found = detect(text, prior)
    assert found.language is None or re.fullmatch("[a-z]{2}", found.language)


@given(st.text(alphabet="0123456789 .,:;/-+%()#", max_size=60))
def test_digits_and_signs_are_nothing(text: str) -> None:
    assert detect(text).language is None


@given(st.text(alphabet="가나다라마바사아자차카타파하 ", min_size=1, max_size=40).filter(str.strip))
def test_hangul_is_korean(text: str) -> None:
    assert detect(text) == Detected("ko", confident=True)
