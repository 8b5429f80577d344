"""Sub-commands as people type them: Korean, English, or either one with the keyboard in the wrong mode."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.keystrokes import keystrokes
from bot.domain.text import BLANK, INVISIBLE

_WITHOUT_INVISIBLE = str.maketrans("", "", INVISIBLE)
_SENTENCE_MARKS = ".,!?~…"
# No sub-command is longer; what is longer is a sentence, and is not searched.
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Subcommand:
    """One thing a root command does: its English `name`, Korean names, further `aliases` such as ㄱㄱ.

    `usage` is what follows the name in the help, an English msgid, e.g. "<task>".
    """

    name: str
    korean: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    usage: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that calls it, the name first."""
        return (self.name, *self.korean, *self.aliases)


@dataclass(frozen=True)
class Parsed:
    """A known sub-command. `rest` is the person's own text; `exact` is False for wrong-mode typing."""

    name: str
    rest: str
    exact: bool


@dataclass(frozen=True)
class Unknown:
    """A word nobody declared, cut to 40 characters, and the name of the sub-command it resembles most."""

    word: str
    nearest: str | None


@dataclass(frozen=True)
class Empty:
    """Nothing was typed."""


Outcome = Parsed | Unknown | Empty


class CommandSet(Mapping[str, tuple[Subcommand, ...]]):
    """Root command -> its sub-commands. Raises ValueError when two words of one root need the same keys."""

    def __init__(self, roots: Mapping[str, Iterable[Subcommand]]) -> None:
        self._roots = {root: tuple(subcommands) for root, subcommands in roots.items()}
        for root, subcommands in self._roots.items():
            _require_distinct(root, subcommands)

    def __getitem__(self, root: str) -> tuple[Subcommand, ...]:
        return self._roots[root]

    def __iter__(self) -> Iterator[str]:
        return iter(self._roots)

    def __len__(self) -> int:
        return len(self._roots)

    def parse(self, root: str, text: str) -> Outcome:
        """`parse` among the sub-commands of `root`. Raises KeyError for an undeclared root."""
        return parse(text, self._roots[root])


def parse(text: str, subcommands: Sequence[Subcommand]) -> Outcome:
    """Split `text` into sub-command and rest. Never raises, for any text.

    The first word decides, whatever its case, Unicode form, width or closing punctuation. `rest` keeps the
    person's characters; only blank and invisible ones at its ends go.
    """
    trimmed = text.strip(BLANK)
    if not trimmed:
        return Empty()
    first = trimmed.split(maxsplit=1)[0]
    rest = trimmed[len(first) :].strip(BLANK)
    word = unicodedata.normalize("NFC", first[: 4 * _LONGEST_WORD].translate(_WITHOUT_INVISIBLE))
    if len(word) > _LONGEST_WORD:
        return Unknown(word=word[:_LONGEST_WORD], nearest=None)
    literal, typed = _vocabulary(tuple(subcommands))
    for candidate in (word, word.rstrip(_SENTENCE_MARKS)):
        if (name := literal.get(candidate.lower())) is not None:
            return Parsed(name, rest, exact=True)
        if (name := typed.get(keystrokes(candidate))) is not None:
            return Parsed(name, rest, exact=False)
    return Unknown(word, _nearest(keystrokes(word), typed))


@lru_cache(maxsize=256)
def _vocabulary(subcommands: tuple[Subcommand, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Sub-command names by literal word and by keystrokes."""
    words = [
        (unicodedata.normalize("NFC", word).lower(), subcommand.name)
        for subcommand in subcommands
        for word in subcommand.words
    ]
    return dict(words), {keystrokes(word): name for word, name in words}


def _require_distinct(root: str, subcommands: tuple[Subcommand, ...]) -> None:
    seen: dict[str, str] = {}
    for word in (word for subcommand in subcommands for word in subcommand.words):
        if not word.strip(BLANK) or word.split() != [word] or len(word) > _LONGEST_WORD:
            raise ValueError(f"/{root}: {word!r} is not one short word")
        other = seen.setdefault(keystrokes(word), word)
        if other is not word:
            raise ValueError(f"/{root}: {word!r} and {other!r} are typed with the same keys")


def _nearest(keys: str, typed: Mapping[str, str]) -> str | None:
    """Return the name with the closest keystrokes, or None when more than a third of them would be wrong."""
    best: tuple[float, str] | None = None
    for known, name in typed.items():
        if len(keys) >= 2 and known.startswith(keys):
            distance = 0.0
        elif abs(len(known) - len(keys)) * 3 > max(len(known), len(keys)):
            continue
        else:
            distance = _edits(keys, known) / max(len(known), len(keys))
        if distance <= 1 / 3 and (best is None or distance < best[0]):
            best = (distance, name)
    return best[1] if best else None


def _edits(left: str, right: str) -> int:
    """Edit distance with adjacent swaps (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, char in enumerate(left, 1):
        here = [row]
        for column, other in enumerate(right, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (char != other))
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]
