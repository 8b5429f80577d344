"""Tells how Korean is spoken: 반말 in what an engine wrote, dialect in what somebody did."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?…~\n]+")
_TAIL = re.compile(r"[\s\"'”’)\]ㅋㅎㅠㅜ^]+$")
_LAST_WORD = re.compile(r"[가-힣]+$")
_POLITE = re.compile(r"(?:요|니다|니까|까|죠|세요|시오|네|예|넵|쇼)$")
_CASUAL = re.compile(
    r"(?:[었았했됐갔왔봤났렸졌혔겼켰췄웠였셨있없겠싶됬](?:어|다|지|냐|니|거든|잖아|구나|군|음?네)"
    r"|(?:한|된|난|간|온|인|본|든|준|란|진)다|(?:이|하|되|같|좋|맞|많|아니|않|싫|괜찮|싶)다"
    r"|(?:않|같|맞|좋|많|알|괜찮|받|찾)아|싫어|몰라"
    r"|(?:부탁|확인|수정|제출|작업|검수|처리|진행|시작|완료|전사|말|생각|못|안|미안|수고|잘|다시|삭제)해"
    r"|(?:추가|공유|업로드|체크|중지|멈춤|고려|기억)해"
    r"|(?:해|봐|돼|둬|줘|놔|보내|기다려|알려|눌러|올려|열어|바꿔|고쳐|지워|넣어|읽어|들어|적어|남겨|맡겨|"
    r"돌려)"
    r"|(?:해라|하라|하자|가자|내자|보자|두자|주자|말자|먹자|할래|볼래|갈래|할까|볼까|할게|볼게|줄게|갈게|"
    r"둘게)"
    r"|(?:할걸|거야|뭐야|이야|아니야|거지|거라|거냐|하냐|하니|뭐니|이니|되니|하네|했네|하지|되지|맞지|그치)"
    r"|(?:그래|응|어이|야))$"
)
# Words that end like 반말 and are none.
_INNOCENT = re.compile(
    r"(?:분야|시야|올해|이해|오해|최대|인사|언어|단어|메시지|이미지|페이지|까지|가지|패키지|영어|한국어|용어"
    r"|마다|보다|마저|먼저|에게|미리 보기)$"
)

_DIALECT = re.compile(
    # Gyeongsang
    r"단디|억수로|와 ?이라노|뭐라카|머라카|[다라]카이|[주하오가보]이소|[가-힣]능교|우야[노꼬]|우짜[노꼬]"
    r"|[했있하되갔왔았었]노(?=[?!~.\s]|$)|아이가(?=[?!~.]|$)|아인교|고마해라|만다꼬|퍼뜩"
    r"|(?<![가-힣])(?:그라모|그카|이카|마카(?!롱)|문디|가시나|머시마)"
    # Jeju
    r"|혼저|옵서|옵데강|우꽈|수꽈|[가-힣]수다(?=[.!?~\s]|$)|(?<![가-힣])(?:어떵|게메|놀멍|쉬멍|잇수|허는|"
    r"허영|허난)"
    r"|무사 (?:경|영|게)|하영 (?:있|잇|하|먹|많)"
    # Jeolla
    r"|거시기|쪼까|쪼깨|허벌나게|징하[게네]|[있없했하]잖여|[가-힣][당랑]께|[아어해려와]부러|아따|워메|"
    r"오메|뭣이여|머시여"
    r"|(?<![가-힣])(?:뭐|그거|이거|저거)여(?=[.!?~\s]|$)|싸게싸게|시방"
    # Chungcheong and Gangwon
    r"|그랴(?![가-힣])|했슈|구먼유|[했있]어유|[가-힣]아유(?=[.!?~\s]|$)|그래유|아녀유|시유(?=[.!?~\s]|$)|"
    r"드래요|했드랬"
)


def is_casual(text: str) -> bool:
    """Say whether a Korean sentence in the text ends in 반말 or in the plain style of books."""
    return any(_is_casual_sentence(sentence) for sentence in _SENTENCE.findall(text))


def _is_casual_sentence(sentence: str) -> bool:
    plain = _TAIL.sub("", sentence)
    last = _LAST_WORD.search(plain)
    if last is None or " " not in plain.strip():
        word = last.group() if last else ""
        return bool(
            re.fullmatch(
                r"(?:응|그래|알았어|알겠어|고마워|정말이야|미안해|안녕|됐어|했어|몰라|싫어|좋아|맞아)", word
            )
        )
    word = last.group()
    if _POLITE.search(word) and not re.search(
        r"(?:할까|볼까|갈까|했네|하네|됐네|있네|없네|겠네|좋네)$", word
    ):
        return False
    return not _INNOCENT.search(word) and _CASUAL.search(word) is not None


def dialect(text: str) -> bool:
    """Say whether a Korean text is in a dialect, of which engines make something else."""
    return _DIALECT.search(text) is not None
