"""Puts right what engines get wrong around slots: Korean particles, 님 behind people, and a polite ending.

An engine sees a code where the reader will see a word, so it cannot know whether 을 or 를 follows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.i18n.josa import particle
from bot.translation.masked import Masked, Part, Slot, joined
from bot.translation.register import dialect, is_casual

_DOUBLE = {
    "을(를)": "을/를",
    "를(을)": "을/를",
    "(을)를": "을/를",
    "은(는)": "은/는",
    "는(은)": "은/는",
    "(은)는": "은/는",
    "이(가)": "이/가",
    "가(이)": "이/가",
    "(이)가": "이/가",
    "과(와)": "과/와",
    "와(과)": "과/와",
    "(으)로": "으로/로",
    "으로(로)": "으로/로",
    "로(으로)": "으로/로",
    "을/를": "을/를",
    "를/을": "을/를",
    "은/는": "은/는",
    "는/은": "은/는",
    "이/가": "이/가",
    "가/이": "이/가",
    "과/와": "과/와",
    "와/과": "과/와",
    "으로/로": "으로/로",
    "로/으로": "으로/로",
}
_BARE = {
    "을": "을/를",
    "를": "을/를",
    "은": "은/는",
    "는": "은/는",
    "이": "이/가",
    "가": "이/가",
    "과": "과/와",
    "와": "과/와",
    "으로": "으로/로",
    "로": "으로/로",
    "으로서": "으로서/로서",
    "로서": "으로서/로서",
    "으로써": "으로써/로써",
    "로써": "으로써/로써",
    "이에요": "이에요/예요",
    "예요": "이에요/예요",
    "이었어요": "이었어요/였어요",
    "였어요": "이었어요/였어요",
    "이라고": "이라고/라고",
    "라고": "이라고/라고",
    "이라는": "이라는/라는",
    "라는": "이라는/라는",
    "이나": "이나/나",
    "나": "이나/나",
    "이랑": "이랑/랑",
    "랑": "이랑/랑",
}


__all__ = ["dialect", "polish"]


def _either(forms: Collection[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


_MORE = r"(?:(?<=로)(?:는|도|만|부터|까지|의)|(?<=와)(?:는|도|의)|(?<=과)(?:는|도|의)|(?<=[은는])요)"
# A double form may stand apart from its word; a bare one only where it could not be a word of its own.
_BEHIND = re.compile(
    rf"(?:[ \u00a0]?(?P<double>{_either(_DOUBLE)})|(?P<bare>{_either(_BARE)})(?={_MORE}?(?![가-힣]))"
    r"|[ \u00a0](?P<apart>을|를|은|는|으로)(?![가-힣]))"
)
_DOUBLE_IN_TEXT = re.compile(
    rf"(?P<word>[^\s()/]+)(?P<double>{_either([form for form in _DOUBLE if '(' in form])})"
)
_HONORIFIC = re.compile(
    r"[ \u00a0]?(?:님|씨)(?![가-힣])|[ \u00a0]?님"
    r"|씨(?=(?:이|가|은|는|을|를|와|과|의|에게|께|도|랑|한테)(?![가-힣]))"
)
# A title with 님 behind the name is enough: 민지 검수자님.
_TITLED = re.compile(
    r"[ \u00a0](?:PM|매니저|팀장|리더|대표|선생|작업자|라벨러|검수자|수퍼바이저|슈퍼바이저|담당자|"
    r"관리자)\s?님"
)
_LATIN_HONORIFIC = re.compile(
    r"(?:님께서|님|씨)(?=$|[^가-힣])|[ \u00a0]?-?\b(?:nim|ssi)\b(?:[ \u00a0](?=[,.!?]))?", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:Mr|Ms|Mrs|Mx)\.?[ \u00a0]$")


def polish(
    masked: Masked, target: str, said: Mapping[int, str], people: Collection[int]
) -> tuple[Masked, frozenset[str]]:
    """Return the translation put right, and its flags: "casual" where a Korean sentence ends in 반말.

    `said` is what will stand in each slot, `people` the slots that name somebody. No slot is added, lost or moved.
    """
    if target != "ko":
        return _drop_honorifics(masked, people), frozenset()
    parts: list[Part] = []
    before: Slot | None = None
    for part in masked:
        if isinstance(part, Slot):
            if before is not None:
                parts.append(_call("", before, said, people))
            parts.append(part)
            before = part
            continue
        parts.append(_settle(_call(part, before, said, people)))
        before = None
    if before is not None:
        parts.append(_call("", before, said, people))
    done = joined(parts)
    words = "".join(said.get(part.number, "") if isinstance(part, Slot) else part for part in done)
    return done, frozenset({"casual"} if is_casual(words) else ())


def _call(text: str, before: Slot | None, said: Mapping[int, str], people: Collection[int]) -> str:
    """Return the text behind a slot with its 님 and its particle as what stands in the slot wants them."""
    if before is None:
        return text
    word = said.get(before.number, "")
    if before.number in people:
        if _TITLED.match(text):
            return text
        rest = _HONORIFIC.sub("", text, count=1) if _HONORIFIC.match(text) else text
        title = "" if word.endswith("님") else "님"
        return title + _fit(rest, word + title)
    return _fit(text, word)


def _fit(text: str, word: str) -> str:
    match = _BEHIND.match(text)
    if match is None or not word.strip():
        return text
    pair = _DOUBLE[match["double"]] if match["double"] else _BARE[match["bare"] or match["apart"]]
    right = particle(word, pair)
    if "(" in right and not match["double"]:
        return text  # Nobody can tell how it is read; the engine's guess is as good as both forms.
    return right + text[match.end() :]


def _settle(text: str) -> str:
    """Return the text with double forms behind plain words resolved: 라벨을(를) is 라벨을."""
    return _DOUBLE_IN_TEXT.sub(
        lambda match: match["word"] + particle(match["word"], _DOUBLE[match["double"]]), text
    )


def _drop_honorifics(masked: Masked, people: Collection[int]) -> Masked:
    parts: list[Part] = []
    for place, part in enumerate(masked):
        if isinstance(part, str):
            before = masked[place - 1] if place else None
            after = masked[place + 1] if place + 1 < len(masked) else None
            if (
                isinstance(before, Slot)
                and before.number in people
                and (found := _LATIN_HONORIFIC.match(part))
            ):
                part = part[found.end() :]
            if isinstance(after, Slot) and after.number in people:
                part = _ADDRESS.sub("", part)
        parts.append(part)
    return joined(parts)
