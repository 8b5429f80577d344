"""Tasks that people name in passing are found, and what is no id is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.task_ids import MOST_NAMED, listed_tasks, named_tasks


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("#12 소리가 안 들려요", (12,)),
        ("작업 12번이랑 task 13, 과제#14", (12, 13, 14)),
        ("12번 작업이 이상해요", (12,)),
        ("12번 들어도 모르겠어요, 3분짜리예요", ()),
        ("<@U1> #7 and <#C012|general>", (7,)),
        ("issue#1-2 is none", ()),
        ("#12 #12 #3", (12, 3)),
    ],
)
def test_numbers_of_cards(text: str, numbers: tuple[int, ...]) -> None:
    assert named_tasks(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("JN-0012를 들어 보세요", "JN-0012"),
        ("(jn-0012)", "JN-0012"),
        ("clip-013.wav.", "clip-013"),
        ("<https://host.example/JN-0012.wav|JN-0012.wav> 깨졌어요", "JN-0012"),
        ("‘전남-0012’은", "전남-0012"),
        ("ＪＮ－００１２ 좀 봐 주세요", "JN-0012"),
        ("S1/utt_07 뭐예요?", "S1/utt_07"),
        ("20261121 안 열려요", "20261121"),
        ("a&amp;b-1", "a&b-1"),
    ],
)
def test_imported_ids_in_running_words(text: str, id: str) -> None:
    assert id in {way for ways in named_tasks(text).words for way in ways}


@pytest.mark.parametrize("text", ["", "안녕하세요", "12분 3번", "<@U0123> <!here>", "no id", "ㅋㅋㅋ 100%"])
def test_words_that_name_nothing(text: str) -> None:
    assert named_tasks(text).words == ()


def test_a_list_may_name_anything() -> None:
    assert [(item, number) for item, _ways, number in listed_tasks("12, 문장 3; clip\n#4")] == [
        ("12", 12),
        ("문장 3", None),
        ("clip", None),
        ("#4", 4),
    ]
    assert [item for item, _ways, _number in listed_tasks("JN-1 JN-2  JN-1")] == ["JN-1", "JN-2"]
    assert listed_tasks(" \n") == ()


@given(st.text(max_size=400))
def test_nothing_raises_and_everything_is_bounded(text: str) -> None:
    named = named_tasks(text)
    assert len(named.numbers) <= MOST_NAMED
    assert all(ways and all(0 < len(way) <= 200 for way in ways) for ways in named.words)
    assert len(listed_tasks(text)) <= MOST_NAMED


def test_long_texts_are_read_quickly() -> None:
    named = named_tasks("JN-1 " * 5 + "".join(f"JN-{n} " for n in range(20_000)))
    assert len(named.words) == MOST_NAMED
