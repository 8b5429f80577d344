"""Nicknames that can be shown anywhere without changing what is around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from bot.domain.people import NICKNAME_LIMIT, clean_nickname, likeness_of
from bot.domain.text import is_storable


@given(text(characters(codec=None), max_size=30))
def test_what_passes_is_short_plain_and_stable(wanted: str) -> None:
    name = clean_nickname(wanted)
    if name is not None:
        assert 1 <= len(name) <= NICKNAME_LIMIT
        assert not set(name) & set("<>&*_~`@#|\n\t")
        assert is_storable(name)
        assert clean_nickname(name) == name


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("  달빛   고양이 ", "달빛 고양이"),
        ("mina", "mina"),
        ("가" * 20, "가" * 20),
        ("가" * 21, None),
        ("", None),
        ("   ", None),
        ("<!channel>", None),
        ("*굵게*", None),
        ("@everyone", None),
        ("a\x00b", None),
        ("a\u200bb", None),
        ("a\u202eb", None),
        ("\u3164", None),
        ("\u115f\u1160", None),
        ("a\u3164", None),
        ("\u2800", None),
        ("\ufe0f", None),
        ("\u1106\u1175\u1102\u1161", "미나"),
        ("\u1112\u1161\u11ab" * 20, "한" * 20),
        ("❤\ufe0f 미나", "❤\ufe0f 미나"),
    ],
)
def test_nicknames(wanted: str, name: str | None) -> None:
    assert clean_nickname(wanted) == name


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Mina", "mina", True),
        ("É", "e\u0301", True),
        ("STRASSE", "straße", True),
        ("ｍｉｎａ", "mina", True),
        ("미나", "\u1106\u1175\u1102\u1161", True),
        ("❤", "❤\ufe0f", True),
        ("미나", "미니", False),
        ("mina", "mina2", False),
    ],
)
def test_names_that_look_the_same(one: str, other: str, alike: bool) -> None:
    assert (likeness_of(one) == likeness_of(other)) is alike


@pytest.mark.parametrize(
    ("words", "storable"),
    [
        ("", True),
        ("거시기 🦭", True),
        ("a\x00", False),
        ("\ud83e", False),
        ("\u0001", True),
    ],
)
def test_storable(words: str, storable: bool) -> None:
    assert is_storable(words) is storable
