"""Tells Korean written with Latin letters, which every detector takes for another language."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SYLLABLE = (
    r"(?:kk|tt|pp|ss|jj|ch|[gndrmbsjktph])?"
    r"(?:yae|yeo|wae|eo|eu|ae|ya|ye|yo|yu|wa|wo|we|wi|oe|ui|oo|[aeiou])(?:ng|kk|ss|[gkndtlmbp])?"
)
_KOREAN_WORD = re.compile(rf"(?:{_SYLLABLE})+", re.IGNORECASE)
# Endings and vowels that hardly any other language puts into its words.
_TELLING = re.compile(
    r"(?:eo|eu|yeo|hae|nida$|seyo$|haseyo|juseyo|haeyo|eyo$|aeyo$|ieyo$|ssda|nim$|ibnida|imnida|gamsa|annyeong)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:hamnida|imnida|mnida|seyo|juseyo|haeyo|yeyo|ieyo|aeyo|eoyo|ayo|annyeong\w*|ssi|nim)", re.IGNORECASE
)


def is_romanised_korean(words: Sequence[str]) -> bool:
    """Say whether most of the words are Korean in Latin letters: "annyeonghaseyo", "hwagin butakdeuryeoyo"."""
    known = [word for word in words if _KOREAN_WORD.fullmatch(word)]
    telling = [word for word in known if len(word) >= 5 and _TELLING.search(word)]
    ended = [
        word for word in known if _ENDING.fullmatch(word) or (len(word) >= 6 and _ENDING.search(word[-5:]))
    ]
    return bool(ended) and 2 * len(known) > len(words) and bool(telling)
