"""What may not be shown, what is only doubtful, and what real engines say."""

from __future__ import annotations

import pytest

from bot.translation.masked import Masked, Slot
from bot.translation.validate import LENGTH, NUMBERS, UNTRANSLATED, check
from bot.translation.wire import Damaged

KOREAN = "이 배치는 3월 15일까지 310건을 검수해야 합니다."
ENGLISH = "This batch of 310 must be reviewed by March 15."


def judge(source: str, said: str, direction: str = "ko-en") -> frozenset[str]:
    before, after = direction.split("-")
    return check((source,), (said,), before, after)


SOUND = [
    ("ko-en", KOREAN, ENGLISH),
    ("en-ko", ENGLISH, KOREAN),
    ("ko-es", "네, 확인했습니다.", "Sí, lo he comprobado."),
    ("en-es", "The hotel is closed.", "El hotel está cerrado."),
    ("ko-ja", "네, 확인했습니다.", "はい、確認しました。"),
    ("en-zh", "Please check it again.", "请再检查一遍。"),
    ("ko-en", "응!!!", "Yes!!!"),
    ("en-ko", "NASA JPL", "NASA JPL 팀"),
    ("ko-en", "아니 아니 아니 아니 아니요", "no no no no no"),
    ("ko-en", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "hahahahahahahahahahahaha"),
    ("ko-en", "<@U1> 이렇게 쓰지 마세요", "Do not write <@U1> like this"),
    ("ko-en", "@channel 이라고 쓰지 마세요", "Please do not write @channel"),
    ("ko-en", "www.example.com 을 보세요", "See www.example.com."),
    ("ko-en", "1만 2천원입니다", "It is 12,000 won"),
]


@pytest.mark.parametrize(("direction", "source", "said"), SOUND)
def test_a_sound_answer_passes(direction: str, source: str, said: str) -> None:
    assert judge(source, said, direction) <= {NUMBERS}


DAMAGED = [
    ("empty", "ko-en", KOREAN, ""),
    ("empty", "ko-en", KOREAN, "  ... "),
    ("echo", "ko-en", KOREAN, KOREAN),
    ("echo", "en-ko", ENGLISH, f" {ENGLISH.upper()}"),
    ("echo", "ko-en", "민지 Kim", "민지 Kim"),
    ("script", "ko-en", KOREAN, "この配置は三月までに検収してください"),
    ("script", "en-ko", ENGLISH, "Dieser Stapel von 310 muss bis 15. März geprüft werden"),
    ("script", "ko-en", KOREAN, "이 배치는 must 검수해야 합니다 15 310"),
    ("loop", "ko-en", KOREAN, "The batch is legally legally legally legally legally reviewed 15 310"),
    ("loop", "ko-en", KOREAN, "The name was Han-Joo-Joo-Joo-Joo-Joo-Joo-Joo-Joo-Joo-Joo 15 310"),
    ("length", "ko-en", KOREAN, "Batch"),
    ("length", "ko-en", "네", "Certainly! " + "Here is what I think about it all. " * 3),
    ("error_page", "ko-en", KOREAN, "Error 500 (Server Error)!!1500.That’s an error."),
    ("error_page", "ko-en", KOREAN, "<html><body>502 Bad Gateway</body></html>"),
    ("error_page", "ko-en", KOREAN, "MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY"),
    ("token", "ko-en", KOREAN, f"{ENGLISH} <x7/>"),
    ("live", "ko-en", KOREAN, f"<@U0EVIL> {ENGLISH}"),
    ("live", "ko-en", KOREAN, f"<!channel> {ENGLISH}"),
    ("live", "ko-en", KOREAN, f"<https://evil.example.com|here> {ENGLISH}"),
    ("live", "ko-en", "<@U1> 이렇게 쓰지 마세요", "Do not write <@U1> like <@U0EVIL>"),
    ("mention", "ko-en", KOREAN, f"@everyone {ENGLISH}"),
    ("link", "ko-en", KOREAN, f"{ENGLISH} https://evil.example.com"),
    ("link", "ko-en", KOREAN, f"{ENGLISH} evil-login.com"),
    ("lines", "ko-en", KOREAN, "This batch of 310\nmust be reviewed by March 15."),
    ("control", "ko-en", KOREAN, f"\u202e{ENGLISH}"),
]


@pytest.mark.parametrize(("reason", "direction", "source", "said"), DAMAGED)
def test_a_wrong_answer_is_damaged(reason: str, direction: str, source: str, said: str) -> None:
    with pytest.raises(Damaged) as caught:
        judge(source, said, direction)
    assert caught.value.reason == reason


def test_doubts_are_flags() -> None:
    assert judge("310건을 검수했습니다", "We reviewed some") == {NUMBERS}
    assert LENGTH in judge(KOREAN, "Review 310 15")
    assert judge("Kim Minji", "Kim Minji", "en-ko") == {UNTRANSLATED}


def test_an_echo_passes_where_it_is_wanted_or_nothing_could_be_translated() -> None:
    assert check((KOREAN,), (KOREAN,), "ko", "en", accept_echo=True) == frozenset()
    with pytest.raises(Damaged):
        check((KOREAN,), ("これは日本語の文章です。とても長い文章です。",), "ko", "en", accept_echo=True)
    assert judge("12:30 - 14:00", "12:30 - 14:00") == frozenset()


def test_slots_are_no_words() -> None:
    source: Masked = (Slot(0), " 님, ", Slot(1), " 확인 부탁드려요")
    assert check(source, (Slot(0), ", please check ", Slot(1)), "ko", "en") == frozenset()
    with pytest.raises(Damaged):
        check(source, (Slot(0), " ", Slot(1)), "ko", "en")
    assert check((Slot(0), " 중"), (Slot(0),), "ko", "en") == {LENGTH}
