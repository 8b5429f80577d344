"""Reading what is typed about issues: a call for help, who is on duty, and how long each step may take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.escalation import Severity
from bot.domain.keystrokes import keystrokes

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
# What Slack writes for people, channels, broadcasts and links; the label is what they were seen as.
_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_MARKS = ".,:;!?~…-–—()[]\"'“”‘’"

# People type the words with the keyboard in either mode, as they do sub-commands.
_CALLS = frozenset(
    map(keystrokes, ("에스컬", "에스컬레이션", "에스컬레이트", "escalate", "escalation", "esc"))
)
_ALARMS = frozenset({"🚨", ":rotating_light:"})
# "에스컬해주세요", "에스컬레이션 부탁드려요": politeness says nothing about the matter.
_POLITE = re.compile(
    r"(?:좀|요청|부탁|해)?(?:해|드려|드립니다|할게|합니다|주세요|줘)?(?:주세요|줘|줄래|주실래)?요?(?:please)?"
)
_SEVERITIES = {keystrokes(severity): severity for severity in Severity}

_MINUTES = {
    **dict.fromkeys(("", "m", "min", "mins", "분"), 1),
    **dict.fromkeys(("h", "hr", "hour", "hours", "시간"), 60),
    **dict.fromkeys(("d", "day", "days", "일"), 24 * 60),
}
_PART = re.compile(r"(\d{1,5})([a-z가-힣]*)")
_LONGEST = 90 * 24 * 60
"""Minutes in ninety days; a step that may take longer is none."""


@dataclass(frozen=True)
class Call:
    """A call for help: how urgent, and the person's own words about it."""

    severity: Severity
    words: str


def plain_words(text: str, limit: int) -> str:
    """Return somebody's message as words for a form or a card: no live mention, no markup, at most `limit` long."""
    seen = _TOKEN.sub(_seen, text)
    return seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()[:limit]


def _seen(token: re.Match[str]) -> str:
    sign, target, label = token[1], token[2], token[3]
    if sign == "@":
        return f"@{label.lstrip('@')}" if label else ""
    if sign == "#":
        return f"#{label.lstrip('#')}" if label else ""
    return label or ("" if sign else target)


def read_call(text: str, bot: str) -> Call | None:
    """Return the call in a message that mentions the `bot`, None for a message that is none.

    What follows the mention begins with "에스컬" or "escalate" in either keyboard mode, or with a 🚨. Without a
    severity as the next or the last word it is S3.
    """
    for found in _MENTION.finditer(text):
        if not bot or found[1] == bot:
            return _call(text[found.end() :])
    return None


def _call(said: str) -> Call | None:
    words = said.strip().removeprefix(",").removeprefix(": ").split(maxsplit=1)
    if not words:
        return None
    first, rest = words[0], words[1] if len(words) > 1 else ""
    bare = first.strip(_MARKS)
    if first not in _ALARMS and keystrokes(bare) not in _CALLS:
        called = next((c for c in ("에스컬레이션", "에스컬레이트", "에스컬") if bare.startswith(c)), None)
        if called is None or not _POLITE.fullmatch(bare[len(called) :]):
            return None
    return read_words(rest)


def read_words(text: str) -> Call:
    """Read `[S2] words`; the severity may also come last. Never raises."""
    words = text.strip()
    first = words.split(maxsplit=1)[0] if words else ""
    if _POLITE.fullmatch(first.strip(_MARKS)) and first:
        words = words[len(first) :].strip()
    for place in (0, -1):
        typed = words.split()
        severity = read_severity(typed[place]) if typed else None
        if severity is not None:
            word = typed[place]
            return Call(severity, (words[len(word) :] if place == 0 else words[: -len(word)]).strip(" :,-\n"))
    return Call(Severity.S3, words)


def read_severity(word: str) -> Severity | None:
    """Return the severity a word names ("S2", "s2:", "ㄴ2"), else None."""
    return _SEVERITIES.get(keystrokes(word.strip(_MARKS)))


class DutyVerb(StrEnum):
    """What can be done about being the first who is called."""

    ON = "on"
    OFF = "off"
    WHO = "who"


_VERBS = {
    DutyVerb.ON: ("on", "start", "켜기", "켬", "시작", "인수", "서기", "출근"),
    DutyVerb.OFF: ("off", "end", "stop", "끄기", "끔", "끝", "종료", "해제", "퇴근"),
    DutyVerb.WHO: ("who", "list", "누구", "확인", "목록", "현황"),
}
_VERB_BY_KEYS = {keystrokes(word): verb for verb, words in _VERBS.items() for word in words}


def read_duty(text: str) -> tuple[DutyVerb, str]:
    """Return the verb and what follows it: `[project] [note …]`. Without a verb one asks who it is."""
    words = text.strip().split(maxsplit=1)
    verb = _VERB_BY_KEYS.get(keystrokes(words[0].strip(_MARKS))) if words else None
    if verb is None:
        return DutyVerb.WHO, text.strip()
    return verb, words[1].strip() if len(words) > 1 else ""


@dataclass(frozen=True)
class PlanOrder:
    """How long an issue of a severity may wait, in minutes; without a severity one only looks."""

    key: str
    severity: Severity | None = None
    ack: int = 0
    step: int = 0
    resolve: int = 0


def read_plan(text: str) -> PlanOrder:
    """Read `[KEY] [S2 30m 1h 24h]`: acknowledge, each further level, resolve. Raises Invalid for the `plan`."""
    words = text.split()
    key = words.pop(0) if words and read_severity(words[0]) is None else ""
    if not words:
        return PlanOrder(key)
    severity = read_severity(words[0])
    if severity is None or len(words) != 4:
        raise Invalid("plan", "malformed", " ".join(words)[:40])
    ack, step, resolve = (read_minutes(word) for word in words[1:])
    return PlanOrder(key, severity, ack, step, resolve)


def read_minutes(word: str) -> int:
    """Return the minutes of "30", "30m", "30분", "1h30m", "2시간", "3d". Raises Invalid for the `plan`."""
    typed = word.strip().lower()
    parts = _PART.findall(typed)
    if not parts or "".join(number + unit for number, unit in parts) != typed:
        raise Invalid("plan", "malformed", word[:40])
    if any(unit not in _MINUTES for _number, unit in parts):
        raise Invalid("plan", "malformed", word[:40])
    minutes = sum(int(number) * _MINUTES[unit] for number, unit in parts)
    if not 1 <= minutes <= _LONGEST:
        raise Invalid("plan", "out_of_range", word[:40])
    return minutes
