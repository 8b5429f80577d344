"""What the real encoders need seconds for and every database needs: computed once a run, then handed on."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import numpy as np

from bot.answers.background import background_of
from bot.answers.desk import AnswerDesk
from bot.answers.encoders import Encoder, local_encoders
from bot.answers.vectors import MemoryVectors, Vector
from bot.db.unit_of_work import Transactions
from bot.services.vectors import DatabaseVectors
from tests.conftest import RUN_FOLDER


class _RunVectors:
    """Vectors of all test processes of this run, which have a folder in common."""

    def __init__(self) -> None:
        self._known = MemoryVectors()

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        wanted = tuple(hashes)
        known = self._known.load(model, wanted)
        files = {one: _file(model, one) for one in wanted if one not in known}
        found: dict[str, Vector] = {one: np.load(file) for one, file in files.items() if file.exists()}
        self._known.save(model, found)
        return known | found

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        self._known.save(model, vectors)
        for one, vector in vectors.items():
            file = _file(model, one)
            mine = file.with_suffix(f".{uuid4().hex}.npy")
            np.save(mine, vector)
            # Nobody may read half a vector.
            mine.replace(file)


_VECTORS = _RunVectors()


def _file(model: str, hashed: str) -> Path:
    return Path(os.environ[RUN_FOLDER]) / f"{quote(model, safe='')}-{hashed}.npy"


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    with (Path(os.environ[RUN_FOLDER]) / "background.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def _encoders() -> tuple[Encoder, ...]:
    """Return the encoders; who asks first computes their means, whoever asks meanwhile waits for them."""
    encoders = local_encoders()
    with _one_process_at_a_time():
        for encoder in encoders:
            background_of(encoder, _VECTORS)
    return encoders


def quick_desk() -> AnswerDesk:
    """Return the desk as it is by default, which embeds no text that another test has embedded before."""
    return AnswerDesk(encoders=_encoders, store=_VECTORS)


def seed_background(transactions: Transactions) -> None:
    """Store the encoders' means, as a database has them after its first guideline; its passages are not there."""
    for encoder in _encoders():
        noted = _Noted(DatabaseVectors(transactions))
        background_of(encoder, noted)


class _Noted:
    """The shared vectors, with everything that is loaded or saved written to a database as well."""

    def __init__(self, database: DatabaseVectors) -> None:
        self._database = database

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        known = _VECTORS.load(model, hashes)
        self._database.save(model, known)
        return known

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        _VECTORS.save(model, vectors)
        self._database.save(model, vectors)
