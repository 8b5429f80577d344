"""The difference of two answers: exact, readable in Korean, and bounded in time and size."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.diff import Change, compare, draw
from tests.golden.facts import huge

SAME, GONE, NEW = Change.SAME, Change.GONE, Change.NEW
KOREAN = st.text(alphabet="가나다라 마바.,\n아a1👩‍", max_size=60)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("같아요", "같아요", [(SAME, "같아요")]),
        (
            "아니라니까 그래서",
            "아니라니께 그래서",
            [(SAME, "아니라니"), (GONE, "까"), (NEW, "께"), (SAME, " 그래서")],
        ),
        ("그럴수 있죠", "그럴 수 있죠", [(SAME, "그럴"), (NEW, " "), (SAME, "수 있죠")]),
        ("내가 갔다", "내가 어제 갔다", [(SAME, "내가 "), (NEW, "어제 "), (SAME, "갔다")]),
        ("완전히 다른 문장", "하나도 안 닮음", [(GONE, "완전히 다른 문장"), (NEW, "하나도 안 닮음")]),
        ("", "새로", [(NEW, "새로")]),
        ("지움", "", [(GONE, "지움")]),
        ("", "", []),
    ],
)
def test_changes_read_as_a_korean_would_mark_them(
    before: str, after: str, pieces: list[tuple[Change, str]]
) -> None:
    assert [(piece.change, piece.text) for piece in compare(before, after)] == pieces


@settings(deadline=None)
@given(KOREAN, KOREAN)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.change is not NEW) == before
    assert "".join(piece.text for piece in pieces if piece.change is not GONE) == after
    assert all(one.change is not two.change for one, two in pairwise(pieces))


def test_changed_spaces_and_lines_can_be_seen() -> None:
    runs, whole = draw("그럴수 있죠", "그럴 수 있죠", 100)
    assert ("␣", "bold") in runs
    assert whole
    runs, _whole = draw("가\n나", "가 나", 100)
    assert ("↵\n", "strike") in runs


def test_long_unchanged_stretches_are_shortened_around_the_change() -> None:
    before = huge("긴 문장이 이어져요. ", 1500) + "아니라니까" + huge(" 또 이어져요.", 1400)
    runs, whole = draw(before, before.replace("니까", "니께"), 400)
    assert whole
    assert sum(len(run.text) for run in runs) < 200
    assert ("까", "strike") in runs
    assert ("께", "bold") in runs


def test_a_cut_difference_shows_the_beginning_of_both_sides() -> None:
    runs, whole = draw("가" * 3000, "나" * 3000, 400)
    assert not whole
    assert {run.style for run in runs} == {"strike", "bold"}
    assert sum(len(run.text) for run in runs) <= 400


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (huge("가 나", 3000), huge("나 가", 3000)),
        (huge(". ", 3000), huge(" .", 3000)),
        (huge("a.", 3000), huge("b.", 3000)),
        (huge("가", 3000), huge("가", 1500) + huge("나", 1500)),
    ],
)
def test_the_worst_cases_take_a_moment_only(before: str, after: str) -> None:
    started = time.perf_counter()
    runs, _whole = draw(before, after, 1000)
    assert time.perf_counter() - started < 1
    assert len(runs) <= 60


def test_noise_stays_small_too() -> None:
    dice = random.Random(7)
    one, two = ("".join(dice.choice("가나다라 마바.") for _ in range(3000)) for _ in range(2))
    runs, whole = draw(one, two, 1000)
    assert not whole
    assert len(runs) <= 60
