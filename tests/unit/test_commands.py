"""Sub-commands are found however they are typed; the rest stays as typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.commands import CommandSet, Empty, Parsed, Subcommand, Unknown, parse
from bot.domain.keystrokes import keystrokes

WORK = (
    Subcommand("next", korean=("받기",), aliases=("ㄱㄱ",)),
    Subcommand("list", korean=("목록",)),
    Subcommand("submit", korean=("제출",), usage="<task>"),
    Subcommand("release", korean=("반납",), usage="<task>"),
    Subcommand("extend", korean=("연장",)),
    Subcommand("unusable", korean=("불가",)),
)
COMMANDS = CommandSet({"work": WORK, "ask": ()})
WORDS = [(subcommand.name, word) for subcommand in WORK for word in subcommand.words]


@pytest.mark.parametrize(
    ("text", "name", "exact"),
    [
        ("next", "next", True),
        ("NEXT", "next", True),
        ("받기", "next", True),
        (unicodedata.normalize("NFD", "받기"), "next", True),
        ("qkerl", "next", False),
        ("QKERL", "next", False),
        ("ㅜㄷㅌㅅ", "next", False),
        ("ㄱㄱ", "next", True),
        ("rr", "next", False),
        ("\u3000받기\u3000", "next", True),
        ("\u200b받기\ufeff", "next", True),
        ("ne\u200bxt", "next", True),
        ("ｎｅｘｔ", "next", False),
        ("받기!", "next", True),
        ("wpcnf", "submit", False),
        ("녀ㅠㅡㅑㅅ", "submit", False),
    ],
)
def test_every_way_of_typing(text: str, name: str, exact: bool) -> None:
    assert parse(text, WORK) == Parsed(name, "", exact=exact)


def test_rest_is_the_persons_own_text() -> None:
    rest = "T-12 그게… <@U1>  *굵게*\n둘째 줄 " + unicodedata.normalize("NFD", "한글") + " 👩‍👧"
    assert parse(f"  제출 \u3000{rest} \u200b", WORK) == Parsed("submit", rest, exact=True)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u3000\n\t", "\u3164"])
def test_nothing(text: str) -> None:
    assert parse(text, WORK) == Empty()


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("nxet", "next"),
        ("nex", "next"),
        ("sumbit", "submit"),
        ("반낪", "release"),
        ("젳ㄹ", "submit"),
        ("목럭", "list"),
        ("sub", "submit"),
        ("점심", None),
        ("x", None),
        ("안녕하세요", None),
    ],
)
def test_unknown_words_name_the_nearest(word: str, nearest: str | None) -> None:
    assert parse(f"{word} T-1", WORK) == Unknown(word, nearest)


def test_a_long_word_is_cut_and_not_searched() -> None:
    assert parse("가" * 4000, WORK) == Unknown("가" * 40, None)


@pytest.mark.parametrize(("name", "word"), WORDS)
def test_keystrokes_of_each_word_are_its_own(name: str, word: str) -> None:
    assert COMMANDS.parse("work", keystrokes(word)) == Parsed(name, "", exact=word.isascii())
    assert len({keystrokes(other) for _, other in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("first", "second"),
    [("받기", "qkerl"), ("next", "ㅜㄷㅌㅅ"), ("list", "LIST"), ("a", "two words"), ("a", "")],
)
def test_words_that_meet_are_refused(first: str, second: str) -> None:
    with pytest.raises(ValueError, match="/work"):
        CommandSet({"work": [Subcommand(first), Subcommand(second)]})


def test_a_set_is_a_mapping_of_roots() -> None:
    assert list(COMMANDS) == ["work", "ask"]
    assert COMMANDS["work"] == WORK
    assert COMMANDS.parse("ask", "이거 왜요") == Unknown("이거", None)
    with pytest.raises(KeyError):
        COMMANDS.parse("nowhere", "next")


ANY_TEXT = st.text(max_size=300) | st.builds(
    lambda word, blank, rest: word + blank + rest,
    st.sampled_from([word for _, word in WORDS]),
    st.sampled_from([" ", "\u3000", "\n", "\u200b ", "  "]),
    st.text(max_size=100),
)


@given(ANY_TEXT)
@example("next \u200b\u200b x")
@example("\ud800 \udfff")
@example("next\u0000x")
@example("\ufdfa" * 40)
def test_parse_print_parse_is_stable(text: str) -> None:
    parsed = parse(text, WORK)
    if isinstance(parsed, Parsed):
        assert parse(f"{parsed.name} {parsed.rest}", WORK) == Parsed(parsed.name, parsed.rest, exact=True)
        assert parsed.rest in text
    else:
        assert isinstance(parsed, Unknown | Empty)


@pytest.mark.parametrize("text", ["next " + "가" * 40_000, "\u200b" * 40_000, "\ufdfa" * 40_000, "x" * 40])
def test_no_text_takes_longer_than_five_milliseconds(text: str) -> None:
    parse("warm up", WORK)
    fastest = min(_seconds(text) for _ in range(5))
    assert fastest < 0.005


def _seconds(text: str) -> float:
    start = time.perf_counter()
    parse(text, WORK)
    return time.perf_counter() - start
