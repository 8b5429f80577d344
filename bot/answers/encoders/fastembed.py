"""Models of the fastembed package, for those who have a network to fetch them from."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.answers.encoders.encoder import unit


class Fastembed:
    """A fastembed text model by its name; loaded (and fetched) at the first text."""

    def __init__(self, model: str) -> None:
        self.name = f"fastembed:{model}@1"
        self._model_name = model
        self._lock = Lock()
        self._model: Any = None

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per question."""
        return self._embed("query_embed", texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per passage."""
        return self._embed("passage_embed", texts)

    def _embed(self, method: str, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            if self._model is None:
                # Optional and not among the locked packages, so the type checker does not know it either.
                self._model = import_module("fastembed").TextEmbedding(model_name=self._model_name)
            rows = list(getattr(self._model, method)(list(texts)))
        return unit(np.asarray(rows, dtype=np.float32)) if rows else np.empty((0, 1), dtype=np.float32)
