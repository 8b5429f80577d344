"""Whether an answer may be shown: what is surely wrong is Damaged, what may be wrong is a flag.

The limits come from stored answers of five real engines to 4,018 sentences: a check that would refuse many of
those is a flag only.
"""

from __future__ import annotations

import re

from bot.translation.masked import Masked, slots_of
from bot.translation.wire import Damaged

NUMBERS = "numbers"
LENGTH = "length"
UNTRANSLATED = "untranslated"

_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")
_CJK = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f\u3040-\u30ff\u4e00-\u9fff\u3400-\u4dbf]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_LOOP = re.compile(r"(?<!\S)(\S+)(?:\s+\1(?!\S)){3,}")
_STUTTER = re.compile(r"(\S.{1,30}?)\1{6,}|(\S)\2{24,}")
_LIVE = re.compile(r"<(?:[@#!][A-Za-z0-9]|https?:|mailto:)[^\s<>|]*", re.IGNORECASE)
_TAG = re.compile(r"</?x[0-9]+\s*/?>|\[X[0-9]+X\]|⟦[0-9]+⟧", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'|)]+|(?<![\w.@])(?:[a-z0-9-]+\.)+(?:com|net|org|io|kr|co)\b", re.IGNORECASE
)
_CALL = re.compile(r"@(?:here|channel|everyone)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
_ERROR_PAGE = re.compile(
    r"""Error\ [45]\d\d\ \( | \(Server\ Error\) | That[’']s\ an\ error
      | <!doctype | </?(?:html|head|body|title|script|div|span)\b
      | MYMEMORY\ WARNING | QUERY\ LENGTH\ LIMIT | PLEASE\ SELECT\ TWO\ DISTINCT | INVALID\ LANGUAGE\ PAIR
      | unusual\ traffic\ from\ your | \b50[0234]\ (?:Bad\ Gateway|Service\ |Internal\ Server|Gateway\ Time)
      | \b429\ Too\ Many\ Requests""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(r"[0-9]{2,}")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[,.\u00a0\u202f ](?=[0-9]{3}(?![0-9]))")

_LATIN = frozenset({"en", "es", "vi", "fr", "de", "pt", "id", "it", "nl", "pl", "tr", "tl", "ms"})
SLIGHT = 4
"""Letters beside slots that an answer may leave out."""

_KNOWN = _LATIN | {"ko", "ja", "zh"}
_SHORTEST, _FLAGGED, _LONGEST = 0.2, 0.35, 8.0


def check(
    source: Masked, result: Masked, source_language: str, target: str, *, accept_echo: bool = False
) -> frozenset[str]:
    """Return what may be wrong with an answer, of NUMBERS, LENGTH and UNTRANSLATED.

    Raises Damaged for what can't be an answer: nothing, the source again, another script, a loop, an error page,
    links, mentions or codes that nobody wrote. `accept_echo` lets the source pass as its own translation.
    """
    asked, said = _words(source), _words(result)
    _refuse_intruders(asked, said)
    if not _LETTER.search(asked):
        return _doubts(asked, said)
    if not _LETTER.search(said):
        # "<term> 중" may well become the term alone; a sentence does not.
        if len(_LETTER.findall(asked)) > SLIGHT or not slots_of(result):
            raise Damaged("empty")
        return frozenset({LENGTH})
    flags = _doubts(asked, said)
    if source_language != target and not (accept_echo and _bare(asked) == _bare(said)):
        flags |= _same_language(asked, said, target)
    _refuse_nonsense(asked, said)
    return flags


def _words(masked: Masked) -> str:
    # A slot parts words, but it is no word and no space that could be counted.
    return "".join(part if isinstance(part, str) else "\ufffc" for part in masked)


def _refuse_intruders(asked: str, said: str) -> None:
    for reason, intruder in (
        ("error_page", _ERROR_PAGE),
        ("token", _TAG),
        ("live", _LIVE),
        ("mention", _CALL),
        ("control", _CONTROL),
    ):
        known = {match[0].lower() for match in intruder.finditer(asked)}
        if any(match[0].lower() not in known for match in intruder.finditer(said)):
            raise Damaged(reason)
    if len(_CALL.findall(said)) > len(_CALL.findall(asked)):
        raise Damaged("mention")
    plain = asked.lower()
    if any(match[0].lower().rstrip(".,;:!?") not in plain for match in _LINK.finditer(said)):
        raise Damaged("link")
    if asked.strip().count("\n") != said.strip().count("\n"):
        raise Damaged("lines")


def _refuse_nonsense(asked: str, said: str) -> None:
    for loop in (_LOOP, _STUTTER):
        if loop.search(said) and not loop.search(asked):
            raise Damaged("loop")
    long, short = _length(said), _length(asked)
    if (short >= 20 and long < _SHORTEST * short) or long > _LONGEST * short + 60:
        raise Damaged("length")


def _doubts(asked: str, said: str) -> frozenset[str]:
    flags = set()
    if not _numbers(asked) <= _numbers(said):
        flags.add(NUMBERS)
    short = _length(asked)
    if short >= 20 and _length(said) < _FLAGGED * short:
        flags.add(LENGTH)
    return frozenset(flags)


def _length(text: str) -> int:
    """Return about how much is said: a Korean, Japanese or Chinese letter says as much as two others."""
    return len(text.strip()) + len(_CJK.findall(text))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(_BETWEEN_DIGITS.sub("", text)))


def _same_language(asked: str, said: str, target: str) -> frozenset[str]:
    """Refuse the source itself and a script nobody of the target language reads; flag a doubtful echo."""
    script = _script_share(said, target)
    words = _WORD.findall(asked)
    # Names and codes ("Kim Minji", "KST OK") are the same in every language; a sentence is not, nor is any word
    # in letters that the reader can't read.
    sentence = len(words) >= 3 or (len(words) == 2 and any(word[0].islower() for word in words))
    wordy = sentence or _foreign(asked, target) > 0
    if _bare(asked) == _bare(said):
        if wordy:
            raise Damaged("echo")
        return frozenset({UNTRANSLATED})
    if (wordy and script < 0.1) or (target in _LATIN and script < 0.5):
        raise Damaged("script")
    return frozenset()


def _bare(text: str) -> str:
    return "".join(text.casefold().split())


def _foreign(text: str, target: str) -> int:
    """Return how many Korean, Japanese and Chinese letters a reader of the target language can't read."""
    own = {"ko": (_HANGUL,), "ja": (_KANA, _HAN), "zh": (_HAN,)}.get(target, ())
    return sum(len(script.findall(text)) for script in (_HANGUL, _KANA, _HAN) if script not in own)


def _script_share(text: str, target: str) -> float:
    """Return which part of the letters belongs to the target's script; 1 when we do not know its script."""
    letters = len(_LETTER.findall(text))
    if not letters or target not in _KNOWN:
        return 1.0
    if target in _LATIN:
        return 1 - _foreign(text, target) / letters
    own = len(_CJK.findall(text)) - 2 * _foreign(text, target)
    return own / letters
