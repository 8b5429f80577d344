"""Forms of an English verb, for recognising it; irregular ones are written out in terms.tsv."""

from __future__ import annotations

_VOWELS = "aeiou"
# Verbs of more than one syllable that double their last letter: the stress lies on the end.
_DOUBLING = ("mit", "fer", "bel")


def verb_forms(base: str) -> tuple[str, ...]:
    """Return `base` and its -s, -ed and -ing forms: submit, submits, submitted, submitting."""
    if base.endswith("e"):
        return (base, base + "s", base + "d", base[:-1] + "ing")
    if base.endswith("y") and base[-2] not in _VOWELS:
        return (base, base[:-1] + "ies", base[:-1] + "ied", base + "ing")
    stem = base + base[-1] if base.endswith(_DOUBLING) else base
    plural = base + ("es" if base.endswith(("s", "x", "z", "ch", "sh")) else "s")
    return (base, plural, base + "ed", base + "ing", *((stem + "ed", stem + "ing") if stem != base else ()))
