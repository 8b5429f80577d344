"""Words of people in a table that a spreadsheet will open."""

from __future__ import annotations

from bot.domain.text import BLANK

_FORMULA = frozenset("=+-@＝＋－＠")
_CONTROL = frozenset("\t\r\n")


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet runs it as a formula: with an apostrophe before it where it could.

    A formula begins with = + - or @, their full-width forms included; some programs cut blanks before they
    look, and a leading tab or line break can end the cell. Numbers of ours stay numbers: only words of
    people belong in here.
    """
    bare = text.lstrip(BLANK)
    risky = text[:1] in _CONTROL or bare[:1] in _FORMULA
    return f"'{text}" if text and bare and risky else text
