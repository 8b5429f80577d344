"""Where vectors are kept between starts: keyed by model and by the hash of the text, never by the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class VectorStore(Protocol):
    """Keeps vectors of unit length and means of such; each depends on nothing but the model and what was hashed."""

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        """Return those vectors of `hashes` that are known, by hash; shape (d,), float32."""
        ...

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by hash; known hashes may come again."""
        ...


class MemoryVectors:
    """Vectors kept for the life of the process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._vectors: dict[tuple[str, str], Vector] = {}

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        """Return the known vectors of `hashes`."""
        with self._lock:
            return {h: self._vectors[model, h] for h in hashes if (model, h) in self._vectors}

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by hash."""
        with self._lock:
            self._vectors.update({(model, h): vector for h, vector in vectors.items()})
