"""Spells chat Korean out for engines, which read ㅇㅋ as noise. Only their copy: the original is never changed."""

from __future__ import annotations

import re

# Abbreviations of first consonants, as whole runs only.
_SPELLED = {
    "ㅇㅋ": "오케이",
    "ㅇㅋㅇㅋ": "오케이",
    "ㄱㅅ": "감사합니다",
    "ㄳ": "감사합니다",
    "ㄱㅅㄱㅅ": "감사합니다",
    "ㅇㅇ": "네",
    "ㄴㄴ": "아니요",
    "ㄱㄱ": "시작합시다",
    "ㅈㅅ": "죄송합니다",
    "ㅊㅋ": "축하해요",
    "ㅎㅇ": "안녕하세요",
    "ㅅㄱ": "수고하세요",
    "ㄱㄷ": "기다려 주세요",
    "ㅁㄹ": "모르겠어요",
    "ㄹㅇ": "정말",
    "ㅇㄷ": "어디",
    "ㄱㄴ": "가능",
    "ㅂㄱㄴ": "불가능",
    "ㅇㅈ": "인정",
    "ㄱㅊ": "괜찮아요",
}
_RUN = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]+")
_LAUGHTER = re.compile(r"([ㅋㅎㅠㅜ])\1{2,}")
_MARKS = re.compile(r"([~!?.…])\1{3,}")
_ENDINGS = (
    (re.compile(r"(?<=[습입합됩갑옵])니(?:당|다요|닷|댜)(?![가-힣])"), "니다"),
    (re.compile(r"(?<=[가-힣])슴다(?![가-힣])"), "습니다"),
    (re.compile(r"(?<=[가-힣])함다(?![가-힣])"), "합니다"),
    (re.compile(r"(?<![가-힣])(?:넵|넹|넴|옙|녜)(?![가-힣])"), "네"),
    (re.compile(r"(?<=[해돼세워아어여려와져줘봐])(?:용|욤|염)(?![가-힣])"), "요"),
)


def normalise(text: str) -> str:
    """Return the text with abbreviations spelt out, playful endings made plain, and laughter cut to two letters."""
    plain = _RUN.sub(lambda run: _SPELLED.get(run.group(), run.group()), text)
    for pattern, ending in _ENDINGS:
        plain = pattern.sub(ending, plain)
    plain = _LAUGHTER.sub(r"\1\1", plain)
    return _MARKS.sub(r"\1\1\1", plain)
