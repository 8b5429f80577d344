"""Answers are kept as they were given, outer blanks and composition aside."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis.strategies import characters, sampled_from, text

from bot.domain.answers import (
    ANSWER_LIMIT,
    NOTE,
    PARTS,
    UNUSABLE,
    UnusableReason,
    clean_answer,
    main_part,
    same_answer,
)
from bot.domain.errors import EmptyAnswer, Invalid
from bot.domain.task import TaskType

WORDS = text(characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(WORDS)
def test_an_answer_is_kept_but_for_outer_blanks_and_composition(words: str) -> None:
    kept = unicodedata.normalize("NFC", words).strip()
    if not kept:
        with pytest.raises(EmptyAnswer) as refused:
            clean_answer(TaskType.TRANSCRIPTION, {"text": words})
        assert refused.value.field == "text"
        return
    cleaned = clean_answer(TaskType.TRANSCRIPTION, {"text": words})
    assert cleaned == {"text": kept}
    assert clean_answer(TaskType.TRANSCRIPTION, cleaned) == cleaned


def test_dialect_and_inner_spaces_stay() -> None:
    given_text = "거시기  혀부렀당께요\r\n아따"
    assert clean_answer(TaskType.TRANSCRIPTION, {"text": given_text}) == {
        "text": "거시기  혀부렀당께요\n아따"
    }


def test_decomposed_hangul_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "가교")
    assert clean_answer(TaskType.TRANSLATION, {"text": decomposed}) == {"text": "가교"}


@pytest.mark.parametrize("kind", TaskType)
def test_every_part_is_required_and_limited(kind: TaskType) -> None:
    assert main_part(kind) == PARTS[kind][0]
    full = dict.fromkeys(PARTS[kind], "x")
    assert clean_answer(kind, full | {"stray": "y"}) == full
    for part in PARTS[kind]:
        with pytest.raises(EmptyAnswer) as empty:
            clean_answer(kind, full | {part: " \u3000\n"})
        assert empty.value.field == part
        assert clean_answer(kind, full | {part: "x" * ANSWER_LIMIT})
        for wrong, code in (
            ("x" * (ANSWER_LIMIT + 1), "too_long"),
            ("a\x00b", "unstorable"),
            ("\ud83d", "unstorable"),
        ):
            with pytest.raises(Invalid) as refused:
                clean_answer(kind, full | {part: wrong})
            assert (refused.value.field, refused.value.code) == (part, code)


def test_a_label_must_be_one_of_the_projects() -> None:
    answer = {"label": "safe", "rationale": "아무 문제 없어요."}
    assert clean_answer(TaskType.MODERATION, answer, ("safe", "unsafe")) == answer
    with pytest.raises(Invalid) as refused:
        clean_answer(TaskType.MODERATION, answer | {"label": "other"}, ("safe", "unsafe"))
    assert (refused.value.field, refused.value.code, refused.value.value) == ("label", "unknown", "other")


@given(sampled_from(TaskType), sampled_from(UnusableReason))
def test_unusable_is_an_answer_by_itself(kind: TaskType, reason: UnusableReason) -> None:
    parts = {UNUSABLE: reason.value, "text": "x", NOTE: " 잡음 "}
    assert clean_answer(kind, parts, ("safe", "unsafe")) == {UNUSABLE: reason.value, NOTE: "잡음"}


def test_unusable_needs_a_known_reason() -> None:
    for reason in ("", "boring"):
        with pytest.raises(Invalid) as refused:
            clean_answer(TaskType.TRANSCRIPTION, {UNUSABLE: reason})
        assert (refused.value.field, refused.value.code) == (UNUSABLE, "unknown")


def test_notes_do_not_make_another_answer() -> None:
    assert same_answer({"text": "가", NOTE: "하나"}, {"text": "가"})
    assert not same_answer({"text": "가"}, {"text": "나"})
    assert not same_answer({"text": "가"}, {UNUSABLE: "noise"})
    long = clean_answer(TaskType.TRANSLATION, {"text": "가", NOTE: "x" * 9000})
    assert len(long[NOTE]) == ANSWER_LIMIT
    assert NOTE not in clean_answer(TaskType.TRANSLATION, {"text": "가", NOTE: "\x00"})
