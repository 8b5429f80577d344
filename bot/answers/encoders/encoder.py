"""The promise of an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Embeds questions and passages into one space; safe to use from several threads."""

    @property
    def name(self) -> str:
        """The model with its version: vectors of different names are never compared."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per question; shape (n, d)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per passage; shape (n, d)."""
        ...


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length one; a row of zeros stays what it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)
