"""Knowing copies of task content again: whatever is around them and between them, and nothing else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.prints import SPAN, Key, copies, normalise, pieces, telling, words_of

KEY = Key(b"secret", 1)
SAID = (
    "아따 그때는 말이여 우리 집 앞마당에 감나무가 하나 있었는디, 가을만 되면 동네 애들이 다 와서 감을 따 먹고 "
    "그랬제. 그라믄 할매가 막 소리를 질러부렀어."
)
_DATA = Path(__file__).parents[3] / "shared" / "data"

_SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=25, max_size=120)
_AROUND = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=60)
_BETWEEN = st.sampled_from(["", " ", "  ", "\n", ".", ", ", "*", "_", "\u200b", "…", "> "])


def _hits(content: str, words: str) -> bool:
    normal = normalise(content)
    return bool(KEY.marks_of_content(normal) & KEY.marks_of_message(words)) and copies(normal, words)


@given(_SYLLABLES, st.data(), _AROUND, _AROUND)
def test_every_long_enough_copy_is_found(content: str, data: st.DataObject, before: str, after: str) -> None:
    start = data.draw(st.integers(0, len(content) - SPAN))
    end = data.draw(st.integers(start + SPAN, len(content)))
    copy = content[start:end]
    found = KEY.marks_of_content(content) & KEY.marks_of_message(before + copy + after)
    assert found
    if len(set(copy)) >= SPAN:
        assert copies(content, before + copy + after)


@given(st.lists(_BETWEEN, min_size=len(SAID), max_size=len(SAID)))
def test_signs_and_spaces_hide_nothing(between: list[str]) -> None:
    disguised = "".join(char + sign for char, sign in zip(SAID, between, strict=True))
    assert normalise(disguised) == normalise(SAID)
    assert _hits(SAID, f"이거 어떻게 적어요? {disguised} 모르겠어요")


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: f"```{text}```",
        lambda text: f"> {text}",
        lambda text: text.upper(),
        lambda text: "".join(f"*{word}* " for word in text.split()),
        lambda text: "\u3164".join(text),
    ],
)
def test_other_disguises_hide_nothing_either(disguise: Callable[[str], str]) -> None:
    assert _hits(SAID, disguise(SAID))
    english = "he quick brown fox never jumps over any lazy dogs of ours"
    assert _hits("The quick brown fox never jumps over any lazy dogs of ours today.", disguise(english))


def test_a_composed_and_a_decomposed_text_are_one() -> None:
    assert _hits(SAID, unicodedata.normalize("NFD", SAID))


def test_short_contents_count_only_on_their_own() -> None:
    short = "겁나게 좋아부러잉 그라제"
    assert telling(normalise(short)) < SPAN
    assert _hits(short, short)
    assert _hits(short, f"이거요\n{short}\n어떻게 적어요?")
    assert _hits(short, f"“{short}” 이렇게 적으면 되나요?")
    assert _hits(short, "안녕하세요. 겁나게 좋아부러잉, 그라제! 맞죠?")
    assert not _hits(short, f"어제 {short} 하더라고요"), "in the middle of a sentence it may be anybody's"
    assert KEY.marks_of_content(normalise("네 좋아요")) == frozenset()


def test_laughter_is_nobodys() -> None:
    assert not _hits("ㅋ" * 60, "ㅋ" * 80)
    assert not _hits("ㅋㅎ" * 30, "ㅋㅎ" * 40)
    assert not _hits("하하하하하하하하하하하하", "하하하하하하하하하하하하")


def test_keys_and_workspaces_make_marks_of_their_own() -> None:
    normal = normalise(SAID)
    marks = KEY.marks_of_content(normal)
    assert all(0 <= mark < 1 << 63 for mark in marks)
    assert not marks & Key(b"other", 1).marks_of_content(normal)
    assert not marks & Key(b"secret", 2).marks_of_content(normal)
    assert KEY.sign == Key(b"secret", 1).sign != Key(b"other", 1).sign
    assert len(marks) < len(normal) / 4, "few of the stretches are kept"


def test_only_words_of_the_work_are_guarded() -> None:
    payload = {
        "text": f"{SAID} https://media.example/clip/0001.wav",
        "note": SAID,
        "audio": "https://a.example",
    }
    assert words_of(payload) == (normalise(SAID),)
    assert words_of({"label": "unsafe", "note": SAID, "unusable": "noise"}) == ()
    assert words_of({"source": "https://media.example/a/very/long/address/of/a/file.wav"}) == ()


def test_what_a_long_message_costs_is_bounded() -> None:
    long = "가나다라마바사아자차카타파하" * 2900
    assert len(pieces(long * 2)) <= 200
    assert not copies(normalise(SAID * 30), long)


def _sentences() -> list[str]:
    found: list[str] = []
    for name, fields in (
        ("answers/dev.jsonl", ("question", "q", "text")),
        ("answers/sections.jsonl", ("text", "body", "content")),
        ("translation/messages-dev.jsonl", ("ko", "text", "source")),
    ):
        path = _DATA / name
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in lines:
            row = json.loads(line)
            found += [row[field] for field in fields if isinstance(row.get(field), str)]
    return list(dict.fromkeys(found))


def test_unrelated_sentences_never_hit() -> None:
    sentences = _sentences()
    if len(sentences) < 200:
        pytest.skip("the sentences are not here")
    contents = [normalise(sentence) for sentence in sentences[::2]]
    known = {mark: text for text in contents for mark in KEY.marks_of_content(text)}
    for sentence in sentences[1::2]:
        for mark in KEY.marks_of_message(sentence):
            content = known.get(mark)
            assert content is None or not copies(content, sentence), (content, sentence)
