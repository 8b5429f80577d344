"""What belongs to a person is found in chat, and what only looks like it is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.pii import GRAVE, PrivateKind, find_private
from tests.unit.translation_messages import dev_messages


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(text[find.start : find.end], find.kind.value) for find in find_private(text, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("주민등록번호 900101-2345678 맞나요", [("900101-2345678", "resident")]),
        (
            "9001012345678 / 900101 - 2345678",
            [("9001012345678", "resident"), ("900101 - 2345678", "resident")],
        ),
        ("９００１０１－２３４５６７８입니다", [("９００１０１－２３４５６７８", "resident")]),
        ("외국인 850505-5123456", [("850505-5123456", "resident")]),
        ("900101-2******", [("900101-2******", "resident")]),
        ("900101.2345678, 900101/2345678", [("900101.2345678", "resident"), ("900101/2345678", "resident")]),
        ("계좌번호 알려드려요 11098765432100", [("11098765432100", "account")]),
        ("계좌 등록 후 01012345678", [("01012345678", "phone")]),
        ("면허 12-34-567890-12", [("12-34-567890-12", "resident")]),
        ("여권 M12345678 로", [("M12345678", "passport")]),
        ("M123A4567", [("M123A4567", "passport")]),
        ("여권번호는 AB1234567", [("AB1234567", "passport")]),
        ("passport no. 123456789", [("123456789", "passport")]),
        ("국민 123456-04-567890 김민지입니다", [("123456-04-567890", "account"), ("김민지", "name")]),
        ("국민은행 12345678901234", [("12345678901234", "account")]),
        ("우리 1002-123-456789 이서연님", [("1002-123-456789", "account"), ("이서연", "name")]),
        ("3333-01-1234567 카카오뱅크 김민지", [("3333-01-1234567", "account"), ("김민지", "name")]),
        ("account no. 1234567890", [("1234567890", "account")]),
        ("IBAN DE89 3704 0044 0532 0130 00", [("DE89 3704 0044 0532 0130 00", "account")]),
        ("카드 1234-5678-9012-3456", [("1234-5678-9012-3456", "card")]),
        ("4111111111111111", [("4111111111111111", "card")]),
        ("010-1234-5678이고", [("010-1234-5678", "phone")]),
        ("01012345678로 010 1234 5678", [("01012345678", "phone"), ("010 1234 5678", "phone")]),
        ("+82 10-1234-5678, +821012345678", [("+82 10-1234-5678", "phone"), ("+821012345678", "phone")]),
        ("02-123-4567 (031) 123-4567", [("02-123-4567", "phone"), ("(031) 123-4567", "phone")]),
        ("+1 (415) 555-0132 or 415-555-0132", [("+1 (415) 555-0132", "phone"), ("415-555-0132", "phone")]),
        ("+84 912 345 678", [("+84 912 345 678", "phone")]),
        ("메일은minji.kim@example.com입니다", [("minji.kim@example.com", "email")]),
        ("카톡 minji_k92로 주세요", [("minji_k92", "messenger")]),
        ("카카오톡 아이디는 minjikim이에요", [("minjikim", "messenger")]),
        ("telegram @minji", [("minji", "messenger")]),
        ("라인 아이디: line.minji9", [("line.minji9", "messenger")]),
        ("my insta: kim.minji", [("kim.minji", "messenger")]),
        ("my kakao id is minji_k92", [("minji_k92", "messenger")]),
        ("제 이름은 김민지이고", [("김민지", "name")]),
        ("예금주 홍길동입니다", [("홍길동", "name")]),
        ("성함: 남궁민수", [("남궁민수", "name")]),
        ("My name is Minji Kim.", [("Minji Kim", "name")]),
        ("김민지 010-1234-5678", [("김민지", "name"), ("010-1234-5678", "phone")]),
    ],
)
def test_private_things_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hi team, please re-check batch 14 by Friday 6 PM KST. 23 of 310 tasks were rejected.",
        "562,500원 1,250건 3.3% 1만 2천 건 v2024.01.15",
        "2024-01-15 10:30, 17:00 5/3, 버전 1.2.3, 1731542400000",
        "우리 2024-01-15 10:30 작업, 하나 2 3 4, 국민 여러분",
        "이름이 이상해요 이름이 뭐예요 파일 이름이 틀렸어요 이름은 전부 영어로 써주세요",
        "line 3 is wrong, discord channel please, kakao talk me later, Telegram group link",
        "file name is Batch_14, task 12345678 seg_0042 #4512",
        "계좌는 어디에 등록하나요? 여권은 필요 없어요",
    ],
)
def test_other_things_are_left(text: str) -> None:
    assert found(text) == []


def test_known_people_are_found() -> None:
    assert found("민지쓰가 민지 파일을 Minji님께, minji에게", "민지쓰", "민지", "Minji") == [
        ("민지쓰", "name"),
        ("민지", "name"),
        ("Minji", "name"),
    ]
    assert found("will you check, Will?", "Will") == [("Will", "name")]
    assert found("하나님 하나의 하나둘", "하나") == [("하나", "name"), ("하나", "name")]
    assert found("Minjiwoo", "Minji") == []


@pytest.mark.parametrize("message", dev_messages())
def test_the_messages_at_hand_leak_nothing(message: dict[str, object]) -> None:
    text = str(message["text"])
    finds = [text[find.start : find.end] for find in find_private(text)]
    for private in message["pii"] if isinstance(message["pii"], list) else ():
        assert any(private in find for find in finds)
    assert message["pii"] or not finds


def test_grave_kinds() -> None:
    assert {PrivateKind.RESIDENT, PrivateKind.PASSPORT, PrivateKind.ACCOUNT} <= GRAVE
    assert PrivateKind.PHONE not in GRAVE


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                ["010-1234-5678", "김민지", "계좌 ", "900101-2345678", "a@b.kr", "카톡 ", "minji_k92", " "]
            ),
        )
    ).map("".join)
)
def test_finds_stand_in_order_without_overlaps(text: str) -> None:
    end = 0
    for find in find_private(text, ("김민지", "민지")):
        assert end <= find.start < find.end <= len(text)
        end = find.end


@given(st.sampled_from("-‐–－ "), st.booleans(), st.integers(0, 999_999))
def test_resident_numbers_in_any_writing(dash: str, wide: bool, tail: int) -> None:
    number = f"900101{dash}2{tail:06d}"
    if wide:
        number = number.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert found(f"번호는 {number}이에요") == [(number, "resident")]


@pytest.mark.parametrize(
    "text", ["1-" * 20_000, "a@b.c " * 6_000, "a-" * 20_000, "Aa " * 13_000, "0" * 40_000, "가" * 40_000]
)
def test_long_texts_take_no_time(text: str) -> None:
    begun = time.perf_counter()
    find_private(text, ("민지",))
    assert time.perf_counter() - begun < 2
