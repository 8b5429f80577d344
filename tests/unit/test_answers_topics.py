from __future__ import annotations

import pytest

from bot.answers.topics import Topic, is_question, topic_of


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("이번 달 정산은 언제 되나요?", Topic.PAY),
        ("이 프로젝트 단가 알려주세요", Topic.PAY),
        ("돈 언제 들어와요ㅠㅠ", Topic.PAY),
        ("how much will i earn for this batch", Topic.PAY),
        ("do we get paid for rejected items", Topic.PAY),
        ("내일 하루 쉬어도 되나요?", Topic.LEAVE),
        ("연차 쓸 수 있어요?", Topic.LEAVE),
        ("can i take a day off on friday", Topic.LEAVE),
        ("로그인이 안 돼요", Topic.ACCOUNT),
        ("비밀번호를 까먹었어요", Topic.ACCOUNT),
        ("I forgot my password", Topic.ACCOUNT),
        ("안녕하세요!", Topic.CHIT_CHAT),
        ("감사합니다 좋은 하루 되세요 ㅎㅎ", Topic.CHIT_CHAT),
        ("넵 알겠습니다", Topic.CHIT_CHAT),
        ("thank you so much", Topic.CHIT_CHAT),
        ("<@U012> ㅋㅋㅋㅋ", Topic.CHIT_CHAT),
    ],
)
def test_what_is_not_for_the_guideline_goes_elsewhere(text: str, topic: Topic) -> None:
    assert topic_of(text) is topic


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요 숫자는 어떻게 적나요?",
        "급여 얘기가 나오면 금액도 적나요?",
        "쉬는 구간도 표시하나요",
        "계정 정지는 몇 단계로 나뉘나요",
        "빈 칸은 그냥 둬도 돼요?",
        "can i leave it blank",
        "is paid advertising allowed",
        "what if the speaker says his account number",
        "good quality means what exactly",
        "비 오는 소리는 어떤 태그예요?",
        "밥 먹는 소리도 표기하나요?",
        "로봇이야기도 라벨하나요",
        "회원이 비밀번호를 잊었다고 하면요",
    ],
)
def test_guideline_questions_are_searched(text: str) -> None:
    assert topic_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "이거 어떻게 적어요",
        "박스는 어디까지 그리면 되나여",
        "웃음소리도 적어야 되나",
        "이 경우 태그 뭐 써야 함",
        "이래 적으면 되는교",
        "우째 해야 하노",
        "그림자 포함인가요 ㅠㅠ",
        "기준 좀 알려주세요",
        "두 개 다 골라도 될까요 부탁드립니다",
        "이럴 땐 반려합니까",
        "설명 좀 해주실 수 있을까요 감사합니다",
        "how do i mark silence",
        "맞나요?",
    ],
)
def test_questions_are_recognised_without_a_question_mark(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "네 알겠습니다",
        "오늘 작업 다 끝냈습니다",
        "제가 하니까",
        "파일 올렸어요",
        "남은 건 하나",
        "내일 다시 할게요",
        "done with my batch",
        "수고하셨습니다",
    ],
)
def test_statements_are_left_alone(text: str) -> None:
    assert not is_question(text)
