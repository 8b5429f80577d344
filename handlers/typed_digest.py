"""Reading what is typed about digests: a day, and who has them at which time on which days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.digests import Audience, parse_hhmm, parse_weekdays
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_AUDIENCES = {
    Audience.PM: ("pm", "me", "피엠", "나"),
    Audience.SUPERVISOR: ("supervisor", "supervisors", "sup", "수퍼바이저", "슈퍼바이저", "가교"),
    Audience.CREW: ("crew", "channel", "크루", "채널"),
    Audience.WORKER: ("worker", "workers", "작업자"),
}
_AUDIENCE_BY_KEYS = {keystrokes(word): who for who, words in _AUDIENCES.items() for word in words}
_ON = frozenset(map(keystrokes, ("on", "yes", "켜기", "켬", "받기", "받을게요")))
_OFF = frozenset(map(keystrokes, ("off", "no", "none", "끄기", "끔", "안받기", "그만")))
_HERE = frozenset(map(keystrokes, ("here", "여기", "여기서", "이채널")))
_WEEK = frozenset(map(keystrokes, ("week", "weekly", "주간", "이번주", "일주일")))
_YESTERDAY = frozenset(map(keystrokes, ("yesterday", "어제")))
_TODAY = frozenset(map(keystrokes, ("today", "오늘")))


@dataclass(frozen=True)
class DayWanted:
    """A digest somebody asks for now; without `day` it is that of today so far."""

    key: str
    day: date | None
    week: bool


@dataclass(frozen=True)
class Schedule:
    """A change of when an audience has its digests; None leaves a thing as it is."""

    key: str
    audience: Audience | None = None
    hhmm: str | None = None
    zone: str | None = None
    weekdays: int | None = None
    enabled: bool | None = None
    channel: str | None = None


def read_day_wanted(text: str, today: date) -> DayWanted:
    """Read `[KEY] [2026-11-23 | yesterday] [week]` in any order. Raises Invalid for a day that is none or to come."""
    key, day, week = "", None, False
    for word in text.split()[:6]:
        keys = keystrokes(word)
        if keys in _WEEK:
            week = True
        elif keys in _YESTERDAY:
            day = today - timedelta(days=1)
        elif keys in _TODAY:
            day = today
        elif word[:1].isdigit() or key:
            day = read_date(word)
        else:
            key = word
    if day is not None and day > today:
        raise Invalid("date", "to_come", day.isoformat())
    return DayWanted(key, day, week)


def read_date(word: str) -> date:
    """Return a date written as 2026-11-23. Raises Invalid."""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise Invalid("date", "malformed", word[:20]) from None
    # Around the ends of the calendar there are no days before or after to compare with.
    if not 2000 <= day.year <= 9000:
        raise Invalid("date", "malformed", word[:20])
    return day


def read_schedule(text: str, here: str) -> Schedule:
    """Read `[KEY] [who] [09:00] [mon-fri] [zone] [#channel | here] [on | off]`. Raises Invalid.

    The key comes first; without one the first word says for whom. `here` is the channel it was typed in.
    """
    words = text.split()[:16]
    key = ""
    if words and keystrokes(words[0]) not in _AUDIENCE_BY_KEYS:
        key = words.pop(0)
    if not words:
        return Schedule(key)
    audience = _AUDIENCE_BY_KEYS.get(keystrokes(words.pop(0)))
    if audience is None:
        raise Invalid("audience", "unknown", text.split()[1][:20])
    hhmm = zone = channel = None
    enabled: bool | None = None
    days: list[str] = []
    for word in words:
        keys = keystrokes(word)
        if found := _CHANNEL.fullmatch(word):
            channel = found[1]
        elif keys in _HERE and here[:1] in ("C", "G"):
            channel = here
        elif keys in _ON | _OFF:
            enabled = keys in _ON
        elif word[:1].isdigit():
            hhmm = parse_hhmm(word)
        elif "/" in word or word.upper() == "UTC":
            zone = "UTC" if word.upper() == "UTC" else word
        else:
            days.append(word)
    return Schedule(
        key, audience, hhmm, zone, parse_weekdays(" ".join(days)) if days else None, enabled, channel
    )


def is_off(text: str) -> bool:
    """Say whether a word wants something switched off."""
    return keystrokes(text.strip()) in _OFF


def read_switch(text: str) -> tuple[bool, str | None]:
    """Read `on | off [09:30]`; a time alone means on. Raises Invalid."""
    enabled: bool | None = None
    hhmm: str | None = None
    for word in text.split()[:4]:
        keys = keystrokes(word)
        if keys in _ON | _OFF:
            enabled = keys in _ON
        elif word[:1].isdigit():
            hhmm = parse_hhmm(word)
        else:
            raise Invalid("notify", "unknown", word[:20])
    if enabled is None and hhmm is None:
        raise Invalid("notify", "missing")
    return enabled is not False, hhmm
