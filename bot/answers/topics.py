"""Questions that are not for the guideline: pay, leave, accounts and small talk."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.answers.asking import is_question
from bot.answers.wording import clean

__all__ = ["Topic", "is_question", "topic_of"]


class Topic(StrEnum):
    """Where a question belongs instead of the guideline."""

    PAY = "pay"
    LEAVE = "leave"
    ACCOUNT = "account"
    CHIT_CHAT = "chit_chat"


def topic_of(question: str) -> Topic | None:
    """Return the topic that keeps a question away from retrieval, None for a guideline question.

    A question about what is *in the material* ("급여 얘기가 나오면 적나요?") is always a guideline question.
    """
    text = clean(question).casefold()
    if not _letters(text) or _only_small_talk(text):
        return Topic.CHIT_CHAT
    if _ABOUT_MATERIAL.search(text):
        return None
    return next((topic for topic, pattern in _TOPICS if pattern.search(text)), None)


def _only_small_talk(text: str) -> bool:
    rest = _letters(_SMALL_TALK.sub("", text))
    # A name or a particle may be left over beside the greeting, a question may not.
    return (len(rest) <= 4 and len(rest) < len(_letters(text))) or (
        _IDLE.search(text) is not None and _ABOUT_MATERIAL.search(text) is None
    )


def _letters(text: str) -> str:
    return re.sub(r"[^\w가-힣]|\d|_", "", text)


_ABOUT_MATERIAL = re.compile(
    r"나오는|나오면|나올\s?때|나온|나왔|언급|들리|들려|적혀|쓰여|써\s?있|적힌|말하면|말한|말할|얘기하|이야기하|라벨|레이블|"
    r"유저|사용자|이용자|회원|고객|남의|다른\s?사람|태그|태깅|전사|표기|번역|필사|박스|폴리곤|위반|게시|댓글|문장|단어|화자|"
    r"\b(mention|says?|said|written|label|tag|transcri|translat|annotat|post|comment|violat)"
)

_PAY = re.compile(
    r"정산|월급|급여|시급|주급|일당|입금|단가|수당|상여|보너스|원천\s?징수|세금\s?(계산|신고|떼)|소득\s?신고|"
    r"돈\s?(은|이|을|언제|안|못)?\s?(들어|나와|받|줘|주나|주세|입)|얼마\s?(받|줘|주나|주는|벌)|건당\s?(얼마|몇)|"
    r"페이\s?(는|가|언제|얼마|지급)|작업비|작업료|지급일|임금|보수\s?(는|가|얼마)|"
    r"\b(salary|salaries|wages?|payouts?|payday|pay\s?(check|slip|rate|stub)s?|hourly rate|overtime|invoices?)\b|"
    r"\b(get|gets|getting|got|i be|we be|i am|we are)\s+(my\s+)?paid\b|"
    r"\b(my|our|the|next|this month'?s?)\s+pay(ment)?s?\b|"
    r"\bhow much (do|will|are) (i|we|you)\b.*\b(earn|get|pay|paid|make)\b"
)
_LEAVE = re.compile(
    r"휴가|연차|월차|반차|병가|조퇴|결근|지각|휴무|쉬어도\s?(돼|되|될)|쉴\s?수\s?있|하루\s?쉬|내일\s?쉬|오늘\s?쉬|"
    r"출근\s?(안|못|시간)|퇴근\s?(시간|언제)|근무\s?(시간|표|일)|"
    r"\b(days? off|time off|vacation|(sick|annual|medical|maternity|parental) leave|take (a )?leave|day-off)\b"
)
_ACCOUNT = re.compile(
    r"(제|내|저의|우리)\s?(계정|아이디)|(계정|아이디)[이을를은는]?\s?(잠|풀|발급|만들어|정지됐|안\s?들어|로그인|찾)|"
    r"(비밀번호|비번|패스워드)[을를가이는은]?\s?(까먹|잊|초기화|변경|바꾸|재설정|틀)|"
    r"(로그인|접속|인증)[이을를은]?\s?(이\s?)?(안|못|불가|오류|에러|실패|끊|튕)|"
    r"(접근|작업|보기)?\s?권한[이을은]?\s?(없|요청|신청|주세|열어|안)|"
    r"(서버|툴|프로그램|사이트|시스템|앱|페이지|플랫폼|홈페이지)[이가은는에]?\s?(자꾸\s?|또\s?|계속\s?)*"
    r"(멈|먹통|터졌|터짐|다운|느려|느리|안\s?열|안\s?켜|안\s?들어|튕|점검|오류|렉)|"
    r"\bvpn\b|와이파이|인터넷[이]?\s?(안|끊|느)|"
    r"\b(my|our)\s+(account|password|login|log-in)\b|\b(can'?t|cannot|unable to|can not)\s+(log|sign)\s?-?in\b|"
    r"\b(reset|forgot|forget|lost|change)\b.*\bpassword\b|"
    r"\b(server|site|tool|platform|system|app)\b.*\b(down|crash\w*|frozen|freez\w*|not load\w*)\b"
)
_TOPICS = ((Topic.PAY, _PAY), (Topic.LEAVE, _LEAVE), (Topic.ACCOUNT, _ACCOUNT))

_SMALL_TALK = re.compile(
    r"안녕(하세요|하십니까|히\s?(계세요|가세요))?|반가(워요|워|습니다)|하이루?|헬로우?|굿모닝|굿밤|"
    r"(정말|너무|진짜|늘|항상|매번|다들|모두|여러분|오늘도|다시)|"
    r"고맙습니다|고마(워요|워|우이|웠어요)?|감사(합니다|해요|드려요|드립니다|히)?|땡큐|"
    r"수고(하세요|하셨(습니다|어요)|했어요?|많으셨\S*)?|"
    r"고생(하세요|하셨(습니다|어요)|했어요|많으\S*)?|"
    r"알겠(습니다|어요|습니당|슴다)|알았(어요|습니다)|확인(했습니다|했어요|했슴다)?|넵+|넹+|네+|예+|응+|"
    r"오케이?|ㅇㅋ|ㅇㅇ|ㄱㅅ|ㄳ|ㅊㅋ|굿|"
    r"축하(해요|합니다|드려요|드립니다)?|화이팅|파이팅|힘내(요|세요)?|잘\s?(자요?|주무세요|부탁드려요|부탁드립니다)|"
    r"즐거운|행복한|좋은|편안한|하루|아침|저녁|주말|명절|휴일|연휴|밤|되세요|보내세요|맛있게|드세요|"
    r"\b(hi|hello|hey|good|morning|evening|night|afternoon|thanks?|"
    r"thank|you|so|much|very|a|lot|team|all|everyone|guys|"
    r"ok|okay|got|it|bye|see|ya|later|great|nice|have|weekend|"
    r"day|cheers|lol|haha|welcome|well|done|congrats|congratulations)\b"
)
_IDLE = re.compile(
    r"(점심|저녁|아침|밥)[은을]?\s?(뭐|뭘|먹었|먹자|드셨|드실|메뉴|추천)|날씨[가는]?\s|(비|눈)[가이]?\s?(많이\s?)?(오네|와요|온다|옵니다|오는\s?날)|"
    r"(덥|춥|더워|추워)(네요|요|다)|주말\s?(잘|뭐)|너\s?(는\s?)?(누구|몇\s?살|사람이)|(?<![가-힣])봇(아|이니|이야|님)|"
    r"심심|배고|졸려|피곤(해|하네)|재밌는\s?(얘기|이야기)|노래\s?불러\s?줘|사랑해|"
    r"\b(how are you|how'?s it going|what'?s up|who are you|are you (a )?(bot|"
    r"human|real)|tell me a joke|nice weather)\b"
)
