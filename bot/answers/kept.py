"""Questions that were answered before: an index of their own, with a gate of their own.

Mixed into the guideline's index they lower its hits (design: held-out R@1 .45 -> .37), so they are asked apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answers.background import background_of
from bot.answers.encoders import Encoder
from bot.answers.encoders.encoder import unit
from bot.answers.vectors import VectorStore
from bot.answers.wording import clean, has_hangul
from bot.domain.questions import is_nearly_same

SIMILAR = 0.40
"""Mean cosine from which an old question is offered: recall .46 at 9 % false offers on reworded questions
(design, measured with both encoders). Enough to offer with one click, far too little to serve unasked."""

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class KeptHit:
    """An entry asked about before. `same` is set when only spelling or politeness differ."""

    entry_id: int
    same: bool
    score: float


class KeptIndex:
    """The questions of a project's verified answers; immutable once built."""

    def __init__(
        self, kept: Sequence[tuple[int, Sequence[str]]], encoders: Sequence[Encoder], store: VectorStore
    ) -> None:
        self._asked = [(entry_id, text) for entry_id, texts in kept for text in texts]
        self._encoders = tuple(encoders)
        self._store = store
        texts = [text for _id, text in self._asked]
        self._rows = [self._embed(encoder, texts) for encoder in self._encoders] if texts else []

    def search(self, question: str) -> KeptHit | None:
        """Return the entry that answers this very question, else the nearest above the gate, else None."""
        for entry_id, text in self._asked:
            if is_nearly_same(question, text):
                return KeptHit(entry_id, same=True, score=1.0)
        if not self._asked or not self._encoders:
            return None
        cosines = [
            rows @ self._embed(encoder, [question])[0]
            for rows, encoder in zip(self._rows, self._encoders, strict=True)
        ]
        mean = np.mean(cosines, axis=0)
        best = int(mean.argmax())
        score = float(mean[best])
        return KeptHit(self._asked[best][0], same=False, score=score) if score >= SIMILAR else None

    def _embed(self, encoder: Encoder, texts: Sequence[str]) -> Rows:
        background = background_of(encoder, self._store)
        rows = encoder.embed_queries([clean(text) for text in texts])
        means = [
            background.korean_question if has_hangul(text) else background.english_question for text in texts
        ]
        return unit(np.asarray(rows - np.stack(means), dtype=np.float32))
