"""What is made of answered bench questions: recall, MRR, AUROC, and what each band would have said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.answers_ground import Asked
from bot.answers.bands import Band, decide

Scores = dict[str, float]
NEAR_MISS = "near"


def ranking_scores(asked: Sequence[Asked]) -> Scores:
    """Return r1, r3 and mrr over the answerable questions."""
    ranks = [one.rank for one in asked if one.question.answerable]
    return {
        "r1": _share([rank == 0 for rank in ranks]),
        "r3": _share([rank is not None and rank < 3 for rank in ranks]),
        "mrr": float(np.mean([0.0 if rank is None else 1 / (rank + 1) for rank in ranks])) if ranks else 0.0,
    }


def auroc(asked: Sequence[Asked]) -> float:
    """Return the chance that an answerable question has a higher confidence than another one; ties are half."""
    yes = np.array([one.confidence for one in asked if one.question.answerable])
    no = np.array([one.confidence for one in asked if not one.question.answerable])
    if not len(yes) or not len(no):
        return 0.0
    return float((yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2)


def band_of(one: Asked) -> Band:
    """Return the band of an answered question; what the router kept back is never cited."""
    return Band.UNKNOWN if one.found is None else decide(one.found)


def band_scores(asked: Sequence[Asked], band: Band) -> Scores:
    """Return coverage, p1, p3 (of the answerable questions in a band) and the shares of others in it."""
    answerable = [one for one in asked if one.question.answerable]
    inside = [one for one in answerable if band_of(one) is band]
    others = [one for one in asked if not one.question.answerable]
    near = [one for one in others if one.question.kind.startswith(NEAR_MISS)]
    far = [one for one in others if not one.question.kind.startswith(NEAR_MISS)]
    return {
        "coverage": len(inside) / len(answerable) if answerable else 0.0,
        "p1": _share([one.rank == 0 for one in inside]),
        "p3": _share([one.rank is not None and one.rank < 3 for one in inside]),
        "false": _share([band_of(one) is band for one in others]),
        "false_near_miss": _share([band_of(one) is band for one in near]),
        "false_other": _share([band_of(one) is band for one in far]),
    }


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
