"""Finds terms of the trade in a text and says what stands for them in the other language.

반려 is a rejected task and not a companion; an engine cannot know that, so the terms travel as slots. Between two
languages of which none is Korean nothing is found: there engines know the words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.translation.korean_edges import Voice, may_begin, may_end, voice_at
from bot.translation.terms import OPTIONAL_SPACE, Form, Term, Written, project_term, shipped_terms

_RULES_VERSION = "1"
_LATIN_LANGUAGES = frozenset({"en", "es", "vi"})
_HANGUL = re.compile(r"[가-힣]")
_LATIN_WORD = re.compile(r"[^\W\d_]+")
_LATIN_BEFORE = re.compile(r"(?:[\w@#\\]|\w[-.'’])$")
_LATIN_BEHIND = re.compile(r"\w|[.@\\]\w")
_COUNTER = re.compile(
    r"(?:(?P<number>\d[\d,.]*|N)\s?[만천백억십]*\s?|(?<![가-힣])(?P<word>[수몇]?[만천백억십]+|"
    r"[한두세네몇]|다섯|여섯|열|여러) ?)"
    r"건"
)
# 3건 is three items, 3건물 three buildings: what may stand behind is narrower than behind a term.
_COUNTED = re.compile(
    r"(?![가-힣])|(?:이|은|을|의|도|만|씩|까지|부터|으로|에|에서|과|이나|이고|이면|인데|이라|이라도|이요|"
    r"이에요|이었|입니다|이랑|밖에|마다|정도|가량)(?:[은는도만요]?)(?![가-힣])"
    r"|이(?:었|에요|라|면|며|나|고|네|죠|지)|입|인|중|이상|이하|미만|남|완료|제출|검수|반려|승인|작업|"
    r"추가|더|다|전부|모두|정도"
)
_ITEMS = {
    "en": ("item", "items"),
    "es": ("elemento", "elementos"),
    "ja": ("件", "件"),
    "zh": ("条", "条"),
    "vi": ("mục", "mục"),
}


@dataclass(frozen=True)
class TermHit:
    """A term at text[start:end] and what is written for it in the other language."""

    start: int
    end: int
    target: str


@dataclass(frozen=True)
class _Entry:
    pattern: re.Pattern[str]
    form: Form
    written: Written
    own: bool
    traps: re.Pattern[str] | None


class Glossary:
    """The shipped terms and a project's own pairs (Korean, English), which win. Safe to share between threads."""

    def __init__(self, project_terms: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(project_terms)

    @property
    def version(self) -> str:
        """Change when a term, a trap or a rule does; the same for equal glossaries in every process."""
        return _version(self._pairs)

    def find(self, text: str, source: str, target: str) -> tuple[TermHit, ...]:
        """Return the terms in `text`, in order and without overlap, the longest first where several fit.

        In a text of another language that goes into Korean, Korean terms stand for themselves.
        """
        if source == target or "ko" not in (source, target):
            return ()
        hits = list(self._hits(text, source, target))
        if source == "ko":
            hits += _find_counters(text, target)
        elif _HANGUL.search(text):
            hits += self._hits(text, "ko", "ko")
        return _without_overlap(hits)

    def _hits(self, text: str, source: str, target: str) -> Iterator[TermHit]:
        traps: dict[re.Pattern[str], list[tuple[int, int]]] = {}
        index = _index(self._pairs, source, target)
        edges = (
            _fits_latin if source in _LATIN_LANGUAGES else _fits_korean if source == "ko" else _fits_anywhere
        )
        position = 0
        for start, key in _keys(text, source):
            if start < position:
                continue
            for entry in index.get(key, ()):
                match = entry.pattern.match(text, start)
                if match is None or not edges(text, start, match.end(), entry.form):
                    continue
                if entry.traps is not None and entry.traps not in traps:
                    traps[entry.traps] = [trap.span() for trap in entry.traps.finditer(text)]
                if entry.traps and any(_spoils(trap, match.span()) for trap in traps[entry.traps]):
                    continue
                yield TermHit(start, match.end(), _say(entry.written, text, match, source, target))
                position = match.end()
                break


def _say(written: Written, text: str, match: re.Match[str], source: str, target: str) -> str:
    if source == target:
        return match.group()
    if source != "ko":
        return written.noun
    voice = voice_at(text, match.end())
    return {Voice.NOUN: written.noun, Voice.PASSIVE: written.passive, Voice.ACTIVE: written.active}[voice]


def _spoils(trap: tuple[int, int], span: tuple[int, int]) -> bool:
    """Say whether a trap takes the span: it overlaps, and is not merely a part of a longer term."""
    overlaps = trap[0] < span[1] and span[0] < trap[1]
    return overlaps and not (span[0] <= trap[0] and trap[1] <= span[1] and span != trap)


def _without_overlap(hits: list[TermHit]) -> tuple[TermHit, ...]:
    chosen: list[TermHit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not chosen or hit.start >= chosen[-1].end:
            chosen.append(hit)
    return tuple(chosen)


def _find_counters(text: str, target: str) -> Iterator[TermHit]:
    one, many = _ITEMS.get(target, _ITEMS["en"])
    for match in _COUNTER.finditer(text):
        end = match.end()
        if not _COUNTED.match(text, end):
            continue
        single = match["word"] == "한" or (
            match["number"] == "1" and not text[: match.start()].endswith(("~", "-"))
        )
        yield TermHit(end - 1, end, one if single else many)


def _fits_korean(text: str, start: int, end: int, form: Form) -> bool:
    return form.loose or (may_begin(text, start) and may_end(text, end))


def _fits_latin(text: str, start: int, end: int, form: Form) -> bool:  # noqa: ARG001 - edges share one signature
    return not _LATIN_BEFORE.search(text, max(0, start - 2), start) and not _LATIN_BEHIND.match(text, end)


def _fits_anywhere(text: str, start: int, end: int, form: Form) -> bool:  # noqa: ARG001 - edges share one signature
    return True


def _keys(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield where a term might start and what it is filed under: its first word, or its first letter."""
    if language in _LATIN_LANGUAGES:
        for match in _LATIN_WORD.finditer(text):
            yield match.start(), match.group().casefold()
    else:
        yield from enumerate(text.casefold() if len(text.casefold()) == len(text) else text)


_Index = dict[str, tuple[_Entry, ...]]


@lru_cache(maxsize=256)
def _index(pairs: tuple[tuple[str, str], ...], source: str, target: str) -> _Index:
    own = [term for term in (project_term(*pair) for pair in pairs) if term is not None]
    if not own:
        return _shipped_index(source, target)
    merged = _file(own, source, target, own=True)
    for key, entries in _shipped_index(source, target).items():
        merged.setdefault(key, []).extend(entries)
    return {key: _ordered(entries) for key, entries in merged.items()}


@cache
def _shipped_index(source: str, target: str) -> _Index:
    filed = _file(shipped_terms(), source, target, own=False)
    return {key: _ordered(entries) for key, entries in filed.items()}


def _file(terms: Iterable[Term], source: str, target: str, *, own: bool) -> dict[str, list[_Entry]]:
    filed: dict[str, list[_Entry]] = {}
    for term in terms:
        if target not in term.written:
            continue
        for form in term.recognised.get(source, ()):
            first = next(iter(_keys(form.text, source)), None)
            key = form.text[0].casefold() if first is None or first[0] > 0 else first[1]
            traps = term.traps or (_traps_of_forms().get(_bare(form.text), "") if own else "")
            entry = _Entry(_pattern(form.text), form, term.written[target], own, _traps(traps))
            filed.setdefault(key, []).append(entry)
    return filed


def _ordered(entries: Iterable[_Entry]) -> tuple[_Entry, ...]:
    """Return the longest forms first; of equal ones a project's own, then the one that stands first in the file."""
    return tuple(sorted(entries, key=lambda entry: (-len(_bare(entry.form.text)), not entry.own)))


def _bare(form: str) -> str:
    return form.replace(" ", "").replace(OPTIONAL_SPACE, "").casefold()


def _pattern(form: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in re.split(rf"[\s{OPTIONAL_SPACE}]+", form)]
    gap = r"\s?" if _HANGUL.search(form) else r"[ \t\u00a0]+"
    return re.compile(gap.join(words), re.IGNORECASE)


@cache
def _traps(term: str) -> re.Pattern[str] | None:
    return re.compile(term, re.IGNORECASE) if term else None


@cache
def _traps_of_forms() -> dict[str, str]:
    """Return the traps of every shipped form: a project that renames 반려 means no companion by it either."""
    return {
        _bare(form.text): term.traps
        for term in shipped_terms()
        for forms in term.recognised.values()
        for form in forms
        if term.traps
    }


@lru_cache(maxsize=256)
def _version(pairs: tuple[tuple[str, str], ...]) -> str:
    words = repr((_RULES_VERSION, shipped_terms(), pairs))
    return hashlib.sha256(words.encode()).hexdigest()[:12]
