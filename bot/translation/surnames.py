"""Tells Korean names from other words: by the surname, the length and what follows."""

from __future__ import annotations

import re

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도"
    "석선설마길연위표명기반왕금옥육맹제모탁은편용예봉사부경피두감국복목형"
)
_NAME = re.compile(rf"(?:(?:남궁|황보|선우|제갈|독고|사공|서문)[가-힣]{{1,2}}|[{_SURNAMES}][가-힣]{{1,2}})")
_END = re.compile(
    r"$|입니다|임니다|이에요|예요|에요|이고|이구요|이며|이라고|라고|이란|님|씨|으로|로|이요|임|야|이야|앞|께|[은는이가을를의]$"
)

# Words that begin like a name and stand where one would.
_NO_NAMES = """
전부 전체 이상 정확 정보 이것 이거 이미 이번 이체 송금 전송 연락 문의 전화 안내 주소 주세 정산 신청 수정 변경
조회 공개 현재 임시 하나 여기 모두 유지 오류 한글 한국 영문 성함 명의 계좌 국민 신한 우리 기업 은행 예금 번호
주민 문자 상담 지금 오늘 내일 이름 제출 기재 기입 표시 정리 고객 본인 담당 부탁 확인 입금 반드 이메 메일 유효
사용 공유 추가 다시 어떻 뭔가 뭐예 이게 그게 제가 저는 이랑 기준 맞는 안되 안돼 없이 같은 다른 다르 틀려 틀린
지정 지급 도착 하는 하면 하고 해주 주시 구매 구분 원래 원하 이에 이예 신분 위에 위의 이렇 그렇 저렇 이라 우선
예를 예시 방금 방법 설정 차이 장소 조건 강조 선택 부분 제대 제외 심사 표기 용도 사진 사항
"""
_WORDS = frozenset(_NO_NAMES.split())


def is_name(text: str, *, alone: bool) -> int:
    """Return how many characters at the start of a Korean text are a person's name, 0 for none.

    `alone`: nothing but its place beside a number says that it is one, so it needs three characters or a title.
    """
    if text[:2] in _WORDS or text in _WORDS:
        return 0
    for length in (3, 4, 2):
        if len(text) < length or not _NAME.fullmatch(text[:length]):
            continue
        rest = text[length:]
        if alone and length == 2 and not rest.startswith(("님", "씨", "입니다")):
            continue
        if _END.match(rest):
            return length
    return 0
