"""Which keys of a QWERTY keyboard were pressed: the same for a word typed in Korean and in English mode."""

from __future__ import annotations

import unicodedata


def _keys_of(layout: str) -> tuple[str, ...]:
    return tuple(layout.split())


# 두벌식 (KS X 5002): the standard Korean layout. Shift is dropped, because Latin case is dropped too.
_LEADS = _keys_of("r r s e e f a q q t t d w w c z x v g")
_VOWELS = _keys_of("k o i o j p u p h hk ho hl y n nj np nl b m ml l")
_TAILS = ("", *_keys_of("r r rt s sw sg e f fr fa fq ft fx fv fg a q qt t t d w c z x v g"))

# The jamo of U+3131–U+318E as typed alone, in code point order up to ㅣ.
_SINGLE_CONSONANTS = _keys_of("r r rt s sw sg e e f fr fa fq ft fx fv fg a q q qt t t d w w c z x v g")

_SYLLABLES_START = ord("가")
_TAIL_COUNT = len(_TAILS)
_VOWEL_COUNT = len(_VOWELS)


def _jamo_keys() -> dict[str, str]:
    keys = {chr(0x3131 + index): typed for index, typed in enumerate(_SINGLE_CONSONANTS)}
    keys |= {chr(0x314F + index): typed for index, typed in enumerate(_VOWELS)}
    keys |= {chr(0x1100 + index): typed for index, typed in enumerate(_LEADS)}
    keys |= {chr(0x1161 + index): typed for index, typed in enumerate(_VOWELS)}
    keys |= {chr(0x11A7 + index): typed for index, typed in enumerate(_TAILS) if index}
    return keys


_JAMO = _jamo_keys()


def keystrokes(text: str) -> str:
    """Return the lower-case keys that type `text`: "받기" and "qkerl" are both "qkerl".

    Hangul syllables and jamo are taken apart; full-width Latin is narrowed; everything else stays. Shift is
    not kept, so ㅃ and ㅂ are the same key. Never raises, for any text.
    """
    return "".join(map(_keys, unicodedata.normalize("NFC", text)))


def _keys(char: str) -> str:
    if "가" <= char <= "힣":
        rest, tail = divmod(ord(char) - _SYLLABLES_START, _TAIL_COUNT)
        lead, vowel = divmod(rest, _VOWEL_COUNT)
        return _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]
    if char in _JAMO:
        return _JAMO[char]
    return "".join(_JAMO.get(plain, plain) for plain in unicodedata.normalize("NFKC", char).lower())
