"""Where a Korean term may begin and end inside a run of Hangul, and whether it is suffered or done there.

Korean writes particles and verb endings to the word, so a letter behind a term says nothing by itself: 반려를 is
the term, 반려견 is a dog. What may follow is therefore listed; what is not listed makes it another word.
"""

from __future__ import annotations

import re
from enum import Enum

_END = r"(?![가-힣])"
_PARTICLES = (
    "이에요|예요|이예요|에요|입니다|입니까|인가요|인지|인데|이었|였|이라|라는|라고|라면|라서|란|이란|"
    "이고|이며|이면|이죠|이지|이네|이랑|랑|"
    "에게서|에게|에서|에|으로서|로서|으로써|로써|으로|로|부터|까지|마다|조차|마저|밖에|처럼|만큼|보다|"
    "하고|이나|나|든지|든|이든|라도|이라도|"
    "께서|께|한테|이요|요|이야|야|죠|지|네|임|인|일|뿐|쯤|씩|별|당|째|대로|만큼|이|가|은|는|을|를|의|와|"
    "과|도|만|님|들|용|상|서"
)
_PARTICLE_CHAIN = re.compile(rf"(?:(?:{_PARTICLES}){{1,4}}){_END}")
_PASSIVE = re.compile(r"\s?(?:처리\s?)?(?:되|된|될|됐|돼|됨|됩|당하|당했|당한|당함|당해|받)")
_ACTIVE = re.compile(
    r"\s?(?:하(?!루|나|늘|위|단|필|드)|했|해(?!외|당)|한(?!국|글|번|편| )|할(?!당|인)|함(?!께)|합(?!의|"
    r"격|계)|시키|시켜|시킨|시킬|시켰)"
)
_VERBAL = re.compile(
    r"하|했|해|한|할|함|합|되|된|될|됐|돼|됨|됩|당|받|시키|시켜|시킨|시킬|시켰|드리|드렸|드릴|드려|"
    r"나(?:서|고|면|왔|오|온)|였|이었|이라|라니|라는|떴|뜸|뜨|끝|난|났|올|올라|온|들어|못|안"
)
_NOUNS = re.compile(
    "중|전|후|시|분|건|팀|량|물|비|일|율|률|자|값|명|수|본|안|차|표|금|액|기간|완료|요청|처리|결과|기준|"
    "사유|이유|시작|종료|예정|가능|불가|"
    "방법|방식|대상|내역|내용|파일|페이지|화면|버튼|툴|도구|데이터|이름|관련|관리|담당|오류|실수|문제|"
    "수량|개수|시간|단계|상태|여부|이후|"
    "이전|부탁|확인|문의|마감|언제|어디|누구|다시|규칙|문서|변경|개정|업데이트|신청|접수|진행|시스템|"
    "번호|목록|리스트|업무|검수|반려|승인|"
    "라벨|레이블|작업|전사|제출|정산|배치|배정|판정|보류|가이드|지침|알림|링크|사이트|폴더|통과|수정|"
    "보완|누락|지연|조정|인상|인하|계산|"
    "통계|현황|보고|회의|교육|테스트|샘플|예시|설명|질문|답변|참고|준수|위반|왜|몇|대기|속도|환경|공지|"
    "문|창|방|인력|공간|목표|계획|순서|난이도|품질|지시|의뢰|참여|조건|분량|가격|일정|로그|중단|재개|"
    "취소|철회|권한|탭|메뉴|란|항목|유형|종류|예외|사항|코드|점수|통보|당시|즉시|없이|남|먼저|이미|아직|"
    "바로|빨리|계속|모두|전부|좀|너무|많|없|있|같|때"
)
# Only whole words that are often glued to the next one; a single letter belongs to another word too often.
_GLUED_BEFORE = re.compile(
    "(?:오늘|내일|어제|이번|지난|다음|아까|지금|현재|모든|전체|신규|추가|최종|월간|주간|기존|나머지|"
    "[0-9](?:차|회|번|월|일|주|건)|"
    "작업|검수|재검수|라벨|라벨링|레이블링|데이터|음성|오디오|배치|번역|제출|반려|승인|정산|파일|문항|"
    "프로젝트|가이드|이미지|텍스트|영상|긴급|"
    "작업물|가이드라인|완료|자동|일괄|에서|으로|들은|님)$"
)
_HANGUL = re.compile(r"[가-힣]")


class Voice(Enum):
    """What stands behind a term: nothing of a verb, a verb of suffering, a verb of doing."""

    NOUN = "noun"
    PASSIVE = "passive"
    ACTIVE = "active"


def may_begin(text: str, start: int) -> bool:
    """Say whether a word may begin at `start`: no Hangul before it, or a whole word that often stands glued there."""
    if start == 0 or not _HANGUL.match(text[start - 1]):
        return True
    return _GLUED_BEFORE.search(text, max(0, start - 8), start) is not None


def may_end(text: str, end: int) -> bool:
    """Say whether a word may end at `end`: no Hangul behind it, or a particle, a verb ending or a known noun."""
    if end >= len(text) or not _HANGUL.match(text[end]):
        return True
    return any(known.match(text, end) for known in (_PARTICLE_CHAIN, _VERBAL, _NOUNS))


def voice_at(text: str, end: int) -> Voice:
    """Say what kind of verb follows a term that ends at `end`."""
    if _PASSIVE.match(text, end):
        return Voice.PASSIVE
    return Voice.ACTIVE if _ACTIVE.match(text, end) else Voice.NOUN
