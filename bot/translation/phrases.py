"""Answers short replies from a table: 네, 넵, ㅇㅋ, ok, lgtm need no engine, and engines are poor at them."""

from __future__ import annotations

import re
from functools import cache

from bot.translation.texts import read_lines

_LANGUAGES = ("ko", "en", "es", "ja", "zh", "vi")
_WRITTEN = frozenset({"ko", "en", "es"})
_LAUGHTER = re.compile(
    r"(?:(?<![ㄱ-ㅎ])[ㅋㅎㅠㅜ]+(?![ㄱ-ㅎ])|(?<=[ㄱ-ㅎ])(?:ㅋ{2,}|ㅎ{2,}|ㅠ+|ㅜ+)(?![ㄱ-ㅎ])|\^+|;+|(?<!\w)(?:ha){2,}h?(?!\w)|(?<!\w)lo+l(?!\w))+",
    re.IGNORECASE,
)
_LAUGHED_OK = re.compile(r"ㅇㅋㅋ+")
_LAUGHED = re.compile(r"^\W*(?:ㅋ+|ㅎ+|[ㅋㅎ]+)\W*$")
_CRIED = re.compile(r"^\W*[ㅠㅜ]+\W*$")
_FILL = re.compile(r"[\s~!¡.,…·♡♥☆★*\"'“”‘’()\-^;:。、！，～]+")
# 확인 부탁드립니다 asks for a check: a bare noun says something with the word behind it, and nothing before it.
_OPEN_NOUN = re.compile(r"[가-힣]*(?:확인|완료|감사|죄송|함)$")
_CRYING = "😢"
# More words than this are a message, and an engine reads a message better.
_LONGEST = 40
_MOST_REPLIES = 3


def short_reply(text: str, source: str, target: str) -> str | None:
    """Return what a short reply is in `target` (ko, en or es), None when it is none or might mean something else.

    Laughter, tears, tildes and exclamation marks do not count; up to three replies in a row are answered in a row.
    A question is never answered: 네? asks back.
    """
    if target not in _WRITTEN or source == target or len(text) > _LONGEST or re.search(r"[?？¿]", text):
        return None
    if _CRIED.match(text):
        return _CRYING
    if _LAUGHED.match(text) and source == "ko":
        return _table("ko", target).get("ㅋㅋ")
    table = _table(source, target)
    plain = _LAUGHED_OK.sub("ㅇㅋ ", text)
    words = _bare(_LAUGHTER.sub(" ", plain)).split() or _bare(plain).split()
    said = _say(words, table, _MOST_REPLIES)
    if not said or sum(reply not in _safe(target) for reply in said) > 1:
        return None
    if len(said) > 1 and said[0] == _written(target)[0] and source == "ko":
        said = said[1:]  # 네 opens a Korean reply as a nod does; "Yes. Thank you." is no English.
    return " ".join(dict.fromkeys(said))


def _say(words: list[str], table: dict[str, str], most: int) -> list[str] | None:
    """Return what the words say as at most `most` replies, the longest first; None when some word is in no reply."""
    if not words:
        return []
    if most == 0:
        return None
    for count in range(len(words), 0, -1):
        reply = table.get("".join(words[:count]))
        if reply is None or (words[count:] and _OPEN_NOUN.search(words[count - 1])):
            continue
        rest = _say(words[count:], table, most - 1)
        if rest is not None:
            return [reply, *rest]
    return None


@cache
def _written(target: str) -> tuple[str, ...]:
    column = _LANGUAGES.index(target)
    return tuple(line.split("\t")[column].split("|")[0] for line in read_lines("phrases.tsv"))


@cache
def _safe(target: str) -> frozenset[str]:
    """Return yes, OK and thanks: what may stand beside another reply. "no good" is not "no" and "good"."""
    rows = _written(target)
    return frozenset(rows[:2] + rows[3:5])


def _bare(text: str) -> str:
    return _FILL.sub(" ", text.casefold().replace("’", "'").replace("'", "")).strip()


@cache
def _table(source: str, target: str) -> dict[str, str]:
    """Return the replies of a language, written without spaces, and what each is in the other."""
    table: dict[str, str] = {}
    if source not in _LANGUAGES:
        return table
    here, there = _LANGUAGES.index(source), _LANGUAGES.index(target)
    for line in read_lines("phrases.tsv"):
        cells = line.split("\t")
        written = cells[there].split("|")[0]
        for form in cells[here].split("|"):
            if form:
                table.setdefault(_bare(form).replace(" ", ""), written)
    return table
