"""Reading what follows `/sup grant`: a person, a key, a number, an end and what was seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.digests import due_moment
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.services.qualifying import clean_key
from handlers.typed import find_mention


class GrantVerb(StrEnum):
    """What is to be done."""

    GIVE = "give"
    LIST = "list"
    REVOKE = "revoke"
    DESCRIBE = "describe"


_VERBS = {
    GrantVerb.GIVE: ("give", "주기", "부여"),
    GrantVerb.LIST: ("list", "목록"),
    GrantVerb.REVOKE: ("revoke", "remove", "회수", "취소", "해제"),
    GrantVerb.DESCRIBE: ("describe", "설명", "안내"),
}
_BY_KEYS = {keystrokes(word): verb for verb, words in _VERBS.items() for word in words}
_DATE = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\.?(까지)?")
_UNTIL = frozenset(map(keystrokes, ("until", "till", "까지", "만료")))
_NEEDS = frozenset(map(keystrokes, ("needs", "need", "먼저", "선행")))


@dataclass(frozen=True)
class GrantOrder:
    """A qualification to give, take back, list or describe, as typed. `words` is evidence, or how to get it."""

    verb: GrantVerb
    user: str | None = None
    key: str = ""
    value: int | None = None
    until: date | None = None
    needs: str | None = None
    words: str = ""


def read_grant_order(text: str) -> GrantOrder:
    """Read `[give] @who KEY [number] [until 2027-01-31] evidence…` and its sisters; Invalid names what is missing."""
    user, rest = find_mention(text)
    words = rest.split()
    verb = _BY_KEYS.get(keystrokes(words[0])) if words else None
    words = words[1:] if verb is not None else words
    if verb is None:
        verb = GrantVerb.GIVE if user or words else GrantVerb.LIST
    if verb is GrantVerb.LIST:
        return GrantOrder(verb, user)
    if user is None and verb is not GrantVerb.DESCRIBE:
        raise Invalid("person", "missing")
    if not words:
        raise Invalid("qualification", "missing")
    key = clean_key(words.pop(0))
    if verb is GrantVerb.REVOKE:
        return GrantOrder(verb, user, key)
    if verb is GrantVerb.DESCRIBE:
        needs = None
        if len(words) > 1 and keystrokes(words[0]) in _NEEDS:
            needs, words = clean_key(words[1]), words[2:]
        return GrantOrder(verb, None, key, needs=needs, words=" ".join(words))
    value, words = _value(words)
    until, words = _until(words)
    if not words:
        raise Invalid("evidence", "missing")
    return GrantOrder(verb, user, key, value, until, words=" ".join(words))


def _value(words: list[str]) -> tuple[int | None, list[str]]:
    if words and words[0].isascii() and words[0].isdigit() and len(words[0]) <= 6:
        return int(words[0]), words[1:]
    return None, words


def _until(words: list[str]) -> tuple[date | None, list[str]]:
    """Take the end out of the words: "until 2027-01-31", "2027-01-31까지" or the day alone, at the beginning."""
    begun = 1 if words and keystrokes(words[0]) in _UNTIL else 0
    found = _DATE.fullmatch(words[begun]) if len(words) > begun else None
    if found is None:
        if begun:
            raise Invalid("expires", "unreadable", words[1][:20] if len(words) > 1 else "")
        return None, words
    rest = words[begun + 1 :]
    if rest and keystrokes(rest[0]) in _UNTIL:
        rest = rest[1:]
    return read_day(words[begun]), rest


def read_day(text: str) -> date:
    """Return a day such as "2027-01-31". Raises Invalid for anything else."""
    found = _DATE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Invalid("expires", "unreadable", text[:20]) from None


def end_of(day: date, zone: str) -> datetime:
    """Return the last minute of a local day, which reads as that day."""
    return due_moment(zone, day, "23:59")
