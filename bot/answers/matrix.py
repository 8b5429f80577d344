"""The vectors of one guideline under one encoder, and how near its sections are to a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answers.background import Background, background_of
from bot.answers.encoders import Encoder
from bot.answers.encoders.encoder import unit
from bot.answers.vectors import VectorStore
from bot.guidelines.chunks import Chunk

Rows = NDArray[np.float32]
SAVED_AT_ONCE = 48
"""Passages embedded between two savings: what an interrupted start loses."""
PRIOR = 20
"""Generic passages a project's own mean is mixed with, so that three sections do not cancel themselves out."""


@dataclass(frozen=True)
class Nearness:
    """Cosines of a question to each group of sections (shape (g,)) and to each chunk (shape (n,)).

    `raw` is the plain cosine, `centred` the one without what all passages of this guideline share; each is the mean
    of the best item and the best passage of a group.
    """

    raw: Rows
    centred: Rows
    chunks: Rows


class Matrix:
    """Immutable once built; one float32 row per chunk."""

    def __init__(
        self, encoder: Encoder, background: Background, rows: Rows, chunks: Sequence[Chunk], groups: Rows
    ) -> None:
        self._encoder = encoder
        self._background = background
        self._groups = groups.astype(np.intp)
        self._count = int(self._groups.max(initial=-1)) + 1
        self._items = np.array([chunk.kind == "item" for chunk in chunks], dtype=bool)
        mean = (rows.sum(axis=0) + PRIOR * background.passage) / (len(rows) + PRIOR)
        self._raw = rows
        self._centred = unit(rows - mean)

    def compare(self, question: str, *, korean: bool) -> Nearness:
        """Return how near each group and each chunk is to a question."""
        shared = self._background.korean_question if korean else self._background.english_question
        asked = self._encoder.embed_queries([question])[0]
        without = unit(asked - shared)
        chunks = self._centred @ without
        return Nearness(
            raw=self._best(self._raw @ asked),
            centred=self._best(chunks),
            chunks=chunks,
        )

    def _best(self, cosines: Rows) -> Rows:
        total = np.zeros(self._count, dtype=np.float32)
        for kind in (self._items, ~self._items):
            best = np.full(self._count, -1, dtype=np.float32)
            np.maximum.at(best, self._groups[kind], cosines[kind])
            total += best / 2
        return total


def build_matrices(
    chunks: Sequence[Chunk],
    groups: Sequence[int],
    encoders: Iterable[Encoder],
    store: VectorStore,
    progress: Callable[[int, int], None] | None,
) -> tuple[Matrix, ...]:
    """Embed the chunks the store does not know under each encoder; `progress` hears (done, all) of those."""
    texts = {chunk.hash: chunk.text for chunk in chunks}
    known = {encoder: store.load(encoder.name, list(texts)) for encoder in encoders}
    done, total = 0, sum(len(texts) - len(vectors) for vectors in known.values())
    for encoder, vectors in known.items():
        # Batches of like length waste no time on padding, and short ones first show early progress.
        missing = sorted((h for h in texts if h not in vectors), key=lambda h: len(texts[h]))
        for start in range(0, len(missing), SAVED_AT_ONCE):
            batch = missing[start : start + SAVED_AT_ONCE]
            rows = encoder.embed_passages([texts[h] for h in batch])
            fresh = dict(zip(batch, rows, strict=True))
            store.save(encoder.name, fresh)
            vectors.update(fresh)
            done += len(batch)
            if progress is not None:
                progress(done, total)
    return tuple(
        Matrix(
            encoder,
            background_of(encoder, store),
            np.stack([vectors[chunk.hash] for chunk in chunks]).astype(np.float32),
            chunks,
            np.asarray(groups),
        )
        for encoder, vectors in known.items()
    )
