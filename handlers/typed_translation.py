"""Reading what is typed about translation: a language, how far words may travel, and channels to bridge."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.domain.translation import BOTH, OFF, TranslationMode

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")

_LANGUAGES = {
    "ko": ("ko", "kr", "korean", "한국어", "한글", "한국말", "국어"),
    "en": ("en", "eng", "english", "영어", "영문"),
    "es": ("es", "spanish", "español", "espanol", "스페인어"),
    "ja": ("ja", "jp", "japanese", "日本語", "일본어"),
    "zh": ("zh", "cn", "chinese", "中文", "중국어"),
    "vi": ("vi", "vietnamese", "베트남어"),
    "fr": ("fr", "french", "français", "francais", "프랑스어"),
    "de": ("de", "german", "deutsch", "독일어"),
    "pt": ("pt", "portuguese", "português", "portugues", "포르투갈어"),
    "id": ("id", "indonesian", "인도네시아어"),
    BOTH: ("both", "둘다", "양쪽", "모두"),
    OFF: ("off", "none", "끄기", "끔", "안함", "없음"),
}
_MODES = {
    TranslationMode.OFF: ("off", "none", "끄기", "끔", "안함"),
    TranslationMode.LOCAL: ("local", "로컬", "내부", "사내"),
    TranslationMode.CLOUD: ("cloud", "클라우드", "승인"),
    TranslationMode.OPEN: ("open", "공개", "전체"),
}
_LANGUAGE_BY_KEYS = {keystrokes(word): code for code, words in _LANGUAGES.items() for word in words}
_MODE_BY_KEYS = {keystrokes(word): mode for mode, words in _MODES.items() for word in words}
_HERE = frozenset(map(keystrokes, ("here", "여기", "여기서", "이채널")))
_TWIN = frozenset(map(keystrokes, ("twin", "twins", "쌍둥이", "쌍", "트윈")))
_OFF = frozenset(map(keystrokes, ("off", "none", "끄기", "해제", "없음")))


@dataclass(frozen=True)
class BridgeOrder:
    """Which channels of a project are bridged: one that both sides share, a pair, or none."""

    project_key: str
    shared: str | None = None
    twins: tuple[str, str] | None = None


def read_language(text: str) -> str:
    """Return an ISO 639-1 code, `both` or `off`. Raises Invalid for anything else."""
    found = _LANGUAGE_BY_KEYS.get(keystrokes("".join(text.split())))
    if found is None:
        raise Invalid("reads", "unknown", text[:20])
    return found


def read_mode(text: str) -> tuple[str, TranslationMode]:
    """Read `PROJECT off|local|cloud|open`. Raises Invalid naming what is missing or unknown."""
    key, _, rest = text.strip().partition(" ")
    if not key:
        raise Invalid("project", "missing")
    if not rest.strip():
        raise Invalid("mode", "missing")
    mode = _MODE_BY_KEYS.get(keystrokes(rest.strip()))
    if mode is None:
        raise Invalid("mode", "unknown", rest.strip()[:20])
    return key, mode


def read_bridge(text: str, here: str) -> BridgeOrder:
    """Read `PROJECT here`, `PROJECT #channel`, `PROJECT twin #crew #pm` or `PROJECT off`. Raises Invalid.

    `here` is the channel the command was typed in.
    """
    key, *words = text.split()[:6] or [""]
    if not key:
        raise Invalid("project", "missing")
    channels = [_channel(word, here) for word in words if not _is(word, _TWIN) and not _is(word, _OFF)]
    if any(_is(word, _OFF) for word in words) and not channels:
        return BridgeOrder(key)
    named = [channel for channel in channels if channel is not None]
    if not named or len(named) != len(channels):
        raise Invalid("channel", "missing")
    if any(_is(word, _TWIN) for word in words):
        if len(named) != 2 or named[0] == named[1]:
            raise Invalid("channel", "pair")
        return BridgeOrder(key, twins=(named[0], named[1]))
    if len(named) != 1:
        raise Invalid("channel", "missing")
    return BridgeOrder(key, shared=named[0])


def _is(word: str, known: frozenset[str]) -> bool:
    return keystrokes(word) in known


def _channel(word: str, here: str) -> str | None:
    if found := _CHANNEL.fullmatch(word):
        return found[1]
    return here if _is(word, _HERE) and here[:1] in ("C", "G") else None
