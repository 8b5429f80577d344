"""Reading what admins type after a sub-command: quoted words, `name=value`, people, roles, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.amounts import NotAnAmount, parse_amount
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.services.projects import ProjectPlan

# Phones and word processors turn straight quotation marks into these.
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "'": "'", "‘": "’", "’": "’", "「": "」"}
# A hyphen, and what word processors make of one.
_MINUS = ("-", "−", "–", "－")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(https?://[^>|]+)(?:\|[^>]*)?>")

_TYPES = {
    TaskType.TRANSCRIPTION: ("transcription", "전사"),
    TaskType.MODERATION: ("moderation", "검열", "모더레이션"),
    TaskType.TRANSLATION: ("translation", "번역"),
}
_ROLES = {
    Role.WORKER: ("worker", "작업자"),
    Role.REVIEWER: ("reviewer", "검수자", "리뷰어"),
    Role.SUPERVISOR: ("supervisor", "수퍼바이저", "슈퍼바이저", "가교"),
    Role.PM: ("pm", "피엠"),
}
_TYPE_BY_KEYS = {keystrokes(word): kind for kind, words in _TYPES.items() for word in words}
_ROLE_BY_KEYS = {keystrokes(word): role for role, words in _ROLES.items() for word in words}
_REMOVE = frozenset(map(keystrokes, ("remove", "revoke", "제거", "해제", "삭제")))
_ADD = frozenset(map(keystrokes, ("add", "grant", "추가", "부여")))
_HERE = frozenset(map(keystrokes, ("here", "여기", "여기서", "이채널")))
_OFF = frozenset(map(keystrokes, ("off", "none", "끄기", "해제", "없음")))
_YES = frozenset({"yes", "y", "on", "true", "1", "예", "네"})
_NO = frozenset({"no", "n", "off", "false", "0", "아니요", "아니오"})


@dataclass(frozen=True)
class RoleOrder:
    """A role to give or take, as typed."""

    user: str
    role: Role
    project_key: str
    granted: bool


def split_words(text: str) -> list[str]:
    """Split at white space, keeping what stands in quotation marks of any kind together. Never raises."""
    return [word for word, _equals in _split(text)]


def _split(text: str) -> list[tuple[str, int]]:
    """Split into words, each with the place of its first "=" outside of quotation marks, or -1."""
    words: list[tuple[str, int]] = []
    word, equals, closing, begun = "", -1, "", False
    for char in text:
        if closing:
            if char == closing or (char == '"' and closing == "”"):
                closing = ""
            else:
                word += char
        elif char in _QUOTES and (not word or word.endswith("=")):
            closing, begun = _QUOTES[char], True
        elif char.isspace():
            if word or begun:
                words.append((word, equals))
            word, equals, begun = "", -1, False
        else:
            if char == "=" and equals < 0:
                equals = len(word)
            word += char
    return [*words, (word, equals)] if word or begun else words


def read_project(text: str) -> ProjectPlan:
    """Read `KEY type "name" [setting=value …]`; raises Invalid naming the first part that can't be read."""
    words = _split(text)
    settings = dict(_setting(word[:equals], word[equals + 1 :]) for word, equals in words if equals >= 0)
    plain = [word for word, equals in words if equals < 0]
    for position, field in enumerate(("key", "type", "name")):
        if len(plain) <= position:
            raise Invalid(field, "missing")
    kind = _TYPE_BY_KEYS.get(keystrokes(plain[1]))
    if kind is None:
        raise Invalid("type", "unknown", plain[1][:40])
    # A name without quotation marks is several words.
    return ProjectPlan(key=plain[0], name=_unescape(" ".join(plain[2:])), type=kind, **settings)  # type: ignore[arg-type]  # _setting types each value


def _setting(name: str, value: str) -> tuple[str, object]:
    name = name.strip().lower().replace("-", "_")
    if name not in _SETTINGS:
        raise Invalid("setting", "unknown", name[:40])
    field, read = _SETTINGS[name]
    return field, read(value)


def _url(value: str) -> str:
    found = _LINK.fullmatch(value)
    return _unescape(found[1] if found else value)


def _labels(value: str) -> tuple[str, ...]:
    return tuple(label.strip() for label in _unescape(value).split(",") if label.strip())


def _whether(value: str) -> bool:
    if value.lower() not in _YES | _NO:
        raise Invalid("confidential", "unknown", value[:20])
    return value.lower() in _YES


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise Invalid("max_in_hand", "malformed", value[:20])
    return int(value)


_SETTINGS: dict[str, tuple[str, Callable[[str], object]]] = {
    "guideline": ("guideline_url", _url),
    "labels": ("labels", _labels),
    "zone": ("zone", str),
    "currency": ("currency", str.upper),
    "confidential": ("confidential", _whether),
    "in_hand": ("max_in_hand", _count),
}


def _unescape(text: str) -> str:
    """Undo Slack's escaping of what people type."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_role(text: str) -> RoleOrder:
    """Read `@who role PROJECT [remove]` in any order; raises Invalid naming the first missing part."""
    user: str | None = None
    role: Role | None = None
    key, granted = "", True
    for word in split_words(text):
        keys = keystrokes(word)
        if found := _MENTION.fullmatch(word):
            user = found[1]
        elif role is None and keys in _ROLE_BY_KEYS:
            role = _ROLE_BY_KEYS[keys]
        elif keys in _REMOVE:
            granted = False
        elif keys not in _ADD:
            key = key or word
    if user is None:
        raise Invalid("person", "missing")
    if role is None:
        raise Invalid("role", "missing")
    if not key:
        raise Invalid("project", "missing")
    return RoleOrder(user, role, key, granted)


def read_channel(text: str, here: str) -> tuple[str, str | None]:
    """Read `PROJECT #channel`, `PROJECT here` or `PROJECT off`; None for off. Raises Invalid for anything else.

    `here` is the channel the command was typed in.
    """
    key, _, rest = text.strip().partition(" ")
    if not key:
        raise Invalid("project", "missing")
    where = rest.strip()
    if found := _CHANNEL.fullmatch(where):
        return key, found[1]
    keys = keystrokes(where)
    if keys in _HERE and here[:1] in ("C", "G"):
        return key, here
    if keys in _OFF:
        return key, None
    raise Invalid("channel", "missing")


def read_price(text: str, currency: str) -> int:
    """Return the amount in the currency's minor unit; won also as "3만 5천원". Raises Invalid."""
    try:
        return parse_amount(text, currency)
    except NotAnAmount as error:
        if error.reason == "fraction":
            raise Invalid("price", "fraction", currency) from None
        if error.reason == "unreadable" and currency != "KRW":
            # Examples in won would only lead astray here.
            raise Invalid("price", "not_in_currency", currency) from None
        raise Invalid("price", error.reason, text[:40]) from None


def read_signed(text: str, currency: str) -> int:
    """Return an amount in minor units that may have a sign in front: "-5000", "+3만". Raises Invalid."""
    plain = text.strip()
    negative = plain[:1] in _MINUS
    try:
        amount = parse_amount(plain[1:] if plain[:1] in (*_MINUS, "+") else plain, currency)
    except NotAnAmount as error:
        value = currency if error.reason == "fraction" else text[:40]
        raise Invalid("amount", error.reason, value) from None
    return -amount if negative else amount


def find_mention(text: str) -> tuple[str | None, str]:
    """Return the Slack id of who is mentioned, None for nobody, and the rest of the words."""
    found = _MENTION.search(text)
    return (found[1] if found else None), " ".join(_MENTION.sub(" ", text).split())
