"""How a word ends when it is read aloud in Korean: the one fact every particle depends on."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from bot.i18n.english_endings import english_ending
from bot.i18n.sounds import Ending

__all__ = ["Ending", "ending_of"]


class _Mark(Enum):
    """Slack markup whose spoken form only Slack knows."""

    OPAQUE = "opaque"


# Long values are read from their tail only, so that their length costs nothing.
_TAIL_LENGTH = 200
# Signs that close or decorate a word and are not read aloud.
_SILENT_TAIL = " \t\r\n\u00a0\u3000\"'`*_~.,!?…·:;)]}>”’」』】》〉）］｝\ufe0f"
_CLOSING_BRACKETS = {")": "(", "]": "[", "）": "（", "］": "［"}
_SLACK_REFERENCE = re.compile(r"<([@#!]|https?:|mailto:)?([^<>|]*)(?:\|([^<>]*))?>$")
_EMOJI_CODE = re.compile(r":[a-z0-9_+\-]+:$")
_CLOCK = re.compile(r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}$")
_NUMBER = re.compile(r"([₩$€£¥]\s?)?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)$")
_LATIN = re.compile(r"[A-Za-z]+$")

_DIGITS = {
    "0": Ending.CONSONANT,  # 영
    "1": Ending.RIEUL,  # 일
    "2": Ending.VOWEL,  # 이
    "3": Ending.CONSONANT,  # 삼
    "4": Ending.VOWEL,  # 사
    "5": Ending.VOWEL,  # 오
    "6": Ending.CONSONANT,  # 육
    "7": Ending.RIEUL,  # 칠
    "8": Ending.RIEUL,  # 팔
    "9": Ending.VOWEL,  # 구
}
# 만 억 조 경 해 자: the unit that is read last, by how many groups of four zeros end the number.
_MYRIADS = (
    Ending.CONSONANT,
    Ending.CONSONANT,
    Ending.VOWEL,
    Ending.CONSONANT,
    Ending.VOWEL,
    Ending.VOWEL,
)
_SIGNS = {"%": Ending.VOWEL, "㎏": Ending.CONSONANT, "원": Ending.CONSONANT}
_CURRENCIES = {
    "₩": Ending.CONSONANT,  # 원
    "$": Ending.VOWEL,  # 달러
    "€": Ending.VOWEL,  # 유로
    "£": Ending.VOWEL,  # 파운드
    "¥": Ending.CONSONANT,  # 엔
}


def ending_of(word: str) -> Ending:
    """How `word` ends when read aloud; UNKNOWN when only Slack or the reader can know.

    Closing quotes, brackets, sentence marks and Slack's `*` `_` `~` and backticks are not read. A bracket
    behind a word is skipped whole, because a particle follows the word before it: 김철수(팀장)가.
    """
    spoken = _drop_silence(unicodedata.normalize("NFC", word[-_TAIL_LENGTH:]))
    if isinstance(spoken, _Mark) or not spoken:
        return Ending.UNKNOWN
    last = spoken[-1]
    if "가" <= last <= "힣":
        return _syllable_ending(last)
    if "ㄱ" <= last <= "ㅎ":
        # Letter names: 기역, 니은, … all close with a consonant, and only 리을 with ㄹ.
        return Ending.RIEUL if last == "ㄹ" else Ending.CONSONANT
    if "ㅏ" <= last <= "ㅣ":
        return Ending.VOWEL
    if last in _SIGNS:
        return _SIGNS[last]
    plain = unicodedata.normalize("NFKC", spoken)
    if number := _NUMBER.search(plain):
        return _number_ending(plain, number)
    if latin := _LATIN.search(plain):
        return english_ending(latin.group())
    return Ending.UNKNOWN


def _drop_silence(text: str) -> str | _Mark:
    """`text` without its unread tail, or OPAQUE when it ends in markup that has no readable label."""
    while True:
        if reference := _SLACK_REFERENCE.search(text):
            if reference.group(3):
                text = reference.group(3)
                continue
            if reference.group(1):
                return _Mark.OPAQUE
        if _EMOJI_CODE.search(text):
            return _Mark.OPAQUE
        shorter = _drop_bracket(text)
        if shorter == text:
            shorter = text[:-1] if text and text[-1] in _SILENT_TAIL else text
        if shorter == text:
            return text
        text = shorter


def _drop_bracket(text: str) -> str:
    opening = _CLOSING_BRACKETS.get(text[-1:])
    if opening is None:
        return text
    start = text.rfind(opening)
    before = text[:start].rstrip(_SILENT_TAIL) if start > 0 else ""
    return before or text


def _syllable_ending(syllable: str) -> Ending:
    final = (ord(syllable) - ord("가")) % 28
    if final == 0:
        return Ending.VOWEL
    return Ending.RIEUL if final == 8 else Ending.CONSONANT


def _number_ending(text: str, number: re.Match[str]) -> Ending:
    if _CLOCK.search(text):
        return Ending.CONSONANT  # Read as …분.
    if sign := number.group(1):
        return _CURRENCIES[sign.strip()]
    digits = number.group(2).replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    if "." in digits or digits.startswith("0") or zeros == 0:
        # Decimals and codes such as 0010 are read digit by digit.
        return _DIGITS[digits[-1]]
    if zeros < 4:
        return Ending.CONSONANT  # 십, 백, 천
    return _MYRIADS[min(zeros // 4, len(_MYRIADS)) - 1]
