"""Says in which language a text is written: by its script first, by counting words and letters second.

Korean chat is mostly a matter of script; libraries read ㅋㅋ as Japanese and mixed lines as English. Only Latin
text of four words and more is given to lingua, in its low accuracy mode: with seven languages that costs
16 MB, 0.1 s once and 0.03 ms a line (measured), against 185 MB and 1 s with the full models. Little words are
counted before it is asked, which makes up for most of the difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.translation.romanised import is_romanised_korean
from bot.translation.texts import read_lines

if TYPE_CHECKING:
    from lingua import LanguageDetector

_HANGUL = re.compile(r"[가-힣ᄀ-ᇿㄱ-ㆎ]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_OTHER_SCRIPTS = (
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CODE_LIKE = re.compile(r"\S*\d\S*|\b[A-Za-z]\b|\b(?:AM|PM|KST|UTC|GMT|[ap]m)\b")
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|(?<!\w)'[^'\n]*'(?!\w)|‘[^’\n]*’")
# Letters that only Vietnamese writes, and signs that only Spanish does.
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_SPANISH = re.compile(r"[¿¡ñÑ]")
# What a Korean word has when it is said in a Korean sentence and not merely quoted in another.
_KOREAN_GRAMMAR = re.compile(
    r"(?:요|니다|까|는데|인데|은|는|을|를|에서|에게|에|으로|까지|부터|했|됐|함|됨|중|해|돼|면|님|네|넵)$"
)
_LATIN_LANGUAGES = frozenset({"en", "es", "vi", "fr", "de", "pt", "id", "it", "nl", "pl", "tr", "cs", "sv"})
_ENOUGH_WORDS = 4


@dataclass(frozen=True)
class Detected:
    """The language of a text as ISO 639-1, None when it holds nothing to translate, and whether to trust it."""

    language: str | None
    confident: bool


def detect(text: str, prior: str | None = None) -> Detected:
    """Return the language of `text`, which holds words only: no mentions, links, code or emoji.

    `prior` is what its author is known to write. It decides where the text is too short to say; short Latin text of
    somebody who writes Korean, Japanese or Chinese is taken for English, which is what such text is. Romanised
    Korean is ("ko", not confident).
    """
    outside = _QUOTED.sub(" ", text)
    if len(_WORD.findall(outside)) < 2:
        outside = text
    hangul, kana, han = (len(script.findall(outside)) for script in (_HANGUL, _KANA, _HAN))
    if hangul and not _is_guest(outside, hangul, kana + han, prior):
        return Detected("ko", confident=True)
    if kana:
        return Detected("ja", confident=True)
    latin = [word for word in _WORD.findall(_CODE_LIKE.sub(" ", outside)) if _is_latin(word)]
    if han and han >= len(latin):
        return Detected("ja" if prior == "ja" else "zh", confident=True)
    for language, script in _OTHER_SCRIPTS:
        if len(script.findall(outside)) > sum(map(len, latin)):
            return Detected(language, confident=True)
    if latin:
        return _detect_latin(outside, latin, prior)
    if hangul:
        return Detected("ko", confident=True)
    return Detected(None, confident=True)


def _is_latin(word: str) -> bool:
    return word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff"


def _is_guest(text: str, hangul: int, ideographs: int, prior: str | None) -> bool:
    """Say whether the Korean in a text is a word or two within a sentence of another language."""
    if ideographs:
        return ideographs > 2 * hangul or (
            ideographs > hangul and not _KOREAN_GRAMMAR.search(text.strip(" .!?~"))
        )
    words = _WORD.findall(text)
    korean = [word for word in words if _HANGUL.search(word)]
    latin = [word.casefold() for word in words if not _HANGUL.search(word)]
    function_words = max((_votes(latin) or {"en": 0}).values())
    said = sum(bool(_KOREAN_GRAMMAR.search(word)) for word in korean)
    if prior in _LATIN_LANGUAGES and not said and len(latin) > len(korean):
        return True
    if function_words >= 2:
        return function_words > 2 * said and len(latin) > 2 * said + len(korean) // 2
    return function_words == 1 and not said and len(latin) >= 3 * len(korean)


@cache
def _function_words() -> dict[str, frozenset[str]]:
    rows = (line.split("\t") for line in read_lines("function_words.tsv"))
    return {language: frozenset(words.split()) for language, words in rows}


def _votes(words: list[str]) -> dict[str, int]:
    plain = [word.casefold().replace("’", "'") for word in words]
    counts = {name: sum(word in known for word in plain) for name, known in _function_words().items()}
    return {name: count for name, count in counts.items() if count}


def _detect_latin(text: str, words: list[str], prior: str | None) -> Detected:
    if _VIETNAMESE.search(text):
        return Detected("vi", confident=True)
    if is_romanised_korean(words):
        return Detected("ko", confident=False)
    votes = sorted(_votes(words).items(), key=lambda vote: -vote[1])
    if votes and (len(votes) == 1 or votes[0][1] > votes[1][1]):
        language, count = votes[0]
        if count >= 2 or _SPANISH.search(text):
            return Detected(language, confident=True)
    if _SPANISH.search(text):
        return Detected("es", confident=True)
    if len(words) >= _ENOUGH_WORDS:
        return _ask_lingua(text, prior, [name for name, count in votes if count == votes[0][1]])
    if len(votes) == 1:
        return Detected(votes[0][0], confident=prior in (None, votes[0][0]))
    # Too little to tell from, but people seldom write in another language than theirs.
    if prior in _LATIN_LANGUAGES:
        return Detected(prior, confident=True)
    return Detected("en", confident=False)


def _ask_lingua(text: str, prior: str | None, likely: list[str]) -> Detected:
    values = _read(text)
    language, value = values[0]
    if (
        prior in _LATIN_LANGUAGES
        and (value < 0.95 or language not in likely)
        and prior in (likely or [prior])
    ):
        return Detected(prior, confident=True)
    if likely and language not in likely:
        return Detected("en" if "en" in likely else likely[0], confident=False)
    return Detected(language if likely or value >= 0.95 else "en", confident=value >= 0.8)


@cache
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    languages = (
        Language.ENGLISH,
        Language.SPANISH,
        Language.VIETNAMESE,
        Language.FRENCH,
        Language.GERMAN,
        Language.PORTUGUESE,
        Language.INDONESIAN,
    )
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


@lru_cache(maxsize=512)
def _read(text: str) -> list[tuple[str, float]]:
    values = _detector().compute_language_confidence_values(text)
    return [(each.language.iso_code_639_1.name.lower(), each.value) for each in values]
