"""Finds what belongs to a person and must not leave the house: numbers, addresses and names in running text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatcher

from bot.translation import private_patterns as look
from bot.translation.surnames import is_name


class PrivateKind(StrEnum):
    """What a find is; RESIDENT stands for every number that a state gave to a person."""

    RESIDENT = "resident"
    PASSPORT = "passport"
    ACCOUNT = "account"
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    MESSENGER = "messenger"


GRAVE = frozenset({PrivateKind.RESIDENT, PrivateKind.PASSPORT, PrivateKind.ACCOUNT, PrivateKind.CARD})
"""Kinds whose line should not leave even without them."""

_SHORTEST_GRAVE = 8
"""Digits; the shortest number that is looked for beyond its own line."""


@dataclass(frozen=True)
class Private:
    """A find: text[start:end]."""

    start: int
    end: int
    kind: PrivateKind


# Each character becomes one, so that places in the folded text are places in the text.
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー～"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u3000\u2007\u202f"), " ")
_FOLD: dict[int, int | str] = {**_WIDTHS, **_DASHES, **_SPACES}


def find_private(text: str, names: Collection[str] = ()) -> tuple[Private, ...]:
    """Return what is private in a text, in order and without overlaps; `names` are those of known people.

    It reads a text by itself: a bare number is an account only if the text says so. It rather finds too much.
    """
    folded = text.translate(_FOLD)
    kept: list[Private] = []
    for find in _find_numbers(folded):
        _keep(kept, find)
    for find in (*_find_said_names(folded, tuple(kept)), *_find_handles(folded)):
        _keep(kept, find)
    for find in _find_known(folded, frozenset(names)):
        _keep(kept, find)
    return tuple(kept)


def find_private_lines(lines: Sequence[str], names: Collection[str] = ()) -> tuple[tuple[Private, ...], ...]:
    """Return what is private in each line: by itself, and read on from the lines above it.

    People write their bank, the number and their name below each other. Names are read on only where such a number
    stands.
    """
    found = [list(find_private(line, names)) for line in lines]
    if len(lines) > 1 and sum(map(_digits, lines)) >= _SHORTEST_GRAVE:
        together = find_private("\n".join(lines))
        kinds = GRAVE | {PrivateKind.NAME} if any(find.kind in GRAVE for find in together) else GRAVE
        start = 0
        for line, own in zip(lines, found, strict=True):
            end = start + len(line)
            for find in together:
                if find.kind in kinds and find.start < end and find.end > start:
                    here = Private(max(find.start, start) - start, min(find.end, end) - start, find.kind)
                    _keep(own, here)
            start = end + 1
    return tuple(map(tuple, found))


def _keep(kept: list[Private], find: Private) -> None:
    at = bisect_left(kept, find.start, key=lambda other: other.start)
    free = (not at or kept[at - 1].end <= find.start) and (at == len(kept) or find.end <= kept[at].start)
    if free and find.start < find.end:
        kept.insert(at, find)


def _find_numbers(text: str) -> Iterator[Private]:
    yield from _all(look.EMAIL, text, PrivateKind.EMAIL)
    if not any(char.isdigit() for char in text):
        return
    yield from _all(look.RESIDENT, text, PrivateKind.RESIDENT)
    for found in look.RESIDENT_BARE.finditer(text):
        if _is_day(found[1], found[2], found[3], found[4]):
            yield Private(*found.span(), PrivateKind.RESIDENT)
    yield from _all(look.PASSPORT, text, PrivateKind.PASSPORT)
    yield from _all(look.PASSPORT_SAID, text, PrivateKind.PASSPORT, 1)
    for found in look.IBAN.finditer(text):
        if _passes_mod_97(found[0]):
            yield Private(*found.span(), PrivateKind.ACCOUNT)
    yield from _all(look.CARD, text, PrivateKind.CARD)
    for found in look.CARD_BARE.finditer(text):
        if _passes_luhn(found[0]):
            yield Private(*found.span(), PrivateKind.CARD)
    # A telephone number after the word for a bank is still one, unless it is said to be an account.
    for pattern in (look.ACCOUNT_SAID, look.ACCOUNT_NEAR, look.ACCOUNT_AFTER):
        for found in pattern.finditer(text):
            if 8 <= _digits(found[1]) <= 16 and not look.PHONE.fullmatch(found[1]) and not _is_time(found[1]):
                yield Private(*found.span(1), PrivateKind.ACCOUNT)
    for found in look.PHONE.finditer(text):
        if 8 <= _digits(found[0]) <= 15:
            yield Private(*found.span(), PrivateKind.PHONE)
    for found in look.ACCOUNT.finditer(text):
        if 10 <= _digits(found[0]) <= 16:
            yield Private(*found.span(), PrivateKind.ACCOUNT)
    for run in look.DIALLED.finditer(text):
        for match in PhoneNumberMatcher(run[0], "KR", Leniency.VALID):
            yield Private(run.start() + match.start, run.start() + match.end, PrivateKind.PHONE)


def _find_handles(text: str) -> Iterator[Private]:
    for pattern in (look.MESSENGER_SAID, look.MESSENGER_COLON, look.MESSENGER_LOOSE, look.MESSENGER_AFTER):
        for found in pattern.finditer(text):
            group = found.lastindex or 1
            if found[group].lower() not in look.NO_HANDLES:
                yield Private(*found.span(group), PrivateKind.MESSENGER)


def _find_said_names(text: str, numbers: tuple[Private, ...]) -> Iterator[Private]:
    for found in look.NAME_SAID.finditer(text):
        if length := is_name(found[1], alone=False):
            yield Private(found.start(1), found.start(1) + length, PrivateKind.NAME)
    for found in look.NAME_INTRODUCED.finditer(text):
        if is_name(found[1], alone=True) and not look.NO_NAME.fullmatch(found[1]):
            yield Private(*found.span(1), PrivateKind.NAME)
    yield from _all(look.LATIN_NAME_SAID, text, PrivateKind.NAME, 1)
    for number in numbers:
        after = look.AFTER_NUMBER.match(text, number.end)
        if after and after[1] and (length := is_name(after[1], alone=True)):
            yield Private(after.start(1), after.start(1) + length, PrivateKind.NAME)
        elif (
            after and after[2] and number.kind is PrivateKind.ACCOUNT and look.LATIN_AFTER.fullmatch(after[2])
        ):
            yield Private(*after.span(2), PrivateKind.NAME)
        before = look.BEFORE_NUMBER.search(text, max(0, number.start - 30), number.start)
        if before and is_name(before[1], alone=True) == len(before[1]):
            yield Private(*before.span(1), PrivateKind.NAME)


_PARTICLES = (
    "님|씨|쌤|군|양|선생|매니저|은|는|이|가|을|를|와|과|의|에|께|한테|도|만|로|으로|랑|하고|부터|까지|처럼|보다|마다"
    "|예요|이에요|입니다|이고|이며|이라|라고|이면|야|아|조차|밖에|께서|이랑|이나|나|이든|든|네|때문|꺼|거|쪽|팀|언니|오빠|누나|선배|대리|과장"
)

_NO_OTHER_WORD = 2
"""Hangul names longer than this hardly ever begin another word; shorter ones need a particle behind them."""


def _find_known(text: str, names: frozenset[str]) -> Iterator[Private]:
    if (pattern := _names_pattern(names)) is None:
        return
    for found in pattern.finditer(text):
        # People write others' names large or as they are; "will" is not Will.
        if found[0] in names or not found[0].islower():
            yield Private(*found.span(), PrivateKind.NAME)


@lru_cache(maxsize=64)
def _names_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    known = sorted({name.strip().translate(_FOLD) for name in names}, key=lambda name: (-len(name), name))
    whole = [_name_pattern(name) for name in known if len(name) > 1]
    return re.compile("|".join(whole), re.IGNORECASE) if whole else None


def _name_pattern(name: str) -> str:
    left = r"(?<![^\W_])" if name[0].isalnum() else ""
    if not name[-1].isalnum() or ("가" <= name[-1] <= "힣" and len(name) > _NO_OTHER_WORD):
        right = ""
    elif "가" <= name[-1] <= "힣":
        right = rf"(?=$|[^가-힣]|{_PARTICLES})"
    else:
        # A Korean particle stands right after a Latin name.
        right = r"(?![A-Za-z0-9])"
    return f"{left}{re.escape(name)}{right}"


def _all(pattern: re.Pattern[str], text: str, kind: PrivateKind, group: int = 0) -> Iterator[Private]:
    for found in pattern.finditer(text):
        yield Private(*found.span(group), kind)


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _is_day(year: str, month: str, day: str, seventh: str) -> bool:
    """Say whether the front of a resident number is a day of the century that its seventh digit names."""
    century = 1900 if seventh in "1256" else 2000
    try:
        date(century + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return re.match(r"(?:19|20)\d{2}-[01]?\d-[0-3]?\d(?: |$)", text) is not None


def _passes_luhn(number: str) -> bool:
    digits = [int(char) for char in reversed(number)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def _passes_mod_97(number: str) -> bool:
    whole = number.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in whole[4:] + whole[:4])) % 97 == 1
