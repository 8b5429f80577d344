"""Engines one after another until every chunk has a sound answer, within one deadline."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

from bot.domain.translation import TranslationMode, may_see
from bot.translation.breaker import Limits
from bot.translation.cache import Cache
from bot.translation.engines.engine import Engine, EngineFailed, Fault
from bot.translation.flights import Flights, wait_for
from bot.translation.guarded import Guarded, OnTrouble
from bot.translation.ladder import Climbed, Ladder, has_words
from bot.translation.masked import Masked, slots_of
from bot.translation.validate import check
from bot.translation.wire import Damaged

_SHARE = 0.6
"""The part of the time that is left which an engine may use while another one is waiting."""


@dataclass(frozen=True)
class ChainResult:
    """Answers in the order of the chunks; `engine` is the last one that was needed, "" when none was.

    `characters_sent` counts what engines answered, `cached` the chunks whose answer was known.
    """

    chunks: list[Masked]
    engine: str
    flags: frozenset[str]
    characters_sent: int
    cached: int


class ChainFailed(Exception):
    """No sound answer: `reason` is "no_engine", "exhausted" or "deadline", `faults` (engine, fault) in order."""

    def __init__(self, reason: str, faults: tuple[tuple[str, Fault], ...] = ()) -> None:
        super().__init__(reason, faults)
        self.reason = reason
        self.faults = faults


@dataclass(frozen=True)
class _Question:
    source: str
    target: str
    scope: int | None
    glossary_version: str


@dataclass
class _Progress:
    """What one request has so far; `answers` and `flags` by place."""

    chunks: Sequence[Masked]
    answers: dict[int, Masked] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    engine: str = ""
    sent: int = 0
    cached: int = 0

    @property
    def missing(self) -> list[int]:
        return [place for place in range(len(self.chunks)) if place not in self.answers]


class Chain:
    """Safe to call from several threads; equal requests at the same time reach an engine once."""

    def __init__(
        self,
        engines: Sequence[Engine],
        cache: Cache,
        *,
        deadline: float = 12.0,
        patience: float = 8.0,
        retries: int = 2,
        limits: Limits | None = None,
        on_trouble: OnTrouble | None = None,
        accept_echo: bool = False,
    ) -> None:
        self._engines = [
            Guarded(
                engine,
                patience=patience,
                retries=retries,
                limits=limits or Limits(),
                on_trouble=on_trouble,
            )
            for engine in engines
        ]
        self._cache = cache
        self._deadline = deadline
        self._accept_echo = accept_echo
        self._flights = Flights()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines in the order in which they are asked."""
        return tuple(guarded.engine for guarded in self._engines)

    @property
    def deadline(self) -> float:
        """Seconds that `translate` takes at most when it is given no others."""
        return self._deadline

    def translate(
        self,
        chunks: Sequence[Masked],
        *,
        source: str,
        target: str,
        mode: TranslationMode,
        scope: int | None,
        glossary_version: str,
        deadline: float | None = None,
    ) -> ChainResult:
        """Return the chunks in the target language, every slot in its place.

        `deadline` is in seconds, the chain's own when None. Only engines that the mode trusts are asked, and a
        `scope` keeps what is remembered to that project.
        Raises ChainFailed, at the latest a moment after the deadline.
        """
        until = time.monotonic() + (self._deadline if deadline is None else deadline)
        engines = self._allowed(mode)
        if not engines:
            raise ChainFailed("no_engine")
        question = _Question(source, target, scope, glossary_version)
        progress = _Progress(chunks)
        progress.answers = {place: chunk for place, chunk in enumerate(chunks) if not has_words(chunk)}
        for place, guarded in enumerate(engines):
            if not progress.missing:
                break
            now = time.monotonic()
            share = 1.0 if place == len(engines) - 1 else _SHARE
            self._ask(guarded, question, progress, now + share * (until - now))
        if progress.missing:
            late = time.monotonic() >= until - 0.1
            raise ChainFailed("deadline" if late else "exhausted", tuple(progress.faults))
        return ChainResult(
            [progress.answers[place] for place in range(len(chunks))],
            progress.engine,
            frozenset(progress.flags),
            progress.sent,
            progress.cached,
        )

    def _allowed(self, mode: TranslationMode) -> list[Guarded]:
        return [guarded for guarded in self._engines if may_see(mode, guarded.traits.trust)]

    def _ask(self, guarded: Guarded, question: _Question, progress: _Progress, until: float) -> None:
        """Add what this engine knows or finds out until then."""
        keys = {place: self._key(guarded, question, progress.chunks[place]) for place in progress.missing}
        known = self._cache.find(set(keys.values()))
        for place, key in keys.items():
            if key in known and self._accept(place, known[key], question, progress):
                progress.cached += 1
                progress.engine = guarded.traits.name
        wanted = {key: progress.chunks[place] for place, key in keys.items() if place not in progress.answers}
        if not wanted:
            return
        spoilt = wanted.keys() & known.keys()
        climbed = self._fly(guarded, question, wanted, spoilt, until)
        progress.sent += climbed.sent
        if climbed.fault is not None and not climbed.answers.keys() >= wanted.keys():
            progress.faults.append((guarded.traits.name, climbed.fault))
        for place, key in keys.items():
            if place in progress.answers or key not in climbed.answers:
                continue
            if key in climbed.flags:
                progress.answers[place] = climbed.answers[key]
                progress.flags |= climbed.flags[key]
            elif not self._accept(place, climbed.answers[key], question, progress):
                continue
            progress.engine = guarded.traits.name

    def _key(self, guarded: Guarded, question: _Question, chunk: Masked) -> str:
        asked = (question.source, question.target, guarded.traits.name, guarded.engine.parameters)
        return self._cache.key(chunk, *asked, question.glossary_version, scope=question.scope)

    def _accept(self, place: int, answer: Masked, question: _Question, progress: _Progress) -> bool:
        """Take a remembered answer after the same examination as a new one."""
        chunk = progress.chunks[place]
        if Counter(slots_of(answer)) != Counter(slots_of(chunk)):
            return False
        try:
            flags = check(chunk, answer, question.source, question.target, accept_echo=self._accept_echo)
        except Damaged:
            return False
        progress.answers[place] = answer
        progress.flags |= flags
        return True

    def _fly(
        self,
        guarded: Guarded,
        question: _Question,
        wanted: dict[str, Masked],
        spoilt: AbstractSet[str],
        until: float,
    ) -> Climbed:
        """Ask for what nobody is asking yet, then wait for what others ask."""
        own, others = self._flights.board(wanted)
        climbed = Climbed()
        try:
            # Somebody may have landed since the cache was asked.
            climbed.answers |= self._cache.find_recent(own.keys() - spoilt)
            new = {key: wanted[key] for key in own if key not in climbed.answers}
            if new:
                self._climb(guarded, question, new, climbed, until)
        finally:
            self._flights.land(own, climbed.answers, climbed.fault or Fault.NONSENSE)
        for key, flight in others.items():
            try:
                climbed.answers[key] = wait_for(flight, until - time.monotonic())
            except EngineFailed as failed:
                climbed.fault = failed.fault
        return climbed

    def _climb(
        self, guarded: Guarded, question: _Question, new: dict[str, Masked], climbed: Climbed, until: float
    ) -> None:
        ask = partial(guarded.translate, source=question.source, target=question.target, until=until)
        ladder = Ladder(ask, guarded.traits, question.source, question.target, self._accept_echo)
        ladder.climb(new, climbed)
        # What was put together of pieces is better asked again another time.
        sound = {key: climbed.answers[key] for key in climbed.flags if key not in climbed.pieced}
        self._cache.keep(sound, scope=question.scope, engine=guarded.traits.name)
