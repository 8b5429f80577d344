"""Sends test lines through each engine and counts what survives; no engine promises that our codes do."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bot.domain.translation import CREW_LANGUAGE
from bot.translation.engines.engine import Engine, EngineFailed
from bot.translation.glossary import Glossary
from bot.translation.ladder import has_words
from bot.translation.masked import Masked, slots_of
from bot.translation.masking import Hold, mask_line, scan_line
from bot.translation.mrkdwn_text import from_mrkdwn
from bot.translation.texts import read_lines
from bot.translation.validate import check
from bot.translation.wire import Damaged, count_slots, encode, new_core, restore

SECONDS = 12.0
"""How long an engine may take for a line; longer than in the bot, because here it is to be seen."""


@dataclass(frozen=True)
class ProbeLine:
    """A message as Slack gives it, and its language; Korean goes to English, everything else to Korean."""

    text: str
    language: str

    @property
    def target(self) -> str:
        """The language of the other side."""
        return "en" if self.language == CREW_LANGUAGE else CREW_LANGUAGE


@dataclass
class Survival:
    """What came back from an engine; slots and terms count where it answered at all."""

    engine: str
    lines: int = 0
    sound: int = 0
    slots: int = 0
    slots_kept: int = 0
    terms: int = 0
    terms_kept: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Return what to show as (name, value)."""
        yield "sound answers", f"{self.sound}/{self.lines}"
        yield "slots kept", f"{self.slots_kept}/{self.slots}"
        yield "terms kept", f"{self.terms_kept}/{self.terms}"
        yield "median seconds", f"{median(self.seconds):.2f}" if self.seconds else "-"
        yield "slowest", f"{max(self.seconds):.2f}" if self.seconds else "-"
        yield "flags", _counted(self.flags)
        yield "troubles", _counted(self.troubles)


def read_probe(lines: Iterable[str] | None = None) -> list[ProbeLine]:
    """Return the messages of a JSON Lines file (`lang`, `text`; `action` skip is left out), ours without one.

    Raises ValueError for anything else.
    """
    found = []
    for number, line in enumerate(read_lines("probe.jsonl") if lines is None else lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        match row:
            case {"action": "skip"}:
                continue
            case {"lang": str(language), "text": str(text)}:
                found.append(ProbeLine(text, language))
            case _:
                raise ValueError(f"line {number} has no lang and text")
    return found


def probe(
    engine: Engine, lines: Sequence[ProbeLine], *, pause: Callable[[float], None] = time.sleep
) -> Survival:
    """Send every line once, at the engine's own rate and without retries, and return what survived.

    Private data is masked as it is in the bot; lines with a number that must stay at home are left out.
    """
    survival = Survival(engine.traits.name)
    glossary = Glossary()
    for message in lines:
        for line in from_mrkdwn(message.text).lines:
            if line.fence:
                continue
            scanned = scan_line(line)
            masked = mask_line(scanned, glossary=glossary, source=message.language, target=message.target)
            if scanned.grave or not has_words(masked.masked):
                continue
            terms = {number for number, held in enumerate(masked.held) if held.why is Hold.TERM}
            _send(engine, masked.masked, terms, message, survival)
            pause(1 / engine.traits.rate)
    return survival


def _send(engine: Engine, masked: Masked, terms: set[int], message: ProbeLine, survival: Survival) -> None:
    form = engine.traits.form
    core = new_core(part for part in masked if isinstance(part, str))
    survival.lines += 1
    begun = time.monotonic()
    try:
        (answer,) = engine.translate(
            [encode(masked, form, core)], source=message.language, target=message.target, timeout=SECONDS
        )
    except EngineFailed as failed:
        survival.troubles[failed.fault.value] += 1
        return
    survival.seconds.append(time.monotonic() - begun)
    wanted = slots_of(masked)
    survival.slots += len(wanted)
    survival.terms += len(terms)
    try:
        result = restore(answer, masked, form, core)
        survival.flags.update(check(masked, result, message.language, message.target))
        survival.sound += 1
        kept = set(wanted)
    except Damaged as damaged:
        survival.troubles[damaged.reason] += 1
        found = count_slots(answer, masked, form, core)
        kept = {number for number in wanted if found[number] == 1}
    survival.slots_kept += len(kept)
    survival.terms_kept += len(kept & terms)


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in what.most_common()) or "-"
