"""Fills placeholders of catalog messages and gives Korean values their particle: `{worker:이/가}`."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.i18n.endings import Ending, ending_of


class BadTemplate(ValueError):
    """A catalog message uses something other than `{name}` or `{name:particle}`."""


class _Particle(NamedTuple):
    after_consonant: str
    after_vowel: str
    unsure: str
    rieul_like_vowel: bool = False


_PARTICLES: dict[str, _Particle] = {
    "이/가": _Particle("이", "가", "이(가)"),
    "을/를": _Particle("을", "를", "을(를)"),
    "은/는": _Particle("은", "는", "은(는)"),
    "과/와": _Particle("과", "와", "과(와)"),
    "으로/로": _Particle("으로", "로", "(으)로", rieul_like_vowel=True),
    "으로서/로서": _Particle("으로서", "로서", "(으)로서", rieul_like_vowel=True),
    "으로써/로써": _Particle("으로써", "로써", "(으)로써", rieul_like_vowel=True),
    "이에요/예요": _Particle("이에요", "예요", "이에요(예요)"),
    "이었어요/였어요": _Particle("이었어요", "였어요", "이었어요(였어요)"),
    "아/야": _Particle("아", "야", "아(야)"),
    "이라고/라고": _Particle("이라고", "라고", "(이)라고"),
    "이라는/라는": _Particle("이라는", "라는", "(이)라는"),
    "이라/라": _Particle("이라", "라", "(이)라"),
    "이고/고": _Particle("이고", "고", "(이)고"),
    "이나/나": _Particle("이나", "나", "(이)나"),
    "이랑/랑": _Particle("이랑", "랑", "(이)랑"),
}


def particle(word: str, pair: str) -> str:
    """Return the member of `pair` ("이/가") that follows `word`; "이(가)" when the reading is unknowable.

    Raises BadTemplate for a pair that is not in the table.
    """
    forms = _PARTICLES.get(pair)
    if forms is None:
        raise BadTemplate(f"unknown particle {pair!r}; known: {', '.join(_PARTICLES)}")
    match ending_of(word):
        case Ending.VOWEL:
            return forms.after_vowel
        case Ending.RIEUL:
            return forms.after_vowel if forms.rieul_like_vowel else forms.after_consonant
        case Ending.CONSONANT:
            return forms.after_consonant
        case Ending.UNKNOWN:
            return forms.unsure


_Piece = tuple[str, str | None, str | None, str | None]


@lru_cache(maxsize=4096)
def _parse(template: str) -> tuple[_Piece, ...]:
    try:
        pieces = tuple(string.Formatter().parse(template))
    except ValueError as error:
        raise BadTemplate(str(error)) from None
    for _, name, spec, conversion in pieces:
        if name is None:
            continue
        if not name.isidentifier():
            raise BadTemplate(f"placeholder {{{name}}} is not a plain name")
        if conversion:
            raise BadTemplate(f"placeholder {{{name}}} uses a conversion")
        if spec and spec not in _PARTICLES:
            raise BadTemplate(f"placeholder {{{name}}} has an unknown particle {spec!r}")
    return pieces


def placeholders(template: str) -> frozenset[str]:
    """Return the names a template asks for. Raises BadTemplate when it could not be filled safely."""
    return frozenset(name for _, name, _, _ in _parse(template) if name is not None)


class ParticleFormatter(string.Formatter):
    """Fills `{name}` and `{name:이/가}` from keyword values, once.

    Values are data: they are never read as templates again, and a template cannot reach into them, because
    attributes, indexes, conversions, positions and nested specs raise BadTemplate.
    """

    def parse(self, format_string: Any) -> Iterable[_Piece]:
        """Return the checked pieces of a template."""
        return _parse(str(format_string))

    def get_field(
        self,
        field_name: str,
        args: Sequence[Any],  # noqa: ARG002 - the signature is string.Formatter's
        kwargs: Mapping[str, Any],
    ) -> tuple[Any, str]:
        """Return the value called `field_name`. Raises KeyError when the caller did not give it."""
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return the value as text, followed by its particle when one was asked for."""
        text = str(value)
        return text + particle(text, format_spec) if format_spec else text


_FORMATTER = ParticleFormatter()


def fill(template: str, values: Mapping[str, object]) -> str:
    """`template` with its placeholders filled. Raises KeyError for a missing value, else BadTemplate."""
    return _FORMATTER.vformat(template, (), values)
