"""How English words end once Koreans read them: `file` is 파일, `task` is 태스크, `app` is 앱.

Spelling does not decide this, so the rules are ordered guesses with a list of everyday exceptions. A wrong
guess costs one odd particle, never meaning.
"""

from __future__ import annotations

import re

from bot.i18n.sounds import Ending

# 엘 ends in ㄹ, 엠 and 엔 in a consonant, R is read 알; every other letter name ends in a vowel.
_LETTER_NAMES = {"l": Ending.RIEUL, "r": Ending.RIEUL, "m": Ending.CONSONANT, "n": Ending.CONSONANT}

_EXCEPTIONS = {
    "check": Ending.VOWEL,  # 체크
    "deck": Ending.VOWEL,  # 데크
    "hub": Ending.VOWEL,  # 허브
    "github": Ending.VOWEL,
    "ok": Ending.VOWEL,  # 오케이
    "theme": Ending.VOWEL,  # 테마
    "type": Ending.CONSONANT,  # 타입
    "prototype": Ending.CONSONANT,
    "set": Ending.VOWEL,  # 세트
    "net": Ending.VOWEL,  # 네트
    "tweet": Ending.CONSONANT,  # 트윗
    "id": Ending.VOWEL,
    "http": Ending.VOWEL,
    "mb": Ending.VOWEL,
    "kg": Ending.CONSONANT,  # 킬로그램
    "km": Ending.VOWEL,  # 킬로미터
}

_RULES: tuple[tuple[re.Pattern[str], Ending], ...] = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"[^aeiou]*e", Ending.VOWEL),  # me, the
        (r".+le", Ending.RIEUL),  # table 테이블, file 파일
        (r".*[mn]e", Ending.CONSONANT),  # name 네임, line 라인
        (r".*l", Ending.RIEUL),  # mail 메일
        (r".*[mn]", Ending.CONSONANT),  # form 폼, column 칼럼
        (r".*(ng|mb)", Ending.CONSONANT),  # ping 핑, thumb 섬
        (r".*ck", Ending.CONSONANT),  # Slack 슬랙
        (r".*ook", Ending.CONSONANT),  # book 북
        (r".*[^aeiou][aeiou]c|[aeiou]c", Ending.CONSONANT),  # topic 토픽
        (r".*[aeiou]b", Ending.CONSONANT),  # web 웹
        (r".*o[oa]p", Ending.VOWEL),  # loop 루프
        (r".*(pp|[aeiou]p)", Ending.CONSONANT),  # app 앱, step 스텝
        (r".*out", Ending.CONSONANT),  # layout 레이아웃
        (r".*[aeiou]{2}t", Ending.VOWEL),  # sheet 시트
        (r".*[aeiou]t", Ending.CONSONANT),  # bot 봇, format 포맷
    )
)


def english_ending(letters: str) -> Ending:
    """Return the likely ending of a run of Latin letters; a vowel unless a rule says otherwise.

    Short capitals (PDF) and letters without a vowel (png) are spelt out, so their last letter decides.
    """
    word = letters.lower()
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    abbreviation = letters.isupper() and len(letters) <= 4
    if abbreviation or len(word) == 1 or not re.search("[aeiouy]", word):
        return _LETTER_NAMES.get(word[-1], Ending.VOWEL)
    for pattern, ending in _RULES:
        if pattern.fullmatch(word):
            return ending
    return Ending.VOWEL
