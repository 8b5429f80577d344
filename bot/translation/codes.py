"""Words that are names of things and not language: ids, file names, placeholders, dates, abbreviations."""

from __future__ import annotations

import re

from bot.translation.texts import read_lines

_COUNTED = re.compile(r"[0-9]+(?:st|nd|rd|th|am|pm|h|hrs?|mins?|secs?|k|m|days?|kst|won)", re.IGNORECASE)
"""Numbers with a word of language behind them."""

_HOUR = re.compile(r"[0-9]\s?[AP]M$")

_EVERYDAY = frozenset(read_lines("everyday_capitals.txt"))
"""Capitals that people do translate, or shout."""

_CODE = re.compile(
    r"""
      https?://[^\s<>|]+                                # an address nobody made a link of
    | <[@\#!][^<>\n]{1,80}>                             # typed like a mention, which it is not
    | \{\{[^{}\n]{0,60}\}\} | \$?\{\w{0,60}\} | %\(\w+\)[sd] | %[sd]\b
    | (?<![A-Za-z0-9_])__\w{1,60}?__(?![A-Za-z0-9_])
    | \[(?=[A-Z_]*[0-9_])[A-Z0-9_]{2,20}\]
    | (?<![\w&])\#[0-9]{1,12}(?![0-9A-Za-z_])           # a task's number
    | (?<![A-Za-z0-9_.-])[\w-]{1,80}
      \.(?:png|jpe?g|gif|pdf|docx?|xlsx?|csv|tsv|jsonl?|txt|wav|mp[34]|zip|md|html?|py)(?![A-Za-z0-9])
    | (?<![A-Za-z0-9_])(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?![A-Za-z0-9_])
    | (?<![A-Za-z0-9_])(?=[A-Za-z-]*[0-9])(?=[0-9-]*[A-Za-z])
      [A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,20}){0,4}(?![A-Za-z0-9_])
    | (?<![0-9/.,])[0-9]{1,4}/[0-9]{1,2}(?:/[0-9]{1,4})?(?![0-9/])  # 5/3 is the third of May to some
    | (?<![A-Za-z0-9_])[A-Z]{2,10}(?![A-Za-z0-9_])      # an abbreviation
    """,
    re.VERBOSE,
)


def find_codes(text: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of every word that must come through as it is written, in order, none overlapping.

    Abbreviations in capitals count, except those that are everyday words or chat (ASAP, EOD); the words of a
    shouted sentence do not count.
    """
    shouting = _shouts(text)
    return tuple(
        match.span()
        for match in _CODE.finditer(text)
        if not _is_language(match[0], shouting=shouting) and not _HOUR.search(text[: match.end()])
    )


def _is_language(word: str, *, shouting: bool) -> bool:
    if word.isalpha():
        return shouting or word in _EVERYDAY
    return _COUNTED.fullmatch(word) is not None


def _shouts(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    return len(words) >= 3 and sum(word.isupper() for word in words) > len(words) / 2
