"""An engine that makes up words of the target language, so that an answer looks like one without meaning any."""

from __future__ import annotations

import re

_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]+")
_FOREIGN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]+")
# Codes, abbreviations and whatever has a digit or an underscore come through every real engine's mill unground.
_LATIN = re.compile(r"(?<![\w@<&/{\[.])(?![A-Z]+(?:\b|\d))[A-Za-zÀ-ỹ]+(?![\w@}\]/;])")
_ENGLISH = (
    "please",
    "check",
    "this",
    "work",
    "again",
    "before",
    "friday",
    "thanks",
    "about",
    "there",
    "would",
)
_KOREAN = ("확실히", "이것을", "다시", "보고", "있는", "우리가", "내일까지", "그래서", "어제", "모두")


def pseudo(text: str, source: str, target: str, _provider: str) -> str:
    """Return the text with every word made one of the target language; codes, tags and numbers stay."""
    words = _KOREAN if target == "ko" else _ENGLISH
    ground = [_FOREIGN]
    if target == "ko":
        ground.append(_LATIN)
    elif source == "ko":
        ground.append(_HANGUL)
    for pattern in ground:
        text = pattern.sub(lambda word: words[sum(map(ord, word[0])) % len(words)], text)
    return text
