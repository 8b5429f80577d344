"""What is done for a damaged answer, step by step: read it tolerantly, ask with other codes, ask piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.translation.chunks import split
from bot.translation.engines.engine import EngineFailed, Fault, Traits
from bot.translation.masked import Masked, joined, slots_of
from bot.translation.validate import check
from bot.translation.wire import Damaged, encode, new_core, restore

FRAGMENTS = "fragments"
"""The flag of a text that was put together of pieces translated alone."""

SIDE_BY_SIDE = 4
"""Calls of one request at the same time."""

Ask = Callable[[Sequence[str]], list[str]]


@dataclass
class Climbed:
    """What an engine gave: sound answers and their flags by key, characters that were answered, the last fault."""

    answers: dict[str, Masked] = field(default_factory=dict)
    flags: dict[str, frozenset[str]] = field(default_factory=dict)
    pieced: set[str] = field(default_factory=set)
    sent: int = 0
    fault: Fault | None = None


@dataclass(frozen=True)
class Ladder:
    """Asks one engine for texts of one language pair. `ask` raises EngineFailed."""

    ask: Ask
    traits: Traits
    source: str
    target: str
    accept_echo: bool = False

    def climb(self, chunks: Mapping[str, Masked], climbed: Climbed) -> None:
        """Add to `climbed` as many of the chunks as the engine can do; never raises EngineFailed or Damaged."""
        pieces = {key: split(masked, self.traits.longest) for key, masked in chunks.items()}
        every = {f"{key}/{n}": piece for key, cut in pieces.items() for n, piece in enumerate(cut)}
        told = Climbed({key: piece for key, piece in every.items() if not has_words(piece)})
        every = {key: piece for key, piece in every.items() if key not in told.answers}
        damaged = self._round(every, told)
        damaged = self._round(damaged, told)
        self._piece_together(damaged, told)
        climbed.sent += told.sent
        climbed.fault = told.fault
        for key, cut in pieces.items():
            _assemble(key, [f"{key}/{n}" for n in range(len(cut))], told, climbed)

    def _round(self, chunks: Mapping[str, Masked], climbed: Climbed) -> dict[str, Masked]:
        """Ask for the chunks with a new core and return those whose answers are damaged."""
        damaged: dict[str, Masked] = {}
        if not chunks:
            return damaged
        try:
            core = new_core(part for masked in chunks.values() for part in masked if isinstance(part, str))
        except Damaged:
            climbed.fault = Fault.NONSENSE
            return damaged
        batches = list(self._batches({key: encode(m, self.traits.form, core) for key, m in chunks.items()}))
        for batch, answers in zip(batches, self._ask_all(batches), strict=True):
            if isinstance(answers, Fault):
                climbed.fault = answers
                continue
            climbed.sent += sum(map(len, batch.values()))
            for key, answer in zip(batch, answers, strict=True):
                try:
                    self._read(key, chunks[key], answer, core, climbed)
                except Damaged:
                    climbed.fault = Fault.NONSENSE
                    damaged[key] = chunks[key]
        return damaged

    def _read(self, key: str, masked: Masked, answer: str, core: str, climbed: Climbed) -> None:
        result = restore(answer, masked, self.traits.form, core)
        climbed.flags[key] = check(masked, result, self.source, self.target, accept_echo=self.accept_echo)
        climbed.answers[key] = result

    def _piece_together(self, chunks: Mapping[str, Masked], climbed: Climbed) -> None:
        """Translate what stands between slots alone; a chunk is answered when all of its pieces are."""
        pieces = {
            f"{key} {place}": (part,)
            for key, masked in chunks.items()
            if slots_of(masked)
            for place, part in enumerate(masked)
            if isinstance(part, str) and has_words((part,))
        }
        told = Climbed()
        self._round(pieces, told)
        climbed.sent += told.sent
        climbed.fault = told.fault or climbed.fault
        for key, masked in chunks.items():
            if not any(f"{key} {place}" in pieces for place in range(len(masked))):
                continue
            told.answers |= {
                f"{key} {place}": (part,)
                for place, part in enumerate(masked)
                if f"{key} {place}" not in pieces
            }
            if _assemble(key, [f"{key} {place}" for place in range(len(masked))], told, climbed):
                climbed.flags[key] |= {FRAGMENTS}
                climbed.pieced.add(key)

    def _batches(self, texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
        batch: dict[str, str] = {}
        for key, text in texts.items():
            too_long = sum(map(len, batch.values())) + len(text) > 2 * self.traits.longest
            if batch and (len(batch) >= self.traits.batch or too_long):
                yield batch
                batch = {}
            batch[key] = text
        if batch:
            yield batch

    def _ask_all(self, batches: Sequence[Mapping[str, str]]) -> list[list[str] | Fault]:
        def ask(batch: Mapping[str, str]) -> list[str] | Fault:
            try:
                return self.ask(list(batch.values()))
            except EngineFailed as failed:
                return failed.fault

        if len(batches) == 1:
            return [ask(batches[0])]
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="translate") as pool:
            return list(pool.map(ask, batches))


def has_words(masked: Masked) -> bool:
    """Say whether there is a letter outside of the slots: what has none is the same in every language."""
    return any(character.isalpha() for part in masked if isinstance(part, str) for character in part)


def _assemble(key: str, pieces: Sequence[str], told: Climbed, climbed: Climbed) -> bool:
    """Add the chunk made of these pieces when every one of them is answered."""
    if not told.answers.keys() >= set(pieces):
        return False
    climbed.answers[key] = joined([part for piece in pieces for part in told.answers[piece]])
    climbed.flags[key] = frozenset().union(*(told.flags.get(piece, frozenset()) for piece in pieces))
    if told.pieced & set(pieces):
        climbed.pieced.add(key)
    return True
