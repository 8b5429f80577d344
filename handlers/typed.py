"""Reading what admins type after a sub-command: quoted words, `name=value`, people, roles, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.domain.amounts import NotAnAmount, parse_amount
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.services.projects import ProjectPlan

# Phones and word processors turn straight quotation marks into these.
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "'": "'", "‘": "’", "’": "’", "「": "」"}
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
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
    words: list[str] = []
    word, closing, begun = "", "", False
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
                words.append(word)
            word, begun = "", False
        else:
            word += char
    return [*words, word] if word or begun else words


def read_project(text: str) -> ProjectPlan:
    """Read `KEY type "name" [setting=value …]`; raises Invalid naming the first part that can't be read."""
    words = split_words(text)
    settings = dict(_setting(word) for word in words if "=" in word)
    plain = [word for word in words if "=" not in word]
    for position, field in enumerate(("key", "type", "name")):
        if len(plain) <= position:
            raise Invalid(field, "missing")
    kind = _TYPE_BY_KEYS.get(keystrokes(plain[1]))
    if kind is None:
        raise Invalid("type", "unknown", plain[1][:40])
    # A name without quotation marks is several words.
    return ProjectPlan(key=plain[0], name=_unescape(" ".join(plain[2:])), type=kind, **settings)  # type: ignore[arg-type]  # _setting types each value


def _setting(word: str) -> tuple[str, object]:
    name, _, value = word.partition("=")
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
PROJECT_SETTINGS = tuple(_SETTINGS)


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


def read_price(text: str, currency: str) -> int:
    """Return the amount in the currency's minor unit; won also as "3만 5천원". Raises Invalid."""
    if currency in ("KRW", "JPY"):
        try:
            return parse_amount(text)
        except NotAnAmount as error:
            raise Invalid("price", error.reason, text[:40]) from None
    plain = text.strip().upper().removesuffix(currency).strip(" $€£")
    try:
        amount = Decimal(plain) * 100 if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", plain) else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise Invalid("price", "unreadable", text[:40])
    return int(amount)
