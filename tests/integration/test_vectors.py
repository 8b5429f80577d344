"""Vectors in the database: exact, told apart by model, safe to save twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sqlalchemy import func, select

from bot.answers.vectors import VectorStore
from bot.db.models import Embedding
from bot.db.unit_of_work import Transactions
from bot.services.vectors import DatabaseVectors

HASHES = [f"{n:064x}" for n in range(1200)]


def test_vectors_come_back_exactly(transactions: Transactions) -> None:
    store: VectorStore = DatabaseVectors(transactions)
    random = np.random.default_rng(1)
    vectors = {h: random.standard_normal(256).astype(np.float32) for h in HASHES}
    store.save("one", vectors)
    found = store.load("one", [*HASHES, "f" * 64])
    assert set(found) == set(HASHES)
    assert all(found[h].dtype == np.float32 for h in HASHES)
    assert all(np.array_equal(found[h], vectors[h]) for h in HASHES)
    assert store.load("two", HASHES) == {}
    assert store.load("one", []) == {}


def test_saving_again_changes_nothing_and_may_happen_at_once(transactions: Transactions) -> None:
    store = DatabaseVectors(transactions)
    vectors = {h: np.full(8, n, np.float32) for n, h in enumerate(HASHES[:600])}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: store.save("one", vectors), range(4)))
    store.save("one", {HASHES[0]: np.full(8, 9, np.float32)})
    store.save("one", {})
    assert np.array_equal(store.load("one", HASHES[:1])[HASHES[0]], vectors[HASHES[0]])
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Embedding)) == 600
