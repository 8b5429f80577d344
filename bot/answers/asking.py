"""Recognises questions as they are typed: in Korean by their endings, since the question mark is often left out."""

from __future__ import annotations

import re
import unicodedata

from bot.answers.wording import clean, has_hangul


def is_question(text: str) -> bool:
    """Say whether a message asks something, in 해요체, 반말, note style or dialect, with or without "?"."""
    said = clean(text)
    if "?" in said or "？" in said:
        return True
    if not has_hangul(said):
        return _ENGLISH.match(said.casefold()) is not None
    # A politeness or a thank-you often follows the question.
    said = _TAIL.sub("", said.rstrip(" .!~…,;:)ㅡ-"))
    last = re.split(r"[.!\n…]+\s*", said)[-1].strip() or said
    if _REQUEST.search(last):
        return True
    if _is_reason(last):
        return False
    return _ENDING.search(last) is not None or (
        _ASKING_WORD.search(last) is not None and _OPEN_ENDING.search(last) is not None
    )


def _is_reason(text: str) -> bool:
    # "하니까" gives a reason, "합니까" asks: the ㅂ before it decides.
    return text.endswith("니까") and not unicodedata.normalize("NFD", text).endswith(
        unicodedata.normalize("NFD", "ㅂ니까").replace("ㅂ", "\u11b8")
    )


_TAIL = re.compile(
    r"[\s,.!~]*(부탁\s?드(려요|립니다|릴게요)|감사합니다|고맙습니다|감사해요|ㄱㅅ|급해요|급함)[\s.!~]*$"
)
_REQUEST = re.compile(
    r"(알려|가르쳐|갈켜|설명\s?(좀\s?)?(해)?|말씀\s?(해)?|확인\s?(좀\s?)?(해)?|답변?\s?(해)?|찾아|봐)\s?(주|줘|줄|달라|바라|바랍|부탁)|"
    r"궁금(해|합|하|한데)|(잘\s?)?모르겠(어요|습니다|는데요?|음|네요?|다)$|헷갈(려|리|립)|질문\s?(있|이요|드)"
)
_ENDING = re.compile(
    r"(나요|나여|나용|까요?|까여|까용|가요|가여|가용|은가|는가|던가|인가|ㄴ가|건가|런가|죠|쥬|지요|지여|려나|으려나|"
    r"니까|느냐|냐고?|냐구|래요|을까|를까|할까|될까|당가요?|는겨|능교|는교|는기가|ㄴ디요|는지요?|은지요?|인지요?|한지요?|된지요?|되는지|"
    r"맞음|맞나|맞지|됨|되는거|건지|거죠|거예요|거에요|건데요|거임|는감|남요|하노|하누|카노|되노)$"
    r"|(되|돼|[야면도게]\s?하|있|없|맞|쓰|적|넣|치|그리|가|오|보|인)\s?나$|(?<!그)(렇|된|한|인)\s?가$"
    r"|(돼|되|괜찮|가능|맞|있|없|해도\s?돼|해도\s?되)(요|여|용|아요|어요|습니까|은가요|한가요|해요|한지|함)$"
    r"|(해야|하면|써야|넣어야|쳐야|적어야)\s?(돼|되|하|해|됨|함)(요|여|나|니|남|노|ㅁ)?$"
)
_ASKING_WORD = re.compile(
    r"뭐|뭘|뭔|무엇|무슨|어떻|어떡|어떤|어케|어뜨|우째|우예|우짜|왜|언제|어디|어데|누구|누가|몇|얼마|어느|머가|머예|뭣"
)
_OPEN_ENDING = re.compile(
    r"(요|여|용|유|죠|지|니|나|노|고|야|까|해|돼|함|됨|임|음|할지|될지|하지|하면|면|경우|기준|차이|뜻|방법|거|게|데|는데|은데|ㅁ|뭐|왜|어디|언제|누구|몇\s?\S{1,2}|얼마|에|예|교|께)$"
)
_ENGLISH = re.compile(
    r"(hi|hello|hey|sorry|so|and|but|also|please|pls|excuse me)?[\s,!.]*"
    r"(what|whats|which|who|whose|whom|when|where|why|how|is|are|am|was|were|do|does|did|can|could|may|might|shall|"
    r"should|will|would|has|have|any(one|body)? know|if .*\b(do|should|is|are|can)\b)\b"
)
