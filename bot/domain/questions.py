"""Questions about guidelines: where they come from, what became of them, and when two are the same one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256

from bot.domain.errors import EmptyAnswer, Invalid
from bot.domain.text import is_storable

QUESTION_LIMIT = 1000
"""Characters of one question; longer ones are reports, not questions."""

REPLY_LIMIT = 2000
TERM_LIMIT = 60


class Place(StrEnum):
    """Where a question was asked."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    SHORTCUT = "shortcut"
    CHANNEL = "channel"


class Outcome(StrEnum):
    """What a question was answered with. SEARCHING until the search has ended."""

    SEARCHING = "searching"
    CHOOSING = "choosing"
    ANSWER = "answer"
    CANDIDATES = "candidates"
    UNKNOWN = "unknown"
    FAQ = "faq"
    TOPIC = "topic"
    NO_GUIDELINE = "no_guideline"
    FAILED = "failed"


class Judgement(StrEnum):
    """What somebody thinks of an answer."""

    HELPFUL = "helpful"
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    TRANSLATION = "translation"


class HandoverState(StrEnum):
    """OPEN -first reply-> ANSWERED."""

    OPEN = "open"
    ANSWERED = "answered"


class FaqState(StrEnum):
    """DRAFT -PM-> VERIFIED -new guideline or 30 days-> STALE -> VERIFIED | RETIRED."""

    DRAFT = "draft"
    VERIFIED = "verified"
    STALE = "stale"
    RETIRED = "retired"


class TermState(StrEnum):
    """A Korean–English pair: PROPOSED -> APPROVED | DECLINED."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


_TOKENS = re.compile(r"<[@#!][^>]*>")
_LAUGHTER = re.compile(r"[ㅋㅎㅠㅜ]{2,}|[ㅋㅎㅠㅜ](?=\s|$)")
_POLITE = re.compile(
    r"(?:습니까|입니까|인가요|는가요|은가요|건가요|가요|나요|나여|나용|어요|아요|어여|어용|까요|까여|는지요|을까|죠|지요|"
    r"예요|이에요|요|용|여|니까|까|니|나|냐)$"
)
_DIGITS = re.compile(r"\d+")
_NEGATIONS = re.compile(r"안|못|말|없|않|금지|제외|빼|not|n't|never|without|except|unless|no\b")


def clean_question(text: str) -> str:
    """Return the question in composed Unicode, on its own, without mentions at its ends.

    Raises EmptyAnswer for one without words and Invalid for one that is too long or can't be stored.
    """
    if not is_storable(text):
        raise Invalid("question", "unstorable")
    plain = " ".join(unicodedata.normalize("NFC", _TOKENS.sub(" ", text)).split())
    if not any(char.isalnum() for char in plain):
        raise EmptyAnswer("question")
    if len(plain) > QUESTION_LIMIT:
        raise Invalid("question", "too_long", str(QUESTION_LIMIT))
    return plain


def normal_form(text: str) -> str:
    """Return what is compared of a question: letters and digits, lower case, without laughter and spacing."""
    # Before NFKC, which turns ㅋ into another character. Inside a word a single one is spelling and stays.
    bare = _LAUGHTER.sub(" ", unicodedata.normalize("NFC", text))
    narrow = unicodedata.normalize("NFKC", bare).lower()
    return "".join(char for char in narrow if char.isalnum())


def fingerprint(text: str) -> str:
    """Return 64 hexadecimal digits, equal for questions of the same letters; it gives no words away."""
    return sha256((normal_form(text) or text).encode()).hexdigest()


def section_mark(section_id: str) -> str:
    """Return 16 hexadecimal digits for a section's id, which may be too long for a form's option."""
    return sha256(section_id.encode()).hexdigest()[:16]


def is_nearly_same(one: str, other: str) -> bool:
    """Say whether two questions differ in spelling or politeness only.

    Numbers and negations must be the same: "2초" and "3초", or 쓰나요 and 안 쓰나요, are different questions.
    """
    left, right = normal_form(one), normal_form(other)
    if left == right:
        return bool(left)
    if _facts(one) != _facts(other):
        return False
    left, right = _POLITE.sub("", left), _POLITE.sub("", right)
    if min(len(left), len(right)) < 4:
        return left == right and bool(left)
    return left == right or SequenceMatcher(None, left, right, autojunk=False).ratio() >= 0.94


def _facts(text: str) -> tuple[Counter[str], Counter[str]]:
    narrow = unicodedata.normalize("NFKC", text).lower()
    return Counter(_DIGITS.findall(narrow)), Counter(_NEGATIONS.findall(narrow))


def clean_words(field: str, text: str, limit: int = REPLY_LIMIT, *, required: bool = True) -> str:
    """Return what was typed into a field, trimmed. Raises EmptyAnswer or Invalid naming the field."""
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if required and not tidy:
        raise EmptyAnswer(field)
    if len(tidy) > limit:
        raise Invalid(field, "too_long", str(limit))
    if not is_storable(tidy):
        raise Invalid(field, "unstorable")
    return tidy
