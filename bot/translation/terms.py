"""Reads the shipped terms: what each is called in six languages, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.translation.inflect import verb_forms
from bot.translation.texts import read_lines

LANGUAGES = ("ko", "en", "es", "ja", "zh", "vi")
"""The languages terms are known in, in the order of the columns of terms.tsv."""

TERMS_FILE = "terms.tsv"
OPTIONAL_SPACE = "·"
"""Stands in a recognised form where a space may be written and mostly is not."""


@dataclass(frozen=True)
class Written:
    """What stands for a term in a language: as a bare noun, where it was done to somebody, where somebody does it."""

    noun: str
    passive: str
    active: str


@dataclass(frozen=True)
class Form:
    """One way a term is written; `loose` forms may stand inside of a longer run of Hangul."""

    text: str
    loose: bool = False


@dataclass(frozen=True)
class Term:
    """What a term is recognised by and what is written for it, per language; `traps` look like it and are none."""

    recognised: dict[str, tuple[Form, ...]]
    written: dict[str, Written]
    traps: str = ""


@cache
def shipped_terms() -> tuple[Term, ...]:
    """Return the terms of terms.tsv in the order of the file. Raises ValueError for a line it cannot read."""
    return tuple(_read_term(line) for line in read_lines(TERMS_FILE))


def project_term(korean: str, other: str) -> Term | None:
    """Return a project's own pair as a term; each side may hold several forms with commas or slashes.

    The first form of a side is what is written. None when a side is empty.
    """
    sides = {"ko": _several(korean), "en": _several(other)}
    if not all(sides.values()):
        return None
    return Term(
        {
            language: tuple(
                dict.fromkeys(Form(each) for form in forms for each in _with_plural(form, language))
            )
            for language, forms in sides.items()
        },
        {language: Written(forms[0], forms[0], forms[0]) for language, forms in sides.items()},
    )


def _several(side: str) -> tuple[str, ...]:
    return tuple(form for form in (each.strip() for each in re.split(r"[,/\n]", side)) if form)


def _read_term(line: str) -> Term:
    *cells, traps = line.split("\t")
    if len(cells) != len(LANGUAGES):
        raise ValueError(f"terms.tsv: {len(cells) + 1} columns in {line[:20]!r}")
    recognised: dict[str, tuple[Form, ...]] = {}
    written: dict[str, Written] = {}
    for language, cell in zip(LANGUAGES, cells, strict=True):
        if not cell:
            continue
        recognised[language], written[language] = _read_cell(cell, language)
    return Term(recognised, written, traps)


def _read_cell(cell: str, language: str) -> tuple[tuple[Form, ...], Written]:
    first, *others = cell.split("|")
    shown = first.lstrip("=~").replace(OPTIONAL_SPACE, "").split(";")
    noun, passive, active = (shown + shown[:1] * 2)[:3] if len(shown) != 2 else (*shown, shown[0])
    forms: dict[Form, None] = {}
    for raw in (first.split(";")[0], *others):
        if raw.startswith("="):
            continue
        loose, text = raw.startswith("~"), raw.lstrip("~")
        inflected = verb_forms(text[:-1]) if text.endswith("*") else (text,)
        forms.update((Form(each, loose), None) for one in inflected for each in _with_plural(one, language))
    return tuple(forms), Written(noun, passive, active)


def _with_plural(form: str, language: str) -> tuple[str, ...]:
    """Return the form, and with an s where the language has one and the form has none."""
    if language not in ("en", "es") or not form[-1].isalpha() or not form[-1].isascii() or form[-1] in "sS":
        return (form,)
    return (form, form + ("es" if language == "es" and form[-1] not in "aeiou" else "s"))
