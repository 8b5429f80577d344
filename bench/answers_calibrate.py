"""Fits the constants of `bot/answers/bands.py` on questions with known answers and prints them.

For every mode and set of encoders: a logistic curve (two weights, ridge 1 on standard scores) parts answerable from
other questions. Thresholds are read from out-of-fold confidences, one project left out in turn, because a curve
looks too sure on what it was fitted on: ANSWER begins at the lowest confidence from which on at least 80 % of the
answered questions have the right section first and at most 8 % of the others are answered; CANDIDATES begins where
95 % of the answerable questions lie above. A band no threshold can promise is never given.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bench.answers import DATA
from bench.answers_ground import Asked, ask_all, build_indexes, read_ground
from bot.answers.bands import NEVER
from bot.answers.encoders import Encoder, Usem3, local_encoders
from bot.answers.found import Mode

Numbers = NDArray[np.float64]
RIGHT_FIRST = 0.80
FALSE_ANSWERS = 0.08
KEPT = 0.95


@click.command()
@click.option("--vectors", type=click.Path(path_type=Path), help="Keep vectors here between runs.")
def main(vectors: Path | None) -> None:
    """Ask all questions in all modes and print one Calibration each."""
    ground = read_ground(DATA / "corpora", DATA / "sections.jsonl", DATA / "dev.jsonl")
    sets: tuple[tuple[Encoder, ...], ...] = (local_encoders(), (Usem3(),))
    for encoders in sets:
        for mode in Mode:
            indexes = build_indexes(ground, encoders, glossary=mode is Mode.GLOSSARY, kept_in=vectors)
            asked = ask_all(ground, indexes, translated=mode is Mode.TRANSLATED)
            others = sum(not one.question.answerable for one in asked)
            names = tuple(sorted(encoder.name.partition("@")[0] for encoder in encoders))
            print(f"    (Mode.{mode.name}, {names}): {_calibrate(asked, mode, others)},".replace("'", '"'))


def _calibrate(asked: list[Asked], mode: Mode, others: int) -> str:
    mine = [
        one for one in asked if one.evidence is not None and one.found is not None and one.found.mode is mode
    ]
    seen = np.array([(one.evidence.score, one.evidence.plain) for one in mine if one.evidence is not None])
    answerable = np.array([one.question.answerable for one in mine])
    first = np.array([one.rank == 0 for one in mine])
    project = np.array([one.question.corpus for one in mine])
    unseen = np.zeros(len(mine))
    for name in np.unique(project):
        out = project == name
        unseen[out] = _chance(seen[out], *_fit(seen[~out], answerable[~out]))
    # Answers to questions the router kept back are none; the share is of all that nobody can answer.
    share = others * len(mine) / len(asked)
    answer = NEVER
    for threshold in np.sort(unseen[answerable])[::-1]:
        said = unseen >= threshold
        if (said & ~answerable).sum() > FALSE_ANSWERS * share:
            break
        if first[said & answerable].mean() >= RIGHT_FIRST and (said & answerable).sum() > 10:
            answer = float(threshold)
    candidates = float(np.quantile(unseen[answerable], 1 - KEPT))
    weights, bias = _fit(seen, answerable)
    return (
        f"Calibration({weights[0]:.1f}, {weights[1]:.1f}, {bias:.2f}, "
        f"answer={answer:.2f}, candidates={candidates:.2f})"
    )


def _fit(seen: Numbers, answerable: NDArray[np.bool_]) -> tuple[Numbers, float]:
    """Return weights and bias of a logistic regression by Newton's method."""
    mean, spread = seen.mean(axis=0), seen.std(axis=0)
    rows = np.column_stack([(seen - mean) / spread, np.ones(len(seen))])
    ridge = np.diag([1.0, 1.0, 1e-6])
    weights = np.zeros(3)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chance - answerable) + ridge @ weights
        weights -= np.linalg.solve((rows.T * (chance * (1 - chance))) @ rows + ridge, slope)
    scaled = weights[:2] / spread
    return scaled, float(weights[2] - scaled @ mean)


def _chance(seen: Numbers, weights: Numbers, bias: float) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-(seen @ weights + bias))))


if __name__ == "__main__":
    main()
