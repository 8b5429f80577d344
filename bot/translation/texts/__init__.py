"""Texts that ship with translation: the terms of the trade, their traps, and short replies."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the lines of a text file of this package, without empty ones and those that start with `#`."""
    text = files("bot.translation.texts").joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
