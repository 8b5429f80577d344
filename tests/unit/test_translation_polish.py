"""Particles, 님 and the register of what an engine wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.masked import Masked, Slot, slots_of
from bot.translation.polish import dialect, polish
from bot.translation.register import is_casual
from tests.unit.translation_material import messages


def _polished(
    masked: Masked, said: dict[int, str], people: set[int] | None = None, target: str = "ko"
) -> str:
    done, _ = polish(masked, target, said, people or set())
    return "".join(said[part.number] if isinstance(part, Slot) else part for part in done)


@pytest.mark.parametrize(
    "behind", ["은(는)", " 은(는)", "는", "은", " 는", "님은", "님는", " 님은(는)", "씨는"]
)
def test_a_person_is_called_nim_once(behind: str) -> None:
    assert _polished((Slot(0), f"{behind} 확인했습니다"), {0: "@민지"}, {0}) == "@민지님은 확인했습니다"


@pytest.mark.parametrize(
    ("masked", "text"),
    [
        (("참조 ", Slot(0)), "참조 @Bob님"),
        ((Slot(0), ", 봐 주세요"), "@Bob님, 봐 주세요"),
        ((Slot(0), " 검수자님, 봐 주세요"), "@Bob 검수자님, 봐 주세요"),
        ((Slot(0), Slot(0)), "@Bob님@Bob님"),
        ((Slot(0), "씨가 왔어요"), "@Bob님이 왔어요"),
        ((Slot(0), "에게 물어보세요"), "@Bob님에게 물어보세요"),
    ],
)
def test_people_in_korean(masked: Masked, text: str) -> None:
    assert _polished(masked, {0: "@Bob"}, {0}) == text


@pytest.mark.parametrize(
    ("word", "behind", "right"),
    [
        ("반려", "을 누르세요", "를 누르세요"),
        ("label", "을(를) 확인", "을 확인"),
        ("라벨", "으로 가세요", "로 가세요"),
        ("라벨", "으로는 안 돼요", "로는 안 돼요"),
        ("14", "이(가) 없어요", "가 없어요"),
        ("Slack", "로 보내요", "으로 보내요"),
        ("작업", " 를 제출", "을 제출"),
        ("작업", "가이드", "가이드"),
        ("작업", " 이 라벨", " 이 라벨"),
        (":tada:", "을 봐요", "을 봐요"),
        (":tada:", "을(를) 봐요", "을(를) 봐요"),
        ("가이드라인", "에 있어요", "에 있어요"),
        ("작업", "라고 해요", "이라고 해요"),
    ],
)
def test_particles_fit_what_stands_in_the_slot(word: str, behind: str, right: str) -> None:
    assert _polished((Slot(0), behind), {0: word}) == word + right


def test_double_forms_behind_plain_words() -> None:
    assert _polished(("파일을(를) 라벨(으)로 바꿔 주세요",), {}) == "파일을 라벨로 바꿔 주세요"


def test_honorifics_vanish_in_english() -> None:
    said = {0: "@a", 1: "@b", 2: "@c", 3: "@d"}
    masked: Masked = (
        Slot(0),
        "님, please ask ",
        Slot(1),
        "-nim, Mr. ",
        Slot(2),
        " and ",
        Slot(3),
        "씨 about nim games",
    )
    text = _polished(masked, said, {0, 1, 2, 3}, "en")
    assert text == "@a, please ask @b, @c and @d about nim games"


_TEXTS = st.text(alphabet="은는이가을를님씨(). 으로와과확인Mr-", max_size=12)


@given(
    st.lists(st.one_of(_TEXTS, st.integers(0, 4).map(Slot)), max_size=8),
    st.sets(st.integers(0, 4)),
    st.sampled_from(["ko", "en"]),
)
def test_slots_are_never_moved(parts: list[str | Slot], people: set[int], target: str) -> None:
    said = dict(enumerate(["@민지", "라벨", "label", ":tada:", "14"]))
    done, flags = polish(tuple(parts), target, said, people)
    assert slots_of(done) == slots_of(tuple(parts))
    assert flags <= {"casual"}


@given(st.lists(st.one_of(_TEXTS, st.integers(0, 4).map(Slot)), max_size=8), st.sets(st.integers(0, 4)))
def test_a_name_never_gets_a_second_nim(parts: list[str | Slot], people: set[int]) -> None:
    said = dict(enumerate(["@민지", "@라벨", "@bob", "@수님", "@14"]))
    once, _ = polish((Slot(0), "님 안녕하세요"), "ko", said, {0})
    twice, _ = polish(once, "ko", said, {0})
    assert once == twice == (Slot(0), "님 안녕하세요")
    assert polish((Slot(3), "이 왔어요"), "ko", said, {3})[0] == (Slot(3), "이 왔어요")


@pytest.mark.parametrize(
    "text",
    [
        "확인해 주세요",
        "배치 14 재확인 부탁드립니다",
        "제출 완료",
        "다시 해도 괜찮을까요?",
        "이 작업은 단가",
        "검수 결과 이미지",
        "더 나은 평가",
        "",
    ],
)
def test_polite_or_neutral(text: str) -> None:
    assert not is_casual(text)


@pytest.mark.parametrize(
    "text",
    [
        "오늘 확인했어",
        "작업을 완료했다",
        "다시 확인해 봐",
        "빨리 해줘!",
        "감사합니다. 내일 확인할게",
        "왜 반려됐니?",
        "지금 끝내자",
    ],
)
def test_casual_is_flagged(text: str) -> None:
    assert polish((text,), "ko", {}, ())[1] == {"casual"}


def test_dialect() -> None:
    marked = {row["id"] for row in messages() if row["lang"] == "ko" and dialect(row["text"])}
    assert marked == {row["id"] for row in messages() if "dialect" in row["note"]}


@pytest.mark.parametrize(
    "text",
    [
        "단디 해라",
        "뭐라카노",
        "혼저 옵서예",
        "그랬당께요",
        "괜찮아유",
        "억수로 많네예",
        "허벌나게 많아부러",
        "그거 맞구먼유",
    ],
)
def test_dialects(text: str) -> None:
    assert dialect(text)


@pytest.mark.parametrize(
    "text",
    [
        "확인했습니다",
        "노트 확인해 주세요",
        "하이라이트를 봐 주세요",
        "수다 떨지 말고요",
        "일부러 그랬어요",
        "무사히 끝났어요",
        "스카이 기여도",
        "제 아이가 아파요",
        "이유가 뭔가요",
        "하나하나 유심히",
    ],
)
def test_standard_korean_is_no_dialect(text: str) -> None:
    assert not dialect(text)
