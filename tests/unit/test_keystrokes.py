"""A word is the keys that type it, whatever the keyboard mode was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keystrokes import keystrokes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("받기", "qkerl"),
        ("ㅜㄷㅌㅅ", "next"),
        ("녀ㅠㅡㅑㅅ", "submit"),
        ("값", "rkqt"),
        ("의", "dml"),
        ("꽹", "RHOD"),
        ("ㄱㄱ", "rr"),
        ("ㅇㅇ", "dd"),
        ("ㅘ", "hk"),
        ("ㄳ", "rt"),
        ("ＮＥＸＴ", "next"),
        ("목록!", "ahrfhr!"),
        ("ﾡ", "r"),
    ],
)
def test_known_words(one: str, other: str) -> None:
    assert keystrokes(one) == keystrokes(other) == other.lower()


@given(st.text(alphabet=[chr(code) for code in range(ord("가"), ord("힣") + 1, 7)], max_size=12))
def test_decomposed_and_composed_are_the_same_keys(text: str) -> None:
    typed = keystrokes(text)
    assert keystrokes(unicodedata.normalize("NFD", text)) == typed
    assert typed.isascii()
    assert keystrokes(typed) == typed


def test_every_jamo_has_a_key() -> None:
    standing_alone = [chr(code) for code in range(0x3131, 0x3164)]
    assert all(keystrokes(jamo).isalpha() and keystrokes(jamo).isascii() for jamo in standing_alone)


@given(st.text())
def test_never_raises(text: str) -> None:
    assert isinstance(keystrokes(text), str)
