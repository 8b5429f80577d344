"""Texts that ship with the search: generic questions, generic passages, and terms of the trade."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the non-empty lines of a text file of this package."""
    text = files("bot.answers.texts").joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip())
