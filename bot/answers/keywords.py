"""BM25 over sections: SQLite's FTS5 in memory, one small table per loaded guideline.

Both main databases are served by the same ranking this way; a guideline of 250 sections takes 5 ms to build.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.answers.wording import english_words

HALF = 4.0
"""The BM25 score that counts for one half, so that scores lie in 0..1 whatever the size of the guideline."""


class Keywords:
    """English words against (heading path, text) rows; safe to use from several threads."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._size = len(rows)
        self._lock = Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE part USING fts5(path, body, tokenize='porter unicode61')"
        )
        self._database.executemany("INSERT INTO part(path, body) VALUES (?, ?)", rows)

    def score(self, text: str) -> NDArray[np.float32]:
        """Return one score per row, 0 (no word shared) to below 1; shape (n,)."""
        scores = np.zeros(self._size, dtype=np.float32)
        words = english_words(text)
        if words:
            # Words are letters and digits only; quoted, none of them is an operator.
            query = " OR ".join(f'"{word}"' for word in words)
            with (
                self._lock,
                closing(
                    self._database.execute(
                        "SELECT rowid, -bm25(part, 2.0, 1.0) FROM part WHERE part MATCH ?", (query,)
                    )
                ) as rows,
            ):
                for rowid, score in rows:
                    scores[rowid - 1] = max(score, 0.0)
        return np.asarray(scores / (scores + HALF), dtype=np.float32)
