"""Vectors of texts kept in the database, so that a start computes none of them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.models import Embedding
from bot.db.unit_of_work import Transactions

Vector = NDArray[np.float32]

_CHUNK = 500
_PATIENCE_SECONDS = 60.0
"""How long vectors wait for their turn to be written; computing them anew takes longer."""


class DatabaseVectors:
    """A store of vectors by model and hash; safe to use from several threads and processes.

    Vectors are kept as little-endian float32 whatever the machine; texts are not kept, only their hashes.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        """Return those vectors of `hashes` that are known, by hash; shape (d,), float32."""
        found: dict[str, Vector] = {}
        with self._transactions.reading() as session:
            for chunk in _chunks(sorted(set(hashes))):
                rows = session.execute(
                    select(Embedding.hash, Embedding.vector).where(
                        Embedding.model == model, Embedding.hash.in_(chunk)
                    )
                )
                found.update((hash, np.frombuffer(vector, "<f4").astype(np.float32)) for hash, vector in rows)
        return found

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by hash; one that is there already is left as it is."""
        for chunk in _chunks(sorted(vectors)):
            # A transaction a chunk: nobody who works waits for the whole of a guideline.
            with self._transactions(patience=_PATIENCE_SECONDS) as uow:
                rows = [
                    {
                        "model": model,
                        "hash": hash,
                        "vector": np.asarray(vectors[hash], "<f4").tobytes(),
                        "created_at": uow.now,
                    }
                    for hash in chunk
                ]
                uow.session.execute(_insert_new(uow.session.get_bind().dialect.name), rows)


def _insert_new(dialect: str) -> Insert:
    """Build the insertion that passes over what another process has written meanwhile."""
    if dialect == "postgresql":
        return postgresql.insert(Embedding).on_conflict_do_nothing()
    return sqlite.insert(Embedding).on_conflict_do_nothing()


def _chunks(hashes: Sequence[str]) -> Iterable[Sequence[str]]:
    return (hashes[start : start + _CHUNK] for start in range(0, len(hashes), _CHUNK))
